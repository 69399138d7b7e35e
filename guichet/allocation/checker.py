"""Calm: a second reading of a result, by other means than the engine's: `check(problem, result)`.

It shares the problem's words with the engine and not one function. It works with names, fills each slot seat by
seat from those who hold it, and answers sentences. None means: seats, rules, decisions, brothers and sisters are
respected; nobody loses a place; each refused wish has a witness, and it is true; the cases listed under `blocking`
have none, and no seat stays empty for them.
"""

from collections import Counter
from collections.abc import Iterator

from guichet.allocation.checked_seats import Cell, Filled, Layout, cells_at, own_seats, unit_of
from guichet.allocation.problem import Demand, LastAdmitted, Problem, Refusal, Result, Wish, Witness
from guichet.core.french import count


def check(problem: Problem, result: Result) -> tuple[str, ...]:
    """The faults found, one French sentence each; none when the result keeps what the format promises."""
    faults = tuple(_unsound_lines(problem, result))
    # Lines that name what does not exist cannot be read any further.
    return faults or tuple(_Reading(problem, result).faults())


def _unsound_lines(problem: Problem, result: Result) -> Iterator[str]:
    """Each child once, at a place it asked for, has, or was given by people."""
    known = {demand.id for demand in problem.demands}
    for name, times in Counter(line.demand for line in result.assignments).items():
        if name not in known:
            yield f"« {name} » est admise et n’est pas une demande du problème."
        elif times > 1:
            yield f"« {name} » est admise {times} fois."
    for name, _ in _refused(result):
        if name not in known:
            yield f"« {name} » est refusée et n’est pas une demande du problème."
    given = {line.demand: (line.establishment, line.seat) for line in result.assignments}
    for demand in problem.demands:
        where, seat = given.get(demand.id, (None, None))
        fault = _unsound_place(demand, where, seat)
        if fault:
            yield f"« {demand.id} » {fault}"


def _refused(result: Result) -> list[tuple[str, str]]:
    """The wishes that the result refuses, with a witness or without."""
    return [(line.demand, line.establishment) for line in result.refusals] + [
        (line.demand, line.establishment) for line in result.blocking
    ]


def _unsound_place(demand: Demand, where: str | None, seat: str | None) -> str | None:
    decided = demand.pinned.establishment if demand.pinned else None
    if decided is not None:
        kept = where == decided and seat != "current"
        return None if kept else f"est décidée à « {decided} » et n’y est pas admise."
    if where is None:
        return f"perd la place qu’elle a à « {demand.current.establishment} »." if demand.current else None
    if seat == "current":
        kept = demand.current is not None and demand.current.establishment == where
        return None if kept else "garderait une place qu’elle n’a pas."
    if demand.pinned:
        return f"est refusée par décision et admise à « {where} »."
    if where not in [wish.establishment for wish in demand.wishes]:
        return f"est admise à « {where} », qu’elle ne demande pas."
    return None


