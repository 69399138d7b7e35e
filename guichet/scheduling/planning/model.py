"""Calm: the half-day tour model of one block, for OR-Tools CP-SAT.

A variable per session, half-day and room that the look-ups leave open; one per half-day on which a team sits.
Who is present is a coefficient, not a variable, except for the few people whom two teams could need at once.
Constraints are written as cliques (at most one of …), which keeps the bound close from the start.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations

from ortools.sat.python import cp_model

from guichet.scheduling.planning.block import Block, Cell, Held, grouped
from guichet.scheduling.planning.contested import Contest
from guichet.scheduling.planning.problem import Commission, HalfDay, Session
from guichet.scheduling.planning.scale import whole

PAIR = 2
MOST_PAIRS = 60_000
"""Above, pairs cost more to read than they bring; 14 communes planned every month make 15,000."""


class TourModel:
    """The model, and the variables that a solution is read from.

    In steps of 1/`scale` points: `constant` is what every plan of the block scores before any choice, `ceiling`
    what the choices cannot exceed, `broken_pin_cost` what a pinned session costs that others make unusable.
    """

    def __init__(self, block: Block, scale: int) -> None:
        self.block, self.scale = block, scale
        self.model = cp_model.CpModel()
        self.choice: dict[Held, cp_model.IntVar] = {}
        self.tour: dict[Cell, cp_model.IntVar] = {}
        self.shared: dict[tuple[Held, ...], cp_model.IntVar] = {}
        self.contest = Contest(block, self.model)
        self.constant = self.ceiling = 0
        self._terms: list[tuple[cp_model.IntVar, int]] = []
        rules = block.ground.problem.rules
        self._unplaced, self._tour_cost = whole(rules.unplaced_cost, scale), whole(rules.tour_cost, scale)
        pairs = sum(len(held) * (len(held) - 1) // 2 for held in block.cells.values())
        self._paired = rules.per_half_day == PAIR and pairs <= MOST_PAIRS
        for options in block.options.values():
            self._choose_once(options)
        self._pin()
        for cell, held in block.cells.items():
            self._tour(cell, held)
        for half_day, then in grouped(self.choice, lambda held: held.placement.half_day).items():
            self._share_rooms(half_day, then)
        for commission in block.commissions:
            self._space(commission)
        self.contest.close()
        self._maximise()

    def _choose_once(self, options: tuple[Held, ...]) -> None:
        """One option at most; none costs the price of a session without a date."""
        self.constant -= self._unplaced
        for held in options:
            self.choice[held] = self.model.new_bool_var("")
        self.model.add_at_most_one(self.choice[held] for held in options)
        by_half_day = grouped(options, lambda held: held.placement.half_day)
        best = 0
        for rooms in by_half_day.values():
            first = rooms[0]
            literals = [self.choice[held] for held in rooms]
            points = self.contest.attend(first.commission, first.placement.half_day, literals)
            for held, literal in zip(rooms, literals, strict=True):
                worth = points + self.block.ground.fit(held.session, held.placement)
                steps = whole(worth, self.scale) + self._unplaced
                self._terms.append((literal, steps))
                best = max(best, steps)
        self.ceiling += best

    def _pin(self) -> None:
        """A pinned session is held, whatever it breaks; its team travels."""
        for pin in self.block.pins:
            points = self.contest.attend(pin.commission, pin.placement.half_day, None)
            worth = points + self.block.ground.fit(pin.session, pin.placement)
            self.constant += whole(worth, self.scale)
        self.constant -= self._tour_cost * len({pin.cell for pin in self.block.pins})

    def _tour(self, cell: Cell, options: list[Held]) -> None:
        """What a team does on a half-day: as many sessions as allowed, all near one another, for one price."""
        team, half_day = cell
        pinned = [pin for pin in self.block.pins_at.get(half_day, []) if pin.commission.team == team]
        literals = [self.choice[held] for held in options]
        if pinned:
            on: cp_model.IntVar | int = 1
        else:
            on = self.tour[cell] = self.model.new_bool_var("")
            self._terms.append((self.tour[cell], -self._tour_cost))
            if self._paired:
                self._share_tour(cell, options)
                return
        room_left = self.block.ground.problem.rules.per_half_day - len(pinned)
        for clique in _cliques(options, self._clash):
            self.model.add(sum(self.choice[held] for held in clique) <= on)
        if len(literals) > room_left:
            self.model.add(sum(literals) <= room_left * on)

    def _share_tour(self, cell: Cell, options: list[Held]) -> None:
        """Two sessions at most: a half-day is one session alone or one pair. The bound is far closer so."""
        tours: list[cp_model.IntVar] = []
        inside: dict[Held, list[cp_model.IntVar]] = {held: [] for held in options}
        for held in options:
            alone = self.shared[(held,)] = self.model.new_bool_var("")
            inside[held].append(alone)
            tours.append(alone)
        for one, other in combinations(options, 2):
            if not self._clash(one, other):
                pair = self.shared[one, other] = self.model.new_bool_var("")
                inside[one].append(pair)
                inside[other].append(pair)
                tours.append(pair)
        for held in options:
            self.model.add(sum(inside[held]) == self.choice[held])
        self.model.add(sum(tours) == self.tour[cell])

    def hint(self, cells: Mapping[Cell, list[Held]]) -> None:
        """Where to start from: the sessions held in each cell."""
        held = {one for together in cells.values() for one in together}
        together = {tuple(one for one in options if one in held) for options in self.block.cells.values()}
        for one, literal in self.choice.items():
            self.model.add_hint(literal, one in held)
        for cell, literal in self.tour.items():
            self.model.add_hint(literal, cell in cells)
        for tour, literal in self.shared.items():
            self.model.add_hint(literal, tour in together)

    def _clash(self, one: Held, other: Held) -> bool:
        """Whether two options of one tour exclude each other."""
        if one.session is other.session:
            return True
        if one.commission is other.commission and one.commission.min_days_between > 0:
            return True
        return not self.block.ground.near(one.placement.room, other.placement.room)

    def _share_rooms(self, half_day: HalfDay, then: list[Held]) -> None:
        """A room serves one team on a half-day."""
        for room, held in grouped(then, lambda held: held.placement.room).items():
            teams = grouped(held, lambda one: one.commission.team)
            if len(teams) < 2:
                continue
            serves = []
            for options in teams.values():
                uses = self.model.new_bool_var(f"{room} {half_day}")
                for one in options:
                    self.model.add_implication(self.choice[one], uses)
                serves.append(uses)
            self.model.add_at_most_one(serves)

    def _space(self, commission: Commission) -> None:
        """Two sessions of a commission at least so many days apart, whatever their order.

        When the windows forbid the reverse order, « first not before d, second not after d + gap » is one
        clique; otherwise every stretch of `gap` days holds one session at most.
        """
        gap = commission.min_days_between
        free = [session for session in commission.sessions if self.block.options.get(session.id)]
        loose: set[str] = set()
        for rank, one in enumerate(sorted(free, key=lambda session: session.start)):
            for other in sorted(free, key=lambda session: session.start)[rank + 1 :]:
                first, second = self._days(one), self._days(other)
                if min(second) - max(first) >= timedelta(gap):
                    continue
                if max(first) - min(second) < timedelta(gap):
                    self._keep_order(first, second, gap)
                else:
                    loose.update((one.id, other.id))
        held = [self._days(session) for session in free if session.id in loose]
        if gap:
            self._keep_apart(held, gap)

    def _days(self, session: Session) -> dict[date, list[cp_model.IntVar]]:
        by_day = grouped(self.block.options[session.id], lambda held: held.placement.half_day.day)
        return {day: [self.choice[held] for held in options] for day, options in by_day.items()}

    def _keep_order(
        self, first: dict[date, list[cp_model.IntVar]], second: dict[date, list[cp_model.IntVar]], gap: int
    ) -> None:
        for day in first:
            late = [literal for other, literals in first.items() if other >= day for literal in literals]
            end = day + timedelta(gap - 1)
            early = [literal for other, literals in second.items() if other <= end for literal in literals]
            if early:
                self.model.add_at_most_one(late + early)

    def _keep_apart(self, held: list[dict[date, list[cp_model.IntVar]]], gap: int) -> None:
        for start in sorted({day for days in held for day in days}):
            end = start + timedelta(gap)
            self.model.add_at_most_one(
                literal
                for days in held
                for day, literals in days.items()
                if start <= day < end
                for literal in literals
            )

    def _maximise(self) -> None:
        terms = [*self._terms]
        terms += [(literal, whole(worth, self.scale)) for literal, worth in self.contest.worth]
        self.ceiling += sum(max(0, steps) for _, steps in terms[len(self._terms) :])
        self.broken_pin_cost = 1 + sum(abs(steps) for _, steps in terms)
        terms += [(literal, -self.broken_pin_cost) for literal in self.contest.broken]
        self.model.maximize(sum(steps * literal for literal, steps in terms))


def _cliques(options: list[Held], clash: Callable[[Held, Held], bool]) -> Iterator[list[Held]]:
    """Groups of options that all exclude one another: every clash is in one, every option too."""
    foes = {
        i: {j for j, other in enumerate(options) if i != j and clash(one, other)}
        for i, one in enumerate(options)
    }
    covered: set[tuple[int, int]] = set()
    for i in foes:
        if not foes[i]:
            yield [options[i]]
        for j in sorted(foes[i]):
            if (i, j) in covered:
                continue
            clique = [i, j]
            for k in sorted(foes[i] & foes[j]):
                if foes[k].issuperset(clique):
                    clique.append(k)
            covered.update((a, b) for a in clique for b in clique if a != b)
            yield [options[k] for k in clique]
