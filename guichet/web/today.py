"""What to do today: the cases that wait, each with its first demands and a door to the whole list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from guichet.commissions import queries as decisions
from guichet.commissions.follow_up import queries as follow_ups
from guichet.commissions.milestones import queries as milestones
from guichet.commissions.sessions.queries import near
from guichet.core import clock, french
from guichet.core.months import add_months
from guichet.demands import drafts, waiting, words
from guichet.notifications import queries as letters
from guichet.notifications import words as letters_words
from guichet.web import door, incoming
from guichet.web.offers import doors as offers
from guichet.web.queue_address import CASE_SLUGS, slug_of
from guichet.web.queue_lines import child_name

bp = Blueprint("today", __name__)

SHOWN = 5
CALLS = frozenset({"papers", "renewal_call", "birth"})
"""The cases settled by a call: the phone stands on the line."""
DOORS: dict[str, tuple[str, str]] = {
    "appointment": ("Noter", "#historique"),
    "orient": ("Orienter", "/orienter"),
    "follow_up": ("Donner suite", ""),
    "rejection": ("Répondre", ""),
    "papers": ("Voir", "#justificatifs"),
    "renewal_call": ("Renouveler", "/renouveler"),
    "renewal": ("Renouveler", "/renouveler"),
    "birth": ("Voir", ""),
}
"""The word of each case's action, and where it is done under the demand's address."""


@dataclass(frozen=True)
class Line:
    """One demand that waits: who, since when or until when, and where to act."""

    child: str
    parent: str
    phone: str
    when: str
    url: str
    act: str
    act_url: str


@dataclass(frozen=True)
class Section:
    """One case, with its number and its first lines."""

    title: str
    why: str
    number: int
    more: bool
    url: str
    lines: tuple[Line, ...] = ()


@bp.get("/aujourdhui")
@door.needs("orient")
def page() -> ResponseReturnValue:
    """The desk's morning."""
    session, person, today = door.db(), door.person(), clock.day(door.at())
    delays = door.delays()
    cases = waiting.cases(session, person, today, delays, SHOWN)
    sections = [_section(one, delays, today) for one in cases]
    return render_template(
        "today/page.html",
        today=today,
        sections=[one for one in sections if one.number],
        settled=[one.title for one in sections if not one.number],
        doors=_doors(today),
        near=near(session, person, today) if person.may("read_commissions") else [],
        drafts=drafts.mine(session, person.user_id or 0),
    )


def _section(one: waiting.Case, delays: dict[str, int], today: date) -> Section:
    act, under = DOORS[one.code]
    lines = []
    for row in one.rows:
        url = f"/demandes/{row.id}"
        phone = row.phone if one.code in CALLS else ""
        lines.append(
            Line(child_name(row), row.parent or "", phone, WHEN[one.code](row, today), url, act, url + under)
        )
    address = url_for("queue.page", afaire=slug_of(CASE_SLUGS, one.code))
    why = words.CASE_WHY[one.code].format(**delays, notice=waiting.REJECTION_NOTICE.days)
    return Section(words.CASE[one.code], why, one.count, one.more, address, tuple(lines))


def _doors(today: date) -> list[Section]:
    """What waits elsewhere than in the queue: decisions to confirm, letters nobody received."""
    person = door.person()
    found = []
    if person.may("confirm_decision"):
        to_confirm = decisions.waiting_decisions(door.db(), person, today)
        mine = [one for one in to_confirm if one.recorded_by_id != person.user_id]
        found.append(
            Section(
                "Décisions à confirmer",
                "Une autre personne les a enregistrées.",
                len(mine),
                False,
                "/decisions",
            )
        )
    if person.may(milestones.RIGHT):
        late = milestones.late_count(door.db(), person, today)
        why = "Une étape d’une séance de commission a dépassé sa date."
        found.append(Section("Échéances en retard", why, late, False, url_for("milestones.page")))
    if person.may("run_session"):
        late_ones = follow_ups.counted(door.db(), person, today).late
        why = "Des suites données aux commissions ont dépassé leur date."
        found.append(Section("Suites en retard", why, late_ones, False, url_for("commissions.follow_ups")))
    found += [Section(one.title, one.why, one.number, False, one.url) for one in offers.doors()]
    if person.may("handle_letters"):
        mails = letters.trouble(door.db(), door.at())
        why = letters_words.STOPPED.format(since=french.short_at(mails.since)) if mails.since else ""
        waiting_url = url_for("letters.waiting")
        found.insert(0, Section("Courriers qui ne partent plus", why, mails.stopped, False, waiting_url))
        why = "La famille ne les a pas reçus : vérifiez l’adresse, ou appelez."
        found.append(Section("Courriers non remis", why, mails.undelivered, False, "/courriers"))
        why = "Le guichet n’a pas su les traiter seul : lisez-les dans leur boîte."
        to_see = incoming.count_shown() or 0
        found.append(Section("Courriels reçus à voir", why, to_see, False, url_for("incoming.page")))
    return [one for one in found if one.number]


def _since(day: date, today: date) -> str:
    return f"depuis {french.lapse_in_words(day, today)}" if day < today else "aujourd’hui"


def _appointment(row: Row[Any], today: date) -> str:
    if row.appointment is None:
        return ""
    day = clock.day(row.appointment)
    return french.clock_at(row.appointment) if day == today else french.short_at(row.appointment)


def _rejection(row: Row[Any], today: date) -> str:
    """The first refusal by silence still to come, among the managers wished for."""
    delays = {row.shortest_silence, row.longest_silence} - {None}
    coming = [day for months in delays if (day := add_months(row.received_on, months)) >= today]
    return f"le {french.short_date(min(coming))}" if coming else ""


WHEN: dict[str, Callable[[Row[Any], date], str]] = {
    "appointment": _appointment,
    "orient": lambda row, today: f"reçue {_since(row.received_on, today)}",
    "follow_up": lambda row, today: f"orientée {_since(row.oriented_on, today)}",
    "rejection": _rejection,
    "papers": lambda row, _today: french.count(row.papers_missing, "justificatif"),
    "renewal_call": lambda row, today: f"échue {_since(row.renewal_due_on, today)}",
    "renewal": lambda row, today: f"échue {_since(row.renewal_due_on, today)}",
    "birth": lambda row, _today: f"prévue le {french.short_date(row.due_date)}" if row.due_date else "",
}
"""What each case says of its date."""
