"""Change what is asked: the need or the wishes. What was true before is kept, and the family gets a recap."""

from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, joinedload

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.workflow import expect_version
from guichet.demands import keys, letters
from guichet.demands.actions import tell
from guichet.demands.checks import Findings, check_age_at_entry, check_need, check_wishes
from guichet.demands.dossier import NeedEntry, WishEntry
from guichet.demands.models import Demand, DemandKey, NeedVersion
from guichet.demands.registering import apply_need, wishes_of
from guichet.demands.states import OPEN_STATES
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Family

CLOSED = "Le besoin d’une demande placée ou fermée ne se modifie plus : rouvrez-la d’abord, ou enregistrez une nouvelle demande."


def find(session: Session, demand_id: int, allowed: ColumnElement[bool]) -> Demand | None:
    """A demand with its child, family and wishes, in one statement; None when `allowed` excludes it."""
    rows = (
        select(Demand)
        .where(Demand.id == demand_id, allowed)
        .options(
            joinedload(Demand.child),
            joinedload(Demand.family).joinedload(Family.persons),
            joinedload(Demand.wishes),
        )
    )
    return session.scalars(rows).unique().one_or_none()


def need_of(demand: Demand) -> NeedEntry:
    """The need as it stands."""
    kept = {one.name: getattr(demand, one.name) for one in fields(NeedEntry) if one.name != "week"}
    return NeedEntry(week=demand.week, **kept)


def wish_entries(demand: Demand) -> tuple[WishEntry, ...]:
    """The wishes as they stand, in order."""
    return tuple(WishEntry(wish.establishment_id, wish.mode, wish.commune_code) for wish in demand.wishes)


def change_need(
    session: Session,
    demand: Demand,
    need: NeedEntry,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> bool:
    """Replace the need, keep the former one, post the recap. False when nothing is different.

    Raises InvalidError at the need's fields, ConflictError when the demand changed since `version`,
    StepRefusedError when it is no longer open.
    """
    _expect_open(demand, version)
    findings = Findings()
    check_need(need, day(at), findings)
    _check_age(demand, need.entry_on, wish_entries(demand), catalogue, findings)
    if findings.problems:
        raise InvalidError(findings.problems)
    before = need_of(demand)
    if need == before:
        return False
    _keep_version(session, demand, actor, at)
    apply_need(demand, need)
    changed = [one.name for one in fields(NeedEntry) if getattr(need, one.name) != getattr(before, one.name)]
    _record(session, demand, "change_need", changed, catalogue, actor, at)
    return True


def change_wishes(
    session: Session,
    demand: Demand,
    wishes: tuple[WishEntry, ...],
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> bool:
    """Replace the ranked wishes, keep the former ones, post the recap. False when nothing is different.

    Raises as `change_need` does.
    """
    _expect_open(demand, version)
    findings = Findings()
    check_wishes(wishes, catalogue, findings)
    _check_age(demand, demand.entry_on, wishes, catalogue, findings)
    if findings.problems:
        raise InvalidError(findings.problems)
    if wishes == wish_entries(demand):
        return False
    _keep_version(session, demand, actor, at)
    before = _commune_keys(demand, catalogue)
    demand.wishes = wishes_of(wishes)
    _rewrite_communes(session, demand.id, before, _commune_keys(demand, catalogue))
    _record(session, demand, "change_wishes", ["wishes"], catalogue, actor, at)
    return True


def _expect_open(demand: Demand, version: int | None) -> None:
    expect_version(demand, version)
    if demand.state not in OPEN_STATES:
        raise StepRefusedError(CLOSED)


def _check_age(
    demand: Demand, entry_on: date, wishes: tuple[WishEntry, ...], catalogue: Catalogue, findings: Findings
) -> None:
    birth = demand.child.birth_date or demand.child.due_date
    if birth is not None:
        check_age_at_entry(
            birth,
            entry_on,
            wishes,
            catalogue,
            findings,
            adopted=demand.child.adoption,
            field="entry_on",
        )


def _keep_version(session: Session, demand: Demand, actor: Actor, at: datetime) -> None:
    session.add(
        NeedVersion(
            demand_id=demand.id,
            number=demand.need_version,
            replaced_at=at,
            replaced_by=actor.name,
            need=stored_form(need_of(demand), wish_entries(demand)),
        )
    )
    demand.need_version += 1


def stored_form(need: NeedEntry, wishes: tuple[WishEntry, ...]) -> dict[str, Any]:
    """A need and its wishes as JSON: dates in ISO form, the week as [[weekday, start, end], …]."""
    plain = {one.name: getattr(need, one.name) for one in fields(NeedEntry) if one.name != "week"}
    written = {name: value.isoformat() if isinstance(value, date) else value for name, value in plain.items()}
    return {**written, "week": need.week.to_json(), "wishes": [asdict(wish) for wish in wishes]}


def _commune_keys(demand: Demand, catalogue: Catalogue) -> frozenset[str]:
    wished = (
        wish.commune_code or (wish.establishment_id and catalogue.houses[wish.establishment_id].commune_code)
        for wish in demand.wishes
    )
    found = keys.commune_words(
        [demand.home_code, demand.desk_commune_code, *(code or None for code in wished)]
    )
    return frozenset(item.key for item in found)


def _rewrite_communes(
    session: Session, demand_id: int, before: frozenset[str], after: frozenset[str]
) -> None:
    gone = before - after
    if gone:
        session.execute(
            delete(DemandKey).where(
                DemandKey.demand_id == demand_id,
                DemandKey.use == keys.COMMUNE,
                DemandKey.key.in_(sorted(gone)),
            )
        )
    session.add_all(
        DemandKey(use=keys.COMMUNE, key=code, demand_id=demand_id) for code in sorted(after - before)
    )


def _record(
    session: Session,
    demand: Demand,
    step: str,
    changed: list[str],
    catalogue: Catalogue,
    actor: Actor,
    at: datetime,
) -> None:
    journal.note(
        session,
        "demand",
        demand.id,
        step,
        actor=actor,
        at=at,
        detail={"changed": changed, "version": demand.need_version},
    )
    session.flush()
    recap = letters.need_recap(demand, catalogue, at)
    tell(session, demand, recap, at, f"need:{demand.need_version}")
