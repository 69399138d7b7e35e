"""Calm: who holds what in the end.

Each unit, by its points, takes the first wish whose every slot would seat it beside those admitted there; those
who no longer fit leave and come back to ask again; a seat that comes free wakes those who were refused because
of it and prefer it to what they have. When nobody is left to ask, no unit prefers a place that would seat it:
the allocation is stable by construction. With one order for all, nobody is ever evicted: it is the serial
allocation. Elsewhere a stable allocation may not exist; after `_PATIENCE` turns a unit waits, then a few repairs
are tried, and the wishes that stay without a witness are listed under `blocking`.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import cycle

from guichet.allocation.numbers.indexed import Option
from guichet.allocation.problem import Problem
from guichet.allocation.seating.seats import NOBODY, Seats
from guichet.allocation.seating.standing import Standing

# How often a unit may ask before it waits for the others to settle.
_PATIENCE = 60
_PATIENCE_IN_REPAIR = 12
# How many times units ask in all the repairs, at the least; else once for every fourth.
_LEAST_REPAIR = 20_000
# In which orders the blocking units are tried again: each makes another order of the queue.
_STRIDES = (1, 7, 31, 101, 757, 1009, 3571, 7919, 10007, 20011, 50021, 100003)


def searched(problem: Problem) -> Standing:
    """What each unit holds in the end, before any explanation."""
    search = _Search(problem)
    search.ask_all()
    search.repair()
    return Standing(search.held, search.stays, search.seats)


class _Search:
    """Who holds what, and who is to ask again."""

    def __init__(self, problem: Problem) -> None:
        self.numbers = problem.numbers
        self.units = problem.numbers.units
        self.seats = Seats(problem.numbers, problem.rules)
        self.options = self.numbers.options
        self.none = self.numbers.none
        self.held = list(self.none)
        # A unit that has not asked yet leaves its current places to the others: it takes them back at the end.
        self.stays = [False] * len(self.units)
        # The wishes before this one are known to be refused; a seat that comes free brings it back.
        self.since = [0] * len(self.units)
        self.asked = [0] * len(self.units)
        self.patience = _PATIENCE
        self.unsettled: set[int] = set()
        self.queue: list[int] = []
        self.queued = [True] * len(self.units)
        self.turns = self._turns(1)

    def _turns(self, stride: int) -> Sequence[int]:
        """The order of the queue, as one number for each unit, that leaves the unit when divided by their count."""
        count = len(self.units)
        if stride == 1:
            return range(0, count * (count + 1), count + 1)
        return [unit * stride % count * count + unit for unit in range(count)]

    def ask_all(self) -> None:
        """Every unit asks, in turn, until nobody is left to ask."""
        self._ask(range(len(self.units)))

    def repair(self) -> None:
        """Disturb what is left blocking, in other orders; keep what blocks least, then waste nothing."""
        best = len(self._blocking())
        if not best:
            return
        kept = (list(self.held), list(self.stays))
        self.patience = _PATIENCE_IN_REPAIR
        work = max(_LEAST_REPAIR, len(self.units) // 4)
        for stride in cycle(_STRIDES):
            self.turns = self._turns(stride)
            self.asked = [0] * len(self.units)
            for unit, wish in self._blocking():
                self._enqueue(unit, wish)
            self._ask_again()
            blocking = len(self._blocking())
            if blocking < best:
                best, kept = blocking, (list(self.held), list(self.stays))
            work -= sum(self.asked)
            if not best or work <= 0:
                break
        if best:
            self._return_to(*kept)
            while self._use_what_is_left():
                self._wake()
                self._ask_again()

    def _ask_again(self) -> None:
        """Those in the queue ask, until nobody is left to ask."""
        if self.queue:
            self._ask((heappop(self.queue) % len(self.units),))

    def _ask(self, units: Iterable[int]) -> None:
        """Each unit takes the first wish that seats it, better than what it holds; else what it has now.

        Those in the queue go before the next of `units`. Written out in one piece: a call for each step would
        double its cost.
        """
        options, none, held, stays, since = self.options, self.none, self.held, self.stays, self.since
        asked, patience, queue, queued = self.asked, self.patience, self.queue, self.queued
        seats, count, evict = self.seats, len(self.units), self._evicting()
        bars, left_out, loosened, gates_of = seats.bars, seats.left_out, seats.loosened, seats.gates
        holders, opened, add, refusing_cell = seats.holders, seats.open, seats.add, seats.refusing_cell
        taken: Option | None
        for unit in units:
            while True:
                queued[unit] = False
                asked[unit] = times = asked[unit] + 1
                better = held[unit]
                if times > patience:
                    self.unsettled.add(unit)
                    taken = None
                else:
                    for taken in options[unit][since[unit] : better]:
                        if taken.ties is None:
                            key = taken.key
                            for gate in taken.gates:
                                if key >= bars[gate]:
                                    break
                            else:
                                break
                        elif taken.ties.allowed and refusing_cell(taken, stays[unit]) == NOBODY:
                            break
                    else:
                        taken = None
                        since[unit] = better
                if taken is None:
                    if better == none[unit] and not stays[unit]:
                        self._stay(unit)
                elif taken.ties is None and better == none[unit]:
                    held[unit] = since[unit] = taken.wish
                    for cell in taken.cells:
                        if cell in gates_of:
                            add(key, cell)
                            continue
                        inside, places = holders[cell], opened[cell]
                        insort(inside, key)
                        if len(inside) >= places:
                            bars[cell] = inside[places - 1]
                            if len(inside) > places:
                                left_out[cell] = inside[places]
                else:
                    self._move(unit, taken.wish, False)
                if left_out:
                    evict()
                if loosened:
                    self._wake()
                if not queue:
                    break
                unit = heappop(queue) % count

    def _stay(self, unit: int) -> None:
        """Take its current places back, whoever sits there now: the caller sends those away."""
        current = self.units[unit].current
        if not current:
            return
        self._move(unit, self.none[unit], True)
        if len(self.units[unit].members) > 1:
            # Those who hold its seats will be gone: there may be room for a brother or a sister then.
            self._enqueue(unit, 0)

    def _enqueue(self, unit: int, wish: int) -> None:
        """The unit is to ask again, from this wish at the latest."""
        if wish < self.since[unit]:
            self.since[unit] = wish
        if not self.queued[unit]:
            self.queued[unit] = True
            heappush(self.queue, self.turns[unit])

    def _move(self, unit: int, wish: int, stays: bool) -> None:
        """Leave everything for this wish, or for the current places; cells may then be too full."""
        self._leave(unit)
        self.held[unit], self.stays[unit] = wish, stays
        if wish != self.none[unit]:
            self.since[unit] = wish
            self.seats.admit(self.options[unit][wish])
        elif stays:
            self.seats.keep(self.units[unit].current)

    def _leave(self, unit: int) -> None:
        """Free what the unit holds, wish or current places."""
        wish = self.held[unit]
        if wish != self.none[unit]:
            self.seats.release(self.options[unit][wish])
        elif self.stays[unit]:
            self.seats.give_back(self.units[unit].current)
        self.held[unit], self.stays[unit] = self.none[unit], False

    def _evicting(self) -> Callable[[], None]:
        """What sends those left out away, the best ranked first: without it, a lower one may fit again.

        Made once, with its tables at hand: it is called as often as units ask.
        """
        held, since, none, options, turns = self.held, self.since, self.none, self.options, self.turns
        queue, queued, seats, unit_of = self.queue, self.queued, self.seats, self.numbers.unit_of
        left_out, holders, gates, remove = seats.left_out, seats.holders, seats.gates, seats.remove
        demands, members, kinds = self.numbers.decoder
        step = members * kinds

        def evict() -> None:
            while left_out:
                key = min(left_out.values())
                unit = unit_of[key // step % demands]
                wish = held[unit]
                option = options[unit][wish]
                if option.ties is None:
                    for cell in option.cells:
                        inside = holders[cell]
                        if inside[-1] == key and left_out.get(cell) == key and cell not in gates:
                            # The only one beyond the seats: no bar moves.
                            inside.pop()
                            del left_out[cell]
                        else:
                            remove(key, cell)
                else:
                    seats.release(option)
                held[unit] = none[unit]
                if wish < since[unit]:
                    since[unit] = wish
                if not queued[unit]:
                    queued[unit] = True
                    heappush(queue, turns[unit])

        return evict

    def _wake(self) -> None:
        """Those whom a cell that somebody left no longer refuses ask again, unless another cell refuses them."""
        held, bars, refusing_cell = self.held, self.seats.bars, self.seats.refusing_cell
        # The order of these loops changes nothing: they fill a queue that has its own.
        for section, (before, after) in self.seats.loosened_sections().items():
            alone, several = self.numbers.rankings[section]
            if before < after:
                first, last = bisect_left(alone, (before,)), bisect_left(alone, (after,))
                for key, unit, wish, gates in alone[first:last]:
                    if wish < held[unit]:
                        for gate in gates:
                            if key >= bars[gate]:
                                break
                        else:
                            self._call_back(unit, wish)
            for unit, wish in several:
                if wish < held[unit]:
                    option = self.options[unit][wish]
                    if refusing_cell(option, self.stays[unit]) == NOBODY:
                        self._call_back(unit, wish)

    def _call_back(self, unit: int, wish: int) -> None:
        """A unit may have this wish now: it asks again, unless it is out of patience."""
        if self.asked[unit] < self.patience:
            self._enqueue(unit, wish)
        else:
            self.since[unit] = min(self.since[unit], wish)
            self.unsettled.add(unit)

    def _blocking(self) -> list[tuple[int, int]]:
        """Each (unit, wish preferred) that every cell would seat: only a unit out of patience may have any."""
        return [
            (unit, wish)
            for unit in sorted(self.unsettled)
            for wish in range(self.held[unit])
            if self.options[unit][wish].tied.allowed
            and self.seats.refusing_cell(self.options[unit][wish], self.stays[unit]) == NOBODY
        ]

    def _return_to(self, held: list[int], stays: list[bool]) -> None:
        """Put every unit back where it was."""
        moved = [u for u, h in enumerate(held) if (h, stays[u]) != (self.held[u], self.stays[u])]
        for unit in moved:
            self._leave(unit)
        for unit in moved:
            self._move(unit, held[unit], stays[unit])
        self.seats.loosened.clear()
        self.since = [0] * len(self.units)

    def _use_what_is_left(self) -> bool:
        """One blocking unit takes seats that nobody holds, without sending anybody away; whether there was one."""
        for unit, wish in self._blocking():
            before = self.held[unit], self.stays[unit]
            self._move(unit, wish, False)
            # It has wishes before this one that no slot refuses.
            self.since[unit] = 0
            if not self.seats.left_out:
                return True
            self._move(unit, *before)
            self.since[unit] = 0
            self.seats.loosened.clear()
        return False
