"""Make a commission and change it: its règlement, its perimeter, its seats. The caller commits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from guichet.commissions import reglement as rules
from guichet.commissions import words
from guichet.commissions.commission_models import Commission, CommissionHouse, Seat
from guichet.commissions.reglement import Reglement
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.french import plain_date
from guichet.core.names import search_key
from guichet.core.workflow import expect_version
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.scheduling.members.actions import MemberEntry, recognise
from guichet.scheduling.members.models import Member

LONGEST_NAME = 120


@dataclass(frozen=True)
class CommissionEntry:
    """A commission as typed. `houses` are the ids of the establishments whose places it decides."""

    name: str
    houses: frozenset[int]
    reglement: Reglement


@dataclass(frozen=True)
class SeatEntry:
    """A seat as typed. The account of a person is known by its id, None when there is none."""

    role: str
    starts_on: date | None
    ends_on: date | None = None
    title: str = ""
    holder: str = ""
    user_id: int | None = None
    deputy: str = ""
    deputy_user_id: int | None = None
    voting: bool = True
    email: str = ""
    """Where the holder is convened; empty: on paper."""
    deputy_email: str = ""


def create(
    session: Session, entry: CommissionEntry, catalogue: Catalogue, *, actor: Actor, at: datetime
) -> Commission:
    """A new commission, without seats yet. Raises InvalidError with a sentence a field."""
    _check(session, entry, catalogue, None, rules.Bench())
    made = Commission(name=entry.name, sort_key=search_key(entry.name), rules=entry.reglement.to_json())
    made.houses = [CommissionHouse(establishment_id=one) for one in sorted(entry.houses)]
    made.seats = []
    session.add(made)
    _flush(session)
    journal.note(session, "commission", made.id, "create_commission", actor=actor, at=at)
    return made


def change(
    session: Session,
    commission: Commission,
    entry: CommissionEntry,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Its name, its perimeter, its règlement. The sessions already convened keep the règlement they had.

    The name may change only while nothing is enlisted under it: families know a session by that name.
    """
    expect_version(commission, version)
    _check(session, entry, catalogue, commission, bench_of(commission.seats, day(at)))
    before = {"name": commission.name, "rules": commission.rules}
    commission.name, commission.sort_key = entry.name, search_key(entry.name)
    commission.rules = entry.reglement.to_json()
    # The perimeter alone may have changed: who reads the page must see that it moved.
    flag_modified(commission, "rules")
    kept = {one.establishment_id: one for one in commission.houses}
    commission.houses = [
        kept.get(one) or CommissionHouse(establishment_id=one) for one in sorted(entry.houses)
    ]
    _flush(session)
    journal.note(
        session,
        "commission",
        commission.id,
        "change_commission",
        actor=actor,
        at=at,
        detail={"before": before},
    )


def add_seat(
    session: Session, commission: Commission, entry: SeatEntry, *, actor: Actor, at: datetime
) -> Seat:
    """One more seat. Raises InvalidError with a sentence a field."""
    starts = _check_seat(entry, commission.seats, None)
    made = Seat(commission_id=commission.id, starts_on=starts)
    _fill(made, entry, starts)
    _name_members(session, made, entry, actor, at)
    session.add(made)
    session.flush()
    detail = {"seat": made.id}
    journal.note(session, "commission", commission.id, "add_seat", actor=actor, at=at, detail=detail)
    return made


