"""
The tables. The serialised instance is the truth; everything a wait state needs is an index derived from it.

Times are ``timestamptz``. Ids made here are time-ordered text (``workflows/store/ids.py``), so that new rows land at the end
of an index. Personal data stands only in columns of the ``Sealed`` types, which are encrypted (``workflows/store/sealing.py``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from workflows.store.sealing import SealedBytes, SealedJson, SealedText

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _ref(name: str, target: str, *, null: bool = False, pk: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey(target), nullable=null and not pk, primary_key=pk)


def _text(name: str, *, null: bool = False, pk: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null and not pk, primary_key=pk)


def _at(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _json(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, JSONB(none_as_null=True), nullable=null)


def _sealed_json(place: str, name: str = "", *, null: bool = False) -> Column[Any]:
    return Column(name or place.split(".")[1], SealedJson(place), nullable=null)


def _sealed_bytes(place: str, name: str = "") -> Column[bytes]:
    return Column(name or place.split(".")[1], SealedBytes(place), nullable=False)


def _sealed_text(place: str, *, null: bool = False) -> Column[str]:
    return Column(place.split(".")[1], SealedText(place), nullable=null)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _number(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text(str(default)))


# -- people and units ------------------------------------------------------------------------------------------------

unit = Table(
    "unit",
    metadata,
    _id(),
    _text("kind"),
    _text("name"),
    _ref("parent", "unit.id", null=True),
    _text("area", null=True),
    _flag("pilot"),
)
person = Table(
    "person",
    metadata,
    _id(),
    Column("account", Text, nullable=False, unique=True),
    _text("name"),
    _text("password_hash"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("locale", Text, nullable=False, server_default=text("'zh'")),
    _sealed_text("person.phone", null=True),
    _text("qualification", null=True),
    _flag("must_change_password"),
    _at("absent_until", null=True),
    _text("substitute_id", null=True),
    _at("created_at"),
)
role_grant = Table(
    "role_grant",
    metadata,
    _ref("person_id", "person.id", pk=True),
    _text("role", pk=True),
    _ref("unit_id", "unit.id", pk=True),
    _text("granted_by"),
    _at("granted_at"),
    Index("ix_role_grant_role_unit_id", "role", "unit_id"),
)
session = Table(
    "session",
    metadata,
    _text("token_hash", pk=True),
    _ref("person_id", "person.id"),
    _text("csrf"),
    _at("created_at"),
    _at("seen_at"),
    _at("expires_at"),
    _text("client"),
    Index("ix_session_person_id", "person_id"),
)
login_attempt = Table(
    "login_attempt",
    metadata,
    _text("account", pk=True),
    _number("failures"),
    _at("since"),
    _at("locked_until", null=True),
)
setting = Table("setting", metadata, _text("key", pk=True), _json("value"))

# -- packs -----------------------------------------------------------------------------------------------------------

deployment = Table(
    "deployment",
    metadata,
    _id(),
    _text("name"),
    _text("digest"),
    _at("deployed_at"),
    _text("deployed_by"),
    Index("ix_deployment_digest", "digest"),
)
file_content = Table(
    "file_content", metadata, _text("digest", pk=True), Column("content", LargeBinary, nullable=False)
)
deployment_file = Table(
    "deployment_file",
    metadata,
    _ref("deployment_id", "deployment.id", pk=True),
    _text("path", pk=True),
    _ref("digest", "file_content.digest"),
)
process_definition = Table(
    "process_definition",
    metadata,
    _id(),
    _text("key"),
    Column("version", Integer, nullable=False),
    _text("name"),
    _text("digest"),
    _ref("deployment_id", "deployment.id"),
    _at("deployed_at"),
    Column("starters", ARRAY(Text), nullable=False),
    _text("start_form", null=True),
    _text("title_expression", null=True),
    UniqueConstraint("key", "version"),
    Index("ix_process_definition_deployment_id", "deployment_id"),
)
definition_file = Table(
    "definition_file",
    metadata,
    _ref("definition_id", "process_definition.id", pk=True),
    _text("kind", pk=True),
    _text("name", pk=True),
    _ref("digest", "file_content.digest"),
)
definition_start = Table(
    "definition_start",
    metadata,
    _ref("definition_id", "process_definition.id", pk=True),
    _text("element_id", pk=True),
    _text("kind"),
    _text("event_name", null=True),
    _at("due_at", null=True),
    Column("firings_left", Integer, nullable=True),
    Index("ix_definition_start_kind_event_name", "kind", "event_name"),
)
lawpack_version = Table(
    "lawpack_version",
    metadata,
    _text("version", pk=True),
    _at("loaded_at"),
    _text("loaded_by"),
    _json("content"),
)
calendar_year = Table(
    "calendar_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    _json("days"),
    _at("loaded_at"),
)

# -- instances -------------------------------------------------------------------------------------------------------

process_instance = Table(
    "process_instance",
    metadata,
    _id(),
    _ref("definition_id", "process_definition.id"),
    _text("process_key"),
    _text("business_key"),
    _text("title"),
    _text("status"),
    _flag("suspended"),
    _number("revision"),
    _sealed_bytes("process_instance.state"),
    _sealed_json("process_instance.variables"),
    _at("started_at"),
    _text("started_by"),
    _at("ended_at", null=True),
    _text("parent_id", null=True),
    _text("risk", null=True),
    _text("level", null=True),
    _at("due_at", null=True),
    _text("due_code", null=True),
    _number("history_length"),
    UniqueConstraint("process_key", "business_key"),
    Index("ix_process_instance_started_at_id", "started_at", "id"),
    Index("ix_process_instance_definition_id_status", "definition_id", "status"),
    Index("ix_process_instance_due_at", "due_at", postgresql_where=text("status = 'active'")),
)
instance_unit = Table(
    "instance_unit",
    metadata,
    _ref("instance_id", "process_instance.id", pk=True),
    _text("slot", pk=True),
    _text("unit_id"),
    Index("ix_instance_unit_unit_id_instance_id", "unit_id", "instance_id"),
)
participant = Table(
    "participant",
    metadata,
    _ref("instance_id", "process_instance.id", pk=True),
    _text("person_id", pk=True),
    _text("part", pk=True),
    _at("since"),
    Index("ix_participant_person_id_instance_id", "person_id", "instance_id"),
)
instance_party = Table(
    "instance_party",
    metadata,
    _ref("instance_id", "process_instance.id", pk=True),
    _text("key_hash", pk=True),
    Index("ix_instance_party_key_hash", "key_hash"),
)
instance_step = Table(
    "instance_step",
    metadata,
    _ref("instance_id", "process_instance.id", pk=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _text("user_task_id"),
    _text("element_id"),
    _text("person_id"),
    _at("at"),
    _sealed_bytes("process_instance.state", "state_before"),
    _sealed_json("process_instance.variables", "variables_before"),
)

# -- wait states -----------------------------------------------------------------------------------------------------

user_task = Table(
    "user_task",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("activity_id"),
    _text("element_id"),
    _text("name"),
    _text("lane", null=True),
    _text("state"),
    Column("roles", ARRAY(Text), nullable=False),
    _text("unit_id", null=True),
    _text("assignee_id", null=True),
    _text("owner_id", null=True),
    _text("form_key", null=True),
    _json("extensions"),
    _sealed_json("user_task.inputs", null=True),
    _text("inputs_hash", null=True),
    _number("priority", 50),
    _at("created_at"),
    _at("due_at", null=True),
    _at("sort_at"),
    _at("closed_at", null=True),
    _text("completed_by", null=True),
    _at("reminded_at", null=True),
    _number("reminders"),
    Index(
        "uq_user_task_open",
        "instance_id",
        "activity_id",
        unique=True,
        postgresql_where=text("state in ('created', 'claimed')"),
    ),
    Index("ix_user_task_instance_id", "instance_id"),
    Index(
        "ix_user_task_assignee_id_sort_at",
        "assignee_id",
        "sort_at",
        "id",
        postgresql_where=text("state = 'claimed'"),
    ),
    Index(
        "ix_user_task_done",
        "instance_id",
        "element_id",
        text("closed_at DESC"),
        postgresql_include=["completed_by"],
        postgresql_where=text("state = 'completed' and completed_by is not null"),
    ),
    Index(
        "ix_user_task_completed_by", "completed_by", "closed_at", postgresql_where=text("state = 'completed'")
    ),
)
user_task_candidate = Table(
    "user_task_candidate",
    metadata,
    _text("key", pk=True),
    Column("sort_at", DateTime(timezone=True), primary_key=True),
    Column("user_task_id", Text, ForeignKey("user_task.id"), primary_key=True),
    Index("ix_user_task_candidate_user_task_id", "user_task_id"),
)
job = Table(
    "job",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("activity_id"),
    _text("element_id"),
    _text("operation"),
    _sealed_json("job.parameters"),
    _text("state"),
    _number("attempts"),
    _at("created_at"),
    _at("run_at"),
    _at("leased_until", null=True),
    _text("lease", null=True),
    _text("error", null=True),
    Index(
        "uq_job_open",
        "instance_id",
        "activity_id",
        unique=True,
        postgresql_where=text("state in ('ready', 'leased', 'failed')"),
    ),
    Index("ix_job_run_at", "run_at", "id", postgresql_where=text("state in ('ready', 'leased')")),
)
timer = Table(
    "timer",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("activity_id"),
    _text("element_id"),
    _at("due_at"),
    _text("deadline", null=True),
    UniqueConstraint("instance_id", "activity_id"),
    Index("ix_timer_due_at", "due_at", "id"),
)
event_subscription = Table(
    "event_subscription",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("activity_id"),
    _text("element_id"),
    _text("kind"),
    _text("event_name"),
    _text("correlation_key", null=True),
    UniqueConstraint("instance_id", "activity_id"),
    Index("ix_event_subscription_kind_event_name_correlation_key", "kind", "event_name", "correlation_key"),
)
message = Table(
    "message",
    metadata,
    _id(),
    _text("kind"),
    _text("name"),
    _text("correlation_key", null=True),
    _sealed_json("message.payload"),
    _text("state"),
    _text("target_id", null=True),
    _text("source_id", null=True),
    Column("message_id", Text, nullable=True, unique=True),
    _at("created_at"),
    _at("expires_at", null=True),
    _number("attempts"),
    Index("ix_message_state_id", "state", "id", postgresql_where=text("state in ('pending', 'waiting')")),
)
incident = Table(
    "incident",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("activity_id", null=True),
    _text("element_id", null=True),
    _text("job_id", null=True),
    _text("code"),
    _text("message"),
    _at("created_at"),
    _at("resolved_at", null=True),
    _text("resolved_by", null=True),
    Index("ix_incident_instance_id", "instance_id"),
    Index("ix_incident_open", "id", postgresql_where=text("resolved_at is null")),
)

# -- deadlines -------------------------------------------------------------------------------------------------------

deadline = Table(
    "deadline",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("code"),
    _text("activity_id"),
    _text("element_id"),
    _text("element_name"),
    _text("state"),
    _at("started_at"),
    _at("stopped_at", null=True),
    _at("due_at"),
    Column("statutory_last_day", Date, nullable=True),
    Column("unrolled", Date, nullable=True),
    Column("internal_target", Date, nullable=True),
    _text("klass"),
    _flag("provisional"),
    Index("ix_deadline_instance_id", "instance_id"),
    Index("ix_deadline_provisional", "id", postgresql_where=text("provisional and state <> 'stopped'")),
)
deadline_event = Table(
    "deadline_event",
    metadata,
    _ref("deadline_id", "deadline.id", pk=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _at("at"),
    Column("amount", Integer, nullable=True),
    _text("reason"),
    _at("recorded_at"),
    _text("recorded_by"),
    _text("activity_id", null=True),
)
rung = Table(
    "rung",
    metadata,
    _id(),
    _ref("deadline_id", "deadline.id"),
    _text("step"),
    _text("label"),
    _at("due_at"),
    _at("fired_at", null=True),
    _json("actions"),
    UniqueConstraint("deadline_id", "step"),
    Index("ix_rung_due_at", "due_at", "id", postgresql_where=text("fired_at is null")),
)

# -- records ---------------------------------------------------------------------------------------------------------

history_event = Table(
    "history_event",
    metadata,
    _ref("instance_id", "process_instance.id", pk=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("element_id"),
    _text("element_name"),
    _text("element_type"),
    _text("activity_id", null=True),
    _at("at"),
    _text("by_id", null=True),
    Column("sources", ARRAY(Text), nullable=False),
    _sealed_json("history_event.detail"),
)
audit_head = Table(
    "audit_head", metadata, _text("chain", pk=True), Column("seq", BigInteger, nullable=False), _text("hash")
)
audit_event = Table(
    "audit_event",
    metadata,
    _text("chain", pk=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", BigInteger, Identity(always=True), nullable=False, unique=True),
    _at("at"),
    _text("person_id"),
    _text("action"),
    _text("instance_id", null=True),
    _text("purpose", null=True),
    Column("fields", ARRAY(Text), nullable=False),
    _text("client"),
    _json("detail"),
    _text("prev_hash"),
    _text("hash"),
    Index("ix_audit_event_person_id_id", "person_id", "id"),
    Index("ix_audit_event_instance_id", "instance_id"),
)
notice = Table(
    "notice",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    _text("kind"),
    _text("subject"),
    _text("body"),
    _text("link", null=True),
    _text("instance_id", null=True),
    _at("created_at"),
    _at("read_at", null=True),
    Index("ix_notice_person_id_id", "person_id", "id"),
)
delivery = Table(
    "delivery",
    metadata,
    _id(),
    _ref("notice_id", "notice.id"),
    _text("state"),
    _number("attempts"),
    _at("run_at"),
    _at("leased_until", null=True),
    _text("error", null=True),
    Index("ix_delivery_run_at", "run_at", "id", postgresql_where=text("state = 'ready'")),
)
draft = Table(
    "draft",
    metadata,
    _ref("user_task_id", "user_task.id", pk=True),
    _text("person_id", pk=True),
    _sealed_json("draft.submission"),
    _at("saved_at"),
)
comment = Table(
    "comment",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("person_id"),
    _sealed_text("comment.text"),
    _at("at"),
    Index("ix_comment_instance_id", "instance_id"),
)
attachment = Table(
    "attachment",
    metadata,
    _id(),
    _text("instance_id", null=True),
    _text("name"),
    _text("media_type"),
    Column("size", Integer, nullable=False),
    _text("digest"),
    _sealed_bytes("attachment.content"),
    _at("created_at"),
    _text("created_by"),
    Index("ix_attachment_instance_id", "instance_id"),
)
paper = Table(
    "paper",
    metadata,
    _id(),
    _ref("instance_id", "process_instance.id"),
    _text("code"),
    _text("title"),
    _text("template_digest"),
    _sealed_bytes("paper.pdf"),
    _text("digest"),
    _sealed_json("paper.content"),
    _at("created_at"),
    _text("created_by"),
    Index("ix_paper_instance_id_code", "instance_id", "code"),
)
signature = Table(
    "signature",
    metadata,
    _ref("paper_id", "paper.id", pk=True),
    _text("person_id", pk=True),
    _at("signed_at"),
    _text("digest"),
)
idempotency_key = Table(
    "idempotency_key",
    metadata,
    _text("person_id", pk=True),
    _text("key", pk=True),
    _text("request_hash"),
    Column("status", Integer, nullable=True),
    _sealed_json("idempotency_key.body", null=True),
    _at("created_at"),
)
dispatch = Table(
    "dispatch",
    metadata,
    _text("source", pk=True),
    _text("no", pk=True),
    _ref("instance_id", "process_instance.id"),
    _text("digest"),
    _text("place_hash", null=True),
    _at("received_at"),
    _number("repeats"),
    Index("ix_dispatch_place_hash_received_at", "place_hash", "received_at"),
    Index("ix_dispatch_instance_id", "instance_id"),
)

# -- trust -----------------------------------------------------------------------------------------------------------

sealed_case = Table(
    "sealed_case",
    metadata,
    _ref("instance_id", "process_instance.id", pk=True),
    _text("reason"),
    _at("sealed_at"),
    _text("sealed_by"),
)
named_grant = Table(
    "named_grant",
    metadata,
    _ref("instance_id", "process_instance.id", pk=True),
    _ref("person_id", "person.id", pk=True),
    _text("purpose"),
    _at("granted_at"),
    _text("granted_by"),
    _at("expires_at"),
)
audit_anchor = Table(
    "audit_anchor",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _at("at"),
    _text("content"),
    _text("key_id"),
    _text("signature"),
)
second_factor = Table(
    "second_factor",
    metadata,
    _ref("person_id", "person.id", pk=True),
    _sealed_bytes("second_factor.secret"),
    _at("added_at"),
    _at("confirmed_at", null=True),
    Column("last_step", BigInteger, nullable=False, server_default=text("0")),
    Column("recovery_hashes", ARRAY(Text), nullable=False),
)
past_password = Table(
    "past_password",
    metadata,
    _ref("person_id", "person.id", pk=True),
    Column("set_at", DateTime(timezone=True), primary_key=True),
    _text("password_hash"),
)
