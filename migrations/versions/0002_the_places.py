"""The places: licences, sections, kept seats, closures, and the children who take seats.

Demands placed before, and decisions that wait, get the seat that they give.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = """
INSERT INTO placement (establishment_id, child_id, demand_id, first_name, starts_on, pattern, load, source,
                       created_at, created_by, version)
"""
GIVEN = (
    "CASE WHEN {given} IS NULL OR CAST({given} AS TEXT) = 'null' THEN demand.week_pattern ELSE {given} END"
)
SEATS_OF_PLACED_DEMANDS = f"""{COLUMNS}
SELECT demand.placed_at_id, demand.child_id, demand.id, '', demand.placed_from,
       {GIVEN.format(given="demand.placed_pattern")}, 'accepted', 'commission', demand.received_at,
       demand.registered_by, 1
FROM demand WHERE demand.state = 'placed' AND demand.solution = 'establishment'
"""  # noqa: S608 - fixed text
SEATS_OF_RECORDED_DECISIONS = f"""{COLUMNS}
SELECT decision.establishment_id, demand.child_id, demand.id, '', decision.entry_on,
       {GIVEN.format(given="decision.pattern")}, 'draft', 'commission', decision.recorded_at,
       decision.recorded_by, 1
FROM decision JOIN demand ON demand.id = decision.demand_id
WHERE decision.state = 'recorded' AND decision.outcome = 'placed'
"""  # noqa: S608 - fixed text


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_closure_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_closure_establishment_id_establishment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_closure_establishment_id_first_on"), ["establishment_id", "first_on"], unique=False
        )

    op.create_table(
        "establishment_sheet",
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("price_rule", sa.String(length=8), nullable=False),
        sa.Column("insertion_percent", sa.Integer(), nullable=False),
        sa.Column("is_avip", sa.Boolean(), nullable=False),
        sa.Column("may_exceed", sa.Boolean(), nullable=False),
        sa.Column("accessible", sa.Boolean(), nullable=False),
        sa.Column("accessibility_note", sa.String(length=300), nullable=False),
        sa.Column("languages", sa.String(length=120), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=120), nullable=False),
        sa.Column("chased_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(reviewed_on IS NULL) = (reviewed_by = '')",
            name=op.f("ck_establishment_sheet_reviewed_by_someone"),
        ),
        sa.CheckConstraint(
            "price_rule IN ('psu', 'paje', 'employer', 'other', '')",
            name=op.f("ck_establishment_sheet_price_rule"),
        ),
        sa.CheckConstraint(
            "insertion_percent BETWEEN 0 AND 100", name=op.f("ck_establishment_sheet_insertion_percent")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_establishment_sheet_establishment_id_establishment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("establishment_id", name=op.f("pk_establishment_sheet")),
    )
    op.create_table(
        "licence",
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name=op.f("ck_licence_capacity")),
        sa.CheckConstraint(
            "expires_on IS NULL OR expires_on > granted_on", name=op.f("ck_licence_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_licence_establishment_id_establishment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("establishment_id", name=op.f("pk_licence")),
    )
    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("from_months", sa.Integer(), nullable=False),
        sa.Column("to_months", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "from_months >= 0 AND to_months > from_months", name=op.f("ck_section_ages_in_order")
        ),
        sa.CheckConstraint("places >= 0", name=op.f("ck_section_places")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_section_establishment_id_establishment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
    )
    with op.batch_alter_table("section", schema=None) as batch_op:
        batch_op.create_index("uq_section_code", ["establishment_id", "code"], unique=True)

    op.create_table(
        "kept_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("use", sa.String(length=10), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("use IN ('occasional', 'emergency', 'reserved')", name=op.f("ck_kept_seats_use")),
        sa.CheckConstraint("seats > 0", name=op.f("ck_kept_seats_seats")),
        sa.CheckConstraint(
            'start >= 0 AND "end" > start AND "end" <= 1440', name=op.f("ck_kept_seats_hours_in_order")
        ),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_kept_seats_weekday")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_kept_seats_establishment_id_establishment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_kept_seats_section_id_section"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_seats")),
    )
    with op.batch_alter_table("kept_seats", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_kept_seats_establishment_id"), ["establishment_id"], unique=False
        )

    op.create_table(
        "licence_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("places >= 0", name=op.f("ck_licence_slot_places")),
        sa.CheckConstraint(
            'start >= 0 AND "end" > start AND "end" <= 1440', name=op.f("ck_licence_slot_hours_in_order")
        ),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_licence_slot_ends_after_it_starts"),
        ),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_licence_slot_weekday")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_licence_slot_establishment_id_establishment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["section.id"],
            name=op.f("fk_licence_slot_section_id_section"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_slot")),
    )
    with op.batch_alter_table("licence_slot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_licence_slot_establishment_id"), ["establishment_id"], unique=False
        )

    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("demand_id", sa.Integer(), nullable=True),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("pattern", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("load", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "child_id IS NOT NULL OR (first_name <> '' AND birth_date IS NOT NULL)",
            name=op.f("ck_placement_a_child"),
        ),
        sa.CheckConstraint(
            "child_id IS NULL OR (first_name = '' AND birth_date IS NULL)",
            name=op.f("ck_placement_least_data"),
        ),
        sa.CheckConstraint("load IN ('draft', 'offered', 'accepted')", name=op.f("ck_placement_load")),
        sa.CheckConstraint(
            "source IN ('commission', 'director', 'import')", name=op.f("ck_placement_source")
        ),
        sa.CheckConstraint(
            "demand_id IS NULL OR child_id IS NOT NULL", name=op.f("ck_placement_the_child_of_a_demand")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_placement_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["person.id"], name=op.f("fk_placement_child_id_person")),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_placement_demand_id_demand")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishment.id"],
            name=op.f("fk_placement_establishment_id_establishment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_child_id"), ["child_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_placement_establishment_id_ends_on"), ["establishment_id", "ends_on"], unique=False
        )
        batch_op.create_index(
            "uq_placement_promise",
            ["demand_id"],
            unique=True,
            sqlite_where=sa.text("demand_id IS NOT NULL AND ends_on IS NULL"),
            postgresql_where=sa.text("demand_id IS NOT NULL AND ends_on IS NULL"),
        )

    op.execute(SEATS_OF_PLACED_DEMANDS)
    op.execute(SEATS_OF_RECORDED_DECISIONS)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_placement_promise",
            sqlite_where=sa.text("demand_id IS NOT NULL AND ends_on IS NULL"),
            postgresql_where=sa.text("demand_id IS NOT NULL AND ends_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_placement_establishment_id_ends_on"))
        batch_op.drop_index(batch_op.f("ix_placement_demand_id"))
        batch_op.drop_index(batch_op.f("ix_placement_child_id"))

    op.drop_table("placement")
    with op.batch_alter_table("licence_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_licence_slot_establishment_id"))

    op.drop_table("licence_slot")
    with op.batch_alter_table("kept_seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_seats_establishment_id"))

    op.drop_table("kept_seats")
    with op.batch_alter_table("section", schema=None) as batch_op:
        batch_op.drop_index("uq_section_code")

    op.drop_table("section")
    op.drop_table("licence")
    op.drop_table("establishment_sheet")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_establishment_id_first_on"))

    op.drop_table("closure")
