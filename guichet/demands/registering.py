"""Register a demand: one transaction stores the family, the demand, the journal line and the letter."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, NotFoundError
from guichet.demands import keys, letters
from guichet.demands.checks import check_registration
from guichet.demands.delays import ORIENT_WITHIN, RENEW_EVERY
from guichet.demands.dossier import NeedEntry, Registration, WishEntry
from guichet.demands.lines import number_of
from guichet.demands.models import Demand, DemandKey, Wish
from guichet.demands.pairs import FOUND_DIFFERENT
from guichet.demands.workflow import DEMAND, StepFacts
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import AdultEntry, ChildEntry, FactEntry, FamilyEntry
from guichet.families.entries import adult_names
from guichet.families.facts import OF_THE_PREGNANCY, concerns
from guichet.families.models import ADULT, CHILD, Fact, Family, Person
from guichet.families.papers import documents
from guichet.families.proofs import is_missing
from guichet.notifications import outbox

_TABLES = Demand.metadata.tables
# Many rows a demand, and nobody asks for them as objects in the same transaction.
_FACTS, _KEYS = (insert(_TABLES[one.__tablename__]) for one in (Fact, DemandKey))
_DEFAULTS = {
    column.key: column.default.arg
    for column in Person.__table__.columns
    if column.default is not None and column.default.is_scalar
}


def register(
    session: Session,
    entry: Registration,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    renew_every_days: int = RENEW_EVERY.default,
    orient_within_days: int = ORIENT_WITHIN.default,
) -> Demand:
    """Record a demand and post its acknowledgement.

    The same `submission` sent twice raises ConflictError. Raises InvalidError with a sentence per field,
    StepRefusedError from the guard, ConflictError when the child already has an active demand.
    NotFoundError when the family to join is gone.
    """
    findings = check_registration(entry, catalogue, day(at))
    if findings.problems:
        raise InvalidError(findings.problems)
    child = _child(entry.child, entry.birth_rank)
    family, facts, owed = _joined(session, entry) if entry.joins else _new(entry, at)
    waited_for = _waited_for(entry, facts, owed, family)
    family.persons.append(child)
    demand = _demand(entry, catalogue, actor, at, renew_every_days)
    demand.papers_missing = len(waited_for)
    demand.family, demand.child = family, child
    demand.desk_id = catalogue.service_for(entry.desk_commune_code or entry.family.household.commune_code).id
    demand.wishes = wishes_of(entry.wishes)
    reachable = any(adult.phone or adult.email for adult in entry.family.adults) or bool(family.address)
    session.add(family)
    try:
        with session.no_autoflush:
            DEMAND.fire(
                session,
                demand,
                "register",
                actor=actor,
                at=at,
                facts=StepFacts(reachable_adult=reachable),
                reason=entry.reason,
                detail={FOUND_DIFFERENT: list(entry.different_from)} if entry.different_from else None,
            )
    except IntegrityError as error:
        session.rollback()
        raise ConflictError("Cette demande est déjà enregistrée.") from error
    declared = fact_rows(facts, family, child, day(at))
    if declared:
        session.execute(_FACTS, declared)
    write_keys(session, demand, entry.child, entry.family.adults, catalogue)
    outbox.post(
        session,
        letters.acknowledgement(demand, catalogue, at, orient_within_days, waited_for),
        key=f"demand:{demand.id}:acknowledgement",
        subject_type="demand",
        subject_id=demand.id,
        at=at,
    )
    return demand


def find_by_submission(session: Session, submission: str) -> int | None:
    """The demand already made by this form, if it was sent before."""
    return session.scalar(select(Demand.id).where(Demand.submission == submission))


def number_of_submission(session: Session, submission: str) -> str:
    """The number of the demand made by a form; empty when there is none."""
    made = session.execute(
        select(Demand.received_on, Demand.id).where(Demand.submission == submission)
    ).one_or_none()
    return number_of(*made) if made else ""


def apply_need(demand: Demand, need: NeedEntry) -> None:
    """Write a need on a demand."""
    for name, value in vars(need).items():
        if name != "week":
            setattr(demand, name, value)
    demand.week_pattern = need.week.to_json()
    demand.weekly_minutes = need.week.total_minutes
    demand.urgent = need.care == "emergency"


def wishes_of(entries: tuple[WishEntry, ...]) -> list[Wish]:
    """The rows of ranked wishes."""
    return [Wish(rank=rank, **vars(entry)) for rank, entry in enumerate(entries, 1)]


def write_keys(
    session: Session,
    demand: Demand,
    child: ChildEntry,
    adults: tuple[AdultEntry, ...],
    catalogue: Catalogue,
) -> None:
    """Store what finds the demand again. Replacing keys is the caller's: delete first."""
    rank = None if child.multiple_births == 1 else demand.child.position
    wished = (
        wish.commune_code
        or (catalogue.houses[wish.establishment_id].commune_code if wish.establishment_id else None)
        for wish in demand.wishes
    )
    found = (
        keys.name_words(child, adults)
        | keys.number_words(demand.number, demand.id)
        | keys.commune_words([demand.home_code, demand.desk_commune_code, *wished])
        | keys.trace_words(keys.trace_of(demand.id, child, adults, rank))
    )
    rows = [{"use": item.use, "key": item.key, "demand_id": demand.id} for item in sorted(found, key=_sorted)]
    session.execute(_KEYS, rows)


