"""The mails that come."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OUTCOMES = (
    "'bounced', 'not_final', 'automatic', 'answered', 'same', 'remark', 'stale', 'older', 'late', 'stranger', "
    "'unproved', 'unknown', 'refused', 'unmatched', 'written', 'unreadable', 'unforeseen'"
)
SAYS = "'', 'old_date', 'perhaps', 'other_date', 'somebody'"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "received_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("about", sa.String(length=30), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_received_mail_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("mark", name=op.f("uq_received_mail_mark")),
    )
    op.create_index(op.f("ix_received_mail_seen_at_id"), "received_mail", ["seen_at", "id"])
    op.create_table(
        "mailbox_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_mailbox_reading_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_reading")),
    )
    # Plainly: a table that others point to is not written again on SQLite.
    op.execute(
        "ALTER TABLE convocation ADD COLUMN mail_said VARCHAR(10) DEFAULT '' NOT NULL "
        f"CONSTRAINT ck_convocation_mail_said CHECK (mail_said IN ({SAYS}))"
    )
    op.add_column("convocation", sa.Column("mail_remark", sa.Text(), server_default="", nullable=False))
    op.add_column("convocation", sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo."""
    for column in ("mail_at", "mail_remark"):
        op.drop_column("convocation", column)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE convocation DROP COLUMN mail_said")
    else:
        op.drop_column("convocation", "mail_said")
    op.drop_table("mailbox_reading")
    op.drop_table("received_mail")
