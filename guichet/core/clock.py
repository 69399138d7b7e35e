"""The only place that reads the time. Everything else receives it as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


def day(at: datetime) -> date:
    """The calendar day of an instant as people in France live it."""
    return at.astimezone(PARIS).date()
