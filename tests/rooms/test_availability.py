"""What a member said once, read for any calendar; asked by a letter; forgotten once past."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from guichet.accounts.links import LinkGoneError
from guichet.core.actor import Actor
from guichet.core.clock import PARIS
from guichet.core.errors import InvalidError
from guichet.core.french import long_date
from guichet.notifications.models import LetterRow
from guichet.scheduling.availability import actions
from guichet.scheduling.availability import asking as availability_asking
from guichet.scheduling.availability.half_days import Interval, Word, availability
from guichet.scheduling.availability.ics_limits import Reading
from guichet.scheduling.availability.models import MemberBusy, MemberLink
from guichet.scheduling.availability.queries import said_of
from guichet.scheduling.members import links as member_links
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.actions import BusyEntry, RoomEntry, save_room, seed_travel, take_room
from guichet.scheduling.places.queries import rooms_of_problem, travel_of_problem
from guichet.scheduling.planning.problem import HalfDay
from tests import make

MONDAY = date(2027, 3, 1)
WEEK = [HalfDay(MONDAY + timedelta(n), half) for n in range(5) for half in ("am", "pm")]
BY = Actor(user_id=None, name="Jeanne Aubry")


def at(on: date, hour: int) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=PARIS)


@pytest.fixture
def member(session) -> Member:
    made = Member(name="Jeanne Aubry", sort_key="JEANNE AUBRY", email="jeanne@exemple.test")
    session.add(made)
    session.flush()
    return made


def said(session, *members: Member) -> list[set[str]]:
    found = said_of(session, [one.id for one in members], WEEK)
    return [{str(half_day) for half_day in availability(found[one.id], WEEK).busy} for one in members]


def test_all_that_was_said_is_one_answer_for_any_calendar(session, member):
    by = {"actor": BY, "at": make.NOON}
    actions.say_week(session, member, {(1, "am"): Word.NOT, (2, "pm"): Word.IF_NEEDED}, **by)
    actions.add_leave(session, member, MONDAY + timedelta(3), None, **by)
    actions.say_half_days(
        session, member, [HalfDay(MONDAY, "am"), HalfDay(MONDAY + timedelta(3), "pm")], Word.FREE, **by
    )
    wednesday = MONDAY + timedelta(2)
    busy = Interval(at(wednesday, 9), at(wednesday, 10))
    actions.keep_calendar(session, member, Reading((busy,), 0), date(2028, 1, 1), **by)
    silent = Member(name="Silencieuse", sort_key="S")
    gone = Member(name="Partie", sort_key="P", leaves_on=MONDAY + timedelta(4))
    session.add_all([silent, gone])
    session.flush()
    assert said(session, member, silent, gone) == [
        {"2027-03-03 am", "2027-03-04 am"},
        set(),
        {"2027-03-05 am", "2027-03-05 pm"},
    ]


def test_a_new_calendar_replaces_the_old_one_and_what_is_past_is_forgotten(session, member):
    by = {"actor": BY, "at": make.NOON}
    for hour in (9, 14):
        one = Interval(at(MONDAY, hour), at(MONDAY, hour + 1))
        actions.keep_calendar(session, member, Reading((one,), 1), date(2028, 1, 1), **by)
    assert said(session, member) == [{"2027-03-01 pm"}]
    member_links.make(session, member.id, member_links.AVAILABILITY, at=make.NOON)
    assert actions.forget_past(session, at=at(MONDAY + timedelta(5), 9)) == 0
    assert actions.forget_past(session, at=at(MONDAY + timedelta(30), 9)) == 1
    assert session.scalar(select(func.count()).select_from(MemberBusy)) == 0
    assert session.scalar(select(func.count()).select_from(MemberLink)) == 0


def test_the_letter_that_asks_carries_a_link_that_opens_only_her_time(session, member):
    catalogue = make.territory(session)
    by = {"actor": BY, "at": make.NOON}
    assert availability_asking.ask(session, member, catalogue, "https://guichet.exemple.test", **by)
    assert not availability_asking.ask(session, member, catalogue, "https://guichet.exemple.test", **by)
    facts = session.scalars(select(LetterRow.facts)).one()
    assert len(facts["opening"]) == 1, "she never said anything"
    assert facts["next_step"]["by"] == long_date(make.TODAY + timedelta(days=14))
    token = facts["action"][1].rsplit("/", 1)[1]
    opened = member_links.holder_of(session, token, member_links.AVAILABILITY, at=make.NOON)
    assert opened is member
    for purpose, late in (("answer", timedelta()), (member_links.AVAILABILITY, member_links.LASTING)):
        with pytest.raises(LinkGoneError):
            member_links.holder_of(session, token, purpose, at=make.NOON + late)
    member_links.revoke(session, member.id, member_links.AVAILABILITY)
    with pytest.raises(LinkGoneError):
        member_links.holder_of(session, token, member_links.AVAILABILITY, at=make.NOON)
    actions.confirm(session, member, **by)
    later = {"actor": BY, "at": make.NOON + timedelta(days=20)}
    availability_asking.ask(session, member, catalogue, "https://guichet.exemple.test", **later)
    again = session.scalars(select(LetterRow.facts).order_by(LetterRow.id.desc())).first()
    assert "Rien n’a changé" in again["opening"][1]
    member.email = None
    with pytest.raises(InvalidError):
        availability_asking.ask(session, member, catalogue, "", **by)


def test_rooms_and_travel_are_what_a_calendar_problem_wants(session):
    make.territory(session)
    by = {"actor": BY, "at": make.NOON}
    room = save_room(session, None, RoomEntry("Conseil", make.MONTCEAU, 20), **by)
    closed = save_room(session, None, RoomEntry("Ancienne", make.BLANZY, 20, in_use=False), **by)
    entry = BusyEntry(MONDAY, MONDAY + timedelta(1), frozenset({1, 2}), frozenset({"am"}))
    assert [take_room(session, room, entry, **by) for _ in range(2)] == [2, 0]
    found = rooms_of_problem(session, WEEK)
    assert [(one.id, sorted(map(str, one.busy))) for one in found] == [
        (str(room.id), ["2027-03-01 am", "2027-03-02 am"])
    ]
    assert str(closed.id) in {one.id for one in rooms_of_problem(session, WEEK, [closed.id])}
    assert [seed_travel(session, **by) for _ in range(2)] == [1, 0]
    session.flush()
    assert len(travel_of_problem(session)) == 1
