"""Calm: the closed days as the official calendars give them, without the packages that read these calendars.

Those packages weigh on a process: `guichet.scheduling.days.seeding_apart` reads them in another one.
"""

from dataclasses import dataclass
from datetime import date

PUBLIC, SCHOOL, BRIDGE, LOCAL = "public", "school", "bridge", "local"
REASONS = (PUBLIC, SCHOOL, BRIDGE, LOCAL)
ZONES = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day without session: why (a code), and its French name."""

    day: date
    reason: str
    name: str


def warning(year: int, last: date) -> str:
    """What to say when the school holidays of the year are published until `last` only; empty otherwise."""
    if last >= date(year, 12, 31):
        return ""
    return (
        f"Les vacances scolaires ne sont publiées que jusqu’au {last:%d/%m/%Y} : "
        f"au-delà, le calendrier {year} est provisoire. Complétez la table des jours fermés."
    )
