"""The schema of version 0.1."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attachment',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    op.create_index('ix_attachment_instance_id', 'attachment', ['instance_id'], unique=False)
    op.create_table('audit_event',
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('fields', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('client', sa.Text(), nullable=False),
    sa.Column('detail', postgresql.JSONB(), nullable=False),
    sa.Column('prev_hash', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('chain', 'seq', name=op.f('pk_audit_event')),
    sa.UniqueConstraint('id', name=op.f('uq_audit_event_id'))
    )
    op.create_index('ix_audit_event_instance_id', 'audit_event', ['instance_id'], unique=False)
    op.create_index('ix_audit_event_person_id_id', 'audit_event', ['person_id', 'id'], unique=False)
    op.create_table('audit_head',
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('chain', name=op.f('pk_audit_head'))
    )
    op.create_table('calendar_year',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('days', postgresql.JSONB(), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_calendar_year'))
    )
    op.create_table('deployment',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('deployed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deployed_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deployment'))
    )
    op.create_index('ix_deployment_digest', 'deployment', ['digest'], unique=False)
    op.create_table('file_content',
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_file_content'))
    )
    op.create_table('idempotency_key',
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('request_hash', sa.Text(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('body', postgresql.JSONB(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_table('lawpack_version',
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('loaded_by', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_lawpack_version'))
    )
    op.create_table('login_attempt',
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('failures', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('account', name=op.f('pk_login_attempt'))
    )
    op.create_table('message',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('correlation_key', sa.Text(), nullable=True),
    sa.Column('payload', postgresql.JSONB(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('target_id', sa.Text(), nullable=True),
    sa.Column('source_id', sa.Text(), nullable=True),
    sa.Column('message_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('message_id', name=op.f('uq_message_message_id'))
    )
    op.create_index('ix_message_state_id', 'message', ['state', 'id'], unique=False, postgresql_where=sa.text("state in ('pending', 'waiting')"))
    op.create_table('person',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('locale', sa.Text(), server_default=sa.text("'zh'"), nullable=False),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('qualification', sa.Text(), nullable=True),
    sa.Column('must_change_password', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('absent_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('substitute_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('account', name=op.f('uq_person_account'))
    )
    op.create_table('setting',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', postgresql.JSONB(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_setting'))
    )
    op.create_table('unit',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=True),
    sa.Column('area', sa.Text(), nullable=True),
    sa.Column('pilot', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.ForeignKeyConstraint(['parent'], ['unit.id'], name=op.f('fk_unit_parent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit'))
    )
    op.create_table('deployment_file',
    sa.Column('deployment_id', sa.Text(), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'], name=op.f('fk_deployment_file_deployment_id')),
    sa.ForeignKeyConstraint(['digest'], ['file_content.digest'], name=op.f('fk_deployment_file_digest')),
    sa.PrimaryKeyConstraint('deployment_id', 'path', name=op.f('pk_deployment_file'))
    )
    op.create_table('notice',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('link', sa.Text(), nullable=True),
    sa.Column('instance_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    op.create_index('ix_notice_person_id_id', 'notice', ['person_id', 'id'], unique=False)
    op.create_table('process_definition',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('deployment_id', sa.Text(), nullable=False),
    sa.Column('deployed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('starters', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('start_form', sa.Text(), nullable=True),
    sa.Column('title_expression', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'], name=op.f('fk_process_definition_deployment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_process_definition')),
    sa.UniqueConstraint('key', 'version', name=op.f('uq_process_definition_key_version'))
    )
    op.create_index('ix_process_definition_deployment_id', 'process_definition', ['deployment_id'], unique=False)
    op.create_table('role_grant',
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.Text(), nullable=False),
    sa.Column('granted_by', sa.Text(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_grant_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_role_grant_unit_id')),
    sa.PrimaryKeyConstraint('person_id', 'role', 'unit_id', name=op.f('pk_role_grant'))
    )
    op.create_index('ix_role_grant_role_unit_id', 'role_grant', ['role', 'unit_id'], unique=False)
    op.create_table('session',
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('csrf', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('client', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_session'))
    )
    op.create_index('ix_session_person_id', 'session', ['person_id'], unique=False)
    op.create_table('definition_file',
    sa.Column('definition_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['definition_id'], ['process_definition.id'], name=op.f('fk_definition_file_definition_id')),
    sa.ForeignKeyConstraint(['digest'], ['file_content.digest'], name=op.f('fk_definition_file_digest')),
    sa.PrimaryKeyConstraint('definition_id', 'kind', 'name', name=op.f('pk_definition_file'))
    )
    op.create_table('definition_start',
    sa.Column('definition_id', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('event_name', sa.Text(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('firings_left', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['definition_id'], ['process_definition.id'], name=op.f('fk_definition_start_definition_id')),
    sa.PrimaryKeyConstraint('definition_id', 'element_id', name=op.f('pk_definition_start'))
    )
    op.create_index('ix_definition_start_kind_event_name', 'definition_start', ['kind', 'event_name'], unique=False)
    op.create_table('delivery',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('notice_id', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_delivery_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery'))
    )
    op.create_index('ix_delivery_run_at', 'delivery', ['run_at', 'id'], unique=False, postgresql_where=sa.text("state = 'ready'"))
    op.create_table('process_instance',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('definition_id', sa.Text(), nullable=False),
    sa.Column('process_key', sa.Text(), nullable=False),
    sa.Column('business_key', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('suspended', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('revision', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('state', sa.LargeBinary(), nullable=False),
    sa.Column('variables', postgresql.JSONB(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('parent_id', sa.Text(), nullable=True),
    sa.Column('risk', sa.Text(), nullable=True),
    sa.Column('level', sa.Text(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_code', sa.Text(), nullable=True),
    sa.Column('history_length', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['definition_id'], ['process_definition.id'], name=op.f('fk_process_instance_definition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_process_instance')),
    sa.UniqueConstraint('process_key', 'business_key', name=op.f('uq_process_instance_process_key_business_key'))
    )
    op.create_index('ix_process_instance_definition_id_status', 'process_instance', ['definition_id', 'status'], unique=False)
    op.create_index('ix_process_instance_due_at', 'process_instance', ['due_at'], unique=False, postgresql_where=sa.text("status = 'active'"))
    op.create_index('ix_process_instance_started_at_id', 'process_instance', ['started_at', 'id'], unique=False)
    op.create_table('comment',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_comment_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    op.create_index('ix_comment_instance_id', 'comment', ['instance_id'], unique=False)
    op.create_table('deadline',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('element_name', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('statutory_last_day', sa.Date(), nullable=True),
    sa.Column('unrolled', sa.Date(), nullable=True),
    sa.Column('internal_target', sa.Date(), nullable=True),
    sa.Column('klass', sa.Text(), nullable=False),
    sa.Column('provisional', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_deadline_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline'))
    )
    op.create_index('ix_deadline_instance_id', 'deadline', ['instance_id'], unique=False)
    op.create_index('ix_deadline_provisional', 'deadline', ['id'], unique=False, postgresql_where=sa.text("provisional and state <> 'stopped'"))
    op.create_table('dispatch',
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('no', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('place_hash', sa.Text(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('repeats', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_dispatch_instance_id')),
    sa.PrimaryKeyConstraint('source', 'no', name=op.f('pk_dispatch'))
    )
    op.create_index('ix_dispatch_instance_id', 'dispatch', ['instance_id'], unique=False)
    op.create_index('ix_dispatch_place_hash_received_at', 'dispatch', ['place_hash', 'received_at'], unique=False)
    op.create_table('event_subscription',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('event_name', sa.Text(), nullable=False),
    sa.Column('correlation_key', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_event_subscription_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_subscription')),
    sa.UniqueConstraint('instance_id', 'activity_id', name=op.f('uq_event_subscription_instance_id_activity_id'))
    )
    op.create_index('ix_event_subscription_kind_event_name_correlation_key', 'event_subscription', ['kind', 'event_name', 'correlation_key'], unique=False)
    op.create_table('history_event',
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('element_name', sa.Text(), nullable=False),
    sa.Column('element_type', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=True),
    sa.Column('sources', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('detail', postgresql.JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_history_event_instance_id')),
    sa.PrimaryKeyConstraint('instance_id', 'seq', name=op.f('pk_history_event'))
    )
    op.create_table('incident',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=True),
    sa.Column('element_id', sa.Text(), nullable=True),
    sa.Column('job_id', sa.Text(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_incident_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    op.create_index('ix_incident_instance_id', 'incident', ['instance_id'], unique=False)
    op.create_index('ix_incident_open', 'incident', ['id'], unique=False, postgresql_where=sa.text('resolved_at is null'))
    op.create_table('instance_party',
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('key_hash', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_instance_party_instance_id')),
    sa.PrimaryKeyConstraint('instance_id', 'key_hash', name=op.f('pk_instance_party'))
    )
    op.create_index('ix_instance_party_key_hash', 'instance_party', ['key_hash'], unique=False)
    op.create_table('instance_step',
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('user_task_id', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state_before', sa.LargeBinary(), nullable=False),
    sa.Column('variables_before', postgresql.JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_instance_step_instance_id')),
    sa.PrimaryKeyConstraint('instance_id', 'revision', name=op.f('pk_instance_step'))
    )
    op.create_table('instance_unit',
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('slot', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_instance_unit_instance_id')),
    sa.PrimaryKeyConstraint('instance_id', 'slot', name=op.f('pk_instance_unit'))
    )
    op.create_index('ix_instance_unit_unit_id_instance_id', 'instance_unit', ['unit_id', 'instance_id'], unique=False)
    op.create_table('job',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('operation', sa.Text(), nullable=False),
    sa.Column('parameters', postgresql.JSONB(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_job_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    op.create_index('ix_job_run_at', 'job', ['run_at', 'id'], unique=False, postgresql_where=sa.text("state in ('ready', 'leased')"))
    op.create_index('uq_job_open', 'job', ['instance_id', 'activity_id'], unique=True, postgresql_where=sa.text("state in ('ready', 'leased', 'failed')"))
    op.create_table('paper',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('template_digest', sa.Text(), nullable=False),
    sa.Column('pdf', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_paper_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper'))
    )
    op.create_index('ix_paper_instance_id_code', 'paper', ['instance_id', 'code'], unique=False)
    op.create_table('participant',
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_participant_instance_id')),
    sa.PrimaryKeyConstraint('instance_id', 'person_id', 'part', name=op.f('pk_participant'))
    )
    op.create_index('ix_participant_person_id_instance_id', 'participant', ['person_id', 'instance_id'], unique=False)
    op.create_table('timer',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deadline', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_timer_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timer')),
    sa.UniqueConstraint('instance_id', 'activity_id', name=op.f('uq_timer_instance_id_activity_id'))
    )
    op.create_index('ix_timer_due_at', 'timer', ['due_at', 'id'], unique=False)
    op.create_table('user_task',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=False),
    sa.Column('element_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('lane', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('unit_id', sa.Text(), nullable=True),
    sa.Column('assignee_id', sa.Text(), nullable=True),
    sa.Column('owner_id', sa.Text(), nullable=True),
    sa.Column('form_key', sa.Text(), nullable=True),
    sa.Column('extensions', postgresql.JSONB(), nullable=False),
    sa.Column('inputs', postgresql.JSONB(), nullable=True),
    sa.Column('inputs_hash', sa.Text(), nullable=True),
    sa.Column('priority', sa.Integer(), server_default=sa.text('50'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sort_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_by', sa.Text(), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminders', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_user_task_instance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_task'))
    )
    op.create_index('ix_user_task_assignee_id_sort_at', 'user_task', ['assignee_id', 'sort_at', 'id'], unique=False, postgresql_where=sa.text("state = 'claimed'"))
    op.create_index('ix_user_task_completed_by', 'user_task', ['completed_by', 'closed_at'], unique=False, postgresql_where=sa.text("state = 'completed'"))
    op.create_index('ix_user_task_instance_id', 'user_task', ['instance_id'], unique=False)
    op.create_index('uq_user_task_open', 'user_task', ['instance_id', 'activity_id'], unique=True, postgresql_where=sa.text("state in ('created', 'claimed')"))
    op.create_table('deadline_event',
    sa.Column('deadline_id', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.Column('activity_id', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadline.id'], name=op.f('fk_deadline_event_deadline_id')),
    sa.PrimaryKeyConstraint('deadline_id', 'seq', name=op.f('pk_deadline_event'))
    )
    op.create_table('draft',
    sa.Column('user_task_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('submission', postgresql.JSONB(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_task_id'], ['user_task.id'], name=op.f('fk_draft_user_task_id')),
    sa.PrimaryKeyConstraint('user_task_id', 'person_id', name=op.f('pk_draft'))
    )
    op.create_table('rung',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('deadline_id', sa.Text(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actions', postgresql.JSONB(), nullable=False),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadline.id'], name=op.f('fk_rung_deadline_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rung')),
    sa.UniqueConstraint('deadline_id', 'step', name=op.f('uq_rung_deadline_id_step'))
    )
    op.create_index('ix_rung_due_at', 'rung', ['due_at', 'id'], unique=False, postgresql_where=sa.text('fired_at is null'))
    op.create_table('signature',
    sa.Column('paper_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Text(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['paper_id'], ['paper.id'], name=op.f('fk_signature_paper_id')),
    sa.PrimaryKeyConstraint('paper_id', 'person_id', name=op.f('pk_signature'))
    )
    op.create_table('user_task_candidate',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('sort_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_task_id', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['user_task_id'], ['user_task.id'], name=op.f('fk_user_task_candidate_user_task_id')),
    sa.PrimaryKeyConstraint('key', 'sort_at', 'user_task_id', name=op.f('pk_user_task_candidate'))
    )
    op.create_index('ix_user_task_candidate_user_task_id', 'user_task_candidate', ['user_task_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_user_task_candidate_user_task_id', table_name='user_task_candidate')
    op.drop_table('user_task_candidate')
    op.drop_table('signature')
    op.drop_index('ix_rung_due_at', table_name='rung', postgresql_where=sa.text('fired_at is null'))
    op.drop_table('rung')
    op.drop_table('draft')
    op.drop_table('deadline_event')
    op.drop_index('uq_user_task_open', table_name='user_task', postgresql_where=sa.text("state in ('created', 'claimed')"))
    op.drop_index('ix_user_task_instance_id', table_name='user_task')
    op.drop_index('ix_user_task_completed_by', table_name='user_task', postgresql_where=sa.text("state = 'completed'"))
    op.drop_index('ix_user_task_assignee_id_sort_at', table_name='user_task', postgresql_where=sa.text("state = 'claimed'"))
    op.drop_table('user_task')
    op.drop_index('ix_timer_due_at', table_name='timer')
    op.drop_table('timer')
    op.drop_index('ix_participant_person_id_instance_id', table_name='participant')
    op.drop_table('participant')
    op.drop_index('ix_paper_instance_id_code', table_name='paper')
    op.drop_table('paper')
    op.drop_index('uq_job_open', table_name='job', postgresql_where=sa.text("state in ('ready', 'leased', 'failed')"))
    op.drop_index('ix_job_run_at', table_name='job', postgresql_where=sa.text("state in ('ready', 'leased')"))
    op.drop_table('job')
    op.drop_index('ix_instance_unit_unit_id_instance_id', table_name='instance_unit')
    op.drop_table('instance_unit')
    op.drop_table('instance_step')
    op.drop_index('ix_instance_party_key_hash', table_name='instance_party')
    op.drop_table('instance_party')
    op.drop_index('ix_incident_open', table_name='incident', postgresql_where=sa.text('resolved_at is null'))
    op.drop_index('ix_incident_instance_id', table_name='incident')
    op.drop_table('incident')
    op.drop_table('history_event')
    op.drop_index('ix_event_subscription_kind_event_name_correlation_key', table_name='event_subscription')
    op.drop_table('event_subscription')
    op.drop_index('ix_dispatch_place_hash_received_at', table_name='dispatch')
    op.drop_index('ix_dispatch_instance_id', table_name='dispatch')
    op.drop_table('dispatch')
    op.drop_index('ix_deadline_provisional', table_name='deadline', postgresql_where=sa.text("provisional and state <> 'stopped'"))
    op.drop_index('ix_deadline_instance_id', table_name='deadline')
    op.drop_table('deadline')
    op.drop_index('ix_comment_instance_id', table_name='comment')
    op.drop_table('comment')
    op.drop_index('ix_process_instance_started_at_id', table_name='process_instance')
    op.drop_index('ix_process_instance_due_at', table_name='process_instance', postgresql_where=sa.text("status = 'active'"))
    op.drop_index('ix_process_instance_definition_id_status', table_name='process_instance')
    op.drop_table('process_instance')
    op.drop_index('ix_delivery_run_at', table_name='delivery', postgresql_where=sa.text("state = 'ready'"))
    op.drop_table('delivery')
    op.drop_index('ix_definition_start_kind_event_name', table_name='definition_start')
    op.drop_table('definition_start')
    op.drop_table('definition_file')
    op.drop_index('ix_session_person_id', table_name='session')
    op.drop_table('session')
    op.drop_index('ix_role_grant_role_unit_id', table_name='role_grant')
    op.drop_table('role_grant')
    op.drop_index('ix_process_definition_deployment_id', table_name='process_definition')
    op.drop_table('process_definition')
    op.drop_index('ix_notice_person_id_id', table_name='notice')
    op.drop_table('notice')
    op.drop_table('deployment_file')
    op.drop_table('unit')
    op.drop_table('setting')
    op.drop_table('person')
    op.drop_index('ix_message_state_id', table_name='message', postgresql_where=sa.text("state in ('pending', 'waiting')"))
    op.drop_table('message')
    op.drop_table('login_attempt')
    op.drop_table('lawpack_version')
    op.drop_table('idempotency_key')
    op.drop_table('file_content')
    op.drop_index('ix_deployment_digest', table_name='deployment')
    op.drop_table('deployment')
    op.drop_table('calendar_year')
    op.drop_table('audit_head')
    op.drop_index('ix_audit_event_person_id_id', table_name='audit_event')
    op.drop_index('ix_audit_event_instance_id', table_name='audit_event')
    op.drop_table('audit_event')
    op.drop_index('ix_attachment_instance_id', table_name='attachment')
    op.drop_table('attachment')
