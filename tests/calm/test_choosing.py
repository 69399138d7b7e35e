"""What a session may choose, what a part of a week is, who is in the room: tables of cases."""

from datetime import date, timedelta

import pytest

from guichet.commissions.reglement import Reglement
from guichet.commissions.sitting import choosing
from guichet.commissions.sitting.attendance import Attendance, Chair, Move, Recusal
from guichet.commissions.sitting.choosing import Asked, DraftEntry, Vote, completed, refusal_of_vote, refusals
from guichet.commissions.sitting.half_days import first_open_week, half_days, largest_part, pieces
from guichet.commissions.sitting.room import Place, Room, changes
from guichet.core.week import Week
from guichet.establishments.capacity import Ask, Colour, House, Load, Stay, Verdict, fits, presumed_end
from guichet.establishments.heat import heat
from guichet.establishments.supply import Opened, Supply

SAT = date(2027, 1, 12)
ENTRY = date(2027, 3, 1)
WEEK = Week.same_hours((1, 2), (510, 1020))
LUCIOLES, MOULINS, ELSEWHERE = 1, 2, 9
ASKED = Asked(WEEK, ENTRY, SAT, (LUCIOLES, MOULINS), frozenset({LUCIOLES, MOULINS, 3}))
PROPOSED = Asked(WEEK, ENTRY, SAT, (LUCIOLES, MOULINS), ASKED.houses, proposed=MOULINS, examined=True)
NOTHING = Asked(WEEK, ENTRY, SAT, (LUCIOLES,), ASKED.houses, examined=True)
REASONS = ("rank", "other", "no_seat")
PART = Week.of([(1, 510, 780)])


def given(asked: Asked, choice: str, **values: object) -> tuple[DraftEntry, set[str]]:
    entry = completed(DraftEntry(choice, **values), asked)  # type: ignore[arg-type]
    return entry, set(refusals(entry, asked, REASONS))


@pytest.mark.parametrize(
    ("asked", "choice", "values", "refused"),
    [
        (PROPOSED, "accept", {}, set()),
        (ASKED, "accept", {}, set()),
        (NOTHING, "accept", {}, {"choice"}),
        (PROPOSED, "change", {"establishment_id": LUCIOLES}, {"why"}),
        (PROPOSED, "change", {"establishment_id": ELSEWHERE, "why": "x"}, {"establishment_id"}),
        (PROPOSED, "change", {"entry_on": SAT - timedelta(days=1), "why": "x"}, {"entry_on"}),
        (PROPOSED, "change", {"week": Week(), "why": "x"}, {"week"}),
        (PROPOSED, "partial", {"establishment_id": MOULINS, "week": PART}, set()),
        (PROPOSED, "partial", {"establishment_id": LUCIOLES, "week": PART}, {"why"}),
        (NOTHING, "partial", {"establishment_id": LUCIOLES, "week": PART}, {"why"}),
        (ASKED, "partial", {"week": None}, {"week"}),
        (ASKED, "partial", {"week": WEEK}, {"week"}),
        (ASKED, "partial", {"week": Week.of([(3, 510, 780)])}, {"week"}),
        (ASKED, "accept", {"insists": True}, {"why"}),
        (ASKED, "wait", {}, set()),
        (ASKED, "refuse", {}, {"reason"}),
        (ASKED, "refuse", {"reason": "other"}, {"detail"}),
        (ASKED, "refuse", {"reason": "rank", "detail": "x" * 1001}, {"detail"}),
        (ASKED, "postpone", {}, {"detail"}),
        (ASKED, "", {}, {"choice"}),
    ],
)
def test_each_choice_asks_for_its_words_and_nothing_else(asked, choice, values, refused):
    assert given(asked, choice, **values)[1] == refused


def test_what_a_choice_leaves_unsaid_is_completed():
    accepted, _ = given(PROPOSED, "accept", establishment_id=LUCIOLES, week=PART, reason="rank")
    assert (accepted.establishment_id, accepted.entry_on, accepted.week, accepted.reason) == (
        *(MOULINS, ENTRY, None),
        "",
    )
    waits, _ = given(PROPOSED, "wait", insists=True)
    assert (waits.establishment_id, waits.entry_on, waits.reason, waits.insists) == (
        LUCIOLES,
        None,
        "no_seat",
        False,
    )
    assert given(ASKED, "postpone", reason="rank", detail="Naissance")[0].reason == choosing.LATER


