"""The accounts with a declared link."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # A plain default: with an expression SQLite would write again a table that others point to, and refuse.
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_links", sa.Boolean(), server_default="0", nullable=False))
    account, link = (
        sa.table("user_account", sa.column("id"), sa.column("has_links", sa.Boolean)),
        sa.table("declared_link", sa.column("user_id")),
    )
    linked = sa.select(link.c.user_id).where(link.c.user_id.is_not(None))
    op.execute(account.update().where(account.c.id.in_(linked)).values(has_links=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("user_account", "has_links")
