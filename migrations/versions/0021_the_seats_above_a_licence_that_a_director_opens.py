"""The seats above a licence that a director opens."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BY_SOMEONE = "(peak_from IS NULL) = (peak_by = '') AND (peak_from IS NULL) = (peak_until IS NULL)"
ALLOWED = "peak_from IS NULL OR (may_exceed AND peak_until >= peak_from)"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("establishment_sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("peak_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("peak_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("peak_by", sa.String(length=120), server_default="", nullable=False))
        batch_op.create_check_constraint(op.f("ck_establishment_sheet_peak_opened_by_someone"), BY_SOMEONE)
        batch_op.create_check_constraint(op.f("ck_establishment_sheet_peak_allowed"), ALLOWED)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("establishment_sheet", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_establishment_sheet_peak_allowed"), type_="check")
        batch_op.drop_constraint(op.f("ck_establishment_sheet_peak_opened_by_someone"), type_="check")
        batch_op.drop_column("peak_by")
        batch_op.drop_column("peak_until")
        batch_op.drop_column("peak_from")
