"""Calm: the people two teams could need on one half-day, in the model: each sits with one team at most.

With whom they sit is chosen; that they sit is not. Somebody at hand who holds a seat is at the session unless
she sits with another team, and a deputy comes when the holder is absent and nobody else fills the seat.
"""

from collections.abc import Iterator

from ortools.sat.python import cp_model

from guichet.scheduling.planning.block import Block
from guichet.scheduling.planning.problem import Amount, Commission, HalfDay, Seat

Variable = cp_model.IntVar
Linear = cp_model.LinearExpr | int
Side = tuple[str, HalfDay]


class Contest:
    """Which team each contested person sits with, and what follows for the sessions.

    `worth` are the variables that bring points; `broken` those of the pinned sessions that miss somebody.
    """

    def __init__(self, block: Block, model: cp_model.CpModel) -> None:
        self.block, self.model = block, model
        self.worth: list[tuple[Variable, Amount]] = []
        self.broken: list[Variable] = []
        self.sides: dict[Side, dict[str, Variable]] = {}
        self._seated: dict[tuple[str, HalfDay, str], list[Variable]] = {}
        for person, half_day in sorted(block.contested):
            teams = [team for team in block.teams if team in block.ground.teams_of[person]]
            self.sides[person, half_day] = {team: model.new_bool_var("") for team in teams}
            model.add_at_most_one(self.sides[person, half_day].values())

    def attend(self, commission: Commission, half_day: HalfDay, held: list[Variable] | None) -> Amount:
        """The points of the seats that depend on no choice; the others become variables.

        `held` are the options of the session then (None: it is pinned, and held).
        """
        there = self.block.at_hand(commission, half_day)
        if not any((person, half_day) in self.sides for person in there):
            sitting = self.block.ground.sitting(commission, half_day, there)
            if held is None or (sitting.met and sitting.voting >= commission.quorum):
                return sitting.points
        return _Attendance(self, commission, half_day, held).points

    def close(self) -> None:
        """To be at the disposal of a team is to sit with it: said once every session is known."""
        for (person, half_day), sides in self.sides.items():
            for team, side in sides.items():
                self.model.add(side <= sum(self._seated.get((person, half_day, team), [])))

    def seat(self, person: str, half_day: HalfDay, team: str) -> Variable:
        """A new variable: this person sits at a session of this team, then."""
        sits = self.model.new_bool_var("")
        side = self.sides.get((person, half_day), {}).get(team)
        if side is not None:
            self.model.add_implication(sits, side)
            self._seated.setdefault((person, half_day, team), []).append(sits)
        return sits


class _Attendance:
    """Who is present at one session if it is held on one half-day."""

    def __init__(
        self, contest: Contest, commission: Commission, half_day: HalfDay, held: list[Variable] | None
    ) -> None:
        self.contest, self.commission, self.half_day = contest, commission, half_day
        self.model, self.team = contest.model, commission.team
        self.held: Linear = 1 if held is None else sum(held)
        self.pinned = held is None
        self.there = contest.block.at_hand(commission, half_day)
        self.points: Amount = 0
        self._voting: list[Variable | int] = []
        for seat in commission.seats:
            self._fill(seat)
        self._need(sum(self._voting), commission.quorum)
        for required in commission.required:
            if not any(self._surely_comes(person) for person in required):
                self._need(sum(self._may_come(required)), 1)

    def _fill(self, seat: Seat) -> None:
        chain = [seat.person] if seat.person in self.there else []
        if not chain or self._contested(seat.person):
            chain += sorted((d for d in seat.deputies if d in self.there), key=self._only_if_needed)
        if not chain:
            return
        if not self._contested(chain[0]):
            self.points += self._worth(seat, chain[0])
            self._voting += [1] if seat.voting else []
            return
        fills = {person: self.contest.seat(person, self.half_day, self.team) for person in chain}
        self.contest.worth += [(sits, self._worth(seat, person)) for person, sits in fills.items()]
        filled = sum(fills.values())
        self.model.add(filled <= self.held)
        for rank, person in enumerate(chain):
            self.model.add(filled + self._elsewhere(person) >= self.held)
            for later in chain[rank + 1 :]:
                self.model.add(fills[later] <= self._elsewhere(person))
        self._voting += list(fills.values()) if seat.voting else []

    def _need(self, there: Linear, count: int) -> None:
        """So many are there if the session is held; a pinned session is held all the same, and marked."""
        if isinstance(there, int) and there >= count:
            return
        if self.pinned:
            broken = self.model.new_bool_var("")
            self.contest.broken.append(broken)
            self.model.add(there + count * broken >= count)
        else:
            self.model.add(there >= count * self.held)

    def _surely_comes(self, person: str) -> bool:
        return (
            person in self.there
            and not self._contested(person)
            and any(
                person == seat.person or (person in seat.deputies and seat.person not in self.there)
                for seat in self.commission.seats
            )
        )

    def _may_come(self, required: tuple[str, ...]) -> Iterator[Variable]:
        """A variable for each way in which somebody of the list may be present."""
        for person in (person for person in required if person in self.there):
            for seat in self.commission.seats:
                if person != seat.person and person not in seat.deputies:
                    continue
                comes = self.contest.seat(person, self.half_day, self.team)
                self.model.add(comes <= self.held)
                if person != seat.person and seat.person in self.there:
                    self.model.add(comes <= self._elsewhere(seat.person))
                yield comes

    def _elsewhere(self, person: str) -> Linear:
        """1 when this person sits with another team."""
        sides = self.contest.sides.get((person, self.half_day), {})
        return sum(side for team, side in sides.items() if team != self.team)

    def _contested(self, person: str) -> bool:
        return (person, self.half_day) in self.contest.sides

    def _only_if_needed(self, person: str) -> bool:
        return self.half_day in self.contest.block.ground.people[person].if_needed

    def _worth(self, seat: Seat, person: str) -> Amount:
        cost = self.contest.block.ground.problem.rules.if_needed_cost
        return seat.weight - (cost if self._only_if_needed(person) else 0)
