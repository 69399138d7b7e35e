"""Calm: read a mail that came to the guichet: a report of its mail server, the reply of a calendar, or anything.

It may hold anything: `apart.py` has it read by a child process whose time and memory are limited.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Any

from icalendar.cal import Calendar, Component

from guichet.core.french import PARIS
from guichet.notifications.incoming.authority import vouched
from guichet.notifications.incoming.reports import plain, report_of
from guichet.notifications.incoming.said import AUTO_REPLIED, COUNTER, REPLY, Mail, Reply

LARGEST_CALENDAR = 200_000
MOST_EVENTS = 20
MOST_PARTS = 100
LONGEST_REMARK = 300
CALENDARS = ("text/calendar", "application/ics")
UNREADABLE = "sa réponse d’agenda est illisible"


class UnreadableReplyError(Exception):
    """A calendar part that says nothing we understand."""


def read_mail(content: bytes, authority: str = "") -> Mail:
    """What a mail says. `authority`: our own server, whose word on the author is believed. Never raises for it."""
    # The modern policy raises on malformed headers.
    mail = message_from_bytes(content, policy=policy.compat32)
    sender, subject = _author(mail), plain(_decoded(str(mail.get("Subject", ""))))
    automatic, proved = _automatic(mail), vouched(mail, authority, sender)
    known = Mail(sender, subject, automatic, proved)
    if (report := report_of(mail)) is not None:
        return Mail(sender, subject, automatic, proved, report=report)
    part = _calendar_part(mail)
    if part is None:
        return known
    try:
        reply = _reply(part, sender)
    except (UnreadableReplyError, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        return Mail(sender, subject, automatic, proved, fault=UNREADABLE)
    return Mail(sender, subject, automatic, proved, reply=reply) if reply else known


def _author(mail: Message) -> str:
    authors = getaddresses([str(one) for one in mail.get_all("From", [])])
    return authors[0][1].strip().lower() if len(authors) == 1 else ""


def _decoded(header: str) -> str:
    try:
        return str(make_header(decode_header(header)))
    except (ValueError, LookupError, UnicodeError):
        return header


def _automatic(mail: Message) -> str:
    said = str(mail.get("Auto-Submitted", "")).partition(";")[0].strip().lower()
    if said.startswith("auto-"):
        return said
    receipt = str(mail.get_param("report-type", "")).lower() == "disposition-notification"
    usual = any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    old = str(mail.get("Precedence", "")).strip().lower() == "auto_reply"
    return AUTO_REPLIED if receipt or usual or old else ""


def _calendar_part(mail: Message) -> Message | None:
    """Its own calendar, not the one of a mail it forwards; the part rather than the file."""
    found = [part for part in _own_parts(mail) if part.get_content_type() in CALENDARS]
    return min(found, key=lambda part: CALENDARS.index(part.get_content_type()), default=None)


def _own_parts(mail: Message) -> Iterator[Message]:
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(0), seen + 1
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += [one for one in part.get_payload() if isinstance(one, Message)]
        else:
            yield part


def _reply(part: Message, sender: str) -> Reply | None:
    """The reply of a calendar; None for another kind of message. Raises UnreadableReplyError, or what the library does."""
    calendar = Calendar.from_ical(_text(part))
    if not isinstance(calendar, Calendar):
        raise UnreadableReplyError
    method = str(calendar.get("METHOD", part.get_param("method", ""))).strip().upper()
    if method not in (REPLY, COUNTER):
        return None
    events = calendar.walk("VEVENT")
    if not events or len({str(one.get("UID", "")) for one in events}) != 1:
        raise UnreadableReplyError
    event = events[0]
    guest = _guest(event, sender)
    return Reply(
        method=method,
        uid=str(event["UID"])[:250],
        attendee=_address(guest),
        part=str(guest.params.get("PARTSTAT", "")).upper()[:20],
        sequence=int(event.get("SEQUENCE", 0)),
        stamped=_instant(event, "DTSTAMP"),
        comment=_comment(event),
        proposed=_instant(event, "DTSTART") if method == COUNTER else None,
        delegate=plain(_address(guest.params.get("DELEGATED-TO", "")), 120),
    )


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or len(content) > LARGEST_CALENDAR:
        raise UnreadableReplyError
    if content.upper().count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise UnreadableReplyError
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _guest(event: Component, sender: str) -> Any:  # noqa: ANN401 - an address of the library, with its parameters
    """The one who answers: a reply names nobody else (RFC 5546, 3.2.3), some programs copy all the guests."""
    guests = event.get("ATTENDEE", [])
    named = guests if isinstance(guests, list) else [guests]
    if len(named) == 1:
        return named[0]
    for one in named:
        if _address(one) == sender:
            return one
    raise UnreadableReplyError


def _address(said: object) -> str:
    text = str(said[0] if isinstance(said, list) and said else said or "")
    return text.strip().lower().removeprefix("mailto:")[:254]


def _comment(event: Component) -> str:
    said = event.get("COMMENT", "")
    return plain(" ".join(str(one) for one in (said if isinstance(said, list) else [said])), LONGEST_REMARK)


def _instant(event: Component, name: str) -> datetime | None:
    """An instant; a time without a zone is of Paris. None when it cannot be read."""
    moment = getattr(event.get(name), "dt", None)
    if not isinstance(moment, datetime):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)
