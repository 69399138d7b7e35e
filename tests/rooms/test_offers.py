"""A place offered, from the decision to the child’s entry: made, answered, postponed, declined, entered."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import (
    annul_decision,
)
from guichet.core import french
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.observatory.indicators import Asked, figures, places
from guichet.placements.freed_seats import open_seats
from guichet.placements.offers import answers
from guichet.placements.offers import queries as offer_queries
from guichet.placements.offers.actions import NewOffer, make_offers
from guichet.placements.offers.answer_links import LinkUnknownError
from guichet.placements.offers.answers import Answered, the_family
from guichet.placements.offers.letters import AnswerAsked
from guichet.placements.offers.models import Offer
from guichet.placements.offers.queries import by_key
from tests import make
from tests.offers import CONFIRMED, ENTRY, arrived, decided, letters, loads, no


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


@pytest.mark.parametrize(("state", "days", "called"), [
    ("bounced", 1, 1),
    ("to_print", 1, 0),
    ("to_print", 11, 1),
    ("printed", 11, 0),
])  # fmt: skip
def test_a_family_is_to_be_called_when_its_letter_is_lost_or_has_not_left_at_the_end_of_its_delay(
    session: Session, offer: Offer, coordinator: Person, state: str, days: int, called: int
) -> None:
    arrived(session, state)
    today = CONFIRMED.date() + timedelta(days=days)
    assert offer_queries.counts(session, coordinator, today)["unreached"] == called


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


def test_a_place_left_by_the_desk_ends_the_offer_and_is_listed_as_freed(
    session: Session, demand: Demand, offer: Offer
) -> None:
    desk = Actor(None, "Alix Accueil")
    answers.leave_place(session, demand, "La famille déménage", actor=desk, at=CONFIRMED)
    assert (offer.state, demand.state, loads(session, demand)) == ("cancelled", "oriented", [])
    assert [one.why for one in open_seats(session, [offer.establishment_id])] == ["cancelled"]
