"""What protects the people a case is about: looks at clear data, asked-for grants, their rights, retention, absences."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from workflows.store.tables.columns import (
    instant,
    key,
    metadata,
    number,
    ref,
    sealed_json,
    sealed_text,
    string,
)

reveal = Table(
    "reveal",
    metadata,
    key(),
    ref("instance_id", "process_instance.id"),
    ref("person_id", "person.id"),
    string("purpose"),
    Column("fields", ARRAY(Text), nullable=False),
    instant("opened_at"),
    instant("expires_at"),
    Index("ix_reveal_person_id_instance_id", "person_id", "instance_id"),
)
#: ``instance_id`` is NULL when nobody knows the number that was asked about: the asker gets the same answer.
grant_request = Table(
    "grant_request",
    metadata,
    key(),
    ref("person_id", "person.id"),
    string("business_key"),
    ref("instance_id", "process_instance.id", null=True),
    string("purpose"),
    sealed_text("grant_request.reason"),
    number("days"),
    instant("asked_at"),
    instant("announced_at", null=True),
    instant("decided_at", null=True),
    string("decided_by", null=True),
    Column("granted", Boolean, nullable=True),
    Index("ix_grant_request_person_id", "person_id", "id"),
    Index("ix_grant_request_open", "instance_id", postgresql_where=text("decided_at IS NULL")),
)
#: What an audit event says in free words; the event keeps only its digest, so that the words can be erased.
audit_detail = Table(
    "audit_detail",
    metadata,
    string("chain", pk=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sealed_json("audit_detail.content"),
)
audit_review = Table(
    "audit_review",
    metadata,
    key(),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    instant("at"),
    string("person_id"),
    sealed_json("audit_review.content"),
)
person_request = Table(
    "person_request",
    metadata,
    key(),
    Column("number", Text, nullable=False, unique=True),
    string("kind"),
    string("subject_hash"),
    sealed_json("person_request.content"),
    string("state"),
    instant("opened_at"),
    string("opened_by"),
    instant("closed_at", null=True),
    string("closed_by", null=True),
    Index("ix_person_request_subject_hash", "subject_hash"),
)
legal_hold = Table(
    "legal_hold",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    sealed_text("legal_hold.reason"),
    instant("placed_at"),
    string("placed_by"),
)
restriction = Table(
    "restriction",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    string("request_number"),
    instant("placed_at"),
    string("placed_by"),
)
disposal = Table(
    "disposal",
    metadata,
    key(),
    ref("instance_id", "process_instance.id"),
    string("rule"),
    Column("due_on", Date, nullable=False),
    string("state"),
    string("request_number", null=True),
    instant("proposed_at"),
    instant("decided_at", null=True),
    string("decided_by", null=True),
    sealed_text("disposal.reason", null=True),
    Index("ix_disposal_state", "state", "id"),
    Index(
        "uq_disposal_open", "instance_id", "rule", unique=True, postgresql_where=text("state = 'proposed'")
    ),
)
absence = Table(
    "absence",
    metadata,
    key(),
    ref("person_id", "person.id"),
    ref("substitute_id", "person.id", null=True),
    instant("begins_at"),
    instant("ends_at"),
    sealed_text("absence.reason"),
    instant("announced_at"),
    string("announced_by"),
    instant("begun_at", null=True),
    instant("ended_at", null=True),
    Index("ix_absence_person_id", "person_id"),
    Index("ix_absence_running", "begins_at", postgresql_where=text("ended_at IS NULL")),
)
absence_task = Table(
    "absence_task",
    metadata,
    ref("absence_id", "absence.id", pk=True),
    ref("user_task_id", "user_task.id", pk=True),
    string("to_id", null=True),
    string("why"),
    instant("moved_at"),
    instant("returned_at", null=True),
    Index("ix_absence_task_user_task_id", "user_task_id"),
)
