"""The solver against an independent validator, and against every plan of tiny problems counted one by one."""

import time
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.scheduling.planning.plan import FEASIBLE, OPTIMAL, Lost
from guichet.scheduling.planning.problem import (
    Commission,
    HalfDay,
    Person,
    Placement,
    Problem,
    Room,
    Rules,
    Seat,
    Session,
    Travel,
)
from guichet.scheduling.planning.solver import plan
from guichet.scheduling.planning.validator import findings

MONDAY = date(2027, 1, 4)
HALF_DAYS = tuple(HalfDay(MONDAY + timedelta(n), half) for n in range(3) for half in ("am", "pm"))
FIRST = HALF_DAYS[0]
RULES = Rules(2, 20, 36, 3000, 3, 5, 200)
PEOPLE = ("P1", "P2", "P3", "P4")


def solved(problem):
    return plan(problem, time.monotonic)


def commission(name="C1", team="south", **changes):
    base = Commission(
        name,
        team,
        rooms=("R1",),
        min_days_between=0,
        quorum=1,
        seats=(Seat("P1", 20, ("P2",)), Seat("P3", 10)),
        sessions=(Session(f"{name}-1", MONDAY, HALF_DAYS[-1].day, MONDAY),),
    )
    return replace(base, **changes)


def problem(*commissions, **changes):
    base = Problem(
        HALF_DAYS,
        tuple(Person(name) for name in PEOPLE),
        (Room("R1", "A"), Room("R2", "B"), Room("R3", "C")),
        commissions or (commission(),),
        RULES,
        (Travel("A", "B", 10), Travel("A", "C", 30), Travel("B", "C", 20)),
    )
    return replace(base, **changes)


@st.composite
def small_problems(draw, teams=2, sessions=3, half_days=4, pins=True):
    days = HALF_DAYS[:half_days]
    some = st.frozensets(st.sampled_from(days), max_size=2)
    people = tuple(Person(name, draw(some), draw(some)) for name in PEOPLE)
    rooms = tuple(
        Room(name, commune, draw(some)) for name, commune in (("R1", "A"), ("R2", "B"), ("R3", "C"))
    )
    place = st.builds(Placement, st.sampled_from(days), st.sampled_from(["R1", "R2", "R3"]))
    maybe = st.none() | place
    commissions, left = [], sessions
    for i in range(draw(st.integers(1, 3))):
        holders = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))
        seats = tuple(
            Seat(
                one,
                draw(st.sampled_from([3, 10, 20])),
                tuple(p for p in draw(st.permutations(PEOPLE))[: draw(st.integers(0, 2))] if p != one),
                draw(st.booleans()),
            )
            for one in holders
        )
        count = draw(st.integers(0 if i else 1, min(2, left)))
        left -= count
        asked = []
        for j in range(count):
            first, last = sorted(draw(st.tuples(*[st.sampled_from(days)] * 2)))
            pinned = draw(maybe) if pins and draw(st.integers(0, 3)) == 0 else None
            target = MONDAY + timedelta(draw(st.integers(-1, 4)))
            asked.append(Session(f"C{i}-{j}", first.day, last.day, target, pinned, draw(maybe)))
        commissions.append(
            Commission(
                f"C{i}",
                draw(st.sampled_from(["north", "south"][:teams])),
                tuple(
                    draw(st.lists(st.sampled_from(["R1", "R2", "R3"]), min_size=1, max_size=2, unique=True))
                ),
                draw(st.integers(0, 2)),
                draw(st.integers(0, 2)),
                seats,
                tuple(asked),
                tuple(
                    tuple(one)
                    for one in draw(
                        st.lists(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2), max_size=1)
                    )
                ),
            )
        )
    rules = Rules(draw(st.integers(1, 2)), 20, draw(st.sampled_from([0, 7, 36])), 3000, 3, 5, 200)
    return problem(half_days=days, people=people, rooms=rooms, commissions=tuple(commissions), rules=rules)


