"""Alembic's entry: runs on the connection that `store.schema` hands in."""

from typing import Any, Literal

from alembic import context

from unionoffice.models.everything import Base
from unionoffice.models.fields import ChoiceColumn


def plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name what the database stores, so that they outlive our own types."""
    return "sa.String()" if kind == "type" and isinstance(item, ChoiceColumn) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,
    compare_type=True,
    render_item=plain_types,
)
context.run_migrations()
