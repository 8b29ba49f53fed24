"""Supervision orders, saved searches, exports."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _at(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def _sealed(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _fk(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def upgrade() -> None:
    _orders()
    op.create_table(
        "saved_search",
        _text("person_id"),
        _text("name"),
        sa.Column("filters", postgresql.JSONB(none_as_null=True), nullable=False),
        _at("saved_at"),
        _fk("saved_search", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "name", name="pk_saved_search"),
    )
    op.create_table(
        "export",
        _text("id"),
        _text("person_id"),
        _text("format"),
        sa.Column("filters", postgresql.JSONB(none_as_null=True), nullable=False),
        _text("purpose"),
        _text("client"),
        _text("state"),
        _number("total"),
        _number("written"),
        _text("error", null=True),
        _sealed("content", null=True),
        _at("created_at"),
        _at("leased_until", null=True),
        _at("finished_at", null=True),
        _at("expires_at"),
        _fk("export", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    op.create_index("ix_export_person_id", "export", ["person_id"])
    open_ = sa.text("state in ('waiting', 'running')")
    op.create_index("ix_export_open", "export", ["id"], postgresql_where=open_)


def _orders() -> None:
    op.create_table(
        "supervision_order",
        _text("id"),
        _text("instance_id"),
        _text("to_id"),
        _text("text"),
        _at("due_at"),
        _at("created_at"),
        _text("created_by"),
        _text("answer", null=True),
        _at("answered_at", null=True),
        _at("closed_at", null=True),
        _text("closed_by", null=True),
        _fk("supervision_order", "instance_id", "process_instance"),
        _fk("supervision_order", "to_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_supervision_order"),
    )
    op.create_index("ix_supervision_order_instance_id", "supervision_order", ["instance_id"])
    for column in ("to_id", "created_by"):
        op.create_index(
            f"ix_supervision_order_{column}",
            "supervision_order",
            [column],
            postgresql_where=sa.text("closed_at is null"),
        )


def downgrade() -> None:
    for table in ("export", "saved_search", "supervision_order"):
        op.drop_table(table)
