"""Where the week of a demand fits: in each establishment, on the days that matter, and the first day when it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guichet.core.week import Week
from guichet.establishments.capacity import Ask, Colour, House, Verdict, first_green, fits
from guichet.establishments.supply import next_september


@dataclass(frozen=True)
class Fit:
    """One establishment: the verdict of each day asked, and the first day when the whole week fits (or None)."""

    house: int
    verdicts: tuple[Verdict, ...]
    first: date | None

    @property
    def now(self) -> bool:
        """Whether the whole week fits on the first of the days asked."""
        return self.verdicts[0].colour is Colour.GREEN


def days_to_ask(entry_on: date, today: date) -> tuple[date, ...]:
    """The wished entry, or today when it is past, and the September after; today and September when they are one."""
    wished = max(entry_on, today)
    september = next_september(wished)
    return (today, wished) if september == wished and wished > today else (wished, september)


def days_at_a_glance(entry_on: date, today: date, born_on: date) -> tuple[date, ...]:
    """Today, the wished entry when it is to come, and the September after; no today for a child still to be born."""
    wished = max(entry_on, today)
    days = {wished, next_september(wished)} | ({today} if born_on <= today else set())
    return tuple(sorted(days))


def where_it_fits(houses: Iterable[House], ask: Ask, days: tuple[date, ...]) -> list[Fit]:
    """The verdicts of each establishment that has a licence, in the order given."""
    found: list[Fit] = []
    for one in houses:
        if not one.supply.opened:
            continue
        periods = one.periods_for(ask)
        verdicts = tuple(fits(one.supply, periods, ask, day) for day in days)
        found.append(Fit(one.supply.house, verdicts, first_green(one.supply, periods, ask, days[0])))
    return found


def at_a_glance(houses: Iterable[House], ask: Ask, days: tuple[date, ...]) -> dict[int, tuple[Verdict, ...]]:
    """The verdict of each day in each establishment that has a licence, without searching the first day that fits."""
    return {
        one.supply.house: tuple(fits(one.supply, one.periods_for(ask), ask, day) for day in days)
        for one in houses
        if one.supply.opened
    }


def ask_of(week: Week, birth_date: date | None, due_date: date | None, demand: int) -> Ask | None:
    """What a demand asks of the places; None when its hours vary too much to be counted."""
    born_on = birth_date or due_date
    return Ask(week, born_on, demand) if week and born_on else None
