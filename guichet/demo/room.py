"""The places of the demonstration as its commissions see them: nobody is placed where there is no room."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from guichet.core.week import Week
from guichet.establishments import grid
from guichet.establishments.capacity import Ask, House, Stay, fits
from guichet.establishments.supply import presumed_end
from guichet.placements.stays import load_houses

FEWEST_DAYS = 2
"""Below, a part of the week helps no family."""


class Room:
    """The establishments with the children placed so far, from a day on."""

    def __init__(self, session: Session, since: date, until: date) -> None:
        self.houses: dict[int, House] = load_houses(session, None, since, until)

    def week_given(self, house: int, asked: Week, born_on: date, entry_on: date) -> Week | None:
        """The hours asked that are open and free: all days, or those that fit when two do;
        None when none would. Hours that vary are given as they are."""
        if not asked:
            return asked
        there = self.houses[house]
        hours = grid.week_of(grid.where(there.periods[0].frame.licence))
        opened = asked.minus(asked.minus(hours))
        verdict = fits(there.supply, there.periods, Ask(opened, born_on), entry_on)
        days = verdict.fits_days if verdict.section else ()
        if len(days) < min(FEWEST_DAYS, len(asked.days)) or not days:
            return None
        return Week(tuple(one for one in opened.intervals if one.weekday in days))

    def hold(self, house: int, week: Week, born_on: date, entry_on: date) -> None:
        """One more child."""
        there = self.houses[house]
        stay = Stay(0, born_on, week, entry_on, presumed_end(born_on, entry_on))
        self.houses[house] = replace(there, stays=(*there.stays, stay))
