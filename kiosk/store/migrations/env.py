"""Run by Alembic: runs the migrations on the connection that `kiosk.store.migrate` passes."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
context.run_migrations()
