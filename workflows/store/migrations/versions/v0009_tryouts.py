"""Shadow cases of drafts."""

from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE tryout (draft_id TEXT NOT NULL REFERENCES pack_draft (id), person_id TEXT NOT NULL, "
        "script JSONB NOT NULL, changed_at TIMESTAMPTZ NOT NULL, PRIMARY KEY (draft_id, person_id))"
    )


def downgrade() -> None:
    op.execute("DROP TABLE tryout")
