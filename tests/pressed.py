"""The mails that calendar programs send when somebody presses a button, each in the shape of its own program.

Written by hand after RFC 5546 and 6047 and what each program is known to write; the people are invented.
"""

import base64
import quopri
from dataclasses import dataclass, replace

GUICHET = "guichet@exemple.test"


@dataclass(frozen=True)
class Pressed:
    """One button pressed by somebody, about one session."""

    uid: str
    attendee: str
    name: str
    part: str = "ACCEPTED"
    sequence: int = 0
    stamp: str = "20261123T120500Z"
    method: str = "REPLY"
    comment: str = ""
    sender: str = ""
    """Who writes, when it is not who was called."""
    more: str = ""
    """Other lines at the head of the mail."""

    @property
    def author(self) -> str:
        return self.sender or self.attendee

    def but(self, **changed: object) -> "Pressed":
        return replace(self, **changed)  # type: ignore[arg-type]

    def head(self, kind: str, boundary: str) -> str:
        return (
            f"{self.more}From: {self.name} <{self.author}>\r\nTo: <{GUICHET}>\r\n"
            f"Subject: =?utf-8?q?Accept=C3=A9_=3A_Commission?=\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; boundary={boundary}\r\n"
        )


def outlook(one: Pressed) -> bytes:
    """Outlook with Exchange: one alternative, the calendar in base64, names of Windows zones, lines of Microsoft."""
    calendar = (
        "BEGIN:VCALENDAR\r\n"
        f"METHOD:{one.method}\r\n"
        "PRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n"
        "BEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\n"
        "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\n"
        f"ATTENDEE;PARTSTAT={one.part};CN={one.name}:mailto:{one.attendee}\r\n"
        f"COMMENT;LANGUAGE=fr-FR:{one.comment}\\n\r\n"
        f"UID:{one.uid}\r\n"
        "SUMMARY;LANGUAGE=fr-FR:Accepté : Commission de Blanzy\r\n"
        "DTSTART;TZID=Romance Standard Time:20270326T140000\r\nDTEND;TZID=Romance Standard Time:20270326T153000\r\n"
        f"CLASS:PUBLIC\r\nPRIORITY:5\r\nDTSTAMP:{one.stamp}\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\n"
        f"SEQUENCE:{one.sequence}\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:{one.sequence}\r\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return (
        f"{one.head('multipart/alternative', '_000_DB7PR0')}"
        "Thread-Topic: Commission de Blanzy\r\nX-MS-Has-Attach:\r\n\r\n"
        '--_000_DB7PR0\r\nContent-Type: text/plain; charset="iso-8859-1"\r\n\r\n\r\n'
        '--_000_DB7PR0\r\nContent-Type: text/html; charset="iso-8859-1"\r\n\r\n<html><body></body></html>\r\n'
        f'--_000_DB7PR0\r\nContent-Type: text/calendar; charset="utf-8"; method={one.method}\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(calendar)}\r\n--_000_DB7PR0--\r\n"
    ).encode()


def gmail(one: Pressed) -> bytes:
    """Google: sent for her by its own sender, « auto-generated », the calendar beside the text and as a file."""
    calendar = (
        "BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nVERSION:2.0\r\n"
        f"CALSCALE:GREGORIAN\r\nMETHOD:{one.method}\r\n"
        "BEGIN:VEVENT\r\nDTSTART:20270326T130000Z\r\nDTEND:20270326T143000Z\r\n"
        f"DTSTAMP:{one.stamp}\r\nORGANIZER;CN=Guichet:mailto:{GUICHET}\r\nUID:{one.uid}\r\n"
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT="
        f'{one.part};CN={one.attendee};X-NUM-GUESTS=0;X-RESPONSE-COMMENT="{one.comment}":mailto:{one.attendee}\r\n'
        f"COMMENT:{one.comment}\r\n"
        "CREATED:20261120T090000Z\r\nLAST-MODIFIED:20261123T120500Z\r\nLOCATION:Salle du conseil\r\n"
        f"SEQUENCE:{one.sequence}\r\nSTATUS:CONFIRMED\r\nSUMMARY:Commission de Blanzy\r\nTRANSP:OPAQUE\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return (
        f"Reply-To: {one.author}\r\nSender: Google Calendar <calendar-notification@google.example>\r\n"
        f"Auto-Submitted: auto-generated\r\n{one.head('multipart/mixed', '0000000000007f')}\r\n"
        '--0000000000007f\r\nContent-Type: multipart/alternative; boundary="0000000000007e"\r\n\r\n'
        '--0000000000007e\r\nContent-Type: text/plain; charset="UTF-8"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{_base64('Accepté')}\r\n"
        '--0000000000007e\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n<p>ok</p>\r\n'
        f'--0000000000007e\r\nContent-Type: text/calendar; charset="UTF-8"; method={one.method}\r\n'
        f"Content-Transfer-Encoding: 7bit\r\n\r\n{calendar}\r\n--0000000000007e--\r\n"
        '--0000000000007f\r\nContent-Type: application/ics; name="invite.ics"\r\n'
        'Content-Disposition: attachment; filename="invite.ics"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(calendar)}\r\n--0000000000007f--\r\n"
    ).encode()


