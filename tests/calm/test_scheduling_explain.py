"""What a coordinator is told of a plan; and a validator that sees each fault put in by hand."""

import time
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.scheduling.planning.changes import away, keep_dates, pin
from guichet.scheduling.planning.difference import difference
from guichet.scheduling.planning.explain import closers, member_costs, next_dates, scores
from guichet.scheduling.planning.least import least_tours
from guichet.scheduling.planning.plan import Lost
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
HALF_DAYS = tuple(HalfDay(MONDAY + timedelta(n), half) for n in range(5) for half in ("am", "pm"))


def session(name, last=4, target=0):
    return Session(name, MONDAY, MONDAY + timedelta(last), MONDAY + timedelta(target))


def commission(name, room, *sessions):
    seats = (Seat("chair", 20, ("second",)), Seat(f"{name}-local", 10), Seat("doctor", 20))
    return Commission(name, "south", (room,), 2, 2, seats, sessions, required=(("chair", "second"),))


def problem(busy=None, **changes):
    busy = busy or {}
    people = ("chair", "second", "doctor", "C1-local", "C2-local", "C3-local")
    base = Problem(
        HALF_DAYS,
        tuple(Person(one, frozenset(busy.get(one, ()))) for one in people),
        (Room("R1", "A"), Room("R2", "B"), Room("R3", "C")),
        (
            commission("C1", "R1", session("C1-1"), session("C1-2", target=4)),
            commission("C2", "R2", session("C2-1")),
            commission("C3", "R3", session("C3-1", target=1)),
        ),
        Rules(2, 20, 36, 3000, 3, 5, 200),
        (Travel("A", "B", 10), Travel("A", "C", 40), Travel("B", "C", 15)),
    )
    return replace(base, **changes)


def solved(asked):
    return plan(asked, time.monotonic)


def test_the_scores_of_the_sessions_make_the_objective():
    asked = problem({"doctor": HALF_DAYS[:4], "C1-local": HALF_DAYS})
    found = solved(asked)
    told = scores(asked, found)
    assert abs(float(sum(score.total for score in told)) - found.objective) < 1e-9
    assert "C1-local" in next(score for score in told if score.session == "C1-1").missing


def test_a_deputy_who_fills_a_seat_is_shown_in_the_place_of_its_holder():
    asked = problem({"chair": HALF_DAYS})
    chairs = scores(asked, solved(asked))[0].chairs
    assert (chairs[0].holder, chairs[0].filler, chairs[0].points) == ("chair", "second", 20)


def test_the_next_best_dates_cost_what_the_plan_would_lose():
    asked = problem({"doctor": HALF_DAYS[4:6]})
    found = solved(asked)
    others = next_dates(asked, found, "C3-1")
    assert len(others) == 3 and [one.cost for one in others] == sorted(one.cost for one in others)
    score = next(one for one in scores(asked, found) if one.session == "C3-1")
    for other in others:
        worth = sum(chair.points for chair in other.chairs) + other.distance + other.tour
        assert other.cost == score.total - worth, "its parts make its cost"
        moved = tuple(
            replace(c, sessions=tuple(replace(s, pinned=at(found, other, s.id)) for s in c.sessions))
            for c in asked.commissions
        )
        redone = solved(replace(asked, commissions=moved))
        assert abs(found.objective - redone.objective - float(other.cost)) < 1e-9


def at(found, other, name):
    if name == "C3-1":
        return other.placement
    return next(Placement(one.half_day, one.room) for one in found.sessions if one.id == name)


def test_a_session_that_has_nowhere_else_to_go_has_no_next_date():
    asked = problem(half_days=HALF_DAYS[:1])
    found = solved(asked)
    assert all(next_dates(asked, found, one.id) == () for one in found.sessions)


def test_the_member_whose_absence_costs_most_sessions_comes_first():
    asked = problem({"C3-local": HALF_DAYS, "doctor": HALF_DAYS, "C1-local": HALF_DAYS[:2]})
    costs = member_costs(asked, solved(asked))
    assert {one.person for one in costs[:2]} == {"doctor", "C3-local"}
    assert costs[0].sessions == 1 and costs[0].busy == 1.0
    assert member_costs(problem(), solved(problem())) == ()
    assert closers(asked, "C3-1") == (("C3-local", 10), ("doctor", 10))


def test_the_difference_of_two_plans_names_what_moves_and_nothing_else():
    before, asked = solved(problem()), problem({"chair": HALF_DAYS[:2], "second": HALF_DAYS[:2]})
    after = solved(asked)
    assert difference(before, before) == ()
    changes = difference(before, after)
    assert changes and all(change.before != change.after for change in changes)
    missing = replace(before, sessions=before.sessions[1:])
    gone = before.sessions[0]
    assert [(c.session, c.before, c.after) for c in difference(before, missing)] == [
        (gone.id, Placement(gone.half_day, gone.room), None)
    ]