def best_by_hand(asked):
    """The highest objective of all the plans: every date and room, every way to share out the people."""
    sessions = [(c, s) for c in asked.commissions for s in c.sessions]
    choices = [
        [s.pinned]
        if s.pinned
        else [None, *(Placement(h, r) for h in asked.half_days for r in c.rooms if s.start <= h.day <= s.end)]
        for c, s in sessions
    ]
    busy = {p.id: p.busy for p in asked.people}
    best = None
    for chosen in product(*choices):
        held = [(c, s, at) for (c, s), at in zip(sessions, chosen, strict=True) if at]
        if not _stands(asked, held):
            continue
        shared = sorted(
            {
                (person, at.half_day)
                for c, _, at in held
                for seat in c.seats
                for person in (seat.person, *seat.deputies)
                if at.half_day not in busy[person]
            }
        )
        sides = [
            sorted({c.team for c, _, at in held if at.half_day == half_day and person in _called(c)})
            for person, half_day in shared
        ]
        for teams in product(*sides):
            points = _points(asked, held, dict(zip(shared, teams, strict=True)))
            if points is not None:
                points -= 3000 * chosen.count(None)
                best = points if best is None else max(best, points)
    return best


def _called(c):
    return {person for seat in c.seats for person in (seat.person, *seat.deputies)}


def _stands(asked, held):
    near = {frozenset((t.start, t.end)) for t in asked.travel if t.minutes <= 20}
    rooms = {room.id: room for room in asked.rooms}
    for c, s, at in held:
        if not s.pinned and at.half_day in rooms[at.room].busy:
            return False
        tour = [1 for d, _, other in held if other.half_day == at.half_day and d.team == c.team]
        if len(tour) > asked.rules.per_half_day and not s.pinned:
            return False
    for (c, s, at), (d, t, other) in combinations(held, 2):
        if s.pinned and t.pinned:
            continue
        communes = frozenset((rooms[at.room].commune, rooms[other.room].commune))
        together = at.half_day == other.half_day
        if together and c.team == d.team and len(communes) > 1 and communes not in near:
            return False
        if together and c.team != d.team and at.room == other.room:
            return False
        if c is d and abs((at.half_day.day - other.half_day.day).days) < c.min_days_between:
            return False
    return True


def _points(asked, held, side):
    """The objective when each person is at the disposal of one team; None when a free session is not valid."""
    if_needed = {p.id: p.if_needed for p in asked.people}
    total, seated, wanted = 0, set(), set()
    for c, s, at in held:
        there = {p for p in _called(c) if side.get((p, at.half_day)) == c.team}
        voices, present = 0, set()
        for seat in c.seats:
            ready = [seat.person] if seat.person in there else [d for d in seat.deputies if d in there]
            ready.sort(key=lambda p: at.half_day in if_needed[p])
            wanted |= {(p, at.half_day) for p in (seat.person, *seat.deputies) if not ready}
            wanted.add((seat.person, at.half_day))
            if ready:
                voices += seat.voting
                total += seat.weight - (5 if at.half_day in if_needed[ready[0]] else 0)
                seated.add((ready[0], at.half_day))
            present |= set(ready)
        called = [set(required) & present for required in c.required]
        if not s.pinned and (voices < c.quorum or not all(called)):
            return None
        seated |= {(p, at.half_day) for p in present if any(p in required for required in c.required)}
        total -= abs((at.half_day.day - s.target).days) / 3
        total -= 200 if s.previous and s.previous != at else 0
    # Nobody who is at hand stays away from a seat that waits for her.
    if any(who in side and who not in seated for who in wanted):
        return None
    return total - asked.rules.tour_cost * len({(c.team, at.half_day) for c, _, at in held})


@settings(max_examples=120, deadline=None)
@given(small_problems(pins=False))
def test_the_objective_is_the_best_of_all_the_plans_of_a_tiny_problem(asked):
    found = solved(asked)
    assert found.status == OPTIMAL
    assert abs(found.objective - float(best_by_hand(asked))) < 1e-6


@settings(max_examples=120, deadline=None)
@given(small_problems(sessions=6, half_days=6))
def test_the_validator_finds_nothing_to_say_of_a_plan(asked):
    assert findings(asked, solved(asked)) == ()


@settings(max_examples=120, deadline=None)
@given(small_problems(sessions=6, half_days=6))
def test_the_validator_finds_nothing_to_say_of_a_plan_in_blocks(asked):
    found = plan(asked, time.monotonic, largest=1)
    assert findings(asked, found) == ()
    assert found.objective <= solved(asked).objective + 1e-6