def _sorted(item: keys.Key) -> tuple[str, str]:
    return item.use, item.key


def fact_rows(
    entries: tuple[FactEntry, ...], family: Family, child: Person, today: date
) -> list[dict[str, Any]]:
    """The rows of what the family declares; a paper not brought today is asked for today."""
    adults = {person.position: person for person in family.persons if person.role == ADULT}
    return [
        {
            "family_id": family.id,
            "person_id": None
            if entry.about is None
            else (adults[entry.about].id if entry.about else child.id),
            "kind": entry.kind,
            "declared_on": today,
            "paper": entry.paper,
            "asked_on": today if entry.paper else None,
            "received_on": today if entry.paper and entry.received else None,
            "referral_contact": entry.referral_contact,
        }
        for entry in entries
    ]


def _new(entry: Registration, at: datetime) -> tuple[Family, tuple[FactEntry, ...], list[Fact]]:
    """A new household but the child of the demand, the facts to declare, and no paper owed before."""
    family = _family(entry.family, at)
    family.persons = [
        *_adults(entry.family.adults),
        *_siblings(entry.family.siblings, entry.birth_rank + 1),
    ]
    return family, entry.family.facts, []


def _joined(session: Session, entry: Registration) -> tuple[Family, tuple[FactEntry, ...], list[Fact]]:
    """A household already recorded, what the child alone declares, and the papers that the household still owes.

    The pregnancy of twins is declared and proved once. One statement.
    """
    first = select(Demand.family_id).where(Demand.submission == entry.joins).scalar_subquery()
    found = select(Family, Fact).outerjoin(Fact, Fact.family_id == Family.id).where(Family.id == first)
    rows = session.execute(found.order_by(Fact.id).options(joinedload(Family.persons))).unique().all()
    if not rows:
        raise NotFoundError
    family, known = rows[0][0], [fact for _family, fact in rows if fact is not None]
    born = {person.id for person in family.persons if person.role == CHILD}
    expected = entry.child.birth_date is None
    shared = [fact for fact in known if concerns(fact.kind, fact.person_id, born, expected=expected)]
    kinds = {fact.kind for fact in shared} & {OF_THE_PREGNANCY}
    own = tuple(fact for fact in entry.family.facts if fact.about == 0 and fact.kind not in kinds)
    return family, own, [fact for fact in shared if is_missing(fact)]


def _waited_for(
    entry: Registration, facts: tuple[FactEntry, ...], owed: list[Fact], family: Family
) -> tuple[str, ...]:
    """The documents the family is asked for: those it owed already, then those of this demand."""
    adults = [f"{one.first_name} {one.last_name}".strip() for one in entry.family.adults]
    named = dict(enumerate(adults, 1)) if len(adults) > 1 else {}
    names = adult_names(family) if owed else {}
    return documents(
        [
            *((fact.paper, names.get(fact.person_id or 0, "")) for fact in owed),
            *((fact.paper, named.get(fact.about or 0, "")) for fact in facts if not fact.received),
        ]
    )


def _family(entry: FamilyEntry, at: datetime) -> Family:
    return Family(created_at=at, **vars(entry.household))


def _adults(entries: tuple[AdultEntry, ...]) -> list[Person]:
    return [_person(ADULT, position, entry) for position, entry in enumerate(entries, 1)]


def _child(entry: ChildEntry, position: int) -> Person:
    return _person(CHILD, position, entry)


def _person(role: str, position: int, entry: AdultEntry | ChildEntry) -> Person:
    # Every column is given, so that adults and children go in one statement.
    return Person(**{**_DEFAULTS, **vars(entry), "role": role, "position": position})


def _siblings(entries: tuple[ChildEntry, ...], first: int) -> list[Person]:
    return [_child(entry, position) for position, entry in enumerate(entries, first)]


def _demand(
    entry: Registration, catalogue: Catalogue, actor: Actor, at: datetime, renew_every_days: int
) -> Demand:
    home = entry.family.household.commune_code
    demand = Demand(
        state="new",
        submission=entry.submission,
        linked_to_id=entry.linked_to_id,
        channel=entry.channel,
        registered_by=actor.name,
        received_at=at,
        received_on=entry.received_on,
        seniority_on=entry.seniority_on or entry.received_on,
        seniority_rule=entry.seniority_rule,
        notice_version=entry.notice_version,
        notice_given_on=day(at),
        home_code=home if home in catalogue.towns else None,
        desk_commune_code=entry.desk_commune_code,
        interview_on=entry.interview_on,
        renewal_due_on=day(at) + timedelta(days=renew_every_days),
        birth_to_confirm=entry.child.birth_date is None,
        has_sibling=any(sibling.attends_id for sibling in entry.family.siblings),
    )
    apply_need(demand, entry.need)
    return demand
