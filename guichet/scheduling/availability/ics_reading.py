"""Calm: the busy times of a member's own calendar file (iCalendar), and nothing else of it.

A file comes from outside: its size, its events and its repetitions are limited, and it is read by a child process
(`ics_apart.read_in_child`) whose processor time and memory are limited too. Titles, places and guests are never kept.
Times without a zone, or whose zone is unknown, are taken as Europe/Paris.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import recurring_ical_events
from icalendar.cal import Calendar, Component
from icalendar.error import BrokenCalendarProperty

from guichet.core.french import PARIS
from guichet.scheduling.availability.half_days import Interval
from guichet.scheduling.availability.ics_limits import (
    LARGEST_BYTES,
    TOO_LARGE,
    Reading,
    UnreadableCalendarError,
)

MOST_EVENTS = 5_000
MOST_INTERVALS = 20_000
SUB_DAILY = ("SECONDLY", "MINUTELY", "HOURLY")
FREE_STATUS = "FREE"
TENTATIVE_STATUSES = ("TENTATIVE", "BUSY-TENTATIVE")


def read_busy(content: bytes, start: date, end: date, own: Collection[str] = (), member: str = "") -> Reading:
    """The busy times between two days, both included. Raises UnreadableCalendarError.

    `own` are the identifiers (UID) of our own sessions: a session published by us must not block itself.
    `member` is the address of the member: a meeting she declined takes none of her time.
    """
    calendar = _calendar(content)
    try:
        for event in calendar.walk("VEVENT"):
            _refuse_sub_daily(event)
        found = list(_intervals(calendar, start, end, own, member))
    except UnreadableCalendarError:
        raise
    except (BrokenCalendarProperty, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise UnreadableCalendarError(
            "Une date de ce calendrier est illisible : exportez-le de nouveau depuis votre messagerie."
        ) from fault
    floating = sum(zoned is False for _, zoned in found)
    busy = sorted((one for one, _ in found), key=lambda one: (one.start, one.end))
    return Reading(tuple(busy), floating)


def _calendar(content: bytes) -> Calendar:
    if len(content) > LARGEST_BYTES:
        raise UnreadableCalendarError(TOO_LARGE)
    head = content[:2000].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml")) or b"<html" in head:
        raise UnreadableCalendarError(
            "Ce fichier est une page web, pas un calendrier : l’adresse donnée demande sans doute de se connecter."
        )
    if b"begin:vcalendar" not in head:
        raise UnreadableCalendarError("Ce fichier n’est pas un calendrier au format iCalendar (.ics).")
    if content.upper().count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise UnreadableCalendarError(
            "Ce calendrier compte plus de 5 000 événements : exportez seulement l’année à planifier."
        )
    try:
        return Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError, TypeError, RecursionError) as fault:
        raise UnreadableCalendarError(
            "Ce calendrier est abîmé : exportez-le de nouveau depuis votre messagerie."
        ) from fault


def _refuse_sub_daily(event: Component) -> None:
    """A meeting repeated every second would keep a processor busy for hours."""
    for name in ("RRULE", "EXRULE"):
        rules = event.get(name, [])
        for rule in rules if isinstance(rules, list) else [rules]:
            said = [str(one).upper() for one in rule.get("FREQ", [])]
            often = [key for key in ("BYHOUR", "BYMINUTE", "BYSECOND") if len(rule.get(key, [])) > 1]
            if often or any(freq in SUB_DAILY for freq in said):
                raise UnreadableCalendarError(
                    "Ce calendrier répète un événement plusieurs fois par jour : il ne peut pas être lu."
                )


def _intervals(
    calendar: Calendar, start: date, end: date, own: Collection[str], member: str
) -> Iterator[tuple[Interval, bool]]:
    """The busy times and whether each says its time zone."""
    first = datetime.combine(start, time(), PARIS)
    last = datetime.combine(end + timedelta(1), time(), PARIS)
    count = 0
    for event in recurring_ical_events.of(calendar).between(first, last):
        count += 1
        if count > MOST_INTERVALS:
            raise UnreadableCalendarError("Ce calendrier répète trop d’événements pour être lu.")
        if str(event.get("UID", "")) in own or _is_free(event, member):
            continue
        begins, zoned = _instant(event.start)
        ends, _ = _instant(event.end)
        if ends > begins:
            yield Interval(begins, ends, _is_tentative(event)), zoned
    for busy in calendar.walk("VFREEBUSY"):
        for interval in _free_busy(busy):
            if interval.start < last and first < interval.end:
                yield interval, True


def _is_free(event: Component, member: str) -> bool:
    """Cancelled, declined by the member, or shown as free: such an event takes no time."""
    guests = event.get("ATTENDEE", [])
    declined = {
        str(guest).lower().removeprefix("mailto:")
        for guest in (guests if isinstance(guests, list) else [guests])
        if str(guest.params.get("PARTSTAT", "")).upper() == "DECLINED"
    }
    return (
        member.lower() in declined
        or str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT"
        or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == FREE_STATUS
    )


def _is_tentative(event: icalendar.Event) -> bool:
    """To confirm; a whole day that does not say whether it takes time (a birthday) is one too."""
    if not isinstance(event.start, datetime) and "TRANSP" not in event:
        return True
    status = str(event.get("STATUS", "")).upper()
    shown = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    return "TENTATIVE" in (status, shown)


def _instant(moment: date) -> tuple[datetime, bool]:
    """The instant, in UTC, and whether the file said its zone; a whole day begins at midnight in Paris."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), PARIS).astimezone(UTC), True
    if moment.tzinfo is None:
        return moment.replace(tzinfo=PARIS).astimezone(UTC), False
    return moment.astimezone(UTC), True


def _free_busy(component: Component) -> Iterator[Interval]:
    """Periods of a published free/busy: each ends at an instant or lasts a duration."""
    lines = component.get("FREEBUSY", [])
    for line in lines if isinstance(lines, list) else [lines]:
        kind = str(line.params.get("FBTYPE", "BUSY")).upper()
        if kind == FREE_STATUS:
            continue
        for start, end in [line.dt] if isinstance(line, icalendar.vPeriod) else [one.dt for one in line.dts]:
            begins, _ = _instant(start)
            ends = begins + end if isinstance(end, timedelta) else _instant(end)[0]
            yield Interval(begins, ends, kind in TENTATIVE_STATUSES)
