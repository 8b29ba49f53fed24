"""Sealed cases and named grants, an audit that only grows, second factors."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the table % only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.chain <> OLD.chain OR NEW.seq < OLD.seq THEN
    RAISE EXCEPTION 'the head of an audit chain only advances' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_event_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_anchor_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchor
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_advances BEFORE UPDATE ON audit_head
  FOR EACH ROW EXECUTE FUNCTION refuse_step_back();
"""
UNGUARD = """
DROP TRIGGER audit_head_advances ON audit_head;
DROP TRIGGER audit_head_stays ON audit_head;
DROP TRIGGER audit_event_only_grows ON audit_event;
DROP FUNCTION refuse_change() CASCADE;
DROP FUNCTION refuse_step_back() CASCADE;
"""


def _at(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _fk(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def upgrade() -> None:
    op.create_table(
        "sealed_case",
        _text("instance_id"),
        _text("reason"),
        _at("sealed_at"),
        _text("sealed_by"),
        _fk("sealed_case", "instance_id", "process_instance"),
        sa.PrimaryKeyConstraint("instance_id", name="pk_sealed_case"),
    )
    op.create_table(
        "named_grant",
        _text("instance_id"),
        _text("person_id"),
        _text("purpose"),
        _at("granted_at"),
        _text("granted_by"),
        _at("expires_at"),
        _fk("named_grant", "instance_id", "process_instance"),
        _fk("named_grant", "person_id", "person"),
        sa.PrimaryKeyConstraint("instance_id", "person_id", name="pk_named_grant"),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        _at("at"),
        _text("content"),
        _text("key_id"),
        _text("signature"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_anchor"),
    )
    op.create_table(
        "second_factor",
        _text("person_id"),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        _at("added_at"),
        _at("confirmed_at", null=True),
        sa.Column("last_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("recovery_hashes", postgresql.ARRAY(sa.Text()), nullable=False),
        _fk("second_factor", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name="pk_second_factor"),
    )
    op.create_table(
        "past_password",
        _text("person_id"),
        _at("set_at"),
        _text("password_hash"),
        _fk("past_password", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "set_at", name="pk_past_password"),
    )
    op.execute(GUARD)


def downgrade() -> None:
    op.execute(UNGUARD)
    for table in ("past_password", "second_factor", "audit_anchor", "named_grant", "sealed_case"):
        op.drop_table(table)
