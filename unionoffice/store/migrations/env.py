"""Alembic's entry: runs on the connection that `store.schema` hands in."""

from alembic import context

from unionoffice.models.everything import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,
    compare_type=True,
)
context.run_migrations()
