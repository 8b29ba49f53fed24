"""What was deployed: packs, definitions, law packs and calendars."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY

from workflows.store.tables.columns import instant, jsonb, key, metadata, ref, string

deployment = Table(
    "deployment",
    metadata,
    key(),
    string("name"),
    string("digest"),
    instant("deployed_at"),
    string("deployed_by"),
    Index("ix_deployment_digest", "digest"),
)
file_content = Table(
    "file_content", metadata, string("digest", pk=True), Column("content", LargeBinary, nullable=False)
)
deployment_file = Table(
    "deployment_file",
    metadata,
    ref("deployment_id", "deployment.id", pk=True),
    string("path", pk=True),
    ref("digest", "file_content.digest"),
)
process_definition = Table(
    "process_definition",
    metadata,
    key(),
    string("key"),
    Column("version", Integer, nullable=False),
    string("name"),
    string("digest"),
    ref("deployment_id", "deployment.id"),
    instant("deployed_at"),
    Column("starters", ARRAY(Text), nullable=False),
    string("start_form", null=True),
    string("title_expression", null=True),
    UniqueConstraint("key", "version"),
    Index("ix_process_definition_deployment_id", "deployment_id"),
)
definition_file = Table(
    "definition_file",
    metadata,
    ref("definition_id", "process_definition.id", pk=True),
    string("kind", pk=True),
    string("name", pk=True),
    ref("digest", "file_content.digest"),
)
definition_start = Table(
    "definition_start",
    metadata,
    ref("definition_id", "process_definition.id", pk=True),
    string("element_id", pk=True),
    string("kind"),
    string("event_name", null=True),
    instant("due_at", null=True),
    Column("firings_left", Integer, nullable=True),
    Index("ix_definition_start_kind_event_name", "kind", "event_name"),
)
lawpack_version = Table(
    "lawpack_version",
    metadata,
    string("version", pk=True),
    instant("loaded_at"),
    string("loaded_by"),
    jsonb("content"),
)
calendar_year = Table(
    "calendar_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    jsonb("days"),
    instant("loaded_at"),
)
