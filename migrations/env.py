"""Alembic's entry: it runs on the connection it is given (guichet/core/migrate.py)."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from guichet.core.db import Base, UtcDateTime
from guichet.machine.tables import ALL_MODELS

METADATA = Base.metadata if ALL_MODELS else None  # importing the rooms fills the metadata
ON_BOTH = 'sa.JSON().with_variant(JSONB(), "postgresql")'


def plain_types(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write migrations with the database's own types, so that they outlive our Python classes."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return ON_BOTH
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=context.config.attributes.get("batch", connection.dialect.name == "sqlite"),
    render_item=plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
