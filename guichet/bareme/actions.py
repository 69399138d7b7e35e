"""What changes a version of the barème: its draft is written, then it decides, then it rests."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.bareme import file
from guichet.bareme.bareme import Bareme
from guichet.bareme.checks import refusals, refusals_in_force
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of
from guichet.bareme.workflow import BAREME, BaremeFacts
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.workflow import NEW, expect_version


def create(
    session: Session, bareme: Bareme, *, actor: Actor, at: datetime, reason: str = ""
) -> BaremeVersion:
    """Store a new draft. Raises InvalidError with every fault of the barème, at `content`, or at `code`."""
    _refuse(refusals(bareme))
    if session.scalar(select(BaremeVersion.id).where(BaremeVersion.code == bareme.code)):
        raise InvalidError(
            {"code": f"Une version porte déjà le code « {bareme.code} » : choisissez-en un autre."}
        )
    version = BaremeVersion(
        state=NEW,
        code=bareme.code,
        created_at=at,
        created_by=actor.name,
        starts_on=None,
        ends_on=None,
    )
    _write(version, bareme, actor, at)
    BAREME.fire(session, version, "create", actor=actor, at=at, reason=reason)
    return version


def duplicate(
    session: Session, bareme: Bareme, code: str, title: str, *, actor: Actor, at: datetime
) -> BaremeVersion:
    """A new draft with the content of another barème; an extract becomes one that may be completed."""
    copied = replace(bareme, code=code, title=title, extract=False, draw_key=code)
    return create(session, copied, actor=actor, at=at, reason=f"Copie de « {bareme.title} »")


def rewrite(
    session: Session,
    version: BaremeVersion,
    bareme: Bareme,
    *,
    seen: int | None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Replace the content of a draft. `seen` is the version the form was filled from.

    Raises InvalidError with every fault, at `content`; StepRefusedError when it is no draft any more.
    """
    expect_version(version, seen)
    _only_draft(version)
    _refuse(refusals(bareme))
    _write(version, replace(bareme, code=version.code), actor, at)
    session.flush()
    journal.note(session, "bareme", version.id, "edit", actor=actor, at=at, reason=reason)


def put_in_force(
    session: Session,
    version: BaremeVersion,
    starts_on: date,
    *,
    seen: int | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Make a draft the barème from a day on; the present one is closed the day before.

    Raises InvalidError or StepRefusedError; nothing is changed then.
    """
    expect_version(version, seen)
    _only_draft(version)
    _refuse(refusals_in_force(bareme_of(version)))
    present = session.scalar(select(BaremeVersion).where(BaremeVersion.state == "in_force").with_for_update())
    if present is not None:
        if present.starts_on and present.starts_on >= starts_on:
            raise InvalidError(
                {"starts_on": f"Ce jour ne peut pas précéder l’entrée en vigueur de « {present.title} »."}
            )
        _end(session, present, starts_on - timedelta(days=1), actor, at, f"Remplacé par « {version.title} »")
    version.starts_on = starts_on
    try:
        BAREME.fire(session, version, "put_in_force", actor=actor, at=at, facts=BaremeFacts(starts_on))
    except StepRefusedError:
        version.starts_on = None
        raise


def close(
    session: Session,
    version: BaremeVersion,
    ends_on: date,
    *,
    seen: int | None,
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Say the last day of the barème in force, and why."""
    expect_version(version, seen)
    if not reason.strip():
        raise InvalidError({"reason": "Indiquez pourquoi ce barème est fermé."})
    _end(session, version, ends_on, actor, at, reason.strip())


def discard(
    session: Session, version: BaremeVersion, *, seen: int | None, actor: Actor, at: datetime
) -> None:
    """Delete a draft that nobody needs. What was in force is never deleted."""
    expect_version(version, seen)
    _only_draft(version)
    journal.note(session, "bareme", version.id, "discard", actor=actor, at=at, reason=version.title)
    session.delete(version)


def digest_of(bareme: Bareme) -> str:
    """SHA-256 of the canonical content of a barème."""
    canonical = json.dumps(file.write(bareme), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def _end(
    session: Session, version: BaremeVersion, ends_on: date, actor: Actor, at: datetime, reason: str
) -> None:
    version.ends_on = ends_on
    try:
        BAREME.fire(session, version, "close", actor=actor, at=at, facts=BaremeFacts(ends_on), reason=reason)
    except StepRefusedError:
        version.ends_on = None
        raise


def _write(version: BaremeVersion, bareme: Bareme, actor: Actor, at: datetime) -> None:
    version.title = bareme.title
    version.extract = bareme.extract
    version.content = file.write(bareme)
    version.digest = digest_of(bareme)
    version.changed_at, version.changed_by = at, actor.name


def _only_draft(version: BaremeVersion) -> None:
    if version.state != "draft":
        raise StepRefusedError(
            "Un barème qui a été en vigueur ne change plus : faites-en une copie, et modifiez la copie."
        )


def _refuse(faults: list[str]) -> None:
    if faults:
        raise InvalidError(
            {("content" if not rank else f"content-{rank}"): one for rank, one in enumerate(faults)}
        )