def thunderbird(one: Pressed) -> bytes:
    """Thunderbird: an alternative within a mixed mail, 8 bits, its own lines in the event."""
    calendar = (
        "BEGIN:VCALENDAR\r\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\r\nVERSION:2.0\r\n"
        f"METHOD:{one.method}\r\nBEGIN:VEVENT\r\nCREATED:20261120T090000Z\r\nLAST-MODIFIED:{one.stamp}\r\n"
        f"DTSTAMP:{one.stamp}\r\nUID:{one.uid}\r\nSUMMARY:Commission de Blanzy\r\n"
        f"ORGANIZER;CN=Guichet:mailto:{GUICHET}\r\n"
        f"ATTENDEE;CN={one.name};PARTSTAT={one.part};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPA\r\n"
        f" NT:mailto:{one.attendee}\r\n"
        f"X-MOZ-RECEIVED-SEQUENCE:{one.sequence}\r\nX-MOZ-INVITED-ATTENDEE:mailto:{one.attendee}\r\n"
        f"DTSTART:20270326T130000Z\r\nDTEND:20270326T143000Z\r\nSEQUENCE:{one.sequence}\r\nTRANSP:OPAQUE\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return (
        f"{one.head('multipart/mixed', '------------070102')}User-Agent: Mozilla Thunderbird\r\n\r\n"
        '--------------070102\r\nContent-Type: multipart/alternative; boundary="------------080304"\r\n\r\n'
        "--------------080304\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{one.name} a répondu.\r\n"
        f"--------------080304\r\nContent-Type: text/calendar; method={one.method}; charset=UTF-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{calendar}\r\n--------------080304--\r\n\r\n--------------070102--\r\n"
    ).encode()


def apple(one: Pressed) -> bytes:
    """Apple: quoted-printable, capitals in the address, the calendar alone after the text."""
    calendar = (
        "BEGIN:VCALENDAR\r\nCALSCALE:GREGORIAN\r\nVERSION:2.0\r\nPRODID:-//Apple Inc.//macOS 15//EN\r\n"
        f"METHOD:{one.method}\r\nBEGIN:VEVENT\r\nTRANSP:OPAQUE\r\nUID:{one.uid}\r\n"
        "DTSTART;TZID=Europe/Paris:20270326T140000\r\nDTEND;TZID=Europe/Paris:20270326T153000\r\n"
        f'ATTENDEE;CN="{one.name}";CUTYPE=INDIVIDUAL;EMAIL="{one.attendee}";PARTSTAT={one.part}'
        f':MAILTO:{one.attendee.upper()}\r\nORGANIZER;CN="Guichet":mailto:{GUICHET}\r\n'
        f"SUMMARY:Commission de Blanzy\r\nSEQUENCE:{one.sequence}\r\nDTSTAMP:{one.stamp}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return (
        f"{one.head('multipart/alternative', 'Apple-Mail-5F1')}X-Mailer: iPhone Mail (23A)\r\n\r\n"
        "--Apple-Mail-5F1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nok\r\n"
        f"--Apple-Mail-5F1\r\nContent-Type: text/calendar; charset=utf-8; method={one.method}\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{quopri.encodestring(calendar.encode()).decode()}\r\n--Apple-Mail-5F1--\r\n"
    ).encode()


PROGRAMS = (outlook, gmail, thunderbird, apple)


def absence(sender: str) -> bytes:
    """An absence message."""
    return (
        f"From: {sender}\r\nTo: {GUICHET}\r\nAuto-Submitted: auto-replied (vacation)\r\n"
        "Subject: Absente jusqu'au 3\r\n\r\nJe suis en conges.\r\n"
    ).encode()


def _base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
