"""Proofs of submitted drafts: how far the checks and scenarios are, and what they found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "draft_proof",
        sa.Column("draft_id", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in ("revision", "done", "total", "attempts")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "basis", "current")),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("ordered_at", at, nullable=False),
        sa.Column("leased_until", at, nullable=True),
        sa.Column("finished_at", at, nullable=True),
        sa.PrimaryKeyConstraint("draft_id", name="pk_draft_proof"),
        sa.ForeignKeyConstraint(["draft_id"], ["pack_draft.id"], name="fk_draft_proof_draft_id_pack_draft"),
    )
    op.create_index(
        "ix_draft_proof_open",
        "draft_proof",
        ["draft_id"],
        postgresql_where=sa.text("state in ('waiting', 'running')"),
    )


def downgrade() -> None:
    op.drop_table("draft_proof")
