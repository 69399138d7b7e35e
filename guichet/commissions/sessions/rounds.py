"""The rounds: the sessions that look at the same entries, on one proposal. The caller commits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.allocation.runs.models import AllocationRun
from guichet.commissions.sessions.models import Round
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.leased import DONE
from guichet.core.workflow import expect_version

LONGEST_TITLE = 120


@dataclass(frozen=True)
class RoundEntry:
    """A round as typed: the entries wished that its sessions look at, both days included."""

    title: str
    entry_from: date | None
    entry_to: date | None
    run_id: int | None = None


def save_round(
    session: Session,
    known: Round | None,
    entry: RoundEntry,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Round:
    """A new round, or another window or proposal for one. Raises InvalidError with a sentence a field."""
    if known is not None:
        expect_version(known, version)
    entry_from, entry_to = _window(session, known, entry)
    made = known or Round()
    made.title, made.run_id, made.entry_from, made.entry_to = entry.title, entry.run_id, entry_from, entry_to
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("Un autre tour vient de prendre ce nom : choisissez-en un autre.") from error
    step = "change_round" if known else "create_round"
    journal.note(session, "round", made.id, step, actor=actor, at=at)
    return made


def _window(session: Session, known: Round | None, entry: RoundEntry) -> tuple[date, date]:
    problems = {}
    if not entry.title:
        problems["title"] = "Donnez un nom à ce tour, par exemple : printemps 2027."
    elif len(entry.title) > LONGEST_TITLE:
        problems["title"] = f"C’est trop long : {LONGEST_TITLE} caractères au plus."
    elif _round_named(session, entry.title, known):
        problems["title"] = "Un autre tour porte déjà ce nom."
    if entry.entry_from is None:
        problems["entry_from"] = "Indiquez la première entrée examinée."
    if entry.entry_to is None:
        problems["entry_to"] = "Indiquez la dernière entrée examinée."
    elif entry.entry_from and entry.entry_to < entry.entry_from:
        problems["entry_to"] = "La dernière entrée examinée vient après la première."
    if entry.run_id is not None and not _computed(session, entry.run_id):
        problems["run_id"] = "Cette proposition n’est pas calculée : choisissez-en une autre."
    if problems or entry.entry_from is None or entry.entry_to is None:
        raise InvalidError(problems)
    return entry.entry_from, entry.entry_to


def _round_named(session: Session, title: str, known: Round | None) -> bool:
    other = select(Round.id).where(Round.title == title, Round.id != (known.id if known else 0))
    return session.scalar(other.limit(1)) is not None


def _computed(session: Session, run_id: int) -> bool:
    done = select(AllocationRun.id).where(AllocationRun.id == run_id, AllocationRun.state == DONE)
    return session.scalar(done) is not None
