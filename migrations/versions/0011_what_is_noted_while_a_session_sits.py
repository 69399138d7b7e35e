"""What is noted while a session sits."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "session_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("by IN ('', 'holder', 'deputy')", name=op.f("ck_session_move_by")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_session_move_position")),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["commission_seat.id"], name=op.f("fk_session_move_seat_id_commission_seat")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["commission_session.id"],
            name=op.f("fk_session_move_session_id_commission_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_move")),
    )
    with op.batch_alter_table("session_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_move_session_id_id"), ["session_id", "id"], unique=False)

    op.create_table(
        "session_proxy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("carrier_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("giver_id <> carrier_id", name=op.f("ck_session_proxy_two_seats")),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["commission_seat.id"], name=op.f("fk_session_proxy_carrier_id_commission_seat")
        ),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["commission_seat.id"], name=op.f("fk_session_proxy_giver_id_commission_seat")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["commission_session.id"],
            name=op.f("fk_session_proxy_session_id_commission_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_proxy")),
    )
    with op.batch_alter_table("session_proxy", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_proxy_session_id_id"), ["session_id", "id"], unique=False
        )

    op.create_table(
        "declared_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_declared_link_named")),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demand.id"], name=op.f("fk_declared_link_demand_id_demand"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_declared_link_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_link")),
    )
    with op.batch_alter_table("declared_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_declared_link_user_id_demand_id"), ["user_id", "demand_id"], unique=False
        )
        batch_op.create_index("uq_declared_link_person", ["demand_id", "name"], unique=True)

    op.create_table(
        "session_recusal",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["agenda_item.id"],
            name=op.f("fk_session_recusal_item_id_agenda_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["commission_seat.id"], name=op.f("fk_session_recusal_seat_id_commission_seat")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["commission_session.id"],
            name=op.f("fk_session_recusal_session_id_commission_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("item_id", "seat_id", name=op.f("pk_session_recusal")),
    )
    with op.batch_alter_table("session_recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_recusal_session_id"), ["session_id"], unique=False)

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("insisted_by", sa.String(length=120), server_default="", nullable=False)
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("insisted_by")
        batch_op.drop_column("why")

    with op.batch_alter_table("session_recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_recusal_session_id"))

    op.drop_table("session_recusal")
    with op.batch_alter_table("declared_link", schema=None) as batch_op:
        batch_op.drop_index("uq_declared_link_person")
        batch_op.drop_index(batch_op.f("ix_declared_link_user_id_demand_id"))

    op.drop_table("declared_link")
    with op.batch_alter_table("session_proxy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_proxy_session_id_id"))

    op.drop_table("session_proxy")
    with op.batch_alter_table("session_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_move_session_id_id"))

    op.drop_table("session_move")
