"""What happens next to a demand, who acts and by when."""

from datetime import date

import pytest

from guichet.demands.next_move import NextMove, Standing, next_move
from guichet.demands.states import STATES

TODAY = date(2026, 11, 23)
RECEIVED = date(2026, 11, 16)


def standing(state: str, **values) -> Standing:
    return Standing(state=state, today=TODAY, received_on=RECEIVED, **values)


@pytest.mark.parametrize("state", STATES)
def test_every_state_says_something(state: str) -> None:
    assert next_move(standing(state)).title


@pytest.mark.parametrize(
    ("facts", "title", "who"),
    [
        ({}, "Chercher une solution", "La famille et le guichet"),
        ({"for_commission": True}, "Inscrire la demande", "Le guichet"),
        ({"for_commission": True, "to_renew": True}, "Demander à la famille", "Le guichet"),
        ({"for_commission": True, "papers_missing": 2}, "Fournir les justificatifs", "La famille"),
        (
            {"for_commission": True, "papers_missing": 2, "birth_to_confirm": True},
            "Faire connaître la naissance",
            "La famille",
        ),
    ],
)
def test_an_oriented_demand_waits_for_what_is_missing(facts, title: str, who: str) -> None:
    move = next_move(standing("oriented", oriented_on=TODAY, **facts))
    assert move.title.startswith(title)
    assert move.who == who


def test_the_guichet_orients_within_its_delay() -> None:
    assert next_move(standing("received", orient_within=15)).day == date(2026, 12, 1)


def test_a_recorded_decision_waits_for_somebody_else() -> None:
    move = next_move(
        standing("commission", session_on=TODAY, decision_waits=True, waiting_decision_by="Dany")
    )
    assert move == NextMove("Confirmer la décision enregistrée", "Une autre personne que Dany")


def test_before_the_session_the_commission_acts_then_the_director() -> None:
    before = next_move(standing("commission", session_on=date(2026, 12, 3)))
    assert (before.who, before.day, before.sense) == ("La commission", date(2026, 12, 3), "on")
    assert next_move(standing("commission", session_on=TODAY)).who == "La direction de l’établissement"


def test_a_closed_demand_may_be_reopened_until_a_date() -> None:
    assert next_move(standing("withdrawn", closed_on=TODAY, reopen_within=60)).day == date(2027, 1, 22)
    assert next_move(standing("expired", closed_on=date(2025, 1, 1))).day is None


def test_a_delay_that_has_passed_is_counted_and_a_date_of_entry_is_not_a_delay() -> None:
    assert NextMove("x", "y", date(2026, 11, 20)).late_days(TODAY) == 3
    assert NextMove("x", "y", TODAY).late_days(TODAY) == 0
    assert NextMove("x", "y", date(2026, 11, 20), "on").late_days(TODAY) == 0