@settings(max_examples=120, deadline=None)
@given(small_problems(sessions=6, half_days=6))
def test_the_plan_made_by_hand_is_sound_too(asked):
    found = solved(replace(asked, work_limit=1e-9, time_limit_s=1e-9))
    assert findings(asked, found) == ()


@settings(max_examples=40, deadline=None)
@given(small_problems(sessions=6, half_days=6))
def test_the_same_problem_gives_the_same_plan(asked):
    assert replace(solved(asked), seconds=0) == replace(solved(asked), seconds=0)


def test_a_session_without_a_date_tells_where_its_half_days_went():
    rooms = (Room("R1", "A", frozenset({HALF_DAYS[0]})),)
    people = (
        Person("P1", frozenset({HALF_DAYS[1], HALF_DAYS[2]})),
        Person("P2", frozenset({HALF_DAYS[1]})),
        Person("P3", frozenset({HALF_DAYS[2]})),
        Person("P4"),
    )
    asked = commission(quorum=2, required=(("P1", "P2"),), seats=(Seat("P1", 20, ("P2",)), Seat("P3", 10)))
    twice = (
        replace(asked.sessions[0], end=HALF_DAYS[3].day),
        Session("C1-fixed", MONDAY, HALF_DAYS[-1].day, MONDAY, pinned=Placement(HALF_DAYS[3], "R1")),
    )
    rules = replace(RULES, per_half_day=1)
    found = solved(problem(replace(asked, sessions=twice), people=people, rooms=rooms, rules=rules))
    assert [(one.id, one.half_days, one.lost) for one in found.unplaced] == [("C1-1", 4, Lost(1, 1, 1, 1))]


def test_a_window_with_no_school_day_is_counted_as_nothing_to_choose_from():
    empty = replace(commission().sessions[0], start=date(2027, 2, 1), end=date(2027, 2, 5))
    found = solved(problem(commission(sessions=(empty,))))
    assert [(one.half_days, one.lost) for one in found.unplaced] == [(0, Lost())]
    assert (found.status, found.objective) == (OPTIMAL, -3000)


def test_a_commission_without_members_or_rooms_is_planned_without_failing():
    bare = commission(seats=(), quorum=0, rooms=())
    found = solved(problem(bare, commission("C2", seats=(), quorum=1)))
    assert [one.lost for one in found.unplaced] == [Lost(room=6), Lost(quorum=6)]
    assert findings(problem(bare), solved(problem(bare))) == ()


def test_nothing_to_plan_is_an_optimal_plan_of_nothing():
    found = solved(problem(commission(sessions=())))
    assert (found.status, found.objective, found.bound, found.gap) == (OPTIMAL, 0, 0, 0)


def test_two_near_sessions_share_the_half_day_of_their_team():
    found = solved(problem(commission(), commission("C2", rooms=("R2",))))
    assert len({one.half_day for one in found.sessions}) == 1


def test_two_far_sessions_of_a_team_take_a_half_day_each():
    found = solved(problem(commission(), commission("C2", rooms=("R3",))))
    assert len({one.half_day for one in found.sessions}) == 2


def test_a_deputy_sits_only_when_the_holder_is_away():
    away = replace(problem(), people=(Person("P1", frozenset(HALF_DAYS)), *(Person(p) for p in PEOPLE[1:])))
    assert solved(problem()).sessions[0].present == ("P1", "P3")
    assert solved(away).sessions[0].present == ("P2", "P3")


def test_somebody_called_by_two_teams_on_a_half_day_sits_with_one():
    day = replace(commission().sessions[0], end=MONDAY)
    only = (HALF_DAYS[0],)
    two = (
        commission(sessions=(day,), seats=(Seat("P1", 20), Seat("P2", 1))),
        commission(
            "C2",
            "north",
            rooms=("R2",),
            sessions=(replace(day, id="C2-1"),),
            seats=(Seat("P1", 30), Seat("P3", 1)),
        ),
    )
    found = solved(problem(*two, half_days=only))
    assert [one.present for one in found.sessions] == [("P2",), ("P1", "P3")]


