"""Calm: `allocate(problem)` proposes a stable allocation, with a witness for each refused wish.

Each unit, by its points, takes the first wish whose every slot would seat it beside those admitted there; those
who no longer fit leave and come back to ask again; a seat that comes free wakes those who were refused because
of it and prefer it to what they have. When nobody is left to ask, no unit prefers a place that would seat it:
the allocation is stable by construction. With one order for all, nobody is ever evicted: it is the serial
allocation. Elsewhere a stable allocation may not exist; after `_PATIENCE` turns a unit waits, then a few repairs
are tried, and the wishes that stay without a witness are listed under `blocking`.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import cycle

from guichet.allocation.indexed import Indexed, indexed
from guichet.allocation.problem import Problem, Result
from guichet.allocation.seats import FREE, NOBODY, Seats
from guichet.allocation.standing import Standing
from guichet.allocation.witnesses import answer

ENGINE = "guichet-allocation/1.0"

# How often a unit may ask before it waits for the others to settle.
_PATIENCE = 60
_PATIENCE_IN_REPAIR = 12
# How many times units ask in all the repairs, beside once for each.
_LEAST_REPAIR = 3000
# In which orders the blocking units are tried again: each makes another order of the queue.
_STRIDES = (1, 7, 31, 101, 757, 1009, 3571, 7919, 10007, 20011, 50021, 100003)

# The key, the kind, the unit and the wish that a cell refuses.
Watcher = tuple[int, int, int, int]


def allocate(problem: Problem) -> Result:
    """Propose an allocation. The same problem gives the same result, in whatever order it is written."""
    with _collector_at_rest():
        numbers = indexed(problem)
        return answer(ENGINE, problem, numbers, searched(numbers, problem))


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Nothing here is garbage before the end: reading a million small values again and again doubles the cost."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def searched(numbers: Indexed, problem: Problem) -> Standing:
    """What each unit holds in the end, before any explanation."""
    search = _Search(numbers, Seats(numbers, problem.rules))
    search.ask_all()
    search.repair()
    return Standing(search.held, search.stays, search.seats)


class _Search:
    """Who holds what, who is to ask again, and who watches which cell."""

    def __init__(self, numbers: Indexed, seats: Seats) -> None:
        self.numbers = numbers
        self.units = numbers.units
        self.seats = seats
        self.none = [len(unit.options) for unit in self.units]
        self.held = list(self.none)
        # A unit that has not asked yet leaves its current places to the others: it takes them back at the end.
        self.stays = [False] * len(self.units)
        self.asked = [0] * len(self.units)
        self.patience = _PATIENCE
        self.unsettled: set[int] = set()
        self.queue: list[tuple[int, int]] = []
        self.queued = [False] * len(self.units)
        self.stride = 1
        self.watchers: list[list[Watcher]] = [[] for _ in seats.open]
        self.best_watcher = [FREE] * len(seats.open)
        self.loosened: set[int] = set()

    def ask_all(self) -> None:
        """Every unit asks, in turn, until nobody is left to ask."""
        for unit in range(len(self.units)):
            self._enqueue(unit)
        self._run()

    def repair(self) -> None:
        """Disturb what is left blocking, in other orders; keep what blocks least, then waste nothing."""
        best = len(self._blocking())
        if not best:
            return
        kept = (list(self.held), list(self.stays))
        self.patience = _PATIENCE_IN_REPAIR
        work = _LEAST_REPAIR + len(self.units)
        for stride in cycle(_STRIDES):
            self.stride = stride
            self.asked = [0] * len(self.units)
            for unit, _ in self._blocking():
                self._enqueue(unit)
            self._run()
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
                self._run()

    def _run(self) -> None:
        while self.queue:
            _, unit = heappop(self.queue)
            self.queued[unit] = False
            self._ask(unit)
            if self.loosened:
                self._wake()

    def _enqueue(self, unit: int) -> None:
        if not self.queued[unit]:
            self.queued[unit] = True
            heappush(self.queue, (unit * self.stride % len(self.units), unit))

    def _ask(self, unit: int) -> None:
        """Take the first wish that seats the unit, better than what it holds; else what it has now."""
        self.asked[unit] += 1
        if self.asked[unit] > self.patience:
            self.unsettled.add(unit)
        else:
            wish = self._first_seating(unit)
            if wish is not None:
                self._evict(self._move(unit, wish, False))
                return
        if self.held[unit] == self.none[unit] and not self.stays[unit]:
            self._evict(self._move(unit, self.none[unit], True))
            if len(self.units[unit].members) > 1 and self.units[unit].current:
                # Those who held its seats are gone: there may be room for a brother or a sister now.
                self._enqueue(unit)

    def _first_seating(self, unit: int) -> int | None:
        """The first wish that would seat the unit; those before it are watched from now on."""
        options, refusing_cell, stays = self.units[unit].options, self.seats.refusing_cell, self.stays[unit]
        for wish in range(self.held[unit]):
            option = options[wish]
            if not option.allowed:
                continue
            cell = refusing_cell(option, stays)
            if cell == NOBODY:
                return wish
            # A unit of several is always looked at again in full: no one key tells whether it is refused.
            ask = option.asks[0]
            key = ask.key if len(option.asks) == 1 else NOBODY
            self._watch(cell, (key, ask.kind, unit, wish))
        return None

    def _watch(self, cell: int, watcher: Watcher) -> None:
        self.watchers[cell].append(watcher)
        if watcher[0] < self.best_watcher[cell]:
            self.best_watcher[cell] = watcher[0]

    def _move(self, unit: int, wish: int, stays: bool) -> list[int]:
        """Leave everything for this wish, or for the current places; the cells that the unit is now in."""
        self._leave(unit)
        self.held[unit], self.stays[unit] = wish, stays
        if wish != self.none[unit]:
            return self.seats.admit(self.units[unit].options[wish])
        if not stays:
            return []
        self.seats.keep(self.units[unit].current)
        return list(self.units[unit].current)

    def _leave(self, unit: int) -> None:
        """Free what the unit holds, wish or current places."""
        wish = self.held[unit]
        if wish != self.none[unit]:
            self.loosened.update(self.seats.release(self.units[unit].options[wish]))
        elif self.stays[unit]:
            self.seats.give_back(self.units[unit].current)
            self.loosened.update(self.units[unit].current)
        self.held[unit], self.stays[unit] = self.none[unit], False

    def _evict(self, touched: list[int]) -> None:
        """Those left out go, the best ranked first: without it, a lower one may fit again."""
        first_out = self.seats.first_out
        while True:
            out = [first_out[cell] for cell in touched if first_out[cell] != NOBODY]
            if not out:
                return
            unit = self.numbers.unit_at(min(out))
            self._leave(unit)
            self._enqueue(unit)

    def _wake(self) -> None:
        """Those refused by a cell that has loosened ask again, unless a cell still refuses them."""
        bars = self.seats.bars
        # The order of this loop changes nothing: it fills a queue that has its own.
        cells, self.loosened = self.loosened, set()
        for cell in cells:
            best = self.best_watcher[cell]
            if all(best >= row[cell] for row in bars):
                continue
            watchers, self.watchers[cell] = self.watchers[cell], []
            self.best_watcher[cell] = FREE
            for watcher in watchers:
                key, kind, unit, wish = watcher
                if key >= bars[kind][cell]:
                    self._watch(cell, watcher)
                elif wish < self.held[unit] and not self.queued[unit]:
                    refusing = self.seats.refusing_cell(self.units[unit].options[wish], self.stays[unit])
                    if refusing == NOBODY:
                        self._enqueue(unit)
                    else:
                        self._watch(refusing, watcher)

    def _blocking(self) -> list[tuple[int, int]]:
        """Each (unit, wish preferred) that every cell would seat: only a unit out of patience may have any."""
        return [
            (unit, wish)
            for unit in sorted(self.unsettled)
            for wish in range(self.held[unit])
            if self.units[unit].options[wish].allowed
            and self.seats.refusing_cell(self.units[unit].options[wish], self.stays[unit]) == NOBODY
        ]

    def _return_to(self, held: list[int], stays: list[bool]) -> None:
        """Put every unit back where it was, watching what refuses it there."""
        moved = [u for u, h in enumerate(held) if (h, stays[u]) != (self.held[u], self.stays[u])]
        for unit in moved:
            self._leave(unit)
        for unit in moved:
            self._move(unit, held[unit], stays[unit])
        self.loosened.clear()
        for unit in moved:
            self._first_seating(unit)

    def _use_what_is_left(self) -> bool:
        """One blocking unit takes seats that nobody holds, without sending anybody away; whether there was one."""
        for unit, wish in self._blocking():
            before = self.held[unit], self.stays[unit]
            touched = self._move(unit, wish, False)
            if all(self.seats.first_out[cell] == NOBODY for cell in touched):
                return True
            self._move(unit, *before)
            self.loosened.clear()
        return False
