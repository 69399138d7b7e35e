"""The childminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "childminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=160), nullable=False),
        sa.Column("commune_code", sa.String(length=5), nullable=False),
        sa.Column("mam_id", sa.Integer(), nullable=True),
        sa.Column("approved_places", sa.Integer(), nullable=False),
        sa.Column("youngest_months", sa.Integer(), nullable=False),
        sa.Column("oldest_months", sa.Integer(), nullable=False),
        sa.Column("atypical_hours", sa.Boolean(), nullable=False),
        sa.Column("special_care", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("shows_phone", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("shows_email", sa.Boolean(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT shows_email OR (email <> '' AND agreed_on IS NOT NULL)",
            name=op.f("ck_childminder_agreed_email"),
        ),
        sa.CheckConstraint(
            "NOT shows_phone OR (phone <> '' AND agreed_on IS NOT NULL)",
            name=op.f("ck_childminder_agreed_phone"),
        ),
        sa.CheckConstraint("approved_places BETWEEN 1 AND 6", name=op.f("ck_childminder_approved_places")),
        sa.CheckConstraint("youngest_months BETWEEN 0 AND oldest_months", name=op.f("ck_childminder_ages")),
        sa.ForeignKeyConstraint(
            ["commune_code"], ["commune.code"], name=op.f("fk_childminder_commune_code_commune")
        ),
        sa.ForeignKeyConstraint(
            ["mam_id"], ["establishment.id"], name=op.f("fk_childminder_mam_id_establishment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_childminder")),
        sa.UniqueConstraint("code", name=op.f("uq_childminder_code")),
    )
    with op.batch_alter_table("childminder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_childminder_commune_code_sort_key"), ["commune_code", "sort_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_childminder_is_active_confirmed_on"), ["is_active", "confirmed_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_childminder_mam_id"), ["mam_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_childminder_sort_key_id"), ["sort_key", "id"], unique=False)

    op.create_table(
        "childminder_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("childminder_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("week_pattern", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("places BETWEEN 1 AND 6", name=op.f("ck_childminder_opening_places")),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_childminder_opening_dates")
        ),
        sa.ForeignKeyConstraint(
            ["childminder_id"],
            ["childminder.id"],
            name=op.f("fk_childminder_opening_childminder_id_childminder"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_childminder_opening")),
    )
    with op.batch_alter_table("childminder_opening", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_childminder_opening_childminder_id_from_on"),
            ["childminder_id", "from_on"],
            unique=False,
        )

    op.create_table(
        "childminder_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("childminder_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "result IN ('called', 'no_answer', 'refused', 'meeting')",
            name=op.f("ck_childminder_contact_result"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_childminder_contact_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["childminder_id"],
            ["childminder.id"],
            name=op.f("fk_childminder_contact_childminder_id_childminder"),
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["demand.id"],
            name=op.f("fk_childminder_contact_demand_id_demand"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_childminder_contact")),
    )
    with op.batch_alter_table("childminder_contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_childminder_contact_childminder_id"), ["childminder_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_childminder_contact_demand_id_at"), ["demand_id", "at"], unique=False
        )

    op.create_table(
        "childminder_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_childminder_list_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["demand.id"],
            name=op.f("fk_childminder_list_demand_id_demand"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_childminder_list")),
    )
    with op.batch_alter_table("childminder_list", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_childminder_list_demand_id_id"), ["demand_id", "id"], unique=False
        )

    op.create_table(
        "childminder_solution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("childminder_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("proof", sa.String(length=300), nullable=False),
        sa.Column("keeps_waiting", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_because = '')", name=op.f("ck_childminder_solution_ended")
        ),
        sa.CheckConstraint("proof <> ''", name=op.f("ck_childminder_solution_proof")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_childminder_solution_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["childminder_id"],
            ["childminder.id"],
            name=op.f("fk_childminder_solution_childminder_id_childminder"),
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["demand.id"],
            name=op.f("fk_childminder_solution_demand_id_demand"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_childminder_solution")),
    )
    with op.batch_alter_table("childminder_solution", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_childminder_solution_childminder_id"), ["childminder_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_childminder_solution_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            "uq_childminder_solution_current",
            ["demand_id"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )

    op.create_table(
        "childminder_list_line",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("childminder_id", sa.Integer(), nullable=False),
        sa.Column("fits", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["childminder_id"],
            ["childminder.id"],
            name=op.f("fk_childminder_list_line_childminder_id_childminder"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["childminder_list.id"],
            name=op.f("fk_childminder_list_line_list_id_childminder_list"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "rank", name=op.f("pk_childminder_list_line")),
    )
    with op.batch_alter_table("childminder_list_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_childminder_list_line_childminder_id"), ["childminder_id"], unique=False
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("childminder_list_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_childminder_list_line_childminder_id"))

    op.drop_table("childminder_list_line")
    with op.batch_alter_table("childminder_solution", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_childminder_solution_current",
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_childminder_solution_demand_id"))
        batch_op.drop_index(batch_op.f("ix_childminder_solution_childminder_id"))

    op.drop_table("childminder_solution")
    with op.batch_alter_table("childminder_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_childminder_list_demand_id_id"))

    op.drop_table("childminder_list")
    with op.batch_alter_table("childminder_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_childminder_contact_demand_id_at"))
        batch_op.drop_index(batch_op.f("ix_childminder_contact_childminder_id"))

    op.drop_table("childminder_contact")
    with op.batch_alter_table("childminder_opening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_childminder_opening_childminder_id_from_on"))

    op.drop_table("childminder_opening")
    with op.batch_alter_table("childminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_childminder_sort_key_id"))
        batch_op.drop_index(batch_op.f("ix_childminder_mam_id"))
        batch_op.drop_index(batch_op.f("ix_childminder_is_active_confirmed_on"))
        batch_op.drop_index(batch_op.f("ix_childminder_commune_code_sort_key"))

    op.drop_table("childminder")
