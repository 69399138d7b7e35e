"""The form by which a place is given outside a session: where, from when, which hours, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from guichet.commissions.between.out_of_session import LONGEST, OutsideEntry
from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.web.registration.typed import Typed
from guichet.web.week_form import typed_from_week, week_from_form

WHOLE, PART = "whole", "part"
MOST_FIGURES = 10


@dataclass
class GiveForm:
    """What the form shows, and its faults."""

    typed: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    sentence: str = ""


def blank(demand: Demand, house_id: int | None, entry_on: str, week: Week | None = None) -> GiveForm:
    """A first look: the week asked, or the part of it that the seat can hold."""
    given = week if week is not None else demand.week
    hours = PART if week is not None and week != demand.week else WHOLE
    shown = {"establishment_id": str(house_id or ""), "entry_on": entry_on, "hours": hours}
    return GiveForm(shown | typed_from_week(given))


def entry_of(form: Mapping[str, str], house_id: int | None = None) -> OutsideEntry:
    """What was typed; `house_id` when the page fixes the establishment. Raises InvalidError, a sentence a field."""
    typed = Typed(form)
    house = house_id if house_id is not None else _number(typed.raw("establishment_id"))
    entry_on = typed.day("entry_on")
    reason = typed.raw("reason")
    if len(reason) > LONGEST:
        typed.refuse("reason", f"Le motif ne peut pas dépasser {LONGEST} caractères.")
    week: Week | None = None
    if typed.raw("hours") == PART:
        try:
            week = week_from_form(form)
        except InvalidError as refusal:
            typed.problems |= refusal.problems
        if week is not None and not week:
            typed.refuse("week", "Indiquez les jours et les heures donnés.")
    typed.done()
    return OutsideEntry(house or 0, entry_on, week, reason, typed.flag("insists"))


def entry_day(demand: Demand, since: date) -> str:
    """The day shown first: the entry asked, or the day the seat is free when that is later."""
    return french.short_date(max(demand.entry_on, since))


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MOST_FIGURES else None
