"""Calm: what a person chooses before a proposal is computed, and what is refused of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

from guichet.core.errors import InvalidError
from guichet.core.months import add_months

LONGEST_TITLE = 120
MOST_MONTHS = 24
"""From the first entry to the horizon: beyond, nothing is known of the places."""


@dataclass(frozen=True)
class Choices:
    """Which demands are examined together, on which places, under which rules. Dates are included."""

    sessions_from: date
    sessions_until: date
    entries_from: date
    entries_until: date
    horizon: date
    """The last day until which a place must be free."""
    seats_from: date | None = None
    """Count the places from this day for those who would enter before; None: each from its own entry."""
    oriented: bool = False
    """A simulation: oriented demands are examined as well."""
    amber: tuple[int, ...] = ()
    """Establishments whose director opens the seats above the licence, up to 115 % (R2324-27 CSP)."""
    apart: tuple[int, ...] = ()
    """Families whose children may be placed apart."""
    reserved_first: bool = True
    unfilled_reserve_opens: bool = True

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first day of each month of the period."""
        first = max(self.entries_from, self.seats_from or self.entries_from).replace(day=1)
        count = (self.horizon.year - first.year) * 12 + self.horizon.month - first.month + 1
        return tuple(add_months(first, number) for number in range(count))

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            key: value.isoformat()
            if isinstance(value, date)
            else list(value)
            if isinstance(value, tuple)
            else value
            for key, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Choices":
        """Read the stored form."""
        read = {one.name: _read(one.type, stored[one.name]) for one in fields(cls) if one.name in stored}
        return cls(**read)


def refuse_faults(title: str, choices: Choices) -> None:
    """Raise InvalidError with a sentence at each field that cannot be accepted."""
    problems: dict[str, str] = {}
    if not title.strip():
        problems["title"] = "Donnez un titre à cette proposition."
    elif len(title) > LONGEST_TITLE:
        problems["title"] = f"Le titre ne peut pas dépasser {LONGEST_TITLE} caractères."
    if choices.sessions_until < choices.sessions_from:
        problems["sessions_until"] = "La dernière séance est avant la première."
    if choices.entries_until < choices.entries_from:
        problems["entries_until"] = "La dernière entrée est avant la première."
    if choices.seats_from and choices.seats_from > choices.horizon:
        problems["seats_from"] = "Ce jour est après la fin de la période examinée."
    if choices.horizon < max(choices.entries_until, choices.entries_from):
        problems["horizon"] = "La période examinée finit avant la dernière entrée."
    elif choices.horizon > add_months(choices.entries_from, MOST_MONTHS):
        problems["horizon"] = f"La période examinée ne peut pas dépasser {MOST_MONTHS} mois."
    if problems:
        raise InvalidError(problems)


def _read(kind: Any, stored: Any) -> Any:  # noqa: ANN401 - the annotation of a field, and JSON
    if stored is None or isinstance(stored, bool):
        return stored
    return tuple(stored) if "tuple" in str(kind) else date.fromisoformat(stored)
