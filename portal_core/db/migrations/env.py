"""How Alembic migrates: on the connection that it is given."""

from alembic import context

from portal_core.db.models import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
