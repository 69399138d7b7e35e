"""A family's file as the desk opens it: the demand, the family's other demands, the persons, the facts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased, joinedload

from guichet.accounts.policy import Person as Reader
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.families.entries import Dossier, children_of, documents_of
from guichet.families.facts import concerns
from guichet.families.models import Fact, Family, Person
from guichet.families.proof_actions import Subject
from guichet.families.proofs import is_missing

# Made once: its forty columns take longer to copy than the file to read.
_WANTED = aliased(Demand)


@dataclass(frozen=True)
class FamilyFile:
    """What is loaded together because it changes together."""

    demand: Demand
    """The one the person opened."""
    demands: list[Demand]
    """All of the family, this one included: a transfer, a brother's or a sister's."""
    dossier: Dossier

    @property
    def family(self) -> Family:
        """The household."""
        return self.dossier.family

    @property
    def facts(self) -> list[Fact]:
        """What the family declares."""
        return self.dossier.facts

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The histories on which a change of the family is written."""
        return tuple(("demand", demand.id) for demand in self.demands)

    @property
    def siblings(self) -> list[Person]:
        """The other children, those who have no demand of their own."""
        asked_for = {demand.child_id for demand in self.demands}
        return [child for child in children_of(self.family) if child.id not in asked_for]

    def facts_of(self, demand: Demand) -> list[Fact]:
        """What is declared for the child of one of the demands, its adults and its home."""
        others = {one.id for one in children_of(self.family)} - {demand.child_id}
        expected = demand.birth_to_confirm
        return [fact for fact in self.facts if concerns(fact.kind, fact.person_id, others, expected=expected)]

    def documents_missing(self, demand: Demand) -> tuple[str, ...]:
        """The documents that one of the demands waits for, as the family reads them."""
        return documents_of([fact for fact in self.facts_of(demand) if is_missing(fact)], self.family)

    def fact(self, fact_id: int) -> Fact | None:
        """One declared fact of this family."""
        return next((fact for fact in self.facts if fact.id == fact_id), None)


def open_file(
    session: Session, demand_id: int, reader: Reader, action: str, today: date, *, lock: bool = False
) -> FamilyFile | None:
    """The file of a demand within the reach of the reader's right, in two statements; None otherwise.

    With `lock`, another person's change of the same file waits for this one to end.
    """
    family_id = (
        select(_WANTED.family_id)
        .where(_WANTED.id == demand_id, visible_to(reader, action, today, of=_WANTED))
        .scalar_subquery()
    )
    return _load(session, demand_id, Demand.family_id == family_id, lock)


def file_of(session: Session, demand_id: int) -> FamilyFile | None:
    """The file of a demand, for what the guichet does by itself."""
    family_id = select(_WANTED.family_id).where(_WANTED.id == demand_id).scalar_subquery()
    return _load(session, demand_id, Demand.family_id == family_id, lock=True)


def _load(session: Session, demand_id: int, condition: ColumnElement[bool], lock: bool) -> FamilyFile | None:
    rows = (
        select(Demand)
        .where(condition)
        .options(
            joinedload(Demand.family).joinedload(Family.persons),
            joinedload(Demand.child),
            joinedload(Demand.wishes),
        )
        .order_by(Demand.id)
    )
    if lock:
        rows = rows.with_for_update(of=Demand)
    demands = list(session.scalars(rows).unique())
    demand = next((one for one in demands if one.id == demand_id), None)
    if demand is None:
        return None
    declared = select(Fact).where(Fact.family_id == demand.family_id).order_by(Fact.id)
    facts = list(session.scalars(declared))
    return FamilyFile(demand, demands, Dossier(demand.family, demand.child, facts))