def change_seat(
    session: Session,
    commission: Commission,
    seat: Seat,
    entry: SeatEntry,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Another holder, deputy or mandate. A seat is not deleted: its mandate ends on a day."""
    expect_version(seat, version)
    starts = _check_seat(entry, commission.seats, seat.id)
    _fill(seat, entry, starts)
    _name_members(session, seat, entry, actor, at)
    session.flush()
    detail = {"seat": seat.id}
    journal.note(session, "commission", commission.id, "change_seat", actor=actor, at=at, detail=detail)


def bench_of(seats: list[Seat], on: date) -> rules.Bench:
    """The voting seats whose mandate runs on a day."""
    voting = [one for one in seats if one.voting and one.holds_on(on)]
    by_role: dict[str, int] = {}
    for one in voting:
        by_role[one.role] = by_role.get(one.role, 0) + 1
    return rules.Bench(len(voting), by_role)


def _check(
    session: Session,
    entry: CommissionEntry,
    catalogue: Catalogue,
    known: Commission | None,
    bench: rules.Bench,
) -> None:
    problems = {}
    known_id = known.id if known else None
    if not entry.name:
        problems["name"] = "Donnez le nom de la commission : les familles le lisent dans leurs lettres."
    elif len(entry.name) > LONGEST_NAME:
        problems["name"] = f"C’est trop long : {LONGEST_NAME} caractères au plus."
    elif _name_taken(session, entry.name, known_id):
        problems["name"] = "Une autre commission porte déjà ce nom."
    elif known and known.name != entry.name and _awaited(session, known.name):
        problems["name"] = (
            "Des demandes attendent une séance sous le nom actuel : gardez-le jusqu’à leur décision."
        )
    unknown = entry.houses - catalogue.houses.keys()
    if not entry.houses or unknown:
        problems["houses"] = (
            "Choisissez au moins un établissement : c’est sur ses places que la commission décide."
        )
    elif taken := _taken(session, entry.houses, known_id):
        house, name = taken
        problems["houses"] = (
            f"{catalogue.houses[house].label} relève déjà de « {name} » : un établissement a une seule commission."
        )
    problems |= rules.refusals(entry.reglement, bench, words.ROLE)
    if problems:
        raise InvalidError(problems)


def _name_taken(session: Session, name: str, known: int | None) -> bool:
    other = select(Commission.id).where(
        Commission.sort_key == search_key(name), Commission.id != (known or 0)
    )
    return session.scalar(other.limit(1)) is not None


def _awaited(session: Session, name: str) -> bool:
    waiting = select(Demand.id).where(Demand.state == "commission", Demand.session_name == name)
    return session.scalar(waiting.limit(1)) is not None


def _taken(session: Session, houses: frozenset[int], known: int | None) -> tuple[int, str] | None:
    """The first of these establishments that another commission has, and the name of that commission."""
    wanted = (
        select(CommissionHouse.establishment_id, Commission.name)
        .join(Commission, Commission.id == CommissionHouse.commission_id)
        .where(CommissionHouse.establishment_id.in_(sorted(houses)), Commission.id != (known or 0))
        .order_by(CommissionHouse.establishment_id)
    )
    row = session.execute(wanted.limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(
            "Une autre personne vient de donner ce nom ou l’un de ces établissements à une commission : "
            "relisez la liste, puis recommencez."
        ) from error


def _check_seat(entry: SeatEntry, others: list[Seat], known: int | None) -> date:
    problems = {}
    if entry.role not in rules.ROLES:
        problems["role"] = "Choisissez le rôle de ce siège."
    if not entry.holder and not entry.title:
        problems["holder"] = "Nommez la personne, ou la fonction si elle change souvent."
    if entry.user_id and not entry.holder:
        problems["holder"] = "Nommez la personne qui a ce compte."
    if entry.deputy_user_id and not entry.deputy:
        problems["deputy"] = "Nommez la personne qui a ce compte."
    if entry.deputy_email and not entry.deputy:
        problems["deputy"] = "Nommez la personne qui a cette adresse."
    if entry.user_id and entry.user_id == entry.deputy_user_id:
        problems["deputy_user_id"] = "Titulaire et suppléant sont deux personnes : choisissez deux comptes."
    if entry.starts_on is None:
        problems["starts_on"] = "Indiquez le premier jour du mandat."
    elif entry.ends_on and entry.ends_on <= entry.starts_on:
        problems["ends_on"] = "La fin du mandat vient après son premier jour."
    else:
        problems |= _meeting(entry, others, known)
    if problems or entry.starts_on is None:
        raise InvalidError(problems)
    return entry.starts_on


def _meeting(entry: SeatEntry, others: list[Seat], known: int | None) -> dict[str, str]:
    """One presidency at a time, and one seat for one account."""
    problems = {}
    for other in others:
        if other.id == known or not _overlap(entry, other):
            continue
        since = f"depuis le {plain_date(other.starts_on)}"
        if entry.role == "president" and other.role == "president":
            problems["role"] = f"La présidence est déjà tenue par {other.called}, {since}."
        if entry.user_id and entry.user_id == other.user_id:
            problems["user_id"] = f"Ce compte a déjà un siège dans cette commission, {since}."
    return problems


def _overlap(entry: SeatEntry, other: Seat) -> bool:
    starts = entry.starts_on or date.max
    begins_before_end = other.ends_on is None or starts < other.ends_on
    return begins_before_end and (entry.ends_on is None or other.starts_on < entry.ends_on)


def _name_members(session: Session, seat: Seat, entry: SeatEntry, actor: Actor, at: datetime) -> None:
    """Who the convocations call: a function with an address may be called without naming anybody."""
    holder = MemberEntry(entry.holder or (entry.title if entry.email else ""), entry.email, entry.user_id)
    deputy = MemberEntry(entry.deputy, entry.deputy_email, entry.deputy_user_id)
    problems = {}
    for one, column, field in ((holder, "member_id", "email"), (deputy, "deputy_member_id", "deputy_email")):
        before = session.get(Member, getattr(seat, column)) if getattr(seat, column) else None
        try:
            found = recognise(session, one, before, actor=actor, at=at)
        except InvalidError as refusal:
            problems[field] = refusal.problems["email"]
        else:
            setattr(seat, column, found.id if found else None)
    if not problems and seat.member_id is not None and seat.member_id == seat.deputy_member_id:
        problems["deputy_email"] = "Titulaire et suppléant sont deux personnes : donnez deux adresses."
    if problems:
        raise InvalidError(problems)


def _fill(seat: Seat, entry: SeatEntry, starts: date) -> None:
    seat.role, seat.title, seat.voting = entry.role, entry.title, entry.voting
    seat.holder, seat.user_id = entry.holder, entry.user_id
    seat.deputy, seat.deputy_user_id = entry.deputy, entry.deputy_user_id
    seat.starts_on, seat.ends_on = starts, entry.ends_on