def test_a_team_needs_half_a_day_for_two_sessions_and_one_each_for_those_that_exclude_one_another():
    assert least_tours(problem(), "south") == 3
    apart = problem(travel=())
    assert least_tours(apart, "south") == 4
    assert least_tours(problem(), "north") == 0


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["chair", "doctor", "C1-local"]), st.sets(st.sampled_from(HALF_DAYS), max_size=6)
    )
)
def test_no_plan_uses_fewer_half_days_than_the_least(busy):
    asked = problem(busy)
    found = solved(asked)
    if not found.unplaced:
        assert len({one.half_day for one in found.sessions}) >= least_tours(asked, "south")


def test_a_member_who_leaves_in_the_year_moves_only_what_she_made_possible():
    before = solved(problem())
    asked = away(keep_dates(problem(), before), "C1-local", MONDAY + timedelta(3), MONDAY + timedelta(400))
    after = solved(asked)
    assert difference(before, after) == ()
    told = {score.session: score for score in scores(asked, after)}
    assert "C1-local" in told["C1-2"].missing and "C1-local" not in told["C1-1"].missing


def test_a_session_is_fixed_then_freed():
    asked = problem()
    there = Placement(HALF_DAYS[9], "R3")
    fixed = pin(asked, "C3-1", there)
    assert [(one.half_day, one.room) for one in solved(fixed).sessions if one.id == "C3-1"] == [there]
    assert pin(fixed, "C3-1", None) == asked


def changed(found, name, **changes):
    return replace(
        found, sessions=tuple(replace(one, **changes) if one.id == name else one for one in found.sessions)
    )


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("C1-1", {"half_day": HalfDay(MONDAY + timedelta(20), "am")}, "hors de sa fenêtre"),
        ("C1-1", {"half_day": HalfDay(MONDAY + timedelta(3), "pm")}, "jours d’écart"),
        ("C1-1", {"room": "R2"}, "n’est pas une de ses salles"),
        ("C1-1", {"present": ("doctor",)}, "voix pour un quorum"),
        ("C1-1", {"present": ("doctor", "C1-local")}, "personne de chair, second n’est là"),
        ("C1-1", {"present": ("chair", "second", "doctor", "C1-local")}, "« second » n’y est pas appelée"),
        ("C1-1", {"present": ("chair", "C1-local")}, "« doctor » pouvait venir"),
        ("C1-1", {"forced": True}, "forcée sans raison"),
        ("C1-1", {"commission": "C2"}, "n’est pas une séance de"),
    ],
)
def test_the_validator_sees_a_session_that_breaks_a_rule(name, changes, said):
    found = solved(problem())
    assert findings(problem(), found) == ()
    assert said in " ".join(findings(problem(), changed(found, name, **changes)))


def test_the_validator_sees_far_rooms_full_tours_and_shared_rooms():
    asked = problem()
    together = replace(
        solved(asked), sessions=tuple(replace(one, half_day=HALF_DAYS[0]) for one in solved(asked).sessions)
    )
    said = " ".join(findings(asked, together))
    assert "trop loin" in said and "séances de « south »" in said
    other = replace(asked.commissions[1], team="north", rooms=("R1",))
    two = replace(asked, commissions=(asked.commissions[0], other))
    found = solved(two)
    at_once = changed(changed(found, "C2-1", half_day=HALF_DAYS[0]), "C1-1", half_day=HALF_DAYS[0])
    said = " ".join(findings(two, at_once))
    assert "sert deux équipes" in said and "siège avec deux équipes" in said


def test_the_validator_sees_wrong_figures_and_missing_sessions():
    asked = problem({"doctor": HALF_DAYS, "C3-local": HALF_DAYS})
    found = solved(asked)
    assert [one.lost for one in found.unplaced] == [Lost(quorum=10)]
    wrong = replace(found, objective=found.objective + 1)
    assert "L’objectif écrit" in " ".join(findings(asked, wrong))
    assert "sous l’objectif" in " ".join(findings(asked, replace(found, bound=found.objective - 1)))
    assert "L’écart écrit" in " ".join(findings(asked, replace(found, gap=0.5)))
    assert "demi-journées perdues" in " ".join(
        findings(asked, replace(found, unplaced=(replace(found.unplaced[0], lost=Lost(taken=10)),)))
    )
    assert "absente du plan" in " ".join(findings(asked, replace(found, unplaced=())))
    assert "n’est pas une séance demandée" in " ".join(findings(asked, changed(found, "C1-1", id="C9")))


def test_amounts_are_exact():
    told = scores(problem(), solved(problem()))
    assert all(isinstance(Fraction(score.total), Fraction) for score in told)
    assert sum(Fraction(score.tour) for score in told) % 36 == 0