class _Reading:
    """A result whose lines are sound, read slot by slot, family by family, wish by wish."""

    def __init__(self, problem: Problem, result: Result) -> None:
        self.problem = problem
        self.result = result
        self.layout = Layout(problem, result)
        self.given = self.layout.given

    def faults(self) -> Iterator[str]:
        """Everything that is not as it should be."""
        yield from self._seats()
        yield from self._families()
        yield from self._refusals()
        yield from self._figures()

    def _seats(self) -> Iterator[str]:
        """Each slot seats those admitted there; a seat is said reserved when one was used, and only then."""
        groups = {demand.id: demand.group for demand in self.problem.demands}
        reserved: set[str] = set()
        slots = [(cell, self.layout.filled(cell)) for cell in sorted(self.layout.present)]
        slots += [(cell, self.layout.filled_by_decision(cell)) for cell in sorted(self.layout.decided)]
        for cell, filled in slots:
            reserved.update(filled.reserved)
            for name in filled.left_out:
                yield f"« {name} » est admise sans place : {_said(cell)}."
        for line in self.result.assignments:
            right = groups[line.demand] if line.demand in reserved else "open"
            if line.seat not in ("current", right):
                yield f"« {line.demand} » n’est pas sur une place « {line.seat} », mais « {right} »."

    def _families(self) -> Iterator[str]:
        """Brothers and sisters asked for together are at one establishment, or each where it was."""
        for members in self.layout.units.values():
            places = {self._wish_granted(demand) for demand in members}
            if len(places) > 1:
                yield f"« {members[0].together} » : les demandes faites ensemble sont séparées."
        for demand in self.problem.demands:
            if demand.pinned and demand.together is not None:
                others = self.layout.units.get(unit_of(demand), [])
                granted = {self._wish_granted(other) for other in others} - {None}
                if granted - {demand.pinned.establishment}:
                    yield f"« {demand.together} » : admises loin de « {demand.id} », qui est décidée ailleurs."

    def _wish_granted(self, demand: Demand) -> str | None:
        line = self.given.get(demand.id)
        return line.establishment if line and line.seat != "current" else None

    def _refusals(self) -> Iterator[str]:
        """One line for each wish preferred and not granted: a true witness, or a case without any."""
        lines = Counter(_refused(self.result))
        due = Counter(
            (demand.id, wish.establishment)
            for members in self.layout.units.values()
            for demand in members
            for wish in self._preferred(demand)
        )
        for name, establishment in sorted((due - lines) + (lines - due)):
            yield f"« {name} » à « {establishment} » : il faut une ligne de refus, et une seule."
        demands = {demand.id: demand for demand in self.problem.demands}
        for refusal in self.result.refusals:
            if (refusal.demand, refusal.establishment) in due:
                yield from self._witness(demands[refusal.demand], refusal)
        for case in self.result.blocking:
            if (case.demand, case.establishment) in due:
                yield from self._case(demands[case.demand], case.establishment)

    def _preferred(self, demand: Demand) -> list[Wish]:
        granted = self._wish_granted(demand)
        names = [wish.establishment for wish in demand.wishes]
        return list(demand.wishes[: names.index(granted)] if granted in names else demand.wishes)

    def _witness(self, demand: Demand, refusal: Refusal) -> Iterator[str]:
        """The slot leaves out a member of the unit; its seats, its last admitted and the points are those said."""
        witness, establishment = refusal.witness, refusal.establishment
        cell = (establishment, witness.section, witness.slot)
        asking, filled = self.layout.with_unit(self.layout.units[unit_of(demand)], establishment, cell)
        true = [
            self._described(member, asking, cell, filled) for member in asking if member.id in filled.left_out
        ]
        if not true:
            yield f"« {demand.id} » à « {establishment} » : {_said(cell)} ne la refuse pas."
        elif witness not in true:
            yield f"« {demand.id} » à « {establishment} » : le témoin devrait être {_witness_said(establishment, true[0])}."

    def _described(self, member: Demand, asking: list[Demand], cell: Cell, filled: Filled) -> Witness:
        """The witness that a member left out gives, from the seats it could have held."""
        groups = {present[1]: present[2] for present in self.layout.present.get(cell, ())}
        ranks = {present[1]: present[0] for present in self.layout.present.get(cell, ())}
        ranks |= {other.id: self.layout.rank(other, cell[0]) for other in asking}
        groups |= {other.id: other.group for other in asking}
        mates = {other.id for other in asking}
        own = [name for name in filled.reserved if groups[name] == member.group]
        held = [*filled.open, *own, *filled.opened]
        last = max((ranks[name], name) for name in held if name not in mates) if set(held) - mates else None
        return Witness(
            section=cell[1],
            slot=cell[2],
            seats=len(held),
            last_admitted=LastAdmitted(last[1], -last[0][0]) if last else None,
            score=-self.layout.rank(member, cell[0])[0],
        )

    def _case(self, demand: Demand, establishment: str) -> Iterator[str]:
        """No slot refuses the unit; and somebody would have to leave, or the seats would be wasted."""
        unit = self.layout.units[unit_of(demand)]
        leaving = False
        for cell in sorted({cell for member in unit for cell in cells_at(member, establishment)}):
            asking, filled = self.layout.with_unit(unit, establishment, cell)
            if any(member.id in filled.left_out for member in asking):
                yield f"« {demand.id} » à « {establishment} » : {_said(cell)} la refuse, ce n’est pas un cas sans témoin."
                return
            leaving = leaving or bool(filled.left_out)
        decided = self._decided_elsewhere(demand, establishment)
        if not leaving and not decided:
            yield f"« {demand.id} » à « {establishment} » : des places restent vides alors qu’elle les demande."

    def _decided_elsewhere(self, demand: Demand, establishment: str) -> bool:
        """Whether people sent a brother or a sister somewhere else."""
        return any(
            other.pinned is not None and other.pinned.establishment != establishment
            for other in self.problem.demands
            if other.together is not None and other.together == demand.together
        )

    def _figures(self) -> Iterator[str]:
        """What the statistics count, counted again."""
        figures = self.result.statistics
        if figures.placed != len(self.given) or figures.placed + figures.unplaced != len(
            self.problem.demands
        ):
            yield "Le nombre de demandes placées n’est pas celui des lignes."
        seats = sum(
            sum(p.open.values()) + sum(sum(k.values()) for k in p.reserved.values())
            for p in self.problem.places
        )
        seats += sum(len(own_seats(demand)) for demand in self.problem.demands)
        filled = self.layout.used / seats if seats else 0.0
        if abs(figures.slots_filled - filled) > 1e-6:
            yield f"La part des places prises est de {filled:.6f}, et non de {figures.slots_filled:.6f}."


def _witness_said(establishment: str, witness: Witness) -> str:
    last = witness.last_admitted
    admitted = f"dernière admise « {last.demand} », {count(last.score, 'point')}" if last else "aucune admise"
    return (
        f"{_said((establishment, witness.section, witness.slot))}, {count(witness.seats, 'place')}, {admitted}, "
        f"comparée à {count(witness.score, 'point')}"
    )


def _said(cell: Cell) -> str:
    return f"« {cell[0]} », section « {cell[1]} », créneau « {cell[2]} »"
