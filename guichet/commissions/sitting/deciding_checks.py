"""What is refused when a session records a decision: quorum, recusal, words that lack, a place above what is free."""

from sqlalchemy.orm import Session

from guichet.accounts.policy import DIRECTOR, Person, Reach
from guichet.commissions.sitting import choosing
from guichet.commissions.sitting.choosing import DraftEntry
from guichet.commissions.sitting.quorum import in_words
from guichet.commissions.sitting.room import Place, Room
from guichet.commissions.words import ROLE
from guichet.core.errors import InvalidError, NotAllowedError, StepRefusedError
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.demands.queries import is_linked
from guichet.demands.words import UNPLACED_REASON
from guichet.establishments.capacity import Ask, Colour, Verdict, fits
from guichet.placements.saying import verdict_in_words
from guichet.placements.stays import load_houses

RIGHT = "decide_at_session"
WITHDRAWN = "Retirée par la famille : aucune décision ne s’enregistre sur ce point."
LEFT = "Cette demande n’est plus en commission : aucune décision ne s’enregistre sur ce point."
ROOM_LEFT = (
    "La semaine demandée tient dans un établissement souhaité : indiquez pourquoi la place n’est pas donnée. La famille "
    "le lira."
)
RECUSED = "Vous êtes en déport sur ce point : vous n’y prenez pas part."


def why_gone(demand: Demand | None) -> str:
    """Why a demand of the agenda cannot be decided any more."""
    return WITHDRAWN if demand is not None and demand.state == "withdrawn" else LEFT


def expect_part(session: Session, room: Room, person: Person, position: int, demand_id: int) -> None:
    """Refuse whoever takes no part in an item: recused there, or linked with the family."""
    if recused_seat(room, person, position) or is_linked(session, person, demand_id):
        raise NotAllowedError(RECUSED)


def expect_quorum(room: Room, position: int) -> None:
    """Refuse to deliberate on an item without the quorum of the règlement."""
    found = room.quorum(position)
    if not found.met:
        raise StepRefusedError(
            f"{in_words(found, ROLE)} Sur ce point, la commission peut seulement reporter, jusqu’à ce que le quorum "
            "soit de nouveau atteint."
        )


def expect_words(entry: DraftEntry, asked: choosing.Asked, room: Room, position: int, person: Person) -> None:
    """Refuse what lacks or cannot be in an entry, a vote that does not carry it, a place that is not theirs."""
    problems = choosing.refusals(entry, asked, UNPLACED_REASON)
    if entry.vote and not problems:
        presides = room.presidency(position) is not None
        voices = room.quorum(position).voices
        problems |= choosing.refusal_of_vote(entry.vote, voices, room.reglement, presides)
    if problems:
        raise InvalidError(problems)
    expect_theirs(person, None, entry.establishment_id if entry.choice in choosing.GIVING else None, asked)


def expect_no_room(session: Session, demand: Demand, asked: choosing.Asked) -> None:
    """A wait whose reason is not said means that no place is free: refuse it where the week asked would hold."""
    born_on = demand.child.birth_date or demand.child.due_date
    if born_on is None or not asked.wished:
        return
    ask = Ask(demand.week, born_on, demand.id)
    for house in load_houses(session, asked.wished, asked.entry).values():
        if house.supply.opened:
            verdict = fits(house.supply, house.periods_for(ask), ask, asked.entry)
            if verdict.colour is Colour.GREEN:
                raise InvalidError({"reason": ROOM_LEFT})


def expect_theirs(
    person: Person, demand: Demand | None, house: int | None, asked: choosing.Asked | None = None
) -> None:
    """A director records for the establishments she directs, and answers for them."""
    if person.reaches(RIGHT) != (Reach.HOUSES,):
        return
    wished = asked.wished if asked else [one.establishment_id for one in demand.wishes] if demand else ()
    theirs = house in person.houses if house is not None else bool(person.houses.intersection(wished))
    if not theirs:
        raise InvalidError(
            {"establishment_id": "Vous n’enregistrez que pour les places de vos établissements."}
        )


def insisting(
    session: Session, demand: Demand, entry: DraftEntry, room: Room, position: int, person: Person
) -> str:
    """Refuse a place above what is free unless somebody who may insists; who insisted."""
    if entry.choice not in choosing.GIVING or entry.establishment_id is None or entry.entry_on is None:
        return ""
    verdict = verdict_on(session, demand, entry.establishment_id, entry.week or demand.week, entry)
    if verdict is None or verdict.colour is Colour.GREEN:
        return ""
    said = " ".join(verdict_in_words(verdict))
    field = "week" if entry.choice == choosing.PARTIAL else "establishment_id"
    if verdict.section is None or verdict.closed:
        raise InvalidError({field: said})
    insisting = may_insist(person, room, position, entry.establishment_id)
    if not entry.insists:
        may = " La direction de l’établissement ou la présidence peut insister, avec un motif écrit."
        raise InvalidError({field: said + may})
    if not insisting:
        raise InvalidError(
            {"insists": "Seules la direction de l’établissement et la présidence présente peuvent insister."}
        )
    return insisting


def may_insist(person: Person, room: Room, position: int, house: int | None) -> str:
    """Who insists on a place above what is free, for this person; empty when nobody may.

    The direction of the establishment, or the presidency: by its own account, or by whoever keeps the minutes.
    """
    if DIRECTOR in person.roles and house in person.houses:
        return person.name
    presidency = room.presidency(position)
    if presidency is None:
        return ""
    by = room.filled_by(position, presidency.chair.id)
    theirs = presidency.account(by) == person.user_id
    return presidency.name(by) if theirs or person.may("run_session") else ""


def recused_seat(room: Room, person: Person, position: int) -> Place | None:
    """The seat of this person, when it takes no part in an item."""
    seat = room.seat_of(person.user_id or 0, position)
    return room.by_id[seat] if seat in room.present(position).recused and seat is not None else None


def verdict_on(
    session: Session, demand: Demand, house_id: int, week: Week, entry: DraftEntry
) -> Verdict | None:
    """Whether a week fits in an establishment with every promise and every draft; None when nobody counts there."""
    born_on = demand.child.birth_date or demand.child.due_date
    if entry.entry_on is None or born_on is None:
        return None
    house = load_houses(session, [house_id], entry.entry_on)[house_id]
    if not house.supply.opened:
        return None
    ask = Ask(week, born_on, demand.id)
    return fits(house.supply, house.periods_for(ask), ask, entry.entry_on)