@pytest.mark.parametrize(
    ("vote", "settings", "presides", "carried"),
    [
        (Vote(3, 1, 1), {}, True, True),
        (Vote(1, 2), {}, True, False),
        (Vote(4, 2), {}, True, False),  # six voices among five
        (Vote(0, 0), {}, True, False),
        (Vote(2, -1), {}, True, False),
        (Vote(2, 2), {}, True, False),
        (Vote(2, 2, presidency=True), {}, True, False),
        (Vote(2, 2, presidency=True), {"casting_vote": True}, True, True),
        (Vote(2, 2, presidency=False), {"casting_vote": True}, True, False),
        (Vote(2, 2, presidency=True), {"casting_vote": True}, False, False),
    ],
)
def test_a_decision_is_noted_with_a_vote_that_carries_it(vote, settings, presides, carried):
    assert (not refusal_of_vote(vote, 5, Reglement(**settings), presides)) is carried


def house(taken: Week, seats: int = 1) -> House:
    opened = tuple(Opened(day, 450, 1110, seats) for day in range(1, 6))
    born = date(2026, 1, 1)
    stay = Stay(1, born, taken, date(2026, 9, 1), presumed_end(born, SAT), Load.DRAFT, demand=7)
    return House(Supply(5, opened), (stay,) if taken else (), SAT, date(2028, 12, 31))


def verdict(taken: Week) -> Verdict:
    ask = Ask(WEEK, date(2026, 1, 1), 8)
    full = house(taken)
    return fits(full.supply, full.periods, ask, ENTRY)


def test_the_largest_part_of_a_week_that_fits_is_made_of_half_days():
    assert largest_part(WEEK, verdict(Week())) is None
    tuesday_morning = verdict(Week.of([(2, 510, 720)]))
    assert tuesday_morning.colour is Colour.RED
    assert largest_part(WEEK, tuesday_morning) == Week.of([(1, 510, 1020), (2, 780, 1020)])
    assert largest_part(WEEK, verdict(WEEK)) is None
    assert [(one.weekday, one.start, one.end) for one in pieces(PART)] == [(1, 510, 780)]


def test_half_days_count_who_is_there_and_what_the_demand_would_add():
    shown = heat(house(Week.of([(2, 510, 720)])), date(2027, 3, 1))
    morning, afternoon = half_days(shown, WEEK)
    assert [(one.free, one.after, one.asked) for one in morning[:3]] == [
        (1, 0, True),
        (0, -1, True),
        (1, 1, False),
    ]
    assert afternoon[1].after == 0 and morning[1].counts[Load.DRAFT] == 1
    assert half_days(shown, WEEK, mine=True)[0][1].after == 0


def test_the_week_shown_is_the_first_whole_one_that_is_open():
    assert first_open_week((), date(2027, 3, 3)) == date(2027, 3, 8)
    assert first_open_week(((date(2027, 3, 8), date(2027, 3, 20)),), ENTRY) == ENTRY
    assert first_open_week(((ENTRY, date(2027, 3, 12)),), ENTRY) == date(2027, 3, 15)


def test_a_room_knows_who_fills_each_seat_who_left_and_who_stands_aside():
    places = (
        Place(Chair(1, "president", presides=True), "Ana", deputy="Bo", holder_account=11, deputy_account=12),
        Place(Chair(2, "elected"), "Cy", holder_account=13),
        Place(Chair(3, "elected"), "Di", lapsed=True),
    )
    moves = (Move(0, 1, "deputy"), Move(0, 2, "holder"), Move(0, 3, "holder"), Move(4, 3, ""))
    room = Room(Reglement(quorum="majority"), places, Attendance(moves, recusals=(Recusal(2, 1),)))
    assert (room.seat_of(12, 1), room.seat_of(11, 1), room.seat_of(13, 1)) == (1, None, 2)
    assert room.presidency(1) == places[0] and room.presidency(2) is None
    assert [room.quorum(item).members for item in (1, 3, 4)] == [3, 3, 2]
    assert [one.holder for one in room.to_recuse(1, {"Bo", "Cy"})] == ["Ana", "Cy"]
    assert [one.holder for one in room.to_recuse(2, {"Bo", "Cy"})] == ["Cy"]
    assert changes(room, 5, {1: "deputy", 2: "", 8: "holder"}) == (Move(5, 2, ""),)
