"""Make the agenda of a session, add to it and put it in order. The caller commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from guichet.commissions.sessions import agenda
from guichet.commissions.sessions.agenda_queries import candidates, terms
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, NotFoundError, StepRefusedError
from guichet.core.workflow import expect_version

OPEN = ("planned", "convened")
LONGEST_TITLE, LONGEST_MINUTES, LONGEST_EACH = 200, 480, 60
UP, DOWN, REMOVE = "up", "down", "remove"


@dataclass(frozen=True)
class ItemEntry:
    """An item as typed; `duration` in minutes."""

    kind: str
    title: str
    duration: int


def build(
    session: Session,
    sitting: CommissionSession,
    each: int,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> int:
    """Make it from the demands that are ready, `each` minutes a new one; what was written by hand stays.

    After the closing day an agenda already made takes nobody new. The number of demands on it is returned.
    """
    _expect_open(sitting, version)
    if not 1 <= each <= LONGEST_EACH:
        raise InvalidError({"each": f"Écrivez un nombre de minutes entre 1 et {LONGEST_EACH}."})
    found = agenda.sort(candidates(session, sitting), terms(sitting, day(at)))
    _store(session, sitting, agenda.build(lines_of(sitting.items), found, each))
    sitting.agenda_built_at = at
    detail = {"demands": len(found.ready), "apart": len(found.apart)}
    journal.note(session, "session", sitting.id, "build_agenda", actor=actor, at=at, detail=detail)
    return len(found.ready)


def add_item(
    session: Session,
    sitting: CommissionSession,
    entry: ItemEntry,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """One item written by hand: before the demands what usually opens a session, at the end any other text."""
    _expect_open(sitting, version)
    problems = {}
    if entry.kind not in agenda.BY_HAND:
        problems["kind"] = "Choisissez de quel point il s’agit."
    if not entry.title:
        problems["title"] = "Écrivez le point comme il sera lu."
    elif len(entry.title) > LONGEST_TITLE:
        problems["title"] = f"C’est trop long : {LONGEST_TITLE} caractères au plus."
    if not 0 <= entry.duration <= LONGEST_MINUTES:
        problems["duration"] = f"Écrivez un nombre de minutes entre 0 et {LONGEST_MINUTES}."
    if problems:
        raise InvalidError(problems)
    added = agenda.Line(entry.kind, entry.title, entry.duration)
    _store(session, sitting, agenda.with_item(lines_of(sitting.items), added))
    _changed(session, sitting, "add_item", entry.title, actor, at)


def arrange(
    session: Session,
    sitting: CommissionSession,
    item_id: int,
    move: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """A place up or down; or off the agenda, for what was written by hand.

    A demand leaves the agenda when it leaves the commission: nobody takes it off by the way.
    """
    _expect_open(sitting, version)
    item = next((one for one in sitting.items if one.id == item_id), None)
    if item is None or move not in (UP, DOWN, REMOVE):
        raise NotFoundError
    lines = lines_of(sitting.items)
    if move == REMOVE:
        if item.kind == agenda.DEMAND_ITEM:
            raise StepRefusedError(
                "Une demande quitte l’ordre du jour quand elle est retirée de la commission."
            )
        lines = tuple(one for one in lines if one.id != item_id)
    else:
        lines = agenda.moved(lines, item_id, move == UP)
    _store(session, sitting, lines)
    _changed(session, sitting, "arrange_agenda", "", actor, at)


def lines_of(items: Iterable[AgendaItem]) -> tuple[agenda.Line, ...]:
    """The stored items, as the calm file reads them."""
    return tuple(
        agenda.Line(one.kind, one.title, one.duration, one.demand_id, one.section, one.id) for one in items
    )


def _store(session: Session, sitting: CommissionSession, lines: Iterable[agenda.Line]) -> None:
    known = {one.id: one for one in sitting.items}
    kept = []
    for position, line in enumerate(lines, 1):
        item = known.get(line.id) or AgendaItem(kind=line.kind, title=line.title, demand_id=line.demand_id)
        item.position, item.duration, item.section = position, line.duration, line.section
        kept.append(item)
    sitting.items = kept
    if sitting.state == "planned":
        # Nobody was told how long it lasts: it is given the time that its agenda takes.
        needed = min(agenda.length(one.duration for one in kept), agenda.LONGEST_SESSION)
        sitting.duration = max(sitting.duration, needed)
    session.flush()


def _expect_open(sitting: CommissionSession, version: int | None) -> None:
    expect_version(sitting, version)
    if sitting.state not in OPEN:
        raise StepRefusedError("L’ordre du jour ne change plus : la séance n’est plus à préparer.")


def _changed(
    session: Session, sitting: CommissionSession, step: str, reason: str, actor: Actor, at: datetime
) -> None:
    # Only its items moved: whoever reads the page must see that it changed.
    flag_modified(sitting, "agenda_built_at")
    journal.note(session, "session", sitting.id, step, actor=actor, at=at, reason=reason)
