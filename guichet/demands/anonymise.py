"""Anonymise a family whose last demand ended long ago: names, words, letters and notes go, figures stay.

The year of a demand, its state, commune, wishes, dates and week are kept: nobody is known by them.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from guichet.core.actor import THE_CLOCK
from guichet.core.clock import PARIS, day
from guichet.core.journal import JournalEntry
from guichet.core.months import add_months
from guichet.demands.models import Assessment, Contact, Demand, DemandKey, NeedVersion
from guichet.demands.states import CLOSED_STATES, OPEN_STATES
from guichet.families import retention
from guichet.families.anonymise import anonymise_family
from guichet.families.models import Fact, Family, PaperFile, Person
from guichet.families.retention import DemandEnd
from guichet.notifications.models import LetterEvent, LetterPdf, LetterRow

BATCH = 50


def families_due(session: Session, today: date, *, after: int = 0, limit: int = BATCH) -> list[int]:
    """Families that may be due, in order, from the one after `after`; `anonymise` has the last word."""
    created = datetime.combine(add_months(today, -retention.CLOSED_MONTHS), datetime.max.time(), PARIS)
    wanted = select(Family.id).where(
        Family.anonymised_on.is_(None), Family.created_at <= created, ~_held(today), Family.id > after
    )
    return list(session.scalars(wanted.order_by(Family.id).limit(limit)))


def anonymise(session: Session, family_id: int, *, at: datetime) -> bool:
    """Anonymise one family with all its demands, when its day has come (families/retention.py)."""
    locked = select(Family).where(Family.id == family_id, Family.anonymised_on.is_(None))
    family = session.scalar(locked.with_for_update(skip_locked=True))
    if family is None or not _day_has_come(session, family, day(at)):
        return False
    demands = session.scalars(select(Demand).where(Demand.family_id == family_id)).all()
    for demand in demands:
        demand.variable_note = demand.urgency_reason = demand.orientation_note = ""
        demand.unplaced_detail = ""
        demand.solution_proof = "effacée" if demand.solution_proof else ""
    _forget(session, [demand.id for demand in demands])
    anonymise_family(session, family, actor=THE_CLOCK, at=at)
    return True


def erase_old_papers(session: Session, today: date) -> int:
    """Delete the files of papers checked and no longer of use. Returns how many.

    Thirty days after the last demand of the family is closed (retention.paper_from); the line « checked on,
    by » stays with the family.
    """
    before = today - timedelta(days=retention.UNUSED_PAPER_DAYS)
    alive = exists().where(
        Demand.family_id == Fact.family_id,
        or_(Demand.state.not_in(CLOSED_STATES), Demand.closed_on > before),
    )
    unused = select(Fact.id).where(Fact.checked_on <= before, ~alive)
    gone = session.scalars(delete(PaperFile).where(PaperFile.fact_id.in_(unused)).returning(PaperFile.id))
    return len(gone.all())


def _held(today: date) -> ColumnElement[bool]:
    """A demand that surely keeps its family: still open, closed lately, or a place not left long enough."""
    closed = add_months(today, -retention.CLOSED_MONTHS)
    born = add_months(today, -(retention.LEAVES_AT_MONTHS + retention.LEFT_MONTHS))
    young = exists().where(
        Person.id == Demand.child_id, or_(Person.birth_date.is_(None), Person.birth_date > born)
    )
    return exists().where(
        Demand.family_id == Family.id,
        or_(
            Demand.state.in_(OPEN_STATES),
            Demand.closed_on > closed,
            and_(Demand.state == "placed", young),
        ),
    )


def _day_has_come(session: Session, family: Family, today: date) -> bool:
    rows = session.execute(
        select(Demand.state, Demand.closed_on, Person.birth_date)
        .join(Person, Person.id == Demand.child_id)
        .where(Demand.family_id == family.id)
    )
    ends = [
        DemandEnd(closed_on, placed=state == "placed", birth_date=born) for state, closed_on, born in rows
    ]
    return retention.is_due(retention.family_from(day(family.created_at), ends), today)


def _forget(session: Session, ids: list[int]) -> None:
    letters = select(LetterRow.id).where(LetterRow.subject_type == "demand", LetterRow.subject_id.in_(ids))
    session.execute(delete(DemandKey).where(DemandKey.demand_id.in_(ids)))
    session.execute(delete(Assessment).where(Assessment.demand_id.in_(ids)))
    session.execute(delete(NeedVersion).where(NeedVersion.demand_id.in_(ids)))
    session.execute(update(Contact).where(Contact.demand_id.in_(ids)).values(note="", place=""))
    session.execute(delete(LetterPdf).where(LetterPdf.letter_id.in_(letters)))
    session.execute(update(LetterEvent).where(LetterEvent.letter_id.in_(letters)).values(detail=""))
    session.execute(
        update(LetterRow)
        .where(LetterRow.id.in_(letters))
        .values(
            recipient_name="", email="", address="", subject="", text="", html="", facts={}, last_error=None
        )
    )
    session.execute(
        update(JournalEntry)
        .where(JournalEntry.subject_type == "demand", JournalEntry.subject_id.in_(ids))
        .values(reason="", detail={})
    )
