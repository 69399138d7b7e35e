"""How far a paper of a session is."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: what is made already is whole."""
    op.execute(
        "ALTER TABLE session_document ADD COLUMN percent INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_session_document_percent CHECK (percent BETWEEN 0 AND 100)"
    )
    papers = sa.table("session_document", sa.column("state"), sa.column("percent"))
    op.execute(papers.update().where(papers.c.state == "done").values(percent=100))


def downgrade() -> None:
    """Undo."""
    # Its check goes with it: both databases keep it with the column.
    op.drop_column("session_document", "percent")
