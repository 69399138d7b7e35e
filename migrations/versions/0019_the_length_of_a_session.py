"""The length of a session."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

QUARTER, LONGEST = 15, 720


def upgrade() -> None:
    """Apply: what was announced until now is the time of the agenda, or an hour and a half."""
    # Plainly: a table that others point to is not written again on SQLite.
    op.execute(
        "ALTER TABLE commission_session ADD COLUMN duration INTEGER DEFAULT 90 NOT NULL "
        "CONSTRAINT ck_commission_session_duration CHECK (duration BETWEEN 15 AND 720)"
    )
    items = sa.table("agenda_item", sa.column("session_id"), sa.column("duration"))
    sittings = sa.table("commission_session", sa.column("id"), sa.column("duration"))
    planned = {
        row.session_id: -(-int(row.minutes) // QUARTER) * QUARTER
        for row in op.get_bind().execute(
            sa.select(items.c.session_id, sa.func.sum(items.c.duration).label("minutes")).group_by(
                items.c.session_id
            )
        )
    }
    for session_id, minutes in planned.items():
        if minutes:
            op.execute(
                sittings.update().where(sittings.c.id == session_id).values(duration=min(minutes, LONGEST))
            )


def downgrade() -> None:
    """Undo."""
    # Its check goes with it: both databases keep it with the column.
    op.drop_column("commission_session", "duration")
