"""Calm: what a calendar problem says, ready to be asked: windows, distances, people at hand, half-days lost."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from guichet.scheduling.planning.attendance import Sitting, roles, sit
from guichet.scheduling.planning.plan import Lost
from guichet.scheduling.planning.problem import (
    AFTERNOON,
    MORNING,
    Amount,
    Commission,
    HalfDay,
    Placement,
    Problem,
    Session,
)


@dataclass(frozen=True, slots=True)
class Openings:
    """The window of a session: its half-days, those lost by their first cause, and the rooms of the others."""

    half_days: int
    lost: Lost
    rooms: dict[HalfDay, tuple[str, ...]]


class Ground:
    """The look-ups of one problem; nothing in it depends on a plan."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.people = {person.id: person for person in problem.people}
        self.rooms = {room.id: room for room in problem.rooms}
        self.half_days = sorted(problem.half_days)
        self.listed = frozenset(problem.half_days)
        limit = problem.rules.max_travel_minutes
        self._near = {frozenset((line.start, line.end)) for line in problem.travel if line.minutes <= limit}
        self.teams_of: dict[str, set[str]] = {}
        self.roles = {commission.id: tuple(roles(commission)) for commission in problem.commissions}
        self.teams_in: dict[str, set[str]] = {}
        for commission in problem.commissions:
            for person in self.roles[commission.id]:
                self.teams_of.setdefault(person, set()).add(commission.team)
            for room in commission.rooms:
                self.teams_in.setdefault(room, set()).add(commission.team)
        self._causes: dict[tuple[str, HalfDay], tuple[str, tuple[str, ...]]] = {}

    def near(self, room: str, other: str) -> bool:
        """Whether one tour can hold sessions in both rooms."""
        start, end = self.rooms[room].commune, self.rooms[other].commune
        return start == end or frozenset((start, end)) in self._near

    def window(self, session: Session) -> list[HalfDay]:
        """The usable half-days of the session, both ends included, in order."""
        first = bisect_left(self.half_days, HalfDay(session.start, MORNING))
        return self.half_days[first : bisect_right(self.half_days, HalfDay(session.end, AFTERNOON))]

    def at_hand(self, commission: Commission, half_day: HalfDay) -> list[str]:
        """Those of the commission, deputies included, who are not busy then."""
        return [one for one in self.roles[commission.id] if half_day not in self.people[one].busy]

    def sitting(self, commission: Commission, half_day: HalfDay, at_hand: Collection[str]) -> Sitting:
        """The session as these people would hold it then."""
        needed = [one for one in at_hand if half_day in self.people[one].if_needed]
        return sit(commission, at_hand, needed, self.problem.rules.if_needed_cost)

    def openings(self, commission: Commission, session: Session) -> Openings:
        """Each half-day of the window, lost to its first cause (room, required, quorum) or open in some rooms."""
        counts = {"room": 0, "required": 0, "quorum": 0}
        rooms: dict[HalfDay, tuple[str, ...]] = {}
        window = self.window(session)
        for half_day in window:
            cause, free = self._cause(commission, half_day)
            if cause:
                counts[cause] += 1
            else:
                rooms[half_day] = free
        return Openings(len(window), Lost(**counts), rooms)

    def fit(self, session: Session, placement: Placement) -> Amount:
        """What the date and the room cost by themselves, as a negative number of points."""
        rules = self.problem.rules
        away = abs((placement.half_day.day - session.target).days)
        moved = session.previous is not None and session.previous != placement
        return -Fraction(away) / Fraction(rules.days_per_point) - (rules.move_cost if moved else 0)

    def _cause(self, commission: Commission, half_day: HalfDay) -> tuple[str, tuple[str, ...]]:
        key = (commission.id, half_day)
        known = self._causes.get(key)
        if known is None:
            known = self._causes[key] = self._first_cause(commission, half_day)
        return known

    def _first_cause(self, commission: Commission, half_day: HalfDay) -> tuple[str, tuple[str, ...]]:
        free = tuple(room for room in commission.rooms if half_day not in self.rooms[room].busy)
        if not free:
            return "room", ()
        at_hand = self.at_hand(commission, half_day)
        if not self._met(commission, half_day, at_hand):
            return "required", ()
        voting = self.sitting(commission, half_day, at_hand).voting
        return ("quorum", ()) if voting < commission.quorum else ("", free)

    def can_sit(self, commission: Commission, half_day: HalfDay, at_hand: Collection[str]) -> bool:
        """Whether these people, if no other team takes them, make a valid session."""
        voting = self.sitting(commission, half_day, at_hand).voting
        return voting >= commission.quorum and self._met(commission, half_day, at_hand)

    def _met(self, commission: Commission, half_day: HalfDay, at_hand: Collection[str]) -> bool:
        there = self.sitting(commission, half_day, at_hand)
        return there.met or self._could_be_met(commission, at_hand)

    def _could_be_met(self, commission: Commission, at_hand: Collection[str]) -> bool:
        """A required deputy can come if the holder sits with another team instead."""
        elsewhere = [
            seat.person
            for seat in commission.seats
            if seat.person not in at_hand or len(self.teams_of[seat.person]) > 1
        ]
        return all(
            any(
                person in at_hand
                and any(
                    person == seat.person or (person in seat.deputies and seat.person in elsewhere)
                    for seat in commission.seats
                )
                for person in required
            )
            for required in commission.required
        )


def days_between(one: date, other: date) -> int:
    """How many days apart, whichever comes first."""
    return abs((one - other).days)
