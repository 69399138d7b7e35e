"""An iCalendar reader that shares nothing with the library that writes: RFC 5545 by hand, zones by dateutil."""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

from dateutil.tz import tzical


@dataclass
class Read:
    """One calendar object: its method, its events, and what each property and its parameters said."""

    method: str
    text: str
    events: list[dict[str, str]] = field(default_factory=list)
    parameters: list[dict[str, dict[str, str]]] = field(default_factory=list)

    def at(self, name: str, number: int = 0) -> datetime:
        """The instant of DTSTART or DTEND, through the VTIMEZONE that the file itself carries."""
        standard = "".join(one for one in self.text.splitlines(True) if not one.startswith("X-"))
        zone = tzical(io.StringIO(standard)).get(self.parameters[number][name]["TZID"])
        return (
            datetime.strptime(self.events[number][name], "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)
        )


def read(content: bytes) -> Read:
    """Read a calendar. Every line must be folded at 75 bytes and end as the standard says."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")
    found = Read("", content.decode().replace("\r\n", "\n"))
    within: list[str] = []
    for line in filter(None, lines):
        name, parameters, value = _split(line)
        if name == "BEGIN":
            within.append(value)
            if value == "VEVENT":
                found.events.append({})
                found.parameters.append({})
        elif name == "END":
            assert within.pop() == value
        elif within == ["VCALENDAR"] and name == "METHOD":
            found.method = value
        elif within == ["VCALENDAR", "VEVENT"]:
            assert name not in found.events[-1], f"{name} twice"
            found.events[-1][name] = _plain(value)
            found.parameters[-1][name] = parameters
    assert not within
    return found


def of_mail(mail: EmailMessage) -> tuple[Read, bytes]:
    """The calendar part of a mail and the bytes of its attached file; the shape is checked on the way."""
    assert mail.get_content_type() == "multipart/mixed"
    forms, file = list(mail.iter_parts())
    assert [part.get_content_type() for part in forms.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part = list(forms.iter_parts())[2]
    assert part["Content-Transfer-Encoding"] == "base64" and part.get_content_charset() == "utf-8"
    assert file.get_content_type() == "application/ics" and file.get_filename() == "invite.ics"
    content = part.get_payload(decode=True)
    attached = file.get_payload(decode=True)
    assert isinstance(content, bytes) and isinstance(attached, bytes)
    found = read(content)
    assert part.get_param("method") == found.method
    return found, attached


def _split(line: str) -> tuple[str, dict[str, str], str]:
    quoted, head = False, len(line)
    for place, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            head = place
            break
    name, *rest = line[:head].split(";")
    parameters = dict(one.split("=", 1) for one in rest)
    return name, {key: value.strip('"') for key, value in parameters.items()}, line[head + 1 :]


def _plain(value: str) -> str:
    for written, meant in (("\\n", "\n"), ("\\,", ","), ("\\;", ";"), ("\\\\", "\\")):
        value = value.replace(written, meant)
    return value
