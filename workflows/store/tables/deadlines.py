"""Running deadlines, their ledgers and rungs."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, UniqueConstraint, text

from workflows.store.tables.columns import flag, instant, jsonb, key, metadata, ref, sealed_text, string

deadline = Table(
    "deadline",
    metadata,
    key(),
    ref("instance_id", "process_instance.id"),
    string("code"),
    string("activity_id"),
    string("element_id"),
    string("element_name"),
    string("state"),
    instant("started_at"),
    instant("stopped_at", null=True),
    instant("due_at"),
    Column("statutory_last_day", Date, nullable=True),
    Column("unrolled", Date, nullable=True),
    Column("internal_target", Date, nullable=True),
    string("klass"),
    flag("provisional"),
    Index("ix_deadline_instance_id", "instance_id"),
    Index("ix_deadline_provisional", "id", postgresql_where=text("provisional and state <> 'stopped'")),
)
deadline_event = Table(
    "deadline_event",
    metadata,
    ref("deadline_id", "deadline.id", pk=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    string("kind"),
    instant("at"),
    Column("amount", Integer, nullable=True),
    sealed_text("deadline_event.reason"),
    instant("recorded_at"),
    string("recorded_by"),
    string("activity_id", null=True),
)
rung = Table(
    "rung",
    metadata,
    key(),
    ref("deadline_id", "deadline.id"),
    string("step"),
    string("label"),
    instant("due_at"),
    instant("fired_at", null=True),
    jsonb("actions"),
    UniqueConstraint("deadline_id", "step"),
    Index("ix_rung_due_at", "due_at", "id", postgresql_where=text("fired_at is null")),
)
