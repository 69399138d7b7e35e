"""The proposals: what was asked, the frozen problem, the answer, and where each demand stands in it.

A run is a long computation kept as a row. Its inputs are frozen once, before anything is computed: the same run can
be computed again years later, by anyone, to the same digest. Nothing here is a promise to a family.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String, Text

from guichet.allocation.explaining.lines import OUTCOMES, UNPLACED
from guichet.core.db import Base
from guichet.core.leased import DONE, Leased, held_rightly
from guichet.demands.models import Demand
from guichet.establishments.models import Establishment

FRESH, PINNED, REPLAYED = "fresh", "pinned", "replayed"
KINDS = (FRESH, PINNED, REPLAYED)
"""Read from the files of the day; the same frozen files with other decisions of people; the very same again."""


class AllocationRun(Leased, Base):
    """One computation of a proposal, from the request to the answer."""

    __tablename__ = "allocation_run"
    __table_args__ = (
        *held_rightly(),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(
            f"state <> '{DONE}' OR (result IS NOT NULL AND done_at IS NOT NULL)", name="has_a_result"
        ),
        CheckConstraint(f"kind = '{FRESH}' OR parent_id IS NOT NULL", name="has_a_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("allocation_run.id"), index=True)
    choices: Mapped[dict[str, Any]]
    """What the person chose on the form (guichet/allocation/inputs/choices.py)."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    step: Mapped[str] = mapped_column(String(20), default="")
    """What the worker is doing (guichet/allocation/explaining/words.py)."""

    bareme: Mapped[str] = mapped_column(String(200), default="")
    """The title of the barème that gave the points."""
    bareme_digest: Mapped[str] = mapped_column(String(80), default="")
    engine: Mapped[str] = mapped_column(String(60), default="")
    input_digest: Mapped[str] = mapped_column(String(80), default="")
    result_digest: Mapped[str] = mapped_column(String(80), default="")
    demands: Mapped[int] = mapped_column(default=0)
    placed: Mapped[int] = mapped_column(default=0)
    """Those to whom a new place is proposed; the places kept are apart."""
    unplaced: Mapped[int] = mapped_column(default=0)
    blocking: Mapped[int] = mapped_column(default=0)
    slots_filled: Mapped[float] = mapped_column(default=0.0)
    """Share of the seats of all slots that somebody holds, 0 to 1."""
    findings: Mapped[list[Any]] = mapped_column(default=list)
    """What the independent checker says, in sentences; empty when all is well."""
    prices: Mapped[list[Any]] = mapped_column(default=list)
    counter_offers: Mapped[list[Any]] = mapped_column(default=list)
    inputs: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, deferred_raiseload=True)
    """The frozen problem and what its names mean (guichet/allocation/inputs/frozen.py)."""
    result: Mapped[dict[str, Any] | None] = mapped_column(deferred=True, deferred_raiseload=True)


class AllocationLine(Base):
    """Where one demand stands in a run, as the pages read it."""

    __tablename__ = "allocation_line"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        CheckConstraint(f"(outcome = '{UNPLACED}') = (establishment_id IS NULL)", name="placed_somewhere"),
        Index(None, "demand_id", "run_id"),
        Index(None, "establishment_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("allocation_run.id", ondelete="CASCADE"), primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), primary_key=True)
    position: Mapped[int]
    """Its place in the order that settles ties, from 1."""
    outcome: Mapped[str] = mapped_column(String(8))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))
    seat: Mapped[str] = mapped_column(String(40), default="")
    """open, current, or the code of the reserve that gave the seat."""
    points: Mapped[int | None]
    """Those it has at the establishment proposed."""
    pinned: Mapped[bool] = mapped_column(default=False)
    blocking: Mapped[bool] = mapped_column(default=False)
    together: Mapped[str] = mapped_column(String(40), default="")
    """The same word for brothers and sisters proposed together."""
    wishes: Mapped[list[Any]] = mapped_column(default=list)
    """Each wish in order: its points, and why it was not granted (guichet/allocation/explaining/lines.py)."""

    demand: Mapped[Demand] = relationship(lazy="raise_on_sql")
    establishment: Mapped[Establishment | None] = relationship(lazy="raise_on_sql")


class AllocationPin(Base):
    """A decision of people, or a priority of the barème, that a run takes as it is."""

    __tablename__ = "allocation_pin"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("allocation_run.id", ondelete="CASCADE"), primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demand.id"), primary_key=True)
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishment.id"))
    """None: nothing is proposed to this demand."""
    reason: Mapped[str] = mapped_column(Text)
    from_bareme: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
