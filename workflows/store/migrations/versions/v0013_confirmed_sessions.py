"""When the password of a session was typed last."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE session SET confirmed_at = created_at")
    op.alter_column("session", "confirmed_at", nullable=False)


def downgrade() -> None:
    op.drop_column("session", "confirmed_at")
