"""Calm: what a letter says to the calendar of its recipient; `invitation.py` gives it the form calendars read."""

from dataclasses import dataclass

REQUEST, CANCEL = "REQUEST", "CANCEL"
REQUIRED, OPTIONAL = "REQ-PARTICIPANT", "OPT-PARTICIPANT"


@dataclass(frozen=True)
class Invitation:
    """What the mail of a convocation puts in a calendar, as plain values that the row of a letter keeps.

    `starts` and `ends` are local times of Paris, « 2027-03-30T14:00 »; `stamped` is an instant with its zone.
    """

    method: str
    """REQUEST, or CANCEL."""
    uid: str
    sequence: int
    starts: str
    ends: str
    summary: str
    place: str
    description: str
    attendee: str
    attendee_name: str
    part: str
    """REQ-PARTICIPANT or OPT-PARTICIPANT."""
    stamped: str
