"""What is done with a proof: asked, received, checked, refused, its copy kept. The caller commits.

This room does not know demands: the line is written on the history the caller names (`subject`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from guichet.core import french, journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.names import clean_name
from guichet.families.facts import BY_KIND, RESTRICTED, label
from guichet.families.models import Fact, PaperFile
from guichet.families.papers import (
    BY_CODE,
    LONGEST_FILENAME,
    Paper,
    check_kept,
    check_upload,
    valid_until,
)
from guichet.families.proofs import proof_state
from guichet.families.vault import seal

MOST_FILES = 6
LONGEST_REASON = 300

Subject = tuple[str, int]
"""(type, id) of the history where a line is written."""


@dataclass(frozen=True)
class Handling:
    """Who handles a proof, when, and on which history it is written."""

    actor: Actor
    at: datetime
    subject: Subject

    @property
    def today(self) -> date:
        """The calendar day of the handling."""
        return day(self.at)


@dataclass(frozen=True)
class BroughtEntry:
    """The paper that was brought: its kind when several would do, and the date written on it."""

    paper: str = ""
    dated: date | None = None


def receive_proof(
    session: Session, fact: Fact, entry: BroughtEntry, by: Handling, seen: str | None = None
) -> None:
    """The paper is here; nobody has looked at it yet."""
    _expect(fact, seen)
    if fact.checked_on:
        raise StepRefusedError("Ce justificatif est déjà vérifié.")
    _bring(fact, entry, by.today)
    _note(session, fact, "receive_proof", by)


def check_proof(
    session: Session, fact: Fact, entry: BroughtEntry, by: Handling, seen: str | None = None
) -> None:
    """Somebody looked at the paper and it proves the fact: « checked on, by » is the record that stays."""
    _expect(fact, seen)
    _bring(fact, entry, by.today)
    fact.checked_on, fact.checked_by = by.today, by.actor.name
    _note(session, fact, "check_proof", by)


def refuse_proof(session: Session, fact: Fact, because: str, by: Handling, seen: str | None = None) -> None:
    """The paper brought does not prove the fact, for a reason the family can be told."""
    _expect(fact, seen)
    because = because.strip()
    if not fact.paper:
        raise StepRefusedError("Aucun justificatif n’est demandé pour cette situation.")
    if not because:
        raise InvalidError({"because": "Indiquez pourquoi ce document ne convient pas : la famille le lira."})
    if len(because) > LONGEST_REASON:
        raise InvalidError({"because": f"Dites-le en {LONGEST_REASON} caractères au plus."})
    _forget_answer(fact)
    fact.refused_because = because
    _note(session, fact, "refuse_proof", by, because)


def ask_proof(session: Session, fact: Fact, by: Handling, paper: str = "", seen: str | None = None) -> None:
    """Ask for the paper, or ask again for one that was lost, has aged or must be replaced."""
    _expect(fact, seen)
    fact.paper = _chosen(fact, paper).code
    _forget_answer(fact)
    fact.asked_on = by.today
    _note(session, fact, "ask_proof", by)


def add_fact(
    session: Session,
    family_id: int,
    kind: str,
    by: Handling,
    *,
    person_id: int | None = None,
    referral_contact: str = "",
) -> Fact:
    """The family declares something more; the usual paper is asked for today."""
    situation = BY_KIND.get(kind)
    if situation is None:
        raise InvalidError({"kind": "Choisissez une situation dans la liste."})
    if (situation.about == "household") != (person_id is None):
        raise InvalidError({"person": "Indiquez la personne concernée."})
    already = select(Fact.id).where(
        Fact.family_id == family_id, Fact.kind == kind, Fact.person_id.is_not_distinct_from(person_id)
    )
    if session.scalar(already.limit(1)) is not None:
        raise InvalidError({"kind": "Cette situation est déjà déclarée."})
    paper = situation.papers[0].code if situation.papers else ""
    fact = Fact(
        family_id=family_id,
        person_id=person_id,
        kind=kind,
        declared_on=by.today,
        paper=paper,
        asked_on=by.today if paper else None,
        referral_contact=referral_contact.strip() if situation.restricted else "",
        refused_because="",
    )
    session.add(fact)
    session.flush()
    _note(session, fact, "add_fact", by)
    return fact


def remove_fact(session: Session, fact: Fact, by: Handling, seen: str | None = None) -> None:
    """What was declared is not true any more: the line and the copies of its papers are erased."""
    _expect(fact, seen)
    _note(session, fact, "remove_fact", by)
    session.execute(delete(PaperFile).where(PaperFile.fact_id == fact.id))
    session.delete(fact)


@dataclass(frozen=True)
class SentFile:
    """A file as a browser sends it."""

    filename: str
    declared_type: str
    content: bytes


def upload(
    session: Session, fact: Fact, file: SentFile, entry: BroughtEntry, by: Handling, *, secret: str
) -> PaperFile:
    """Keep the encrypted copy of a paper, which is then received.

    Raises InvalidError, at « file », when this kind of paper is not kept or the file is not what it says.
    """
    check_kept(_chosen(fact, entry.paper), "file")
    filename = _shown_name(file.filename)
    content_type = check_upload(filename, file.declared_type, file.content, field="file")
    kept = session.scalar(select(func.count()).select_from(PaperFile).where(PaperFile.fact_id == fact.id))
    if (kept or 0) >= MOST_FILES:
        raise InvalidError({"file": f"Ce justificatif compte déjà {MOST_FILES} fichiers : réunissez-les."})
    if fact.received_on is None:
        _bring(fact, entry, by.today)
    row = PaperFile(
        fact_id=fact.id,
        filename=filename,
        content_type=content_type,
        size=len(file.content),
        uploaded_at=by.at,
        uploaded_by=by.actor.name,
        content=seal(secret, file.content),
    )
    session.add(row)
    _note(session, fact, "upload_paper", by)
    return row


def erase_file(session: Session, fact: Fact, file: PaperFile, by: Handling) -> None:
    """Erase the copy of a paper that was sent by mistake or is not needed any more."""
    session.execute(delete(PaperFile).where(PaperFile.id == file.id))
    _note(session, fact, "erase_paper", by)


def names_of(facts: Sequence[Fact]) -> tuple[str, ...]:
    """The papers of these facts as a family reads them, each once."""
    return tuple(dict.fromkeys(paper_name(fact) for fact in facts if fact.paper))


def paper_name(fact: Fact) -> str:
    """The French name of the paper asked for."""
    return BY_CODE[fact.paper].label if fact.paper in BY_CODE else fact.paper


def _bring(fact: Fact, entry: BroughtEntry, today: date) -> None:
    paper = _chosen(fact, entry.paper)
    if entry.dated and entry.dated > today:
        raise InvalidError({"dated": "La date du document est dans le futur."})
    until = valid_until(paper, entry.dated) if entry.dated else None
    if until and until < today:
        raise InvalidError(
            {
                "dated": f"Ce document ne prouve plus rien depuis le {french.short_date(until)} : "
                "demandez-en un plus récent."
            }
        )
    fact.paper = paper.code
    fact.asked_on = fact.asked_on or today
    fact.received_on = fact.received_on or today
    fact.valid_until = until or fact.valid_until
    fact.refused_because = ""


def _chosen(fact: Fact, code: str) -> Paper:
    known = BY_KIND[fact.kind].papers if fact.kind in BY_KIND else ()
    if code and code not in {paper.code for paper in known}:
        raise InvalidError({"paper": "Ce document ne prouve pas cette situation."})
    if (code or fact.paper) in BY_CODE:
        return BY_CODE[code or fact.paper]
    if known:
        return known[0]
    raise StepRefusedError("Aucun justificatif n’est demandé pour cette situation.")


def _forget_answer(fact: Fact) -> None:
    fact.received_on = fact.valid_until = fact.checked_on = fact.checked_by = None
    fact.refused_because = ""


def _shown_name(filename: str) -> str:
    # A browser may send a whole path; a name too long is cut before its extension.
    name = clean_name(PurePath(filename.replace("\\", "/")).name) or "document"
    stem, dot, extension = name.rpartition(".")
    room = LONGEST_FILENAME - len(extension) - 1
    return f"{stem[:room]}.{extension}" if dot and room > 0 else name[:LONGEST_FILENAME]


def _expect(fact: Fact, seen: str | None) -> None:
    if seen is not None and seen != proof_state(fact):
        raise ConflictError(
            "Ce justificatif a changé depuis que vous l’avez ouvert. Votre saisie est conservée ci-dessous : "
            "relisez où il en est, puis recommencez si elle convient toujours."
        )


def _note(session: Session, fact: Fact, step: str, by: Handling, because: str = "") -> None:
    journal.note(
        session,
        *by.subject,
        step,
        actor=by.actor,
        at=by.at,
        reason=_said(fact, because),
        detail={"fact": fact.id},
    )


def _said(fact: Fact, because: str) -> str:
    if fact.kind in RESTRICTED:
        # A referral is known only to those who need it: the history, which others read, does not name it.
        return ""
    name = paper_name(fact) or label(fact.kind)
    return f"{name} : {because}" if because else name
