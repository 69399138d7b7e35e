"""Points that a person sets on a demand, within the range of a criterion and with a written reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from guichet.bareme.bareme import Assessed, Bareme, Criterion, Rule
from guichet.bareme.sayings import signed
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.names import clean_name
from guichet.demands.models import Assessment, Demand

LONGEST_REASON = 500


def assess(
    session: Session,
    demand: Demand,
    bareme: Bareme,
    code: str,
    points: int | None,
    reason: str,
    *,
    role: str,
    seen: datetime | None,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """Set the points of one criterion, or decide a priority (its points are then 0).

    `demand` comes with its assessments; `seen` is the instant of the one the form showed, None when there was
    none; `role` is what the family reads instead of a name. Raises InvalidError at `points` or `reason`.
    """
    named, (lowest, highest) = _by_hand(bareme, code)
    reason = clean_name(reason)
    problems = {}
    if points is None or not lowest <= points <= highest:
        problems["points"] = (
            f"Donnez de {signed(lowest)} à {signed(highest)} points."
            if lowest < highest
            else f"Ce critère vaut {signed(lowest)} points."
        )
    if not reason:
        problems["reason"] = "Écrivez le motif : la famille et la commission peuvent le demander."
    elif len(reason) > LONGEST_REASON:
        problems["reason"] = f"{LONGEST_REASON} caractères au plus, il y en a {len(reason)}."
    if problems or points is None:
        raise InvalidError(problems)
    kept = _kept(demand, code, seen)
    before = kept.points if kept else None
    if kept is None:
        kept = Assessment(demand_id=demand.id, criterion=code)
        demand.assessments.append(kept)
    kept.points, kept.reason, kept.at = points, reason, at
    kept.by, kept.by_role, kept.bareme = actor.name, role, bareme.code
    _note(session, demand, "assess", named, points, actor, at, reason, before)
    return kept


def remove_assessment(
    session: Session,
    demand: Demand,
    bareme: Bareme,
    code: str,
    *,
    seen: datetime | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Take back the points a person set. Raises ConflictError when they are not the ones that were shown."""
    named, _ = _by_hand(bareme, code)
    kept = _kept(demand, code, seen)
    if kept is not None:
        demand.assessments.remove(kept)
        _note(session, demand, "remove_assessment", named, kept.points, actor, at, "", None)


def _by_hand(bareme: Bareme, code: str) -> tuple[Criterion | Rule, tuple[int, int]]:
    named = bareme.criterion(code) or next((one for one in bareme.bypasses if one.code == code), None)
    if named is None or code not in bareme.by_hand:
        raise InvalidError({"criterion": "Ce critère n’est pas apprécié par une personne dans ce barème."})
    return named, bareme.by_hand[code]


def _kept(demand: Demand, code: str, seen: datetime | None) -> Assessment | None:
    kept = next((one for one in demand.assessments if one.criterion == code), None)
    if (kept.at if kept else None) != seen:
        raise ConflictError(
            "Une autre personne a apprécié ce critère depuis que vous avez ouvert la page : relisez, puis recommencez."
        )
    return kept


def _note(
    session: Session,
    demand: Demand,
    step: str,
    named: Criterion | Rule,
    points: int,
    actor: Actor,
    at: datetime,
    reason: str,
    before: int | None,
) -> None:
    """One line of the journal; a reason read by few stays out of it."""
    hidden = isinstance(named, Rule) or (isinstance(named, Assessed) and named.restricted)
    detail = {"criterion": named.label, "points": points, "before": before}
    journal.note(
        session, "demand", demand.id, step, actor=actor, at=at, reason="" if hidden else reason, detail=detail
    )
