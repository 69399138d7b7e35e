"""A place offered, from the decision to the child's entry: answered, postponed, declined, left without an answer."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import (
    DecisionEntry,
    annul_decision,
    confirm_decision,
    drop_decision,
    record_decision,
)
from guichet.commissions.between import mandate
from guichet.commissions.between.emergency import admit, emergencies_of_year
from guichet.commissions.between.freed_seats import give_freed
from guichet.commissions.between.out_of_session import OutsideEntry, to_ratify
from guichet.commissions.models import Decision
from guichet.core import french
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError, NotAllowedError, StepRefusedError
from guichet.core.parameters import read as read_parameters
from guichet.core.week import Week
from guichet.demands.delays import DELAYS
from guichet.demands.models import Demand
from guichet.demands.timers import Tick
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.observatory.indicators import Asked, figures, places
from guichet.placements.freed_seats import open_seats
from guichet.placements.models import Placement
from guichet.placements.offers import actions as offers
from guichet.placements.offers import answers
from guichet.placements.offers import timers as offer_timers
from guichet.placements.offers.actions import NewOffer, make_offers
from guichet.placements.offers.answer_links import LinkUnknownError
from guichet.placements.offers.answers import Answered, the_family
from guichet.placements.offers.letters import AnswerAsked
from guichet.placements.offers.models import Offer
from guichet.placements.offers.queries import by_key
from guichet.placements.offers.timers import OfferTick
from tests import make
from workers import sweeps

CONFIRMED = make.NOON + timedelta(days=11)
SESSION_ON = make.TODAY + timedelta(days=10)
ENTRY = date(2027, 9, 1)
NAME = "Commission d’essai"


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    return make.territory(session)


@pytest.fixture
def agent(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "rpe_agent", name="Alix Accueil")


@pytest.fixture
def coordinator(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "coordinator", name="Cléo Coordonne")


@pytest.fixture
def director(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "director", name="Dany Dirige", houses=(make.house(catalogue, "lucioles"),))


@pytest.fixture
def demand(session: Session, catalogue: Catalogue, agent: Person) -> Demand:
    return make.demand(session, catalogue, agent)


def decided(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> tuple[Decision, Offer]:
    """A place at Les Lucioles, recorded by the director and confirmed by the desk."""
    make.enlisted(session, catalogue, demand, NAME, SESSION_ON)
    lucioles = make.house(catalogue, "lucioles")
    entry = DecisionEntry("placed", SESSION_ON, NAME, lucioles, ENTRY)
    decision = record_decision(session, demand, entry, catalogue, person=director, at=CONFIRMED)
    session.flush()
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=CONFIRMED)
    offer = offers.taken_offer(session, demand.id)
    assert offer is not None
    return decision, offer


@pytest.fixture
def offer(session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person) -> Offer:
    return decided(session, demand, catalogue, director, agent)[1]


def loads(session: Session, demand: Demand) -> list[tuple[str, date]]:
    session.flush()
    rows = select(Placement.load, Placement.starts_on).where(Placement.demand_id == demand.id)
    return [(load, on) for load, on in session.execute(rows)]


def letters(session: Session, demand: Demand) -> list[str]:
    rows = select(LetterRow.kind).where(LetterRow.subject_id == demand.id).order_by(LetterRow.id)
    return list(session.scalars(rows))[3:]


def tick(session: Session, catalogue: Catalogue, at: datetime) -> OfferTick:
    return OfferTick(Tick(at, read_parameters(session, DELAYS), catalogue), make.LINKS)


def arrived(session: Session, state: str = "sent", at: datetime = CONFIRMED) -> None:
    session.execute(update(LetterRow).values(state=state, sent_at=at))


def no(session: Session, offer: Offer, demand: Demand, catalogue: Catalogue, **values: Any) -> None:
    by = values.pop("by", the_family(CONFIRMED + timedelta(days=1)))
    kept = values.pop("keeps_waiting", True)
    answers.decline(
        session, offer, demand, "hours", "", catalogue, by, keeps_waiting=kept, reopen_within_days=60
    )


# --- made with the decision


def test_a_confirmed_decision_offers_the_place_and_its_letter_carries_the_deadline_and_the_link(
    session: Session, demand: Demand, offer: Offer
) -> None:
    assert (demand.state, offer.state) == ("placed", "offered")
    assert offer.answer_by == day(CONFIRMED) + timedelta(days=10)
    assert loads(session, demand) == [("offered", ENTRY)]
    facts = session.scalars(select(LetterRow.facts).where(LetterRow.kind == "placed")).one()
    assert facts["action"][1] == make.LINKS.address(offer.from_key)
    assert french.long_date(date(2026, 12, 14)) in facts["next_step"]["by"]
    found = by_key(session, make.LINKS.key_of(make.LINKS.token(offer.from_key)))
    assert found is offer


def test_the_règlement_of_the_commission_gives_the_deadline_and_the_meaning_of_silence(
    session: Session,
    demand: Demand,
    catalogue: Catalogue,
    director: Person,
    agent: Person,
    coordinator: Person,
) -> None:
    make.commission(session, catalogue, coordinator, answer_days=21, silence="closed")
    _, made = decided(session, demand, catalogue, director, agent)
    assert made.answer_by == day(CONFIRMED) + timedelta(days=21)
    assert made.silence == "closed"


@pytest.mark.parametrize("token", ["", "x", "ImRlY2lzaW9uOjEi.AAAA", "ImRlY2lzaW9uOjEi"])
def test_nobody_makes_a_link_without_the_secret(token: str) -> None:
    with pytest.raises(LinkUnknownError):
        make.LINKS.key_of(token)


def test_an_annulled_decision_takes_its_offer_and_its_seat_back(
    session: Session, demand: Demand, catalogue: Catalogue, director: Person, agent: Person
) -> None:
    decision, made = decided(session, demand, catalogue, director, agent)
    annul_decision(session, decision, demand, "Erreur de ligne", person=agent, at=CONFIRMED)
    assert (made.state, demand.state, loads(session, demand)) == ("cancelled", "commission", [])


def test_hundreds_of_offers_are_made_in_a_few_statements(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    lucioles = make.house(catalogue, "lucioles")
    counted: list[int] = []
    for number in (2, 6):
        demands = [make.demand(session, catalogue, agent) for _ in range(number)]
        session.flush()
        rows = [
            NewOffer(
                one, lucioles, ENTRY, one.week, date(2026, 12, 10), f"try:{one.id}", held=bool(one.id % 2)
            )
            for one in demands
        ]
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(session.get_bind(), "before_cursor_execute", note)
        made = make_offers(session, rows, actor=agent, at=CONFIRMED)
        session.flush()
        event.remove(session.get_bind(), "before_cursor_execute", note)
        counted.append(len(seen))
        assert [one.demand_id for one in made] == [one.id for one in demands]
    # SQLite gives an id back one row at a time.
    assert counted[1] - counted[0] <= 4
    assert counted[0] < 15


# --- answered


def test_a_yes_keeps_the_seat_and_is_proved_to_the_family(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue
) -> None:
    answers.accept(session, offer, demand, catalogue, the_family(CONFIRMED + timedelta(days=2)))
    assert (offer.state, demand.state, loads(session, demand)) == (
        "accepted",
        "placed",
        [("accepted", ENTRY)],
    )
    assert letters(session, demand) == ["placed", "offer_accepted"]
    assert offer.answered_by == "La famille, par son lien"


def test_an_offer_answered_once_takes_no_other_answer_and_nothing_moves(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue, agent: Person
) -> None:
    answers.accept(session, offer, demand, catalogue, the_family(CONFIRMED))
    for again in (
        lambda: answers.accept(session, offer, demand, catalogue, the_family(CONFIRMED)),
        lambda: answers.accept(session, offer, demand, catalogue, Answered(agent, "phone", CONFIRMED)),
        lambda: no(session, offer, demand, catalogue),
    ):
        with pytest.raises(ConflictError, match="déjà enregistrée le vendredi 4"):
            again()
    assert loads(session, demand) == [("accepted", ENTRY)]


def test_after_the_deadline_the_link_refuses_and_the_desk_may_still_note_an_answer(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue, agent: Person
) -> None:
    late = CONFIRMED + timedelta(days=11)
    with pytest.raises(StepRefusedError, match="Le délai pour répondre ici est passé"):
        answers.accept(session, offer, demand, catalogue, the_family(late))
    session.refresh(offer)
    answers.accept(session, offer, demand, catalogue, Answered(agent, "phone", late))
    assert offer.state == "accepted"


def test_a_no_frees_the_seat_at_once_and_the_demand_waits_with_its_date(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue
) -> None:
    no(session, offer, demand, catalogue)
    assert (offer.state, demand.state, loads(session, demand)) == ("declined", "oriented", [])
    assert demand.seniority_on == make.TODAY
    assert letters(session, demand)[-1] == "offer_declined"
    freed = open_seats(session, [offer.establishment_id])
    assert [(one.why, one.since, one.week) for one in freed] == [("declined", ENTRY, make.FIVE_DAYS)]


def test_a_no_that_ends_the_demand_withdraws_it(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue
) -> None:
    no(session, offer, demand, catalogue, keeps_waiting=False)
    assert demand.state == "withdrawn"
    assert letters(session, demand)[-1] == "closed"


def test_a_family_that_asks_for_later_gets_its_date_or_the_same_offer_again(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue, director: Person
) -> None:
    with pytest.raises(InvalidError):
        answers.ask_later(session, offer, demand, ENTRY, catalogue, the_family(CONFIRMED))
    later = ENTRY + timedelta(days=30)
    answers.ask_later(session, offer, demand, later, catalogue, the_family(CONFIRMED))
    asked = AnswerAsked(day(CONFIRMED) + timedelta(days=12), make.LINKS.address(offer.from_key))
    answers.keep_date(session, offer, demand, asked, catalogue, actor=director, at=CONFIRMED)
    assert (offer.state, offer.answer_by, offer.entry_on) == ("offered", asked.by, ENTRY)
    answers.ask_later(session, offer, demand, later, catalogue, the_family(CONFIRMED))
    answers.agree_later(session, offer, demand, catalogue, actor=director, at=CONFIRMED)
    assert (offer.state, offer.entry_on, demand.placed_from) == ("accepted", later, later)
    assert loads(session, demand) == [("accepted", later)]
    kinds = ["placed", "offer_postponed", "offer_date_kept", "offer_postponed", "offer_accepted"]
    assert letters(session, demand) == kinds


def test_a_place_counts_as_a_solution_once_the_family_has_said_yes(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue
) -> None:
    def counted() -> tuple[int, int, int]:
        session.flush()
        asked = Asked(make.TODAY, make.TODAY + timedelta(days=400))
        found = figures(session, asked, places(session))
        return found.families_with, found.families_without, found.families_asked

    assert counted() == (0, 0, 1)
    answers.accept(session, offer, demand, catalogue, the_family(CONFIRMED))
    assert counted() == (1, 0, 0)


# --- silence


def test_a_family_is_reminded_at_mid_delay_then_two_days_before_and_each_only_once(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue
) -> None:
    for days in range(11):
        now = tick(session, catalogue, CONFIRMED + timedelta(days=days))
        for one in offer_timers.to_remind(session, now):
            assert offer_timers.remind(session, one, now)
            assert not offer_timers.remind(session, one, now)
    sent = select(LetterRow.created_at).where(LetterRow.kind == "offer_reminder").order_by(LetterRow.id)
    assert [(day(at) - day(CONFIRMED)).days for at in session.scalars(sent)] == [5, 8]


@pytest.mark.parametrize(
    ("silence", "state", "letter"),
    [("released", "oriented", "offer_unanswered"), ("closed", "expired", "closed")],
)
def test_silence_follows_the_règlement_once_the_letter_has_arrived(
    session: Session,
    demand: Demand,
    offer: Offer,
    catalogue: Catalogue,
    silence: str,
    state: str,
    letter: str,
) -> None:
    offer.silence = silence
    session.flush()
    arrived(session)
    last = tick(session, catalogue, CONFIRMED + timedelta(days=10))
    assert offer_timers.to_expire(session, last) == []
    after = tick(session, catalogue, CONFIRMED + timedelta(days=11))
    assert offer_timers.to_expire(session, after) == [offer.id]
    assert offer_timers.expire(session, offer.id, after)
    assert not offer_timers.expire(session, offer.id, after)
    assert (offer.state, demand.state, loads(session, demand)) == ("expired", state, [])
    assert letters(session, demand)[-1] == letter
    assert [one.given_demand_id for one in open_seats(session, [offer.establishment_id])] == [None]


@pytest.mark.parametrize("state", ["bounced", "refused", "failed", "pending", "to_print"])
def test_a_family_that_no_letter_reached_is_never_said_silent_until_somebody_told_it(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue, agent: Person, state: str
) -> None:
    arrived(session, state)
    after = tick(session, catalogue, CONFIRMED + timedelta(days=40))
    assert offer_timers.to_expire(session, after) == []
    called = CONFIRMED + timedelta(days=40)
    until = day(called) + timedelta(days=4)
    answers.told_in_person(session, offer, until, "phone", actor=agent, at=called)
    assert offer_timers.to_expire(session, tick(session, catalogue, called)) == []
    later = tick(session, catalogue, called + timedelta(days=5))
    assert offer_timers.to_expire(session, later) == [offer.id]


def test_a_letter_posted_late_leaves_the_family_five_days(
    session: Session, offer: Offer, catalogue: Catalogue
) -> None:
    arrived(session, "printed", CONFIRMED + timedelta(days=9))
    assert offer_timers.to_expire(session, tick(session, catalogue, CONFIRMED + timedelta(days=11))) == []
    late = tick(session, catalogue, CONFIRMED + timedelta(days=15))
    assert offer_timers.to_expire(session, late) == [offer.id]


def test_the_hourly_turn_reminds_then_notes_a_silence_and_does_nothing_twice(
    session: Session, database: Database, demand: Demand, offer: Offer
) -> None:
    arrived(session)
    session.commit()
    reminded = CONFIRMED + timedelta(days=5)
    assert sweeps.turn_offers(database, make.LINKS, reminded) == {"reminded": 1, "expired": 0}
    assert sweeps.turn_offers(database, make.LINKS, reminded) == {"reminded": 0, "expired": 0}
    after = CONFIRMED + timedelta(days=11)
    assert sweeps.turn_offers(database, make.LINKS, after) == {"reminded": 0, "expired": 1}
    assert sweeps.turn_offers(database, make.LINKS, after) == {"reminded": 0, "expired": 0}
    session.expire_all()
    assert (offer.state, demand.state) == ("expired", "oriented")


# --- the entry


def test_the_director_confirms_an_entry_or_says_that_nobody_came(
    session: Session, demand: Demand, offer: Offer, catalogue: Catalogue, director: Person
) -> None:
    answers.accept(session, offer, demand, catalogue, the_family(CONFIRMED))
    september = make.NOON.replace(year=2027, month=9, day=2)
    with pytest.raises(StepRefusedError, match="n’est prévue que le"):
        answers.miss(session, offer, demand, "Injoignable", actor=director, at=CONFIRMED)
    with session.begin_nested() as come:
        answers.enter(session, offer, ENTRY, actor=director, at=september)
        assert (offer.state, offer.entered_on) == ("entered", ENTRY)
        come.rollback()
    session.refresh(offer)
    answers.miss(session, offer, demand, "Injoignable", actor=director, at=september)
    assert (offer.state, demand.state, loads(session, demand)) == ("missed", "oriented", [])
    assert [one.why for one in open_seats(session, [offer.establishment_id])] == ["missed"]


# --- a freed seat goes on, an emergency does not wait


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
    assert decision.insisted_by == "Dany Dirige"


def test_a_place_left_by_the_desk_ends_the_offer_and_is_listed_as_freed(
    session: Session, demand: Demand, offer: Offer
) -> None:
    desk = Actor(None, "Alix Accueil")
    answers.leave_place(session, demand, "La famille déménage", actor=desk, at=CONFIRMED)
    assert (offer.state, demand.state, loads(session, demand)) == ("cancelled", "oriented", [])
    assert [one.why for one in open_seats(session, [offer.establishment_id])] == ["cancelled"]
