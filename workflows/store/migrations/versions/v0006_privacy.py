"""Reveals, asked-for grants, people's rights, retention and absences; free words of the audit apart from its chains."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WATCHED = "action IN ('denied', 'view-clear', 'view-paper', 'view-attachment', 'erase')"


def upgrade() -> None:
    op.create_table('audit_detail',
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('content', postgresql.JSONB(), nullable=False),
    sa.PrimaryKeyConstraint('chain', 'seq', name='pk_audit_detail')
    )
    op.create_table('audit_review',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(), nullable=False),
    sa.PrimaryKeyConstraint('id', name='pk_audit_review')
    )
    op.create_table('person_request',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject_hash', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name='pk_person_request'),
    sa.UniqueConstraint('number', name='uq_person_request_number')
    )
    op.create_index('ix_person_request_subject_hash', 'person_request', ['subject_hash'], unique=False)
    op.create_table('absence',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('substitute_id', sa.Text(), nullable=True),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('announced_by', sa.Text(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_absence_person_id'),
    sa.ForeignKeyConstraint(['substitute_id'], ['person.id'], name='fk_absence_substitute_id'),
    sa.PrimaryKeyConstraint('id', name='pk_absence')
    )
    op.create_index('ix_absence_person_id', 'absence', ['person_id'], unique=False)
    op.create_index('ix_absence_running', 'absence', ['begins_at'], unique=False, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('disposal',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('request_number', sa.Text(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name='fk_disposal_instance_id'),
    sa.PrimaryKeyConstraint('id', name='pk_disposal')
    )
    op.create_index('ix_disposal_state', 'disposal', ['state', 'id'], unique=False)
    op.create_index('uq_disposal_open', 'disposal', ["instance_id", "rule"], unique=True, postgresql_where=sa.text("state = 'proposed'"))
    op.create_table('grant_request',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('business_key', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('days', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name='fk_grant_request_instance_id'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_grant_request_person_id'),
    sa.PrimaryKeyConstraint('id', name='pk_grant_request')
    )
    op.create_index('ix_grant_request_open', 'grant_request', ['instance_id'], unique=False, postgresql_where=sa.text('decided_at IS NULL'))
    op.create_index('ix_grant_request_person_id', 'grant_request', ['person_id', 'id'], unique=False)
    op.create_table('legal_hold',
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('placed_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name='fk_legal_hold_instance_id'),
    sa.PrimaryKeyConstraint('instance_id', name='pk_legal_hold')
    )
    op.create_table('restriction',
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('request_number', sa.Text(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('placed_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name='fk_restriction_instance_id'),
    sa.PrimaryKeyConstraint('instance_id', name='pk_restriction')
    )
    op.create_table('reveal',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('fields', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name='fk_reveal_instance_id'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_reveal_person_id'),
    sa.PrimaryKeyConstraint('id', name='pk_reveal')
    )
    op.create_index('ix_reveal_person_id_instance_id', 'reveal', ['person_id', 'instance_id'], unique=False)
    op.create_table('absence_task',
    sa.Column('absence_id', sa.Text(), nullable=False),
    sa.Column('user_task_id', sa.Text(), nullable=False),
    sa.Column('to_id', sa.Text(), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['absence_id'], ['absence.id'], name='fk_absence_task_absence_id'),
    sa.ForeignKeyConstraint(['user_task_id'], ['user_task.id'], name='fk_absence_task_user_task_id'),
    sa.PrimaryKeyConstraint('absence_id', 'user_task_id', name='pk_absence_task')
    )
    op.create_index('ix_absence_task_user_task_id', 'absence_task', ['user_task_id'], unique=False)
    op.create_index("ix_audit_event_watched", "audit_event", ["action", "at"], postgresql_where=sa.text(WATCHED))
    op.create_index(
        "ix_participant_conflict",
        "participant",
        ["instance_id", "person_id"],
        postgresql_where=sa.text("part = 'conflict'"),
    )


def downgrade() -> None:
    op.drop_index("ix_participant_conflict", table_name="participant")
    op.drop_index("ix_audit_event_watched", table_name="audit_event")
    for table in ("absence_task", "reveal", "restriction", "legal_hold", "grant_request", "disposal", "absence", "person_request", "audit_review", "audit_detail"):
        op.drop_table(table)
