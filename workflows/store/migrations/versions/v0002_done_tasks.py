"""Find who did each element of a case last, however often the case has looped."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_user_task_done ON user_task (instance_id, element_id, closed_at DESC) "
        "INCLUDE (completed_by) WHERE state = 'completed' AND completed_by IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_user_task_done")
