"""The campaigns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("settings", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_campaign_ends_after_it_starts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("title", name=op.f("uq_campaign_title")),
    )
    op.create_table(
        "calendar_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("changes", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("engine", sa.String(length=80), nullable=False),
        sa.Column("input_digest", sa.String(length=80), nullable=False),
        sa.Column("result_digest", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("stopped_by", sa.String(length=10), nullable=False),
        sa.Column("gap", sa.Double(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("unplaced", sa.Integer(), nullable=False),
        sa.Column("tours", sa.Integer(), nullable=False),
        sa.Column("presences", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("about", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("inputs", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("result", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL)", name=op.f("ck_calendar_run_leased")
        ),
        sa.CheckConstraint(
            "kind = 'fresh' OR parent_id IS NOT NULL", name=op.f("ck_calendar_run_has_a_parent")
        ),
        sa.CheckConstraint(
            "kind IN ('fresh', 'changed', 'answered', 'absence')", name=op.f("ck_calendar_run_kind")
        ),
        sa.CheckConstraint(
            "state <> 'done' OR done_at IS NOT NULL", name=op.f("ck_calendar_run_done_at_an_instant")
        ),
        sa.CheckConstraint(
            "state <> 'failed' OR failure <> ''", name=op.f("ck_calendar_run_failed_has_a_reason")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'running', 'done', 'failed')", name=op.f("ck_calendar_run_state")
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_calendar_run_percent")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_calendar_run_asked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_calendar_run_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["calendar_run.id"], name=op.f("fk_calendar_run_parent_id_calendar_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_run")),
    )
    with op.batch_alter_table("calendar_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_run_campaign_id_id"), ["campaign_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_calendar_run_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_run_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "campaign_commission",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("cadence", sa.String(length=10), nullable=False),
        sa.Column("months", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("main_on", sa.Date(), nullable=True),
        sa.Column("min_days", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("rooms", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint(
            "cadence IN ('monthly', 'four', 'three', 'two', 'semester', 'months')",
            name=op.f("ck_campaign_commission_cadence"),
        ),
        sa.CheckConstraint("min_days BETWEEN 0 AND 180", name=op.f("ck_campaign_commission_min_days")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_commission_campaign_id_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["commission_id"], ["commission.id"], name=op.f("fk_campaign_commission_commission_id_commission")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["commission_team.id"], name=op.f("fk_campaign_commission_team_id_commission_team")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "commission_id", name=op.f("pk_campaign_commission")),
    )
    with op.batch_alter_table("campaign_commission", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_commission_commission_id"), ["commission_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_campaign_commission_team_id"), ["team_id"], unique=False)

    op.create_table(
        "calendar_version",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=120), nullable=False),
        sa.Column("changed", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_calendar_version_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["calendar_run.id"], name=op.f("fk_calendar_version_run_id_calendar_run")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_calendar_version")),
    )
    with op.batch_alter_table("calendar_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_version_run_id"), ["run_id"], unique=False)

    op.create_table(
        "date_answer",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("half_day_on", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=False),
        sa.Column("word", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("half IN ('am', 'pm')", name=op.f("ck_date_answer_half")),
        sa.CheckConstraint("word IN ('free', 'if_needed', 'not')", name=op.f("ck_date_answer_word")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_date_answer_member_id_member")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["calendar_run.id"], name=op.f("fk_date_answer_run_id_calendar_run")
        ),
        sa.PrimaryKeyConstraint("run_id", "member_id", "half_day_on", "half", name=op.f("pk_date_answer")),
    )
    with op.batch_alter_table("date_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_date_answer_member_id"), ["member_id"], unique=False)

    op.create_table(
        "date_question",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_date_question_member_id_member")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["calendar_run.id"], name=op.f("fk_date_question_run_id_calendar_run")
        ),
        sa.PrimaryKeyConstraint("run_id", "member_id", name=op.f("pk_date_question")),
    )
    with op.batch_alter_table("date_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_date_question_member_id"), ["member_id"], unique=False)

    op.create_table(
        "campaign_session",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("session_key", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_session_campaign_id_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["commission_session.id"],
            name=op.f("fk_campaign_session_session_id_commission_session"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "session_key", name=op.f("pk_campaign_session")),
        sa.UniqueConstraint("session_id", name=op.f("uq_campaign_session_session_id")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("campaign_session")
    with op.batch_alter_table("date_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_date_question_member_id"))

    op.drop_table("date_question")
    with op.batch_alter_table("date_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_date_answer_member_id"))

    op.drop_table("date_answer")
    with op.batch_alter_table("calendar_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_version_run_id"))

    op.drop_table("calendar_version")
    with op.batch_alter_table("campaign_commission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_commission_team_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_commission_commission_id"))

    op.drop_table("campaign_commission")
    with op.batch_alter_table("calendar_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_run_state_id"))
        batch_op.drop_index(batch_op.f("ix_calendar_run_parent_id"))
        batch_op.drop_index(batch_op.f("ix_calendar_run_campaign_id_id"))

    op.drop_table("calendar_run")
    op.drop_table("campaign")
