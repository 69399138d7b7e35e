"""The versions of the barème, and the one that applies on a day."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from guichet.bareme import file
from guichet.bareme.bareme import Bareme
from guichet.bareme.models import BaremeVersion


def versions(session: Session) -> list[BaremeVersion]:
    """Every version without its content: those that apply first, then the drafts, then the past."""
    found = session.scalars(select(BaremeVersion).options(defer(BaremeVersion.content)))
    order = {"in_force": 0, "draft": 1, "closed": 2}
    return sorted(found, key=lambda one: (order[one.state], _latest_first(one.starts_on), one.title, one.id))


def version_in_force(session: Session, on: date) -> BaremeVersion | None:
    """The version that applies on a day; None when there is none."""
    return session.scalars(
        select(BaremeVersion)
        .where(
            BaremeVersion.state != "draft",
            BaremeVersion.starts_on <= on,
            or_(BaremeVersion.ends_on.is_(None), BaremeVersion.ends_on >= on),
        )
        .order_by(BaremeVersion.starts_on.desc())
        .limit(1)
    ).first()


def bareme_in_force(session: Session, on: date) -> Bareme | None:
    """The barème that applies on a day; None when there is none."""
    version = version_in_force(session, on)
    return None if version is None else bareme_of(version)


def bareme_of(version: BaremeVersion) -> Bareme:
    """The barème that a version holds."""
    made, faults = file.read(version.content)
    if made is None:
        raise ValueError(f"the stored barème {version.code} is unreadable: {faults}")
    return made


def _latest_first(on: date | None) -> int:
    return -on.toordinal() if on else 0
