"""A place offered that nobody answers: reminded, then what the règlement says, once a letter has arrived."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.placements.freed_seats import open_seats
from guichet.placements.offers import answers
from guichet.placements.offers import timers as offer_timers
from guichet.placements.offers.models import Offer
from tests import make
from tests.offers import CONFIRMED, arrived, letters, loads, tick
from workers import sweeps


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
