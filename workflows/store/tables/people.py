"""People, their units, roles, sessions and settings."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table, Text, UniqueConstraint, text

from workflows.store.tables.columns import (
    flag,
    instant,
    jsonb,
    key,
    metadata,
    number,
    ref,
    sealed_text,
    string,
)

unit = Table(
    "unit",
    metadata,
    key(),
    string("kind"),
    string("name"),
    ref("parent", "unit.id", null=True),
    string("area", null=True),
    flag("pilot"),
)
person = Table(
    "person",
    metadata,
    key(),
    Column("account", Text, nullable=False, unique=True),
    string("name"),
    string("password_hash"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("locale", Text, nullable=False, server_default=text("'zh'")),
    sealed_text("person.phone", null=True),
    string("qualification", null=True),
    flag("must_change_password"),
    instant("password_expires_at", null=True),
    instant("absent_until", null=True),
    string("substitute_id", null=True),
    instant("created_at"),
)
role_grant = Table(
    "role_grant",
    metadata,
    ref("person_id", "person.id", pk=True),
    string("role", pk=True),
    ref("unit_id", "unit.id", pk=True),
    string("granted_by"),
    instant("granted_at"),
    instant("expires_at", null=True),
    Index("ix_role_grant_role_unit_id", "role", "unit_id"),
)
session = Table(
    "session",
    metadata,
    string("token_hash", pk=True),
    ref("person_id", "person.id"),
    string("csrf"),
    instant("created_at"),
    instant("seen_at"),
    instant("expires_at"),
    string("client"),
    Column("device", Text, nullable=False, server_default=text("''")),
    instant("confirmed_at"),
    Index("ix_session_person_id", "person_id"),
)
login_attempt = Table(
    "login_attempt",
    metadata,
    string("account", pk=True),
    number("failures"),
    instant("since"),
    instant("locked_until", null=True),
)
federated_identity = Table(
    "federated_identity",
    metadata,
    string("issuer", pk=True),
    string("subject", pk=True),
    ref("person_id", "person.id"),
    instant("bound_at"),
    UniqueConstraint("issuer", "person_id"),
)
setting = Table("setting", metadata, string("key", pk=True), jsonb("value"))
