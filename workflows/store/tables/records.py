"""What happened and what came of it: history, audit, notices, drafts, files, papers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from workflows.store.tables.columns import (
    instant,
    jsonb,
    key,
    metadata,
    number,
    ref,
    sealed_bytes,
    sealed_json,
    sealed_text,
    string,
)

history_event = Table(
    "history_event",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    string("kind"),
    string("element_id"),
    string("element_name"),
    string("element_type"),
    string("activity_id", null=True),
    instant("at"),
    string("by_id", null=True),
    Column("sources", ARRAY(Text), nullable=False),
    sealed_json("history_event.detail"),
)
audit_head = Table(
    "audit_head",
    metadata,
    string("chain", pk=True),
    Column("seq", BigInteger, nullable=False),
    string("hash"),
)
audit_event = Table(
    "audit_event",
    metadata,
    string("chain", pk=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", BigInteger, Identity(always=True), nullable=False, unique=True),
    instant("at"),
    string("person_id"),
    string("action"),
    string("instance_id", null=True),
    string("purpose", null=True),
    Column("fields", ARRAY(Text), nullable=False),
    string("client"),
    jsonb("detail"),
    string("prev_hash"),
    string("hash"),
    Index("ix_audit_event_person_id_id", "person_id", "id"),
    Index("ix_audit_event_instance_id", "instance_id"),
    # What the data-protection officer reads; a step of work pays nothing for it.
    Index(
        "ix_audit_event_watched",
        "action",
        "at",
        postgresql_where=text("action IN ('denied', 'view-clear', 'view-paper', 'view-attachment', 'erase')"),
    ),
)
notice = Table(
    "notice",
    metadata,
    key(),
    ref("person_id", "person.id"),
    string("kind"),
    string("subject"),
    string("body"),
    string("link", null=True),
    string("instance_id", null=True),
    instant("created_at"),
    instant("read_at", null=True),
    instant("settled_at", null=True),
    Index("ix_notice_person_id_id", "person_id", "id"),
)
delivery = Table(
    "delivery",
    metadata,
    key(),
    ref("notice_id", "notice.id"),
    string("state"),
    number("attempts"),
    instant("run_at"),
    instant("leased_until", null=True),
    string("error", null=True),
    Index("ix_delivery_run_at", "run_at", "id", postgresql_where=text("state = 'ready'")),
)
draft = Table(
    "draft",
    metadata,
    ref("user_task_id", "user_task.id", pk=True),
    string("person_id", pk=True),
    sealed_json("draft.submission"),
    instant("saved_at"),
)
comment = Table(
    "comment",
    metadata,
    key(),
    ref("instance_id", "process_instance.id"),
    string("person_id"),
    sealed_text("comment.text"),
    instant("at"),
    Index("ix_comment_instance_id", "instance_id"),
)
attachment = Table(
    "attachment",
    metadata,
    key(),
    string("instance_id", null=True),
    string("name"),
    string("media_type"),
    Column("size", Integer, nullable=False),
    string("digest"),
    sealed_bytes("attachment.content"),
    instant("created_at"),
    string("created_by"),
    Index("ix_attachment_instance_id", "instance_id"),
)
paper = Table(
    "paper",
    metadata,
    key(),
    ref("instance_id", "process_instance.id"),
    string("code"),
    string("title"),
    string("template_digest"),
    sealed_bytes("paper.pdf"),
    string("digest"),
    sealed_json("paper.content"),
    instant("created_at"),
    string("created_by"),
    Index("ix_paper_instance_id_code", "instance_id", "code"),
)
signature = Table(
    "signature",
    metadata,
    ref("paper_id", "paper.id", pk=True),
    string("person_id", pk=True),
    instant("signed_at"),
    string("digest"),
)
idempotency_key = Table(
    "idempotency_key",
    metadata,
    string("person_id", pk=True),
    string("key", pk=True),
    string("request_hash"),
    Column("status", Integer, nullable=True),
    sealed_json("idempotency_key.body", null=True),
    instant("created_at"),
)
dispatch = Table(
    "dispatch",
    metadata,
    string("source", pk=True),
    string("no", pk=True),
    ref("instance_id", "process_instance.id"),
    string("digest"),
    string("place_hash", null=True),
    instant("received_at"),
    number("repeats"),
    Index("ix_dispatch_place_hash_received_at", "place_hash", "received_at"),
    Index("ix_dispatch_instance_id", "instance_id"),
)
