"""Drafts of process packs: their files with every revision, and what was done with them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from workflows.store.tables.columns import flag, instant, jsonb, metadata, number, ref, string

pack_draft = Table(
    "pack_draft",
    metadata,
    string("id", pk=True),
    string("pack_key"),
    string("title"),
    Column("base_version", Integer, nullable=True),
    number("revision"),
    string("state"),
    string("created_by"),
    instant("created_at"),
    instant("changed_at"),
    string("editor_id", null=True),
    instant("editor_since", null=True),
    instant("editor_until", null=True),
    Column("submitted_revision", Integer, nullable=True),
    string("submitted_by", null=True),
    instant("submitted_at", null=True),
    string("submission_note", null=True),
    string("approved_by", null=True),
    instant("approved_at", null=True),
    instant("effective_at", null=True),
    ref("deployment_id", "deployment.id", null=True),
    Column("rollback_to", Integer, nullable=True),
    Index("ix_pack_draft_pack_key", "pack_key"),
    Index("ix_pack_draft_state_effective_at", "state", "effective_at"),
)
draft_file = Table(
    "draft_file",
    metadata,
    ref("draft_id", "pack_draft.id", pk=True),
    string("path", pk=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    ref("digest", "file_content.digest", null=True),
    number("size"),
    instant("saved_at"),
    string("saved_by"),
    flag("aside"),
)
law_change = Table(
    "law_change",
    metadata,
    string("id", pk=True),
    string("section"),
    string("code"),
    string("klass"),
    jsonb("before"),
    jsonb("fields"),
    string("reason"),
    string("article"),
    flag("migrates"),
    string("state"),
    string("proposed_by"),
    instant("proposed_at"),
    jsonb("approvals"),
    string("rejection"),
    instant("effective_at", null=True),
    instant("in_force_at", null=True),
    instant("followed_at", null=True),
    Index("ix_law_change_state", "state"),
)
draft_event = Table(
    "draft_event",
    metadata,
    string("id", pk=True),
    ref("draft_id", "pack_draft.id"),
    instant("at"),
    string("person_id"),
    string("action"),
    string("note"),
    number("revision"),
    Index("ix_draft_event_draft_id", "draft_id"),
)
