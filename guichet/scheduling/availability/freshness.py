"""Calm: how fresh is what a member said of her time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STALE = timedelta(days=14)
"""Beyond, what was said is flagged: people's calendars fill up."""


class Freshness(StrEnum):
    """What a coordinator must know before planning with it."""

    SILENT = "silent"
    FRESH = "fresh"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Said:
    """When a member last spoke, and when the last calendar file she gave was read."""

    said_at: datetime | None
    calendar_at: datetime | None = None


def fresh_since(said: Said) -> datetime | None:
    """The instant that what is known dates from: a calendar file ages even when the rest is confirmed."""
    return said.calendar_at or said.said_at


def freshness(said: Said, at: datetime) -> Freshness:
    """Silent, fresh, or said too long ago."""
    since = fresh_since(said)
    if since is None:
        return Freshness.SILENT
    return Freshness.STALE if at - since > STALE else Freshness.FRESH
