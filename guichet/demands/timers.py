"""What the clock does to demands: remind, ask to renew, use a second channel, close what ended.

Each line of TIMERS says which demands are due and what happens to one of them. A worker takes them one
transaction at a time; turning a timer twice does nothing the second time, because the act itself makes the
demand no longer due. No demand is closed because a mail came back: both channels must have been used, the
paper of the second one posted, and the grace have passed since.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import THE_CLOCK
from guichet.core.clock import PARIS, day
from guichet.core.months import add_months
from guichet.demands import actions, letters
from guichet.demands.models import Contact, Demand
from guichet.demands.reading import WHOLE, facts_of_demand
from guichet.demands.states import OPEN_STATES
from guichet.establishments.catalogue import Catalogue
from guichet.families.entries import documents_of
from guichet.families.models import Fact, Family, Person
from guichet.families.proofs import is_missing
from guichet.notifications import models as mail
from guichet.notifications.models import LetterRow

BATCH = 50
SPOKEN = ("call", "visit")
SCHOOL_YEARS, CRECHE_YEARS = 3, 6
SCHOOL_STARTS = (9, 1)


@dataclass(frozen=True)
class Tick:
    """One turn of the clock: the instant, the delays in force (demands/delays.py, in days), the offer."""

    at: datetime
    delays: Mapping[str, int]
    catalogue: Catalogue

    @property
    def today(self) -> date:
        """The calendar day in France."""
        return day(self.at)

    def back(self, key: str) -> date:
        """The day that lies one delay before today."""
        return self.today - timedelta(days=self.delays[key])


@dataclass(frozen=True)
class Timer:
    """`due` is a condition on Demand; `act` changes one demand, and says whether it did."""

    name: str
    due: Callable[[Tick], ColumnElement[bool]]
    act: Callable[[Session, Demand, Tick], bool]


def due(session: Session, timer: Timer, tick: Tick, *, after: int = 0, limit: int = BATCH) -> list[int]:
    """The ids of demands a timer must act on, in order, from the one after `after`."""
    wanted = select(Demand.id).where(timer.due(tick), Demand.id > after).order_by(Demand.id).limit(limit)
    return list(session.scalars(wanted))


def turn(session: Session, timer: Timer, demand_id: int, tick: Tick) -> bool:
    """Act on one demand if it is still due and nobody is working on it. Whether something changed."""
    wanted = select(Demand).where(Demand.id == demand_id, timer.due(tick)).options(*WHOLE)
    locked = wanted.with_for_update(of=Demand, skip_locked=True)
    demand = session.execute(locked).unique().scalar_one_or_none()
    return demand is not None and timer.act(session, demand, tick)


def _papers_late(tick: Tick) -> ColumnElement[bool]:
    limit = tick.back("remind_papers_every_days")
    late = exists().where(
        Fact.family_id == Demand.family_id,
        Fact.paper != "",
        Fact.received_on.is_(None),
        Fact.reminders < tick.delays["papers_reminders"],
        Fact.asked_on <= limit,
        or_(Fact.reminded_on.is_(None), Fact.reminded_on <= limit),
    )
    return and_(Demand.state.in_(OPEN_STATES), Demand.papers_missing > 0, late)


def _remind_papers(session: Session, demand: Demand, tick: Tick) -> bool:
    """One letter for all the papers that are missing; the file keeps its date meanwhile."""
    missing = [fact for fact in facts_of_demand(session, demand, restricted=True) if is_missing(fact)]
    if not missing:
        return False
    number = max(fact.reminders for fact in missing) + 1
    for fact in missing:
        fact.reminded_on, fact.reminders = tick.today, fact.reminders + 1
    by = tick.today + timedelta(days=tick.delays["remind_papers_every_days"])
    wanted = documents_of(missing, demand.family)
    letter = letters.missing_papers(demand, wanted, tick.catalogue, tick.at, by, number - 1)
    actions.tell(session, demand, letter, tick.at, f"papers:{tick.today.isoformat()}")
    _note(session, demand, "remind_papers", tick, {"reminder": number})
    return True


def _renewal_near(tick: Tick) -> ColumnElement[bool]:
    limit = tick.today + timedelta(days=tick.delays["ask_renewal_before_days"])
    return and_(
        Demand.state.in_(OPEN_STATES), Demand.renewal_due_on <= limit, Demand.renewal_asked_on.is_(None)
    )


def _ask_renewal(session: Session, demand: Demand, tick: Tick) -> bool:
    """The first channel: the one the family chose."""
    by = max(demand.renewal_due_on, tick.today + timedelta(days=tick.delays["second_channel_after_days"]))
    letter = letters.renewal(demand, tick.catalogue, tick.at, by, second=False)
    actions.tell(session, demand, letter, tick.at, f"renewal:{demand.renewal_due_on.isoformat()}")
    demand.renewal_asked_on = tick.today
    _note(session, demand, "ask_renewal", tick, {"by": by.isoformat()})
    return True


def _unanswered(tick: Tick) -> ColumnElement[bool]:
    """Asked, and either a person has called since, or a paper letter can be the second channel."""
    lost = exists().where(
        LetterRow.subject_type == "demand",
        LetterRow.subject_id == Demand.id,
        LetterRow.kind == "renewal",
        LetterRow.state.in_(mail.UNDELIVERED),
    )
    by_mail = exists().where(Family.id == Demand.family_id, Family.channel == "email", Family.address != "")
    late = Demand.renewal_asked_on <= tick.back("second_channel_after_days")
    return and_(
        Demand.state.in_(OPEN_STATES),
        Demand.renewal_asked_on.is_not(None),
        Demand.second_ask_on.is_(None),
        or_(_spoken_to(), and_(by_mail, or_(late, lost))),
    )


def _spoken_to() -> ColumnElement[bool]:
    """A call or a visit noted on a later day than the first letter."""
    return exists().where(
        Contact.demand_id == Demand.id,
        Contact.kind.in_(SPOKEN),
        func.date(Contact.at) > Demand.renewal_asked_on,
    )


def _use_second_channel(session: Session, demand: Demand, tick: Tick) -> bool:
    """A call noted since the first letter is the second channel; otherwise the letter leaves on paper."""
    call = session.scalar(
        select(func.max(Contact.at)).where(
            Contact.demand_id == demand.id,
            Contact.kind.in_(SPOKEN),
            func.date(Contact.at) > demand.renewal_asked_on,
        )
    )
    demand.second_ask_on = day(call) if call else tick.today
    if call is None:
        by = tick.today + timedelta(days=tick.delays["renewal_grace_days"])
        letter = letters.renewal(demand, tick.catalogue, tick.at, by, second=True)
        on_paper = replace(letter, recipient=replace(letter.recipient, email=None))
        actions.tell(session, demand, on_paper, tick.at, f"renewal2:{demand.renewal_due_on.isoformat()}")
    _note(session, demand, "second_ask", tick, {"channel": "call" if call else "post"})
    return True


def _both_channels_used(tick: Tick) -> ColumnElement[bool]:
    limit = tick.back("renewal_grace_days")
    unposted = exists().where(
        LetterRow.subject_type == "demand",
        LetterRow.subject_id == Demand.id,
        LetterRow.kind == "renewal_second",
        or_(
            LetterRow.state != mail.PRINTED,
            LetterRow.sent_at > datetime.combine(limit, time(23, 59), PARIS),
        ),
    )
    return and_(
        Demand.state.in_([state for state in OPEN_STATES if state != "commission"]),
        Demand.renewal_due_on < tick.today,
        Demand.renewal_asked_on.is_not(None),
        Demand.second_ask_on <= limit,
        ~unposted,
    )


def _expire_unrenewed(session: Session, demand: Demand, tick: Tick) -> bool:
    _expire(session, demand, "not_renewed", tick)
    return True


def _old_enough_for_school(tick: Tick) -> ColumnElement[bool]:
    school_year = tick.today.year - ((tick.today.month, tick.today.day) < SCHOOL_STARTS)
    born = exists().where(
        Person.id == Demand.child_id, Person.birth_date < date(school_year - SCHOOL_YEARS + 1, 1, 1)
    )
    waiting = [state for state in OPEN_STATES if state != "commission"]
    return and_(Demand.state.in_(waiting), Demand.entry_on < tick.today, born)


def _expire_at_school_age(session: Session, demand: Demand, tick: Tick) -> bool:
    """Asked for before school and now of age for it; a demand made for after stays until six years."""
    born = demand.child.birth_date
    if born is None:
        return False
    school = date(born.year + SCHOOL_YEARS, *SCHOOL_STARTS)
    ends = school if demand.entry_on < school else add_months(born, 12 * CRECHE_YEARS)
    if tick.today < ends:
        return False
    _expire(session, demand, "school_age", tick)
    return True


def _expire(session: Session, demand: Demand, reason: str, tick: Tick) -> None:
    actions.expire(
        session,
        demand,
        reason,
        tick.catalogue,
        actor=THE_CLOCK,
        at=tick.at,
        reopen_within_days=tick.delays["reopen_within_days"],
    )


def _note(session: Session, demand: Demand, step: str, tick: Tick, detail: dict[str, object]) -> None:
    journal.note(session, "demand", demand.id, step, actor=THE_CLOCK, at=tick.at, detail=detail)


REMIND_PAPERS = Timer("remind_papers", _papers_late, _remind_papers)
ASK_RENEWAL = Timer("ask_renewal", _renewal_near, _ask_renewal)
SECOND_CHANNEL = Timer("second_channel", _unanswered, _use_second_channel)
EXPIRE_UNRENEWED = Timer("expire_unrenewed", _both_channels_used, _expire_unrenewed)
SCHOOL_AGE = Timer("school_age", _old_enough_for_school, _expire_at_school_age)
TIMERS = (SCHOOL_AGE, EXPIRE_UNRENEWED, SECOND_CHANNEL, ASK_RENEWAL, REMIND_PAPERS)
"""In the order of one turn: what closes first, so that nobody is reminded about a demand closed just after."""
