"""Alembic runs this file to run the steps; the connection is the store's own, in its own transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="versions")
with context.begin_transaction():
    context.run_migrations()
