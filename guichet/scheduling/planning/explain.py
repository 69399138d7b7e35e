"""Calm: what a coordinator asks of a plan: why this date, what the next best would cost, who costs sessions.

Every figure supposes that the other sessions stay where they are: it is told at once, without solving again.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from guichet.scheduling.planning.block import Block, Given, Held, make_block
from guichet.scheduling.planning.first_come import at_hand
from guichet.scheduling.planning.ground import Ground
from guichet.scheduling.planning.plan import Plan, PlannedSession
from guichet.scheduling.planning.problem import Amount, Commission, HalfDay, Placement, Problem, Session

Sides = dict[tuple[str, HalfDay], str]


@dataclass(frozen=True, slots=True)
class Chair:
    """A seat at a session: its holder, who fills it (None: nobody), and the points it brings out of its weight."""

    holder: str
    filler: str | None
    points: Amount
    weight: Amount


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a session, part by part; `tour` is its share of the half-day of the team."""

    session: str
    chairs: tuple[Chair, ...]
    distance: Amount
    moved: Amount
    tour: Amount

    @property
    def total(self) -> Amount:
        """All its points; the sum over a plan, less the price of the unplaced, is the objective."""
        return (
            sum((chair.points for chair in self.chairs), Fraction(0)) + self.distance + self.moved + self.tour
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The holders who are not there, replaced or not."""
        return tuple(chair.holder for chair in self.chairs if chair.filler != chair.holder)


@dataclass(frozen=True, slots=True)
class OtherDate:
    """Another date for a session and the points that the plan would lose (negative: it would gain some).

    `chairs` are its seats on that date, `distance` what the date costs by itself, `tour` the half-day of the team: 0
    when the team sits then already.
    """

    placement: Placement
    cost: Amount
    chairs: tuple[Chair, ...] = ()
    distance: Amount = 0
    tour: Amount = 0


@dataclass(frozen=True, slots=True)
class MemberCost:
    """Half-days closed to sessions by the absence of this member alone, and the unplaced sessions among them.

    `busy` is the share of the calendar's half-days when she is busy, between 0 and 1.
    """

    person: str
    busy: float
    half_days: int
    sessions: int


def scores(problem: Problem, plan: Plan) -> tuple[Score, ...]:
    """The points of every session that has a date, in the order of the plan."""
    ground = Ground(problem)
    tours: dict[tuple[str, HalfDay], int] = {}
    known = _asked(problem)
    for one in plan.sessions:
        cell = (known[one.id][0].team, one.half_day)
        tours[cell] = tours.get(cell, 0) + 1
    return tuple(_score(ground, *known[one.id], one, tours) for one in plan.sessions)


def next_dates(problem: Problem, plan: Plan, session: str, count: int = 3) -> tuple[OtherDate, ...]:
    """The best other dates of a session, the cheapest first; each half-day in its best room."""
    block, sides, taken = _others_pinned(problem, plan, session)
    options = {held.placement: held for held in block.options[session]}
    found: dict[HalfDay, OtherDate] = {}
    now = next((one for one in plan.sessions if one.id == session), None)
    worths = {
        held.placement: worth
        for held in block.options[session]
        for worth in _worth(block, sides, taken, held)
    }
    current = -problem.rules.unplaced_cost
    if now:
        commission, asked = _asked(problem)[session]
        current = sum(_parts(block, sides, taken, Held(commission, asked, Placement(now.half_day, now.room))))
    for placement, worth in worths.items():
        if now and placement.half_day == now.half_day:
            continue
        other = OtherDate(placement, current - worth)
        best = found.setdefault(placement.half_day, other)
        if other.cost < best.cost:
            found[placement.half_day] = other
    best_first = sorted(found.values(), key=lambda other: (other.cost, other.placement))
    return tuple(
        _detailed(block, sides, taken, options[one.placement], one.cost) for one in best_first[:count]
    )


def member_costs(problem: Problem, plan: Plan) -> tuple[MemberCost, ...]:
    """The members whose absences close most, the worst first: unplaced sessions before half-days."""
    ground, unplaced = Ground(problem), {one.id for one in plan.unplaced}
    half_days: dict[str, int] = {}
    sessions: dict[str, set[str]] = {}
    for commission, session in _asked(problem).values():
        for person in _closers(ground, commission, session):
            half_days[person] = half_days.get(person, 0) + 1
            if session.id in unplaced:
                sessions.setdefault(person, set()).add(session.id)
    listed = ground.listed
    costs = [
        MemberCost(
            person,
            len(ground.people[person].busy & listed) / len(listed),
            closed,
            len(sessions.get(person, ())),
        )
        for person, closed in half_days.items()
    ]
    return tuple(sorted(costs, key=lambda cost: (-cost.sessions, -cost.half_days, cost.person)))


def closers(problem: Problem, session: str) -> tuple[tuple[str, int], ...]:
    """The members whose absence alone closes half-days to a session, and how many; the worst first."""
    commission, asked = _asked(problem)[session]
    closed = Counter(_closers(Ground(problem), commission, asked))
    return tuple(sorted(closed.items(), key=lambda one: (-one[1], one[0])))


def _asked(problem: Problem) -> dict[str, tuple[Commission, Session]]:
    return {session.id: (c, session) for c in problem.commissions for session in c.sessions}


def _score(
    ground: Ground,
    commission: Commission,
    session: Session,
    one: PlannedSession,
    tours: dict[tuple[str, HalfDay], int],
) -> Score:
    rules = ground.problem.rules
    chairs = _chairs(ground, commission, one.half_day, one.present)
    placement = Placement(one.half_day, one.room)
    moved = -rules.move_cost if session.previous and session.previous != placement else 0
    share = Fraction(rules.tour_cost) / tours[commission.team, one.half_day]
    return Score(session.id, chairs, ground.fit(session, placement) - moved, moved, -share)


def _chairs(
    ground: Ground, commission: Commission, half_day: HalfDay, there: Collection[str]
) -> tuple[Chair, ...]:
    """Each seat as these people fill it then."""
    chairs = []
    fillers = ground.sitting(commission, half_day, there).fillers
    for seat, filler in zip(commission.seats, fillers, strict=True):
        needed = filler is not None and half_day in ground.people[filler].if_needed
        points = seat.weight - (ground.problem.rules.if_needed_cost if needed else 0) if filler else 0
        chairs.append(Chair(seat.person, filler, points, seat.weight))
    return tuple(chairs)


def _detailed(
    block: Block, sides: Sides, taken: set[tuple[str, HalfDay]], held: Held, cost: Amount
) -> OtherDate:
    _, distance, tour = _parts(block, sides, taken, held)
    there = at_hand(block, sides, held)
    chairs = _chairs(block.ground, held.commission, held.placement.half_day, there)
    return OtherDate(held.placement, cost, chairs, distance, tour)


def _others_pinned(
    problem: Problem, plan: Plan, session: str
) -> tuple[Block, Sides, set[tuple[str, HalfDay]]]:
    """The block where this session alone is free; with whom people sit; the half-days of the teams without it."""
    held = {one.id: one for one in plan.sessions if one.id != session}
    fixed = tuple(
        replace(
            commission,
            sessions=tuple(
                replace(
                    one,
                    pinned=Placement(held[one.id].half_day, held[one.id].room) if one.id in held else None,
                )
                for one in commission.sessions
                if one.id in held or one.id == session
            ),
        )
        for commission in problem.commissions
    )
    teams = {commission.id: commission.team for commission in problem.commissions}
    sides = {(person, one.half_day): teams[one.commission] for one in held.values() for person in one.present}
    ground = Ground(replace(problem, commissions=fixed))
    taken = {(teams[one.commission], one.half_day) for one in held.values()}
    return make_block(ground, fixed, Given()), sides, taken


def _worth(block: Block, sides: Sides, taken: set[tuple[str, HalfDay]], held: Held) -> Iterator[Amount]:
    """What the session brings there; nothing when the people left make no valid session."""
    there = at_hand(block, sides, held)
    sitting = block.ground.sitting(held.commission, held.placement.half_day, there)
    if sitting.met and sitting.voting >= held.commission.quorum:
        yield sum(_parts(block, sides, taken, held))


def _parts(
    block: Block, sides: Sides, taken: set[tuple[str, HalfDay]], held: Held
) -> tuple[Amount, Amount, Amount]:
    there = at_hand(block, sides, held)
    points = block.ground.sitting(held.commission, held.placement.half_day, there).points
    tour = 0 if held.cell in taken else -block.ground.problem.rules.tour_cost
    return points, block.ground.fit(held.session, held.placement), tour


def _closers(ground: Ground, commission: Commission, session: Session) -> Iterator[str]:
    """For each half-day lost to an absence, the members whose presence alone would open it."""
    open_rooms = ground.openings(commission, session).rooms
    for half_day in ground.window(session):
        if half_day in open_rooms or all(half_day in ground.rooms[room].busy for room in commission.rooms):
            continue
        there = ground.at_hand(commission, half_day)
        for person in ground.roles[commission.id]:
            if person not in there and ground.can_sit(commission, half_day, [*there, person]):
                yield person
