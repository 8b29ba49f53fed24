"""Sealing, named grants, signed anchors, second factors."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from workflows.store.tables.columns import instant, metadata, ref, sealed_bytes, sealed_text, string

sealed_case = Table(
    "sealed_case",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    sealed_text("sealed_case.reason"),
    instant("sealed_at"),
    string("sealed_by"),
)
named_grant = Table(
    "named_grant",
    metadata,
    ref("instance_id", "process_instance.id", pk=True),
    ref("person_id", "person.id", pk=True),
    sealed_text("named_grant.purpose"),
    instant("granted_at"),
    string("granted_by"),
    instant("expires_at"),
)
audit_anchor = Table(
    "audit_anchor",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    instant("at"),
    string("content"),
    string("key_id"),
    string("signature"),
)
second_factor = Table(
    "second_factor",
    metadata,
    ref("person_id", "person.id", pk=True),
    sealed_bytes("second_factor.secret"),
    instant("added_at"),
    instant("confirmed_at", null=True),
    Column("last_step", BigInteger, nullable=False, server_default=text("0")),
    Column("recovery_hashes", ARRAY(Text), nullable=False),
)
past_password = Table(
    "past_password",
    metadata,
    ref("person_id", "person.id", pk=True),
    Column("set_at", DateTime(timezone=True), primary_key=True),
    string("password_hash"),
)
