"""Calm: an invitation as calendars read it (iCalendar, RFC 5545; iTIP, RFC 5546), and the feed of a member.

One event, no repetition: a session that repeats is as many events, since exceptions to a series are what mail
clients agree on least. Nothing of a child is ever in it, nor the personal link of an answer: calendars are shared
with secretaries and telephones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText
from icalendar.prop import vRecur

from guichet.core.french import PARIS
from guichet.notifications.invited import CANCEL, Invitation

PUBLISH = "PUBLISH"
TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"
PRODUCT = "-//Guichet petite enfance//Convocations//FR"
READ_AGAIN = timedelta(hours=1)
"""What a feed asks of calendars; several read it three to twenty-four hours later whatever is asked."""


@dataclass(frozen=True)
class Entry:
    """One line of a feed: no name, no guest."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    """Local times of Paris."""
    summary: str
    place: str
    status: str
    stamped: datetime


def calendar_of(invitation: Invitation, organizer: str, organizer_name: str, *, heard: bool = True) -> bytes:
    """The invitation for one person: she is its only guest, so that no address is shown to another.

    `heard`: whether the reply of her calendar is read; it is not asked for otherwise.
    """
    calendar = _calendar(invitation.method)
    event = Event()
    event.add("uid", invitation.uid)
    event.add("dtstamp", datetime.fromisoformat(invitation.stamped).astimezone(UTC))
    event.add("sequence", invitation.sequence)
    event.add("dtstart", datetime.fromisoformat(invitation.starts).replace(tzinfo=PARIS))
    event.add("dtend", datetime.fromisoformat(invitation.ends).replace(tzinfo=PARIS))
    event.add("summary", invitation.summary)
    event.add("location", invitation.place)
    event.add("description", invitation.description)
    event.add("status", CANCELLED if invitation.method == CANCEL else CONFIRMED)
    event.add("transp", "TRANSPARENT" if invitation.method == CANCEL else "OPAQUE")
    event.add("organizer", _address(organizer, organizer_name), encode=False)
    event.add("attendee", _guest(invitation, heard=heard), encode=False)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def feed_of(title: str, entries: Iterable[Entry]) -> bytes:
    """A calendar to subscribe to: METHOD:PUBLISH has neither organizer nor guest (RFC 5546, 3.2.1)."""
    calendar = _calendar(PUBLISH)
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", PARIS.key)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for one in entries:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", one.stamped.astimezone(UTC))
        event.add("sequence", one.sequence)
        event.add("dtstart", one.starts.replace(tzinfo=PARIS))
        event.add("dtend", one.ends.replace(tzinfo=PARIS))
        event.add("summary", one.summary)
        event.add("location", one.place)
        event.add("status", one.status)
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_paris())
    return calendar


def _paris() -> Timezone:
    """Paris in two rules, written by hand.

    The library would list every change since 1970 in several parts, of which some clients keep one only: the
    sessions of October would then be an hour off (MS-OXCICAL reads one rule a part).
    """
    zone = Timezone()
    zone.add("tzid", PARIS.key)
    zone.add("x-lic-location", PARIS.key)
    summer, winter = timedelta(hours=2), timedelta(hours=1)
    for part, name, month, hour, before, after in (
        (TimezoneDaylight(), "CEST", 3, 2, winter, summer),
        (TimezoneStandard(), "CET", 10, 3, summer, winter),
    ):
        last_sunday = datetime(1970, month, 29 if month == 3 else 25, hour)  # noqa: DTZ001 - a local rule
        part.add("tzname", name)
        part.add("dtstart", last_sunday)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        zone.add_component(part)
    return zone


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address


def _guest(invitation: Invitation, *, heard: bool) -> vCalAddress:
    guest = _address(invitation.attendee, invitation.attendee_name)
    guest.params["CUTYPE"] = vText("INDIVIDUAL")
    guest.params["ROLE"] = vText(invitation.part)
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    guest.params["RSVP"] = vText("TRUE" if heard else "FALSE")
    return guest