def test_a_pinned_session_stays_where_nothing_allows_it_and_is_marked():
    pin = Placement(HalfDay(date(2027, 8, 16), "am"), "R3")
    asked = problem(commission(sessions=(replace(commission().sessions[0], pinned=pin),)))
    found = solved(asked)
    assert [(one.half_day, one.room, one.forced) for one in found.sessions] == [(*pin, True)]
    assert findings(asked, found) == ()


def test_a_usable_pinned_session_is_not_spoilt_to_please_another():
    only, day = (HALF_DAYS[0],), replace(commission().sessions[0], end=MONDAY)
    pinned = commission(
        sessions=(replace(day, pinned=Placement(HALF_DAYS[0], "R1")),), seats=(Seat("P1", 1),)
    )
    rich = commission(
        "C2", "north", rooms=("R2",), sessions=(replace(day, id="C2-1"),), seats=(Seat("P1", 900),)
    )
    found = solved(problem(pinned, rich, half_days=only))
    assert [(one.id, one.present, one.forced) for one in found.sessions] == [("C1-1", ("P1",), False)]


def test_an_absence_moves_as_few_sessions_as_it_can():
    first = problem(commission(), commission("C2", rooms=("R2",)))
    before = {one.id: Placement(one.half_day, one.room) for one in solved(first).sessions}
    kept = tuple(
        replace(c, sessions=tuple(replace(s, previous=before[s.id]) for s in c.sessions))
        for c in first.commissions
    )
    away = frozenset({before["C1-1"].half_day})
    people = (Person("P1", away), Person("P2", away), Person("P3", away), Person("P4"))
    stays = replace(kept[1], seats=(Seat("P4", 20),))
    found = solved(replace(first, people=people, commissions=(kept[0], stays)))
    after = {one.id: Placement(one.half_day, one.room) for one in found.sessions}
    assert after["C2-1"] == before["C2-1"] and after["C1-1"] != before["C1-1"]


def test_without_time_to_search_the_plan_made_by_hand_is_given_and_says_so():
    found = solved(problem(work_limit=1e-9, time_limit_s=1e-9))
    assert (found.status, len(found.sessions)) == (FEASIBLE, 1)
    assert found.stopped_by in ("time", "work") and found.bound >= found.objective


def test_points_that_are_fractions_are_counted_exactly():
    rules = replace(RULES, days_per_point=Fraction("0.7"), tour_cost=Fraction("36.25"))
    day = replace(commission().sessions[0], target=MONDAY - timedelta(1))
    found = solved(problem(commission(sessions=(day,)), rules=rules))
    assert abs(found.objective - float(30 - Fraction("36.25") - Fraction(10, 7))) < 1e-9


def blocks_problem():
    """Four teams too large together for one model, that share one officer and one room."""
    days = tuple(HalfDay(MONDAY + timedelta(n), half) for n in range(0, 364) for half in ("am", "pm"))
    people = [Person("officer")]
    commissions = []
    for team in range(4):
        people.append(Person(f"head{team}", frozenset(days[team::7])))
        for rank in range(4):
            asked = tuple(
                Session(f"{team}-{rank}-{n}", days[n * 28].day, days[n * 28 + 13].day, days[n * 28 + 6].day)
                for n in range(20)
            )
            commissions.append(
                Commission(
                    f"C{team}-{rank}", f"T{team}", ("hall",), 7, 1,
                    (Seat(f"head{team}", 20), Seat("officer", 12)), asked,
                )
            )  # fmt: skip
    return Problem(
        days, tuple(people), (Room("hall", "A"),), tuple(commissions), RULES, work_limit=8, time_limit_s=600
    )


def test_a_large_problem_is_cut_into_blocks_that_respect_one_another():
    asked = blocks_problem()
    found = solved(asked)
    assert [block.teams for block in found.blocks] == [("T0",), ("T1",), ("T2",), ("T3",)]
    assert (found.bound, found.gap, found.status) == (None, None, FEASIBLE)
    assert abs(sum(block.objective for block in found.blocks) - found.objective) < 1e-6
    assert findings(asked, found) == ()


def test_the_search_tells_of_better_and_better_plans():
    heard = []
    asked = problem(commission(), commission("C2", rooms=("R3",)))
    found = plan(asked, time.monotonic, heard.append)
    assert heard[0].bound is None and heard[-1].objective == found.objective
    assert [one.objective for one in heard] == sorted(one.objective for one in heard)
