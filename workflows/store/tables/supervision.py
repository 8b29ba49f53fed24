"""What supervisors leave behind: orders with an answer, saved searches, exports."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, text

from workflows.store.sealing import SealedBytes
from workflows.store.tables.columns import instant, jsonb, key, metadata, number, ref, sealed_text, string

supervision_order = Table(
    "supervision_order",
    metadata,
    key(),
    ref("instance_id", "process_instance.id"),
    ref("to_id", "person.id"),
    sealed_text("supervision_order.text"),
    instant("due_at"),
    instant("created_at"),
    string("created_by"),
    sealed_text("supervision_order.answer", null=True),
    instant("answered_at", null=True),
    instant("closed_at", null=True),
    string("closed_by", null=True),
    Index("ix_supervision_order_instance_id", "instance_id"),
    Index("ix_supervision_order_to_id", "to_id", postgresql_where=text("closed_at is null")),
    Index("ix_supervision_order_created_by", "created_by", postgresql_where=text("closed_at is null")),
)
saved_search = Table(
    "saved_search",
    metadata,
    ref("person_id", "person.id", pk=True),
    string("name", pk=True),
    jsonb("filters"),
    instant("saved_at"),
)
export = Table(
    "export",
    metadata,
    key(),
    ref("person_id", "person.id"),
    string("format"),
    jsonb("filters"),
    string("purpose"),
    string("client"),
    string("state"),
    number("total"),
    number("written"),
    string("error", null=True),
    Column("content", SealedBytes("export.content"), nullable=True),
    instant("created_at"),
    instant("leased_until", null=True),
    instant("finished_at", null=True),
    instant("expires_at"),
    Index("ix_export_person_id", "person_id"),
    Index("ix_export_open", "id", postgresql_where=text("state in ('waiting', 'running')")),
)
