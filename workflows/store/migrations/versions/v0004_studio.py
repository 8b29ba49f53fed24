"""Drafts of process packs with every revision of their files."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _at(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=True)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _draft() -> None:
    op.create_table(
        "pack_draft",
        _text("id"),
        _text("pack_key"),
        _text("title"),
        _count("base_version"),
        _number("revision"),
        _text("state"),
        _text("created_by"),
        _at("created_at"),
        _at("changed_at"),
        _text("editor_id", null=True),
        _at("editor_since", null=True),
        _at("editor_until", null=True),
        _count("submitted_revision"),
        _text("submitted_by", null=True),
        _at("submitted_at", null=True),
        _text("submission_note", null=True),
        _text("approved_by", null=True),
        _at("approved_at", null=True),
        _at("effective_at", null=True),
        _text("deployment_id", null=True),
        _count("rollback_to"),
        sa.PrimaryKeyConstraint("id", name="pk_pack_draft"),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name="fk_pack_draft_deployment_id_deployment"),
    )
    op.create_index("ix_pack_draft_pack_key", "pack_draft", ["pack_key"])
    op.create_index("ix_pack_draft_state_effective_at", "pack_draft", ["state", "effective_at"])


def upgrade() -> None:
    _draft()
    op.create_table(
        "draft_file",
        _text("draft_id"),
        _text("path"),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        _text("digest", null=True),
        _number("size"),
        _at("saved_at"),
        _text("saved_by"),
        sa.Column("aside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "path", "revision", name="pk_draft_file"),
        sa.ForeignKeyConstraint(["draft_id"], ["pack_draft.id"], name="fk_draft_file_draft_id_pack_draft"),
        sa.ForeignKeyConstraint(["digest"], ["file_content.digest"], name="fk_draft_file_digest_file_content"),
    )
    op.create_table(
        "draft_event",
        _text("id"),
        _text("draft_id"),
        _at("at"),
        _text("person_id"),
        _text("action"),
        _text("note"),
        _number("revision"),
        sa.PrimaryKeyConstraint("id", name="pk_draft_event"),
        sa.ForeignKeyConstraint(["draft_id"], ["pack_draft.id"], name="fk_draft_event_draft_id_pack_draft"),
    )
    op.create_index("ix_draft_event_draft_id", "draft_event", ["draft_id"])
    op.create_table(
        "law_change",
        _text("id"),
        _text("section"),
        _text("code"),
        _text("klass"),
        _json("before"),
        _json("fields"),
        _text("reason"),
        _text("article"),
        sa.Column("migrates", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _text("state"),
        _text("proposed_by"),
        _at("proposed_at"),
        _json("approvals"),
        _text("rejection"),
        _at("effective_at", null=True),
        _at("in_force_at", null=True),
        _at("followed_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_law_change"),
    )
    op.create_index("ix_law_change_state", "law_change", ["state"])


def downgrade() -> None:
    for table in ("law_change", "draft_event", "draft_file", "pack_draft"):
        op.drop_table(table)
