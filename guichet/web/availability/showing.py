"""The page where a member's time is said, whoever opens it: herself, by her link or her account, or the coordination."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.scheduling.availability.freshness import Freshness, Said, freshness
from guichet.scheduling.availability.half_days import Availability, Word, availability
from guichet.scheduling.availability.models import HALVES, MemberTime
from guichet.scheduling.availability.queries import own_time, people, said_by, words_of
from guichet.scheduling.days.calendar import half_days
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.queries import closed_between
from guichet.scheduling.planning.problem import MORNING, HalfDay
from guichet.web.availability.acting import BOTH, WEEKDAYS
from guichet.web.door import at, db

WEEKS = 8
WORD = {Word.FREE: "libre", Word.IF_NEEDED: "si besoin", Word.NOT: "pas libre"}
HALF = {MORNING: "matin", HALVES[1]: "après-midi"}
HALF_CHOICES = [(BOTH, "Toute la journée"), *[(half, f"Seulement le {said}" if half == MORNING else f"Seulement l’{said}") for half, said in HALF.items()]]  # fmt: skip
FRESHNESS = {
    Freshness.SILENT: ("warning", "rien n’est dit"),
    Freshness.FRESH: ("success", "à jour"),
    Freshness.STALE: ("warning", "plus de 14 jours"),
}


@dataclass(frozen=True)
class Frame:
    """What the page is about, and how it speaks: to the member, or of her."""

    member: Member
    url: str
    own: bool
    typed: Mapping[str, str]
    refusal: DomainError | None = None


def page(frame: Frame) -> str:
    """The page as it stands, with what was just refused at its field."""
    today = day(at())
    known = own_time(db(), frame.member.id, today)
    weekly = words_of(known.time.weekly) if known.time else {}
    problems = frame.refusal.problems if isinstance(frame.refusal, InvalidError) else {}
    return render_template(
        "availability/own.html",
        frame=frame,
        member=frame.member,
        known=known,
        typed=frame.typed,
        problems=problems,
        sentence=frame.refusal.sentence if frame.refusal and not problems else "",
        fresh=FRESHNESS[freshness(_dates(known.time), at())],
        grid=[(weekday, half, _chosen(frame, weekly, weekday, half)) for weekday in WEEKDAYS for half in HALVES],
        words=[(word.value, said) for word, said in WORD.items()],
        word_said=WORD,
        half_said=HALF,
        half_choices=HALF_CHOICES,
        weeks=_weeks(frame.member, today),
        floating=known.time.calendar_floating if known.time else 0,
    )  # fmt: skip


def day_before(on: date) -> str:
    """A date as it is written in a form."""
    return french.short_date(on)


def _dates(time: MemberTime | None) -> Said:
    return Said(time.said_at, time.calendar_at) if time else Said(None)


def _chosen(frame: Frame, weekly: Mapping[tuple[int, str], Word], weekday: int, half: str) -> str:
    stored = weekly.get((weekday, half), Word.FREE)
    return frame.typed.get(f"week-{weekday}-{half}", stored)


def _weeks(member: Member, today: date) -> list[dict[str, Any]]:
    """What the coming weeks look like, all put together: what a plan will know of this member."""
    monday = (
        today + timedelta(7 - today.weekday())
        if today.isoweekday() > 5
        else today - timedelta(today.weekday())
    )
    last = monday + timedelta(7 * WEEKS - 1)
    closed = closed_between(db(), monday, last)
    wanted = half_days(monday, last, ())
    said = said_by(db(), people(db(), [member.id]), wanted)
    found = availability(said[member.id], wanted)
    return [
        {
            "monday": monday + timedelta(7 * week),
            "cells": [_cell(found, closed, today, HalfDay(monday + timedelta(7 * week + number), half)) for number in range(5) for half in HALVES],
        }
        for week in range(WEEKS)
    ]  # fmt: skip


def _cell(found: Availability, closed: frozenset[date], today: date, half_day: HalfDay) -> str:
    if half_day.day < today:
        return "past"
    if half_day.day in closed:
        return "closed"
    if half_day in found.busy:
        return Word.NOT
    return Word.IF_NEEDED if half_day in found.if_needed else Word.FREE


def since(instant: datetime | None) -> str:
    """How a date of freshness is written; nothing when there is none."""
    return french.short_date(day(instant)) if instant else ""
