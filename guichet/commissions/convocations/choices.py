"""Calm: when a session is, as calendars say it, and what somebody called to it may answer.

Deputies and proxies hold where the règlement says so: a deputy only for a seat that has one, a proxy only between
voices that count, to somebody who does not carry as many as allowed, and within the same college where it asks it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from guichet.commissions.reglement import COLLEGES, Reglement
from guichet.core.french import PARIS

PRESENT, ABSENT, DEPUTY, PROXY = "present", "absent", "deputy", "proxy"
ANSWERS = (PRESENT, ABSENT, DEPUTY, PROXY)
REPLY_DAYS = 3
REMIND_DAYS = 2
FRIDAY = 4


@dataclass(frozen=True)
class Hours:
    """When a session begins and ends, on the clock of Paris; no zone is attached."""

    starts: datetime
    ends: datetime

    @property
    def over_at(self) -> datetime:
        """The instant of its end."""
        return self.ends.replace(tzinfo=PARIS).astimezone(UTC)


@dataclass(frozen=True)
class Called:
    """One seat on the list of those called, and what its holder said."""

    seat: int
    role: str
    voting: bool
    name: str
    answer: str = ""
    proxy_seat: int | None = None


@dataclass(frozen=True)
class Ways:
    """What may be answered. `deputy` is her name, or empty; `carriers` are seats with their names."""

    deputy: str = ""
    carriers: tuple[tuple[int, str], ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """The codes open to this person."""
        more = [(DEPUTY, self.deputy), (PROXY, self.carriers)]
        return (PRESENT, ABSENT, *(code for code, there in more if there))


def hours(sits_on: date, starts_at: int, duration: int) -> Hours:
    """The hours of a session; `starts_at` in minutes from midnight, `duration` the minutes that are announced.

    An hour that does not exist on the last Sunday of March is the one the clocks then show: calendar programs
    disagree about the other.
    """
    begins = datetime.combine(sits_on, time(starts_at // 60, starts_at % 60), PARIS).astimezone(UTC)
    starts, ends = (one.astimezone(PARIS) for one in (begins, begins + timedelta(minutes=duration)))
    return Hours(starts.replace(tzinfo=None), ends.replace(tzinfo=None))


def reply_by(sits_on: date, today: date) -> date:
    """The day by which an answer is asked for: a weekday, never in the past."""
    asked = sits_on - timedelta(days=REPLY_DAYS)
    return max(today, asked - timedelta(days=max(0, asked.weekday() - FRIDAY)))


def ways(reglement: Reglement, me: Called, others: Iterable[Called], deputy: str = "") -> Ways:
    """What this person may answer. `deputy` is who stands in for her seat; empty for a deputy herself."""
    if not me.voting or not reglement.proxies:
        return Ways(deputy)
    there = [one for one in others if one.seat != me.seat]
    carried: dict[int, int] = {}
    for one in there:
        if one.answer == PROXY and one.proxy_seat is not None:
            carried[one.proxy_seat] = carried.get(one.proxy_seat, 0) + 1
    carriers = tuple(
        (one.seat, one.name)
        for one in there
        if one.voting
        and one.answer in ("", PRESENT)
        and carried.get(one.seat, 0) < reglement.proxies
        and (not reglement.proxies_in_college or COLLEGES[one.role] == COLLEGES[me.role])
    )
    return Ways(deputy, carriers)


def refusal(found: Ways, answer: str, carrier: int | None) -> str | None:
    """Why an answer cannot be taken, in a sentence."""
    if answer not in ANSWERS:
        return "Choisissez une réponse."
    if answer == DEPUTY and not found.deputy:
        return "Ce siège n’a pas de suppléant : indiquez seulement votre absence."
    if answer == PROXY and carrier not in dict(found.carriers):
        return "Choisissez un membre qui peut porter votre pouvoir, selon le règlement de la commission."
    return None
