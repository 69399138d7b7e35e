"""A session that sits: roll call and quorum, proxies, recusals, the links people declare."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Seat
from guichet.commissions.sessions.actions import SessionEntry, postpone
from guichet.commissions.sitting import actions as sitting_actions
from guichet.commissions.sitting import deciding, links
from guichet.commissions.sitting.queries import drafts_of, room_of
from guichet.core.clock import day
from guichet.core.errors import InvalidError, NotAllowedError, StepRefusedError
from guichet.demands.queries import may_read
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.sitting import SAT, SITS_ON, Sat, asked, sat


@pytest.fixture
def by(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "coordinator")


def test_a_session_opens_on_its_day_with_an_agenda_and_counts_who_comes_and_goes(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, everybody=False, quorum="half")
    assert not room_of(session, room.now).quorum(0).met
    with pytest.raises(
        StepRefusedError, match="Quorum manquant : 0\u00a0membre sur 3, il manque 2\u00a0membres"
    ):
        room.decide(demand, "refuse", reason="rank")
    room.present(0, "holder", "holder", "")
    before = room.pulse
    room.decide(demand, "refuse", reason="rank")
    assert room.pulse == before + 1
    room.present(1, "holder", "", "")
    now = room_of(session, room.now)
    assert now.quorum(0).met and not now.quorum(1).met


def test_without_a_quorum_an_item_may_only_be_postponed_and_the_rest_with_it(session, catalogue, by):
    demands = [asked(session, catalogue, name) for name in ("Ferval", "Morvan", "Teissier")]
    room = sat(session, catalogue, by, *demands, quorum="majority")
    first = next(one for one in demands if room.now.items[0].demand_id == one.id)
    room.decide(first, "refuse", reason="rank")
    room.present(2, "holder", "", "")
    second = next(one for one in demands if room.now.items[1].demand_id == one.id)
    with pytest.raises(StepRefusedError, match="seulement reporter"):
        room.decide(second, "wait")
    with pytest.raises(InvalidError, match="examinées plus tard"):
        deciding.postpone_the_rest(session, room.now, " ", person=by, at=SAT)
    assert deciding.postpone_the_rest(session, room.now, "Le quorum est perdu.", person=by, at=SAT) == 2
    assert [one.outcome for one in drafts_of(session, room.id)] == ["unplaced", "postponed", "postponed"]
    entry = SessionEntry(SITS_ON + timedelta(days=7))
    sitting_actions.show(session, room.now, 2, actor=by, at=SAT)
    with pytest.raises(StepRefusedError, match="a déjà pris des décisions"):
        postpone(session, room.now, entry, "Quorum", catalogue, actor=by, at=SAT)


def test_an_open_session_is_put_off_only_without_a_quorum_and_the_next_is_a_second_convocation(
    session, catalogue, by
):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, quorum="half", second_without_quorum=True)
    entry = SessionEntry(SITS_ON + timedelta(days=7))
    with pytest.raises(StepRefusedError, match="que si le quorum manque"):
        postpone(session, room.now, entry, "Absences", catalogue, actor=by, at=SAT)
    room.present(0, "holder", "", "")
    made = postpone(session, room.now, entry, "Absences", catalogue, actor=by, at=SAT)
    session.flush()
    assert made.second and made.follows_id == room.id and demand.session_on == entry.sits_on
    assert room_of(session, Sat(session, catalogue, by, made.id).now).quorum(1).met


def test_a_member_who_loses_the_mandate_while_sitting_leaves_the_count_from_the_next_item(
    session, catalogue, by
):
    demands = [asked(session, catalogue, name) for name in ("Ferval", "Morvan")]
    room = sat(session, catalogue, by, *demands, quorum="majority")
    sitting_actions.show(session, room.now, 1, actor=by, at=SAT)
    session.execute(update(Seat).where(Seat.id == room.seats()[2].id).values(ends_on=SITS_ON))
    assert [place.holder for place in room_of(session, room.now).lapsed(1)] == ["Siège elected"]
    sitting_actions.show(session, room.now, 2, actor=by, at=SAT)
    now = room_of(session, room.now)
    assert (now.quorum(1).members, now.quorum(1).there) == (3, 3)
    assert (now.quorum(2).members, now.quorum(2).there) == (2, 2)
    with pytest.raises(InvalidError, match="Le mandat de Siège elected a pris fin"):
        room.present(2, "holder", "holder", "holder")


def test_a_recused_member_cannot_open_the_file_nor_record_and_leaves_the_count(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, quorum="majority")
    member = make.person(session, "coordinator")
    seat = room.seats()[1]
    session.execute(update(Seat).where(Seat.id == seat.id).values(user_id=member.user_id, holder="Évrard"))
    assert may_read(session, member, demand.id, day(SAT))
    links.declare(session, demand.id, "Évrard", member.user_id, actor=member, at=make.NOON)
    assert not may_read(session, member, demand.id, day(SAT)) and may_read(session, by, demand.id, day(SAT))
    assert [one.holder for one in room_of(session, room.now).to_recuse(1, {"Évrard"})] == ["Évrard"]
    with pytest.raises(NotAllowedError, match="en déport"):
        room.decide(demand, person=member)
    sitting_actions.recuse(session, room.now, room.item(demand), seat.id, actor=by, at=SAT)
    now = room_of(session, room.now)
    assert (now.quorum(1).members, now.quorum(1).voices) == (2, 2) and not now.to_recuse(1, {"Évrard"})
    sitting_actions.lift_recusal(session, room.now, room.item(demand), seat.id, actor=by, at=SAT)
    assert may_read(session, member, demand.id, day(SAT))


def test_a_link_is_declared_with_a_number_of_the_agenda_and_nothing_is_learned_by_trying(
    session, catalogue, by
):
    demand, other = asked(session, catalogue, "Ferval"), asked(session, catalogue, "Morvan")
    room = sat(session, catalogue, by, demand)
    assert links.demand_numbered(session, room.now, f" {demand.number} ") == demand.id
    for typed in (other.number, f"1999-{demand.id:05d}", "2026-99999", "2026", "x-1"):
        with pytest.raises(InvalidError, match="Aucune demande de cet ordre du jour"):
            links.demand_numbered(session, room.now, typed)


def test_a_proxy_is_noted_as_the_reglement_says_and_taken_back(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, quorum="majority", proxies=1, proxies_in_quorum=True)
    room.present(1, "holder", "", "")
    first, second, third = (one.id for one in room.seats())

    def give(giver: int, carrier: int) -> None:
        sitting_actions.give_proxy(session, room.now, giver, carrier, 1, actor=by, at=SAT)

    with pytest.raises(InvalidError, match="doit être présent"):
        give(second, third)
    give(second, first)
    assert room_of(session, room.now).quorum(1).met
    sitting_actions.take_proxy_back(session, room.now, second, actor=by, at=SAT)
    assert not room_of(session, room.now).quorum(1).met
