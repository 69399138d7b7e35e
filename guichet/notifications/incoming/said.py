"""Calm: what a mail that came to the guichet says, as plain values, once it was read apart."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

REPLY, COUNTER = "REPLY", "COUNTER"
ACCEPTED, DECLINED, TENTATIVE, DELEGATED = "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"
AUTO_REPLIED = "auto-replied"
"""Written by a machine in answer to a mail (RFC 3834): an absence message, a receipt."""


@dataclass(frozen=True)
class Reply:
    """What somebody's calendar answers to an invitation (iTIP, RFC 5546)."""

    method: str
    """REPLY, or COUNTER: another date is proposed."""
    uid: str
    attendee: str
    """The address that was invited, in small letters."""
    part: str
    """ACCEPTED, DECLINED, TENTATIVE, DELEGATED… in capitals."""
    sequence: int
    """The date that was looked at."""
    stamped: datetime | None
    """When the button was pressed."""
    comment: str = ""
    proposed: datetime | None = None
    """The date that a counter-proposal names."""
    delegate: str = ""


@dataclass(frozen=True)
class Report:
    """What a mail server says of a letter it could not deliver (RFC 3464)."""

    failure: str
    """The French reason of a final failure; empty when it only waits, or was delivered."""
    returned: tuple[str, ...]
    """The identities (Message-ID) found in the letter it gives back."""


@dataclass(frozen=True)
class Mail:
    """One mail. At most one of `reply` and `report`; neither when a person, or a machine, simply wrote."""

    sender: str
    """Its one author, in small letters; empty when there are several or none."""
    subject: str
    automatic: str = ""
    """« auto-replied », « auto-generated », or empty."""
    proved: bool = True
    """Whether our own server vouches for the domain of the author; always, when none is named to do it."""
    reply: Reply | None = None
    report: Report | None = None
    fault: str = ""
    """Why it cannot be read, in words."""


def to_json(mail: Mail) -> str:
    """As the child writes it."""
    return json.dumps(asdict(mail), default=datetime.isoformat)


def from_json(text: bytes) -> Mail:
    """As the parent reads it."""
    said: dict[str, Any] = json.loads(text)
    reply, report = said.pop("reply"), said.pop("report")
    if reply is not None:
        instants = {name: _instant(reply[name]) for name in ("stamped", "proposed")}
        reply = Reply(**(reply | instants))
    if report is not None:
        report = Report(report["failure"], tuple(report["returned"]))
    return Mail(**said, reply=reply, report=report)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
