"""Cases, who and what belongs to them, their steps."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, text

from workflows.store.tables.columns import (
    flag,
    instant,
    key,
    metadata,
    number,
    ref,
    sealed_bytes,
    sealed_json,
    string,
)

process_instance = Table(
    "process_instance",
    metadata,
    key(),
    ref("definition_id", "process_definition.id"),
    string("process_key"),
    string("business_key"),
    string("title"),
    string("status"),
    flag("suspended"),
    number("revision"),
    sealed_bytes("process_instance.state"),
    sealed_json("process_instance.variables"),
    instant("started_at"),
    string("started_by"),
    instant("ended_at", null=True),
    string("parent_id", null=True),
    string("risk", null=True),
    string("level", null=True),
    instant("due_at", null=True),
    string("due_code", null=True),
    number("history_length"),
    UniqueConstraint("process_key", "business_key"),
    Index("ix_process_instance_started_at_id", "started_at", "id"),
    Index("ix_process_instance_definition_id_status", "definition_id", "status"),
    Index("ix_process_instance_due_at", "due_at", postgresql_where=text("status = 'active'")),
)
instance_unit = Table(
    "instance_unit",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    string("slot", pk=True),
    string("unit_id"),
    Index("ix_instance_unit_unit_id_instance_id", "unit_id", "instance_id"),
)
participant = Table(
    "participant",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    string("person_id", pk=True),
    string("part", pk=True),
    instant("since"),
    Index("ix_participant_person_id_instance_id", "person_id", "instance_id"),
    Index("ix_participant_conflict", "instance_id", "person_id", postgresql_where=text("part = 'conflict'")),
)
instance_party = Table(
    "instance_party",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    string("key_hash", pk=True),
    Index("ix_instance_party_key_hash", "key_hash"),
)
instance_step = Table(
    "instance_step",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    string("user_task_id"),
    string("element_id"),
    string("person_id"),
    instant("at"),
    sealed_bytes("process_instance.state", "state_before"),
    sealed_json("process_instance.variables", "variables_before"),
)
