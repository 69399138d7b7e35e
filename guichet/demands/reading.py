"""One demand read whole: the dossier as its page shows it, and the same under a lock to change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from guichet.accounts.policy import Person
from guichet.core.clock import day
from guichet.demands.models import Contact, Demand
from guichet.demands.queries import visible_to
from guichet.families.entries import documents_of
from guichet.families.facts import OF_THE_PREGNANCY, RESTRICTED
from guichet.families.models import CHILD, Fact, Family
from guichet.families.models import Person as FamilyMember
from guichet.families.papers import BY_CODE
from guichet.families.proofs import is_missing

WHOLE = (
    joinedload(Demand.family).joinedload(Family.persons),
    joinedload(Demand.child),
    selectinload(Demand.wishes),
)
"""What the letters and the page ask of a demand, in two statements."""
RESERVED = RESTRICTED | {"referral"}
"""Kinds of facts read with the right `read_referral` only."""
MOST_SESSIONS = 12


@dataclass(frozen=True)
class Opened:
    """A demand, and how far the rights of who reads it go on this very demand."""

    demand: Demand
    works: bool
    """The desk's work: orient, enlist, contacts, papers, closing."""
    decides: bool
    confirms: bool


def open_demand(session: Session, person: Person, demand_id: int, today: date) -> Opened | None:
    """The demand and what the person may do with it, in two statements; None when it is not for them."""
    rights = [
        visible_to(person, action, today).label(action)
        for action in ("orient", "record_decision", "confirm_decision")
    ]
    wanted = select(Demand, *rights).where(Demand.id == demand_id, visible_to(person, "read_demand", today))
    row = session.execute(wanted.options(*WHOLE, joinedload(Demand.assessments))).unique().one_or_none()
    return None if row is None else Opened(row[0], bool(row[1]), bool(row[2]), bool(row[3]))


def lock_demand(session: Session, person: Person, demand_id: int, today: date, action: str) -> Demand | None:
    """The demand, ours alone until the transaction ends; None when the action does not reach it."""
    wanted = (
        select(Demand)
        .where(Demand.id == demand_id, visible_to(person, action, today))
        .options(*WHOLE)
        .with_for_update(of=Demand)
    )
    return session.execute(wanted).unique().scalar_one_or_none()


def facts_of_demand(session: Session, demand: Demand, restricted: bool) -> list[Fact]:
    """What is declared for this child, its adults and its home; facts about the other children are left out.

    The pregnancy they share is proved once (families/facts.py, `concerns`).
    `restricted` tells whether the referrals of a social or health service may be read.
    """
    others = select(FamilyMember.id).where(
        FamilyMember.family_id == demand.family_id,
        FamilyMember.role == CHILD,
        FamilyMember.id != demand.child_id,
    )
    about = Fact.person_id.is_(None) | Fact.person_id.not_in(others)
    if demand.birth_to_confirm:
        about |= Fact.kind == OF_THE_PREGNANCY
    wanted = select(Fact).where(Fact.family_id == demand.family_id, about)
    if not restricted:
        wanted = wanted.where(Fact.kind.not_in(RESERVED))
    return list(session.scalars(wanted.order_by(Fact.id)))


def unreserved(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that may be read without the right to read a referral."""
    return [fact for fact in facts if fact.kind not in RESERVED]


def missing_papers(session: Session, demand: Demand) -> tuple[str, ...]:
    """The French names of the papers asked for and not received, or refused, each once."""
    facts = facts_of_demand(session, demand, restricted=True)
    return documents_of([fact for fact in facts if is_missing(fact)], demand.family)


def paper_label(fact: Fact) -> str:
    """The paper asked for, as the family reads it."""
    return BY_CODE[fact.paper].label if fact.paper in BY_CODE else fact.paper


def coming_sessions(session: Session, today: date) -> list[tuple[date, str]]:
    """The sessions to come that some demand already waits for: until sessions exist, they are known so."""
    rows = session.execute(
        select(Demand.session_on, Demand.session_name)
        .where(Demand.session_on >= today, Demand.state == "commission")
        .distinct()
        .order_by(Demand.session_on, Demand.session_name)
        .limit(MOST_SESSIONS)
    )
    return [(on, name) for on, name in rows if on is not None]


def contact_of(session: Session, demand_id: int, contact_id: int, *, lock: bool) -> Contact | None:
    """An appointment or an exchange of this very demand; with `lock`, ours alone until the transaction ends."""
    wanted = select(Contact).where(Contact.id == contact_id, Contact.demand_id == demand_id)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def last_interview(session: Session, demand_id: int) -> date | None:
    """The day of the last appointment that was held."""
    held = session.scalar(
        select(Contact.planned_for)
        .where(Contact.demand_id == demand_id, Contact.kind == "appointment", Contact.outcome == "held")
        .order_by(Contact.planned_for.desc())
        .limit(1)
    )
    return day(held) if held else None
