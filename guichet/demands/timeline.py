"""The life of one demand as it is told: who did what, when and why, and which letters left.

One statement reads the four places where something is remembered: the journal, the letters, the contacts
and the needs that were replaced.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Integer, Row, Select, String, bindparam, cast, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from guichet.bareme.sayings import in_points
from guichet.core import french
from guichet.core.db import UtcDateTime
from guichet.core.journal import JournalEntry
from guichet.core.week import Week
from guichet.demands import words
from guichet.demands.events import CONTACT, LETTER, NEED, STEP, Event
from guichet.demands.models import Contact, NeedVersion
from guichet.notifications import words as letter_words
from guichet.notifications.models import HELD, PRINTED, SENT, UNDELIVERED, LetterRow

LONGEST = 150
"""Lines read: an ordinary demand has fewer than thirty."""

_ID = bindparam("demand_id", type_=Integer)
_JSON = JSON().with_variant(JSONB(), "postgresql")
_TONES = {SENT: "success", PRINTED: "success"} | dict.fromkeys(UNDELIVERED, "urgent")
_CONTACT_KINDS = {"appointment": "appointment", "call": "call"}


def read_timeline(session: Session, demand_id: int) -> list[Event]:
    """What happened to a demand, the latest first, in one statement."""
    return [_TELL[row.source](row) for row in session.execute(_LIFE, {"demand_id": demand_id})]


def _journal() -> Select[*tuple[Any, ...]]:
    line = JournalEntry
    return select(
        literal(STEP).label("source"),
        literal(1).label("rank"),
        line.id.label("ref"),
        line.at.label("at"),
        line.actor_name.label("who"),
        line.step.label("code"),
        line.to_state.label("state"),
        line.reason.label("why"),
        cast(null(), String).label("text"),
        line.detail.label("detail"),
        cast(null(), UtcDateTime).label("planned_for"),
    ).where(line.subject_type == "demand", line.subject_id == _ID)


def _letters() -> Select[*tuple[Any, ...]]:
    row = LetterRow
    return select(
        literal(LETTER),
        literal(2),
        row.id,
        row.created_at,
        row.recipient_name,
        row.kind,
        row.state,
        row.last_error,
        row.subject,
        cast(null(), _JSON),
        cast(null(), UtcDateTime),
    ).where(
        row.subject_type == "demand",
        row.subject_id == _ID,
        # Held until a session is signed: not a letter yet.
        row.state != HELD,
    )


def _contacts() -> Select[*tuple[Any, ...]]:
    return select(
        literal(CONTACT),
        literal(1),
        Contact.id,
        Contact.at,
        Contact.by,
        Contact.kind,
        Contact.outcome,
        Contact.note,
        Contact.place,
        cast(null(), _JSON),
        Contact.planned_for,
    ).where(Contact.demand_id == _ID)


def _needs() -> Select[*tuple[Any, ...]]:
    return select(
        literal(NEED),
        literal(0),
        NeedVersion.number,
        NeedVersion.replaced_at,
        NeedVersion.replaced_by,
        cast(null(), String),
        cast(null(), String),
        cast(null(), String),
        cast(null(), String),
        NeedVersion.need,
        cast(null(), UtcDateTime),
    ).where(NeedVersion.demand_id == _ID)


def _tell_step(row: Row[*tuple[Any, ...]]) -> Event:
    said = [_detail(row.code, row.detail or {}), row.why]
    return Event(
        STEP,
        row.ref,
        row.at,
        row.code,
        words.STEP.get(row.code, row.code),
        who=row.who,
        why=". ".join(part.rstrip(".") for part in said if part),
        state=row.state,
    )


def _tell_letter(row: Row[*tuple[Any, ...]]) -> Event:
    return Event(
        LETTER,
        row.ref,
        row.at,
        row.code,
        f"Courrier : {words.LETTER[row.code].lower() if row.code in words.LETTER else row.text}",
        who=f"à {row.who}",
        why=(row.why or "") if row.state in UNDELIVERED else "",
        kind="letter",
        delivery=letter_words.STATES[row.state],
        tone=_TONES.get(row.state, "plain"),
    )


def _tell_contact(row: Row[*tuple[Any, ...]]) -> Event:
    what, delivery = words.CONTACT[row.code].capitalize(), ""
    if row.planned_for:
        what += f" {_when(row.planned_for)}" + (f", {row.text}" if row.text else "")
        delivery = words.OUTCOME[row.state]
    return Event(
        CONTACT,
        row.ref,
        row.at,
        row.code,
        what,
        who=row.who,
        why=row.why,
        kind=_CONTACT_KINDS.get(row.code, "note"),
        delivery=delivery,
        tone={"held": "success", "missed": "warning"}.get(row.state, "plain"),
        awaited=bool(row.planned_for) and not row.state,
        planned_for=row.planned_for,
    )


def _tell_need(row: Row[*tuple[Any, ...]]) -> Event:
    return Event(
        NEED,
        row.ref,
        row.at,
        "need",
        f"Besoin remplacé (version {row.ref})",
        who=row.who,
        why=_old_need(row.detail or {}),
        kind="note",
    )


def _life() -> Select[*tuple[Any, ...]]:
    lines = union_all(_journal(), _letters(), _contacts(), _needs()).subquery("line")
    # At one instant a letter follows the step that posted it.
    order = (lines.c.at.desc(), lines.c.rank.desc(), lines.c.ref.desc())
    return select(lines).order_by(*order).limit(LONGEST)


_LIFE = _life()
"""Written once: four branches are long to put together at each page."""
_TELL = {STEP: _tell_step, LETTER: _tell_letter, CONTACT: _tell_contact, NEED: _tell_need}


def _when(planned_for: datetime) -> str:
    return f"du {french.at(planned_for)}"


def _detail(step: str, detail: dict[str, Any]) -> str:
    """What the journal keeps of a step beside its reason, in words."""
    if step == "enlist" and detail.get("session_on"):
        return f"{detail.get('session', '')}, {french.long_date(date.fromisoformat(detail['session_on']))}"
    if "solution" in detail:
        return words.SOLUTION.get(detail["solution"], "").capitalize()
    if "closed" in detail:
        return words.CLOSED_REASON.get(detail["closed"], "").capitalize()
    if "outcome" in detail:
        return words.DECISION_OUTCOME.get(detail["outcome"], "").capitalize()
    if "criterion" in detail:
        return f"{detail['criterion']} : {in_points(detail['points'])}"
    if "recorded_by" in detail:
        return f"Décision enregistrée par {detail['recorded_by']}"
    return ""


def _old_need(need: dict[str, Any]) -> str:
    """How the replaced need read: its days and hours, and its entry date."""
    pattern = need.get("week_pattern", need.get("week")) or []
    said = [f"Il demandait : {Week.from_json(pattern).describe()}" if pattern else "Horaires variables"]
    if need.get("entry_on"):
        said.append(f"entrée le {french.plain_date(date.fromisoformat(str(need['entry_on'])))}")
    return ", ".join(said)
