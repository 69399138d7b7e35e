"""Calm: what is read of a calendar file and what is refused of it, without the packages that read it."""

from dataclasses import dataclass

from guichet.core.errors import DomainError
from guichet.scheduling.availability.half_days import Interval

LARGEST_BYTES = 2_000_000
TOO_LARGE = "Ce calendrier dépasse 2 Mo : exportez seulement l’année à planifier, sans les pièces jointes."


class UnreadableCalendarError(DomainError):
    """A calendar file that cannot be used; the sentence says why and what to do."""

    status = 422


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the busy times in order, and how many had no known time zone (taken as Paris)."""

    busy: tuple[Interval, ...]
    floating: int
