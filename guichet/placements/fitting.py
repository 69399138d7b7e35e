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


def ask_of(week: Week, birth_date: date | None, due_date: date | None, demand: int) -> Ask | None:
    """What a demand asks of the places; None when its hours vary too much to be counted."""
    born_on = birth_date or due_date
    return Ask(week, born_on, demand) if week and born_on else None
