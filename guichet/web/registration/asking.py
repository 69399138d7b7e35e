"""Read the need and the wishes as they were typed, and write them back for a change."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.core.week import Week
from guichet.demands import words
from guichet.demands.checks import MOST_WISHES
from guichet.demands.dossier import NeedEntry, WishEntry
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.models import Kind
from guichet.web.registration.typed import Typed
from guichet.web.week_form import typed_from_week, week_from_form

HOUSE, MODE = "h", "m"
WISHED_KINDS = frozenset(Kind) - {Kind.LAEP, Kind.ALSH, Kind.ADAPTED_HOLIDAYS}
"""A parents' meeting place or a leisure centre is not wished for through this form."""


def need_of(typed: Typed, today: date) -> NeedEntry:
    """The need; what cannot be read, in the week too, is kept in `typed.problems`.

    `today` stands for a day of entry that cannot be read, so that the rest is checked all the same.
    """
    week = Week()
    try:
        week = week_from_form(typed.values)
    except InvalidError as refusal:
        typed.problems.update(refusal.problems)
    entry_on = typed.day("entry_on")
    if entry_on is None:
        typed.refuse("entry_on", "Indiquez la date d’entrée souhaitée.")
    variable = typed.flag("variable_hours")
    care = typed.choice("care", words.CARE, "regular")
    optional: dict[str, Any] = {
        "entry_earliest": typed.day("entry_earliest"),
        "entry_latest": typed.day("entry_latest"),
        "duration_months": typed.number("duration_months", 1, 60),
        "variable_hours": variable,
        "variable_note": typed.words("variable_note", 300) if variable else "",
        "days_min": typed.number("days_min", 1, 7),
        "days_max": typed.number("days_max", 1, 7),
        "weeks_a_year": typed.number("weeks_a_year", 1, 52),
        "school_holidays": typed.choice("school_holidays", words.SCHOOL_HOLIDAYS, "all"),
        "meals": typed.flag("meals"),
        "urgency_reason": typed.words("urgency_reason", 500) if care == "emergency" else "",
        "other_days": typed.flag("other_days"),
        "fewer_days": typed.flag("fewer_days"),
        "other_establishment": typed.flag("other_establishment"),
        "waits_months_for_first": typed.number("waits_months_for_first", 1, 24),
    }
    return NeedEntry(care=care, entry_on=entry_on or today, week=week, **optional)


def wishes_from(values: Mapping[str, str], catalogue: Catalogue) -> tuple[tuple[WishEntry, ...], list[int]]:
    """The wishes in order, and the line each was typed on: empty lines are skipped."""
    typed = Typed(values)
    wishes, lines = [], []
    known = {str(house) for house in catalogue.houses}
    for line in range(1, MOST_WISHES + 1):
        target, where = typed.raw(f"wish{line}"), typed.choice(f"wish{line}_where", catalogue.towns)
        kind, code = target[:1], target[1:]
        if not target:
            continue
        if kind == HOUSE and code in known:
            wishes.append(WishEntry(establishment_id=int(code)))
        elif kind == MODE and code in words.MODE:
            wishes.append(WishEntry(mode=code, commune_code=where or None))
        else:
            typed.refuse(f"wish{line}", "Ce vœu n’existe pas : choisissez-le dans la liste.")
        lines.append(line)
    typed.done()
    return tuple(wishes), lines


def at_their_lines(problems: Mapping[str, str], lines: list[int]) -> dict[str, str]:
    """Problems told by rank, moved to the lines where the wishes were typed."""
    at_line = {f"wish{rank}": f"wish{line}" for rank, line in enumerate(lines, 1)}
    return {at_line.get(field, field): sentence for field, sentence in problems.items()}


def wish_choices(catalogue: Catalogue, first: frozenset[int] = frozenset()) -> list[Any]:
    """Groups for a choice of wishes: own establishments first, then the others, then the modes."""
    houses = [
        house for house in catalogue.houses.values() if house.is_open and Kind(house.kind) in WISHED_KINDS
    ]
    own = [(f"{HOUSE}{house.id}", house.label) for house in houses if house.id in first]
    others = [(f"{HOUSE}{house.id}", house.label) for house in houses if house.id not in first]
    modes = [(f"{MODE}{code}", label) for code, label in words.MODE.items()]
    groups = [("Votre établissement", own), ("Établissements", others), ("Modes d’accueil", modes)]
    return [group for group in groups if group[1]]


def typed_from_need(need: NeedEntry) -> dict[str, str]:
    """What the fields show for a need already known."""
    shown = {
        "care": need.care,
        "entry_on": french.short_date(need.entry_on),
        "entry_earliest": french.short_date(need.entry_earliest) if need.entry_earliest else "",
        "entry_latest": french.short_date(need.entry_latest) if need.entry_latest else "",
        "variable_note": need.variable_note,
        "school_holidays": need.school_holidays,
        "urgency_reason": need.urgency_reason,
        **typed_from_week(need.week),
    }
    numbers = ("duration_months", "days_min", "days_max", "weeks_a_year", "waits_months_for_first")
    shown |= {name: str(getattr(need, name) or "") for name in numbers}
    flags = ("variable_hours", "meals", "other_days", "fewer_days", "other_establishment")
    return shown | {name: "y" for name in flags if getattr(need, name)}


def typed_from_wishes(wishes: tuple[WishEntry, ...]) -> dict[str, str]:
    """What the lines show for wishes already known."""
    shown = {}
    for line, wish in enumerate(wishes, 1):
        shown[f"wish{line}"] = (
            f"{HOUSE}{wish.establishment_id}" if wish.establishment_id else f"{MODE}{wish.mode}"
        )
        shown[f"wish{line}_where"] = wish.commune_code or ""
    return shown


def lines_shown(values: Mapping[str, str]) -> int:
    """How many lines of wishes to draw: two more than those in use, four at least."""
    used = [line for line in range(1, MOST_WISHES + 1) if values.get(f"wish{line}")]
    more = 2 if values.get("more") else 1
    return min(MOST_WISHES, max(4, (max(used) if used else 0) + more))
