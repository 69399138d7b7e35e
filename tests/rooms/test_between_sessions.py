"""Between two sessions: a freed seat goes to the next child, an emergency does not wait, both want a second person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.bareme import actions as bareme
from guichet.bareme import file
from guichet.commissions.actions import (
    confirm_decision,
    drop_decision,
)
from guichet.commissions.between import mandate
from guichet.commissions.between.emergency import admit, emergencies_of_year
from guichet.commissions.between.freed_seats import give_freed
from guichet.commissions.between.out_of_session import OutsideEntry, record_outside, to_ratify
from guichet.commissions.sessions.actions import SessionEntry, plan
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.core.errors import ConflictError, InvalidError, NotAllowedError
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.placements.freed_seats import open_seats
from guichet.placements.offers import actions as offers
from guichet.placements.offers.models import Offer
from tests import make
from tests.baremes import LONG_AGO, SHIPPED
from tests.offers import CONFIRMED, ENTRY, NAME, SESSION_ON, loads, no


@pytest.fixture
def waiting(session: Session, catalogue: Catalogue, agent: Person) -> Demand:
    """Another family, whose demand is oriented and complete."""
    other = make.demand(
        session,
        catalogue,
        agent,
        child=make.child(first_name="Noé", last_name="Aubriet"),
        adults=(make.adult(last_name="Aubriet", email="aubriet@exemple.test"),),
    )
    make.enlisted(session, catalogue, other, NAME, SESSION_ON)
    return other


def freed_entry(catalogue: Catalogue, **values: Any) -> OutsideEntry:
    return OutsideEntry(
        **{
            "establishment_id": make.house(catalogue, "lucioles"),
            "entry_on": ENTRY,
            "reason": "La suivante qui convient.",
            **values,
        }
    )


def test_a_freed_seat_goes_to_the_next_child_once_a_mandated_person_confirms(
    session: Session,
    demand: Demand,
    offer: Offer,
    waiting: Demand,
    catalogue: Catalogue,
    director: Person,
    agent: Person,
    coordinator: Person,
) -> None:
    body = make.commission(session, catalogue, coordinator)
    no(session, offer, demand, catalogue)
    seat = open_seats(session, [offer.establishment_id])[0]
    at = CONFIRMED + timedelta(days=3)
    decision = give_freed(session, seat, waiting, freed_entry(catalogue), catalogue, person=director, at=at)
    assert (decision.basis, seat.given_demand_id, loads(session, waiting)) == (
        "between",
        waiting.id,
        [("draft", ENTRY)],
    )
    with pytest.raises(ConflictError, match="déjà proposée à un autre enfant"):
        give_freed(session, seat, demand, freed_entry(catalogue), catalogue, person=director, at=at)
    with pytest.raises(NotAllowedError, match="coordination ou la présidence"):
        confirm_decision(session, decision, waiting, catalogue, links=make.LINKS, person=agent, at=at)
    confirm_decision(session, decision, waiting, catalogue, links=make.LINKS, person=coordinator, at=at)
    given = offers.taken_offer(session, waiting.id)
    assert given is not None and given.state == "offered"
    assert (waiting.state, seat.outcome) == ("placed", "given")
    assert [one.id for one in to_ratify(session, body.id)] == [decision.id]


@pytest.mark.parametrize(("basis", "in_force", "mentioned"), [
    ("between", True, True),
    ("between", False, False),
    ("emergency", True, False),
])  # fmt: skip
def test_a_letter_carries_the_algorithmic_mention_when_points_ordered_the_demands(
    session: Session,
    waiting: Demand,
    catalogue: Catalogue,
    coordinator: Person,
    basis: str,
    in_force: bool,
    mentioned: bool,
) -> None:
    if in_force:
        made, _ = file.read_text((SHIPPED / "pessac_2022.json").read_bytes())
        version = bareme.create(session, made, actor=coordinator, at=LONG_AGO)
        bareme.put_in_force(session, version, LONG_AGO.date(), seen=None, actor=coordinator, at=LONG_AGO)
    decision = record_outside(
        session, waiting, basis, freed_entry(catalogue), catalogue, person=coordinator, at=CONFIRMED
    )
    by = make.person(session, "coordinator", name="Camille Coordination")
    confirm_decision(session, decision, waiting, catalogue, links=make.LINKS, person=by, at=CONFIRMED)
    text = session.scalar(select(LetterRow.text).where(LetterRow.kind == "placed")) or ""
    assert ("calcul de points" in " ".join(text.split())) is mentioned


def test_a_child_examined_by_an_open_session_is_given_no_freed_seat_meanwhile(
    session: Session, waiting: Demand, catalogue: Catalogue, coordinator: Person
) -> None:
    body = make.commission(session, catalogue, coordinator)
    sitting = plan(
        session, body, SessionEntry(SESSION_ON, 14 * 60), actor=coordinator, at=CONFIRMED - timedelta(days=8)
    )
    session.add(
        AgendaItem(session_id=sitting.id, kind="demand", demand_id=waiting.id, position=1, duration=3)
    )
    session.execute(update(CommissionSession).values(state="sitting", opened_at=CONFIRMED))
    entry = freed_entry(catalogue)
    with pytest.raises(ConflictError, match="elle se décide à son écran"):
        record_outside(session, waiting, "between", entry, catalogue, person=coordinator, at=CONFIRMED)


def test_a_decision_set_aside_gives_the_freed_seat_back_to_the_list(
    session: Session,
    demand: Demand,
    offer: Offer,
    waiting: Demand,
    catalogue: Catalogue,
    director: Person,
    coordinator: Person,
) -> None:
    no(session, offer, demand, catalogue)
    seat = open_seats(session, [offer.establishment_id])[0]
    decision = give_freed(
        session, seat, waiting, freed_entry(catalogue), catalogue, person=director, at=CONFIRMED
    )
    drop_decision(session, decision, "La famille a trouvé", person=coordinator, at=CONFIRMED)
    assert (seat.given_demand_id, loads(session, waiting)) == (None, [])
    assert [one.given_demand_id for one in open_seats(session, [offer.establishment_id])] == [None]


def test_the_member_who_presides_is_mandated_for_the_houses_of_that_commission_only(
    session: Session, catalogue: Catalogue, coordinator: Person
) -> None:
    member = make.person(session, "member")
    chair = make.seat("president", user_id=member.user_id, holder="Ana Préside")
    make.commission(session, catalogue, coordinator, seats=(chair, make.seat("elected")))
    lucioles, moulins = make.house(catalogue, "lucioles"), make.house(catalogue, "moulins")
    assert mandate.may_grant(session, member, lucioles, make.TODAY)
    assert not mandate.may_grant(session, member, moulins, make.TODAY)
    assert not mandate.may_grant(session, make.person(session, "member"), lucioles, make.TODAY)


def test_an_emergency_wants_a_reason_and_a_second_person_and_waits_for_its_ratification(
    session: Session,
    waiting: Demand,
    catalogue: Catalogue,
    director: Person,
    agent: Person,
    coordinator: Person,
) -> None:
    body = make.commission(session, catalogue, coordinator)
    soon = CONFIRMED.date() + timedelta(days=3)
    with pytest.raises(InvalidError, match="Écrivez le motif"):
        admit(
            session,
            waiting,
            freed_entry(catalogue, reason=" ", entry_on=soon),
            catalogue,
            person=agent,
            at=CONFIRMED,
        )
    entry = freed_entry(
        catalogue,
        reason="Hospitalisation d’un parent.",
        entry_on=soon,
        week=Week.same_hours((1, 2), (540, 960)),
    )
    decision = admit(session, waiting, entry, catalogue, person=agent, at=CONFIRMED)
    with pytest.raises(NotAllowedError):
        confirm_decision(session, decision, waiting, catalogue, links=make.LINKS, person=agent, at=CONFIRMED)
    confirm_decision(session, decision, waiting, catalogue, links=make.LINKS, person=director, at=CONFIRMED)
    assert (waiting.state, loads(session, waiting)) == ("placed", [("offered", soon)])
    assert [one.basis for one in to_ratify(session, body.id)] == ["emergency"]
    count = emergencies_of_year(session, 2026)
    assert [(one.admitted, one.waiting) for one in count] == [(1, 1)]


def test_an_emergency_above_the_places_is_accepted_by_the_direction_only(
    session: Session,
    waiting: Demand,
    catalogue: Catalogue,
    director: Person,
    agent: Person,
    coordinator: Person,
) -> None:
    lucioles = make.house(catalogue, "lucioles")
    make.places(session, lucioles, coordinator, capacity=1)
    make.stay(session, lucioles, director)
    soon = CONFIRMED.date() + timedelta(days=3)
    entry = freed_entry(catalogue, entry_on=soon)
    with pytest.raises(InvalidError, match="Cochez la case"):
        admit(session, waiting, entry, catalogue, person=director, at=CONFIRMED)
    insisting = freed_entry(catalogue, entry_on=soon, insists=True)
    with pytest.raises(NotAllowedError):
        admit(session, waiting, insisting, catalogue, person=agent, at=CONFIRMED)
    decision = admit(session, waiting, insisting, catalogue, person=director, at=CONFIRMED)
    assert decision.insisted_by == "Dany Directrice"
