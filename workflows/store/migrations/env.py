"""Alembic's entry: runs on the connection that ``database.upgrade`` hands over, inside its transaction."""

from alembic import context

from workflows.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
