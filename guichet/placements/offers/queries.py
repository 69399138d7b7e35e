"""Read the offers: by the family's link, on a demand, and the lists that the desk and the directors work through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from guichet.accounts.policy import Person
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.demands.reading import WHOLE
from guichet.placements.freed_seats import still_to_give
from guichet.placements.offers.delays import LATE_ENTRY
from guichet.placements.offers.models import Offer
from guichet.placements.offers.states import ACCEPTED, CANCELLED, HELD, OFFERED, POSTPONED
from guichet.placements.offers.timers import undelivered

READ = "read_demand"
MOST = 200


@dataclass(frozen=True)
class Shown:
    """An offer with its demand, whole."""

    offer: Offer
    demand: Demand


def by_key(session: Session, from_key: str, *, lock: bool = False) -> Offer | None:
    """The offer behind a link: the one in force, or the last that was cancelled."""
    wanted = select(Offer).where(Offer.from_key == from_key)
    wanted = wanted.order_by((Offer.state == CANCELLED), Offer.id.desc()).limit(1)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def of_family(session: Session, offer: Offer) -> list[Shown]:
    """This offer first, then those made on the same day to the brothers and sisters. Two statements."""
    family = select(Demand.family_id).where(Demand.id == offer.demand_id).scalar_subquery()
    wanted = (
        select(Offer, Demand)
        .join(Demand, Demand.id == Offer.demand_id)
        .where(Demand.family_id == family, Offer.opened_on == offer.opened_on, Offer.state != CANCELLED)
        .options(*WHOLE)
        .order_by(Offer.id)
    )
    found = [Shown(one, demand) for one, demand in session.execute(wanted).unique()]
    return sorted(found, key=lambda shown: (shown.offer.id != offer.id, shown.offer.id))


def demand_of(session: Session, offer: Offer, *, lock: bool = False) -> Demand:
    """The whole demand of an offer, ours alone when it will change."""
    wanted = select(Demand).where(Demand.id == offer.demand_id).options(*WHOLE)
    if lock:
        wanted = wanted.with_for_update(of=Demand)
    return session.execute(wanted).unique().scalar_one()


def latest(session: Session, demand_id: int) -> Offer | None:
    """The last offer made to a demand, over or not, the cancelled ones and the held seats left aside."""
    wanted = select(Offer).where(Offer.demand_id == demand_id, Offer.state.not_in((CANCELLED, HELD)))
    return session.scalar(wanted.order_by(Offer.id.desc()).limit(1))


def offer_for(
    session: Session, person: Person, offer_id: int, action: str, today: date, *, lock: bool = False
) -> Offer | None:
    """One offer that the person's right reaches; None when it is not for them."""
    wanted = select(Offer).join(Offer.demand).where(Offer.id == offer_id, theirs(person, action, today))
    return session.scalar(wanted.with_for_update(of=Offer) if lock else wanted)


def theirs(person: Person, action: str, today: date) -> ColumnElement[bool]:
    """The offers a person's right reaches; the demand must be joined.

    A director has those of the establishments directed only: another's says where a child goes.
    """
    if person.houses and not {"coordinator", "rpe_agent"} & person.roles:
        return and_(Offer.establishment_id.in_(sorted(person.houses)), visible_to(person, READ, today))
    return visible_to(person, action, today)


def lists(today: date) -> dict[str, ColumnElement[bool]]:
    """What waits for somebody, each list as a condition on Offer."""
    return {
        "unreached": undelivered(today),
        "postponed": Offer.state == POSTPONED,
        "entries": and_(Offer.state == ACCEPTED, Offer.entry_on <= today),
        "waiting": Offer.state == OFFERED,
        "coming": and_(Offer.state == ACCEPTED, Offer.entry_on > today),
    }


def page(session: Session, person: Person, chosen: str, today: date) -> Sequence[Offer]:
    """The offers of one list, the most pressing first, each with its demand and child. One statement."""
    by = {"waiting": Offer.answer_by, "unreached": Offer.answer_by}.get(chosen, Offer.entry_on)
    wanted = (
        select(Offer)
        .join(Offer.demand)
        .where(lists(today)[chosen], theirs(person, "answer_offers", today))
        .options(joinedload(Offer.demand).joinedload(Demand.child))
        .order_by(by, Offer.id)
        .limit(MOST)
    )
    return session.scalars(wanted).all()


def counts(session: Session, person: Person, today: date, seats_of: Sequence[int] = ()) -> dict[str, int]:
    """How many offers are in each list, and how many seats are free in some establishments. One statement."""
    columns: list[ColumnElement[int]] = [
        func.count().filter(condition).label(name) for name, condition in lists(today).items()
    ]
    columns.append(still_to_give(seats_of).label("freed"))
    wanted = select(*columns).select_from(Offer).join(Offer.demand)
    row = session.execute(wanted.where(theirs(person, "answer_offers", today))).one()
    return dict(row._mapping)


def is_late(offer: Offer, today: date) -> bool:
    """An entry that nobody has confirmed a week after its day."""
    return offer.state == ACCEPTED and offer.entry_on + LATE_ENTRY <= today
