"""Calm: one line of what happened to a demand, and which lines a reader is shown.

The desk sees everything of the demands it works on. An establishment sees what concerns it: neither what was
said on the phone, nor what other establishments decided (whoever refused does not see where the child went).
A member of the commission sees what serves to decide: no phone, no address.
"""

from dataclasses import dataclass, replace
from datetime import datetime

STEP, LETTER, CONTACT, NEED = "step", "letter", "contact", "need"


@dataclass(frozen=True)
class Event:
    """One line of the timeline, in French. `code` is the step, the kind of letter or of contact."""

    source: str
    ref: int
    at: datetime
    code: str
    what: str
    who: str = ""
    why: str = ""
    kind: str = "step"
    """The drawing of the line: step, letter, appointment, call or note."""
    state: str | None = None
    delivery: str = ""
    tone: str = "plain"
    awaited: bool = False
    """An appointment whose outcome is not written yet."""
    planned_for: datetime | None = None


DECIDED = frozenset(
    {
        *("place", "leave_unplaced", "release", "annul", "record_decision", "drop_decision"),
        *("offer_made", "offer_held", "offer_accepted", "offer_declined", "offer_postponed"),
        *("offer_date_kept", "offer_told", "offer_reminded", "offer_expired", "offer_cancelled"),
        *("offer_entered", "offer_missed"),
    }
)
"""Steps that tell who decided what, and what the family answered."""
TOLD_AFTER_DECIDING = frozenset(
    {
        *("placed", "unplaced", "offer_reminder", "offer_accepted", "offer_declined", "offer_postponed"),
        *("offer_date_kept", "offer_unanswered"),
    }
)


@dataclass(frozen=True)
class Sight:
    """How far one reader sees one demand."""

    works: bool
    """The desk's rights reach this demand."""
    decides: bool
    """An establishment of the reader is concerned."""
    houses: frozenset[int] = frozenset()

    @property
    def reaches_family(self) -> bool:
        """Whether phones, addresses and notes of interviews are shown."""
        return self.works or self.decides

    def house(self, house_id: int | None) -> bool:
        """Whether what was decided for this establishment is shown."""
        return self.works or house_id in self.houses


def seen_events(events: list[Event], sight: Sight, placed_with_them: bool) -> list[Event]:
    """The lines of the timeline the reader may read, their reasons removed where they are not theirs."""
    if sight.works:
        return events
    return [_bare(event, placed_with_them) for event in events if _shown(event, sight, placed_with_them)]


def _shown(event: Event, sight: Sight, placed_with_them: bool) -> bool:
    if event.source == CONTACT:
        return False
    if event.source == LETTER:
        return sight.decides and (placed_with_them or event.code not in TOLD_AFTER_DECIDING)
    return True


def _bare(event: Event, placed_with_them: bool) -> Event:
    if event.source == STEP and event.code in DECIDED and not placed_with_them:
        return replace(event, who="", why="")
    if event.source == STEP and event.code not in ("enlist", *DECIDED):
        return replace(event, why="")
    return event
