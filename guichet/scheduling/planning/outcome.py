"""Calm: from the dates chosen to the plan as it is written: who is present, what is forced, what it is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from guichet.scheduling.planning.block import Block, Held, grouped
from guichet.scheduling.planning.first_come import at_hand
from guichet.scheduling.planning.ground import Ground, days_between
from guichet.scheduling.planning.plan import Lost, PlannedSession, UnplacedSession
from guichet.scheduling.planning.problem import Amount, Commission, HalfDay, Session

NO_TEAM = ""


@dataclass(frozen=True)
class Outcome:
    """What a block came to: its sessions with a date, and with whom the contested people sit.

    `bound` is what no plan of the block exceeds, the others being given; amounts are in points.
    """

    block: Block
    placed: Mapping[str, Held]
    sides: Mapping[tuple[str, HalfDay], str] = field(default_factory=dict)
    status: str = ""
    bound: Amount = 0
    stopped_by: str | None = None

    def present(self, held: Held) -> tuple[str, ...]:
        """Those who come to this session, in the order of its seats."""
        there = at_hand(self.block, self.sides, held)
        return self.block.ground.sitting(held.commission, held.placement.half_day, there).present

    def objective(self) -> Amount:
        """The points of the block, by the words of the format."""
        ground, rules = self.block.ground, self.block.ground.problem.rules
        total = Fraction(0)
        for held in self.placed.values():
            there = at_hand(self.block, self.sides, held)
            total += ground.sitting(held.commission, held.placement.half_day, there).points
            total += ground.fit(held.session, held.placement)
        tours = len({held.cell for held in self.placed.values()})
        return total - rules.tour_cost * tours - rules.unplaced_cost * len(self.unplaced())

    def unplaced(self) -> list[tuple[Commission, Session]]:
        """The sessions without a date, in the order of the file."""
        return [
            (commission, session)
            for commission in self.block.commissions
            for session in commission.sessions
            if session.id not in self.placed
        ]

    def gap(self) -> float:
        """How far the plan may be from the best, beside what is worth comparing (see `gap_of`)."""
        rules = self.block.ground.problem.rules
        return gap_of(self.objective(), self.bound, rules.unplaced_cost * len(self.unplaced()))


def gap_of(objective: Amount, bound: Amount, unplaced: Amount) -> float:
    """|bound − objective| / max(1, |objective + the costs of the unplaced|)."""
    return float(abs(Fraction(bound - objective)) / max(Fraction(1), abs(Fraction(objective + unplaced))))


def planned(ground: Ground, outcomes: Iterable[Outcome]) -> tuple[PlannedSession, ...]:
    """Every session with a date, in the order of time."""
    outcomes = tuple(outcomes)
    pins = [pin for outcome in outcomes for pin in outcome.block.pins]
    found = [
        PlannedSession(
            held.session.id,
            held.commission.id,
            held.placement.half_day,
            held.placement.room,
            outcome.present(held),
            held.session.pinned is not None and _is_forced(ground, outcome, held, pins),
        )
        for outcome in outcomes
        for held in outcome.placed.values()
    ]
    rank = {commission.id: i for i, commission in enumerate(ground.problem.commissions)}
    return tuple(sorted(found, key=lambda one: (one.half_day, rank[one.commission], one.id)))


def unplaced(ground: Ground, outcomes: Iterable[Outcome]) -> tuple[UnplacedSession, ...]:
    """Every session without a date and where its half-days went; what no cause explains was taken by others."""
    missing = {session.id for outcome in outcomes for _, session in outcome.unplaced()}
    found = []
    for commission in ground.problem.commissions:
        for session in commission.sessions:
            if session.id in missing:
                seen = ground.openings(commission, session)
                lost = Lost(seen.lost.room, seen.lost.required, seen.lost.quorum, len(seen.rooms))
                found.append(UnplacedSession(session.id, seen.half_days, lost))
    return tuple(found)


def _is_forced(ground: Ground, outcome: Outcome, pin: Held, pins: list[Held]) -> bool:
    """Whether a pinned session breaks a rule where it stands, alone or beside the other pins."""
    half_day, room = pin.placement
    session, commission = pin.session, pin.commission
    there = at_hand(outcome.block, outcome.sides, pin)
    sitting = ground.sitting(commission, half_day, there)
    alone = (
        half_day in ground.listed
        and session.start <= half_day.day <= session.end
        and room in commission.rooms
        and half_day not in ground.rooms[room].busy
        and sitting.met
        and sitting.voting >= commission.quorum
    )
    return not alone or not _stands_beside(ground, pin, pins)


def _stands_beside(ground: Ground, pin: Held, pins: list[Held]) -> bool:
    half_day, room = pin.placement
    others = [other for other in pins if other.session is not pin.session]
    then = grouped(
        (o for o in others if o.placement.half_day == half_day), lambda o: o.cell[0] == pin.cell[0]
    )
    tour, elsewhere = then.get(True, []), then.get(False, [])
    gap = pin.commission.min_days_between
    return (
        len(tour) < ground.problem.rules.per_half_day
        and all(ground.near(room, other.placement.room) for other in tour)
        and all(other.placement.room != room for other in elsewhere)
        and all(
            days_between(other.placement.half_day.day, half_day.day) >= gap
            for other in others
            if other.commission is pin.commission
        )
    )
