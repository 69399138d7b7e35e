"""What changes the register of childminders: each change stands in the journal. The caller commits."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError
from guichet.core.names import search_key
from guichet.core.workflow import expect_version
from guichet.establishments.childminder_entries import (
    ChildminderEntry,
    Known,
    OpeningEntry,
    cleaned,
    opening_problems,
    problems_of,
)
from guichet.establishments.childminders import Childminder, ChildminderOpening

SUBJECT = "childminder"
TOLD = frozenset({"phone", "email"})
"""Details of a private person: the journal says that they changed, not what they were."""
LONGEST_KEY = 160


def add(
    session: Session,
    entry: ChildminderEntry,
    openings: Sequence[OpeningEntry],
    known: Known,
    *,
    actor: Actor,
    at: datetime,
    code: str = "",
    confirmed_on: date | None = None,
) -> Childminder:
    """Add a professional to the register, confirmed today unless said otherwise.

    Raises InvalidError with a sentence at each faulty field.
    """
    typed = _checked(entry, known, at)
    for one in openings:
        _check_opening(one, typed.approved_places, at)
    made = Childminder(
        **asdict(typed),
        code=code or f"am-{uuid4().hex[:12]}",
        sort_key=search_key(typed.name)[:LONGEST_KEY],
        confirmed_on=confirmed_on or day(at),
        openings=[_opening(one) for one in openings],
    )
    session.add(made)
    session.flush()
    journal.note(session, SUBJECT, made.id, "add_childminder", actor=actor, at=at)
    return made


def change(
    session: Session,
    one: Childminder,
    entry: ChildminderEntry,
    known: Known,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> bool:
    """Change what is known of a professional. False when nothing is different.

    Raises InvalidError, ConflictError when somebody changed it since `version`.
    """
    expect_version(one, version)
    typed = asdict(_checked(entry, known, at))
    changed = {name: value for name, value in typed.items() if getattr(one, name) != value}
    if not changed:
        return False
    said = {
        name: [_said(getattr(one, name)), _said(value)] for name, value in changed.items() if name not in TOLD
    }
    for name, value in changed.items():
        setattr(one, name, value)
    one.sort_key = search_key(one.name)[:LONGEST_KEY]
    detail = {"changed": sorted(changed), "values": said}
    journal.note(session, SUBJECT, one.id, "change_childminder", actor=actor, at=at, detail=detail)
    return True


def confirm(session: Session, one: Childminder, *, actor: Actor, at: datetime) -> None:
    """The professional says that the places written here are right today: nobody is asked before six months."""
    one.confirmed_on, one.asked_on, one.times_asked = day(at), None, 0
    journal.note(session, SUBJECT, one.id, "confirm_childminder", actor=actor, at=at)


def set_active(
    session: Session,
    one: Childminder,
    active: bool,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Stop proposing a professional to families, or propose her or him again."""
    expect_version(one, version)
    if one.is_active == active:
        return
    one.is_active = active
    step = "resume_childminder" if active else "stop_childminder"
    journal.note(session, SUBJECT, one.id, step, actor=actor, at=at)


def write_opening(
    session: Session,
    one: Childminder,
    entry: OpeningEntry,
    opening: ChildminderOpening | None = None,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> ChildminderOpening:
    """Add free places, or change some. What is written today about places confirms them.

    Raises InvalidError, ConflictError.
    """
    expect_version(one, version)
    _check_opening(entry, one.approved_places, at)
    if opening is None:
        opening = _opening(entry)
        one.openings.append(opening)
    else:
        opening.places, opening.from_on, opening.until_on = entry.places, entry.from_on, entry.until_on
        opening.week_pattern = entry.week.to_json()
    _places_changed(session, one, "change_childminder_places", entry.week.describe(), actor, at)
    return opening


def remove_opening(
    session: Session,
    one: Childminder,
    opening: ChildminderOpening,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """These places are taken, or never were."""
    expect_version(one, version)
    one.openings.remove(opening)
    _places_changed(session, one, "remove_childminder_places", opening.week.describe(), actor, at)


def replace_openings(
    session: Session,
    one: Childminder,
    entries: Sequence[OpeningEntry],
    confirmed_on: date,
    *,
    actor: Actor,
    at: datetime,
) -> bool:
    """Put these free places instead of the present ones, as confirmed on a day. False when nothing is different.

    A confirmation older than the one already written changes nothing of it.
    """
    for entry in entries:
        _check_opening(entry, one.approved_places, at)
    present = {(o.places, o.from_on, o.until_on, o.week) for o in one.openings}
    wanted = {(e.places, e.from_on, e.until_on, e.week) for e in entries}
    newer = confirmed_on > one.confirmed_on
    if present == wanted and not newer:
        return False
    if newer:
        one.confirmed_on, one.asked_on, one.times_asked = confirmed_on, None, 0
    if present != wanted:
        one.openings = [_opening(entry) for entry in entries]
    flag_modified(one, "name")
    journal.note(session, SUBJECT, one.id, "import_childminder", actor=actor, at=at)
    return True


def _places_changed(
    session: Session, one: Childminder, step: str, hours: str, actor: Actor, at: datetime
) -> None:
    one.confirmed_on, one.asked_on, one.times_asked = day(at), None, 0
    # The version moves even when the day is the same: two agents may not change one person's places unseen.
    flag_modified(one, "name")
    journal.note(session, SUBJECT, one.id, step, actor=actor, at=at, detail={"hours": hours})


def _opening(entry: OpeningEntry) -> ChildminderOpening:
    return ChildminderOpening(
        places=entry.places,
        from_on=entry.from_on,
        until_on=entry.until_on,
        week_pattern=entry.week.to_json(),
    )


def _checked(entry: ChildminderEntry, known: Known, at: datetime) -> ChildminderEntry:
    typed = cleaned(entry)
    if problems := problems_of(typed, known, day(at)):
        raise InvalidError(problems)
    return typed


def _check_opening(entry: OpeningEntry, approved_places: int, at: datetime) -> None:
    if problems := opening_problems(entry, approved_places, day(at)):
        raise InvalidError(problems)


def _said(value: Any) -> Any:  # noqa: ANN401 - any column of the form
    return value.isoformat() if isinstance(value, date) else value
