"""Two demands found to be for the same child become one; or two children are declared different.

Nothing is deleted: the demand that is not kept is closed, keeps its own history and need, and says which
demand it joined. What the two files said differently is written in the history of the one that stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.workflow import expect_version
from guichet.demands import keys, letters
from guichet.demands.actions import tell
from guichet.demands.comparison import Line
from guichet.demands.leaving import left_commission
from guichet.demands.models import Assessment, Contact, Demand, DemandKey
from guichet.demands.states import MERGED, OPEN_STATES
from guichet.demands.workflow import DEMAND
from guichet.establishments.catalogue import Catalogue
from guichet.families.entries import adults_of, children_of, documents_of
from guichet.families.facts import concerns
from guichet.families.models import Fact, Family, NotTheSame, PaperFile
from guichet.families.proofs import is_missing
from guichet.notifications.models import LetterRow

LONGEST_REASON = 500
MET, FOLLOWED, ASSESSED = "met", "followed", "assessed"
_FOLLOWING = aliased(Demand)
MOVABLE: dict[str, ColumnElement[bool]] = {
    MET: exists().where(Contact.demand_id == Demand.id),
    FOLLOWED: exists().where(_FOLLOWING.linked_to_id == Demand.id),
    ASSESSED: exists().where(Assessment.demand_id == Demand.id),
}
"""What few demands have, as conditions to ask with the demand: exchanges, a demand linked to it, points set by hand."""


@dataclass(frozen=True)
class Two:
    """The demand that stays, the one that joins it, what their families declare, and how they differ."""

    kept: Demand
    other: Demand
    facts: Sequence[Fact]
    lines: Sequence[Line]
    """Compared with the kept one at left."""
    to_move: frozenset[str] = frozenset({MET, FOLLOWED, ASSESSED})
    """Which of MOVABLE the other one has."""


def merge(
    session: Session,
    two: Two,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    versions: tuple[int, int] | None = None,
    decision_waits: bool = False,
) -> None:
    """Keep one demand with the earliest seniority, the exchanges, the letters and the proofs of both.

    `versions` are those the person saw of the kept one and of the other. Raises StepRefusedError when the
    other one is placed or decided upon, ConflictError when one of the two changed.
    """
    kept, other = two.kept, two.other
    if versions is not None:
        expect_version(kept, versions[0])
        expect_version(other, versions[1])
    _refuse(kept, other, decision_waits)
    _earliest_seniority(kept, other)
    _move_proofs(session, two)
    kept.papers_missing = _missing(two)
    _move_rows(session, two)
    _join_families(session, kept, other)
    session.add_all(
        DemandKey(use=keys.WORD, key=key, demand_id=kept.id) for key in (other.number, f"#{other.id}")
    )
    _close(session, two, actor, at)
    journal.note(
        session,
        "demand",
        kept.id,
        "merge",
        actor=actor,
        at=at,
        reason=f"Réunie avec la demande n° {other.number}, qui est fermée.",
        detail={
            "with": other.id,
            "other": {line.label: line.right for line in two.lines if line.differs},
        },
    )
    tell(session, kept, letters.merged(kept, other, catalogue, at), at, f"merged:{other.id}")


def declare_different(
    session: Session, one: Demand, other: Demand, reason: str, *, actor: Actor, at: datetime
) -> None:
    """Two children a person looked at: nobody is asked again. Saying it twice changes nothing."""
    reason = reason.strip()
    if not reason:
        raise InvalidError({"reason": "Indiquez en quelques mots ce qui montre que ce sont deux enfants."})
    if len(reason) > LONGEST_REASON:
        raise InvalidError({"reason": f"Dites-le en {LONGEST_REASON} caractères au plus."})
    lower, upper = sorted((one.child_id, other.child_id))
    if session.get(NotTheSame, (lower, upper)) is not None:
        return
    session.add(NotTheSame(lower_id=lower, upper_id=upper, at=at, by=actor.name, reason=reason))
    for demand, against in ((one, other), (other, one)):
        journal.note(
            session,
            "demand",
            demand.id,
            "not_the_same",
            actor=actor,
            at=at,
            reason=f"Ce n’est pas l’enfant de la demande n° {against.number} : {reason}",
            detail={"with": against.id},
        )


def _refuse(kept: Demand, other: Demand, decision_waits: bool) -> None:
    if kept.id == other.id:
        raise StepRefusedError("Une demande ne se réunit pas avec elle-même.")
    if other.closed_reason == MERGED or kept.closed_reason == MERGED:
        raise StepRefusedError("L’une de ces demandes est déjà réunie avec une autre.")
    if other.state == "placed":
        raise StepRefusedError("L’enfant est déjà placé par l’autre demande : gardez plutôt celle-là.")
    if kept.state not in (*OPEN_STATES, "placed"):
        raise StepRefusedError(
            "La demande à garder est fermée : gardez l’autre, ou rouvrez celle-ci d’abord."
        )
    if decision_waits:
        raise StepRefusedError(
            "Une décision attend sa confirmation sur la demande à fermer : qu’elle soit d’abord confirmée ou "
            "écartée."
        )


def _earliest_seniority(kept: Demand, other: Demand) -> None:
    if other.seniority_on < kept.seniority_on:
        kept.seniority_on, kept.seniority_rule = other.seniority_on, other.seniority_rule


def _move_proofs(session: Session, two: Two) -> None:
    """What was proved in the other file is proved in the kept one; what both declare stays once."""
    if two.kept.family_id == two.other.family_id:
        return
    mine = {_about(fact, two.kept): fact for fact in two.facts if fact.family_id == two.kept.family_id}
    for fact in two.facts:
        if fact.family_id != two.other.family_id:
            continue
        same = mine.get(_about(fact, two.other))
        if same is None:
            _adopt(fact, two)
        elif is_missing(same) and fact.received_on:
            for name in ("paper", "received_on", "valid_until", "checked_on", "checked_by"):
                setattr(same, name, getattr(fact, name))
            same.refused_because = ""
            session.execute(update(PaperFile).where(PaperFile.fact_id == fact.id).values(fact_id=same.id))


def _about(fact: Fact, demand: Demand) -> tuple[str, str]:
    """What a fact says and of whom, in words that hold in both files."""
    if fact.person_id is None:
        return fact.kind, ""
    if fact.person_id == demand.child_id:
        return fact.kind, "child"
    adult = next((one for one in adults_of(demand.family) if one.id == fact.person_id), None)
    return fact.kind, f"adult {adult.position}" if adult else f"person {fact.person_id}"


def _adopt(fact: Fact, two: Two) -> None:
    _kind, who = _about(fact, two.other)
    if who.startswith("person"):
        # About a brother or sister whom only the other file knows: it stays there.
        return
    person_id = None
    if who == "child":
        person_id = two.kept.child_id
    elif who:
        position = int(who.removeprefix("adult "))
        adult = next((one for one in adults_of(two.kept.family) if one.position == position), None)
        if adult is None:
            return
        person_id = adult.id
    fact.family_id, fact.person_id = two.kept.family_id, person_id


def _missing(two: Two) -> int:
    others = {one.id for one in children_of(two.kept.family)} - {two.kept.child_id}
    expected = two.kept.birth_to_confirm
    waited_for = [
        fact
        for fact in two.facts
        if fact.family_id == two.kept.family_id
        and concerns(fact.kind, fact.person_id, others, expected=expected)
        and is_missing(fact)
    ]
    return len(documents_of(waited_for, two.kept.family))


def _move_rows(session: Session, two: Two) -> None:
    kept, other = two.kept, two.other
    if MET in two.to_move:
        session.execute(update(Contact).where(Contact.demand_id == other.id).values(demand_id=kept.id))
    session.execute(
        update(LetterRow)
        .where(LetterRow.subject_type == "demand", LetterRow.subject_id == other.id)
        .values(subject_id=kept.id)
    )
    if FOLLOWED in two.to_move:
        linked = update(Demand).where(Demand.linked_to_id == other.id, Demand.id != kept.id)
        session.execute(linked.values(linked_to_id=kept.id))
    if ASSESSED in two.to_move:
        # What was set on the demand that stays is the last word on that criterion.
        settled = select(Assessment.criterion).where(Assessment.demand_id == kept.id)
        session.execute(
            update(Assessment)
            .where(Assessment.demand_id == other.id, Assessment.criterion.not_in(settled))
            .values(demand_id=kept.id)
            .execution_options(synchronize_session=False)
        )


def _join_families(session: Session, kept: Demand, other: Demand) -> None:
    """The other family points to the kept one, unless another of its demands still lives."""
    if kept.family_id == other.family_id:
        return
    alive = exists(
        select(Demand.id).where(
            Demand.family_id == other.family_id,
            Demand.id != other.id,
            Demand.state.in_((*OPEN_STATES, "placed")),
        )
    )
    session.execute(
        update(Family).where(Family.id == other.family_id, ~alive).values(merged_into_id=kept.family_id)
    )


def _close(session: Session, two: Two, actor: Actor, at: datetime) -> None:
    kept, other = two.kept, two.other
    said = f"Réunie avec la demande n° {kept.number}, qui continue."
    was_open = other.state in OPEN_STATES
    left_commission(session, other, actor, at)
    other.closed_on, other.closed_reason = other.closed_on or day(at), MERGED
    detail = {"closed": MERGED, "into": kept.id}
    if was_open:
        DEMAND.fire(session, other, "withdraw", actor=actor, at=at, reason=said, detail=detail)
    else:
        journal.note(session, "demand", other.id, "merge", actor=actor, at=at, reason=said, detail=detail)
