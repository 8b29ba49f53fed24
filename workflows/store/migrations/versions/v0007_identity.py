"""Roles and one-time passwords that end, the device of a session, accounts of another identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("password_expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("role_grant", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("session", sa.Column("device", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "federated_identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_federated_identity"),
        sa.UniqueConstraint("issuer", "person_id", name="uq_federated_identity_issuer_person_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_federated_identity_person_id"),
    )


def downgrade() -> None:
    op.drop_table("federated_identity")
    op.drop_column("session", "device")
    op.drop_column("role_grant", "expires_at")
    op.drop_column("person", "password_expires_at")
