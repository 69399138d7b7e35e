"""Two papers of the convocations: the attendance sheet, and the proofs."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS_BEFORE = ("pack", "nominal", "communicable", "extract")
KINDS = (*KINDS_BEFORE, "attendance", "called")


def upgrade() -> None:
    """Apply."""
    _allow(KINDS)


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM session_document WHERE kind IN ('attendance', 'called')")
    _allow(KINDS_BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("session_document", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_session_document_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_session_document_kind"), f"kind IN {kinds}")
