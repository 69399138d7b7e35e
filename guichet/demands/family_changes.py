"""What a change of the family makes of its demands: their tags, the words that find them, the recap letter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.workflow import expect_version
from guichet.demands import keys, letters
from guichet.demands.actions import tell
from guichet.demands.checks import Findings, check_adults, check_child
from guichet.demands.family_file import FamilyFile
from guichet.demands.keys import Key
from guichet.demands.models import Demand, DemandKey
from guichet.demands.states import OPEN_STATES
from guichet.demands.workflow import DEMAND
from guichet.establishments.catalogue import Catalogue
from guichet.families import actions
from guichet.families.actions import BirthEntry, Change
from guichet.families.dossier import AdultEntry, ChildEntry, FamilyEntry
from guichet.families.entries import adult_entry, adults_of, child_entry, children_of
from guichet.families.models import Person
from guichet.notifications import models as letter_states
from guichet.notifications import outbox
from guichet.notifications.models import LetterRow

SIBLING_FIELDS = ("first_name", "last_name", "birth_date", "attends_id", "attends_until")
"""What the desk asks of a brother or sister; the rest of what is known of them stays."""
QUIET = "Demande fermée avec la famille. Aucun courrier."
_NOT_LEFT = (letter_states.HELD, letter_states.PENDING, letter_states.TO_PRINT)


def change_family(
    session: Session,
    file: FamilyFile,
    typed: FamilyEntry,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    moved: bool = False,
) -> bool:
    """Rewrite the household, its adults and the other children; `typed.facts` is not read.

    False when nothing is different. Adults and siblings are matched in their order; those who are not in
    `typed` any more leave the file. A child who has a demand is changed from that demand.
    Raises InvalidError at the fields, ConflictError when the demand changed since `version`.
    """
    expect_version(file.demand, version)
    findings = Findings()
    check_adults(typed.adults, typed.household.channel, day(at), findings)
    if findings.problems:
        raise InvalidError(findings.problems)
    by, before = Change(actor, at, file.subjects), _found_by(file)
    actions.edit_household(session, file.dossier, typed.household, by, moved=moved)
    _each(session, file, adults_of(file.family), typed.adults, by)
    _each(session, file, file.siblings, typed.siblings, by)
    return _end(session, file, by, catalogue, before)


def change_child(
    session: Session,
    file: FamilyFile,
    entry: ChildEntry,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> bool:
    """Rewrite the child of the demand; its name or its date is part of what was asked, so a recap leaves.

    False when nothing is different. Raises as `change_family` does.
    """
    expect_version(file.demand, version)
    child = file.dossier.child
    entry = replace(entry, attends_id=child.attends_id, attends_until=child.attends_until)
    findings = Findings()
    check_child(entry, day(at), findings)
    if child.birth_date and not entry.birth_date:
        findings.refuse("birth_date", "Cet enfant est né : corrigez la date de naissance, sans la vider.")
    if not child.birth_date and entry.birth_date:
        findings.refuse("birth_date", "Pour un enfant qui vient de naître, confirmez la naissance.")
    if findings.problems:
        raise InvalidError(findings.problems)
    by, before = Change(actor, at, file.subjects), _found_by(file)
    changed = actions.edit_person(session, file.dossier, child, entry, by)
    if not _end(session, file, by, catalogue, before):
        return False
    if {"first_name", "last_name", "birth_date", "due_date"} & set(changed):
        _recap(session, file, catalogue, at)
    return True


def confirm_birth(
    session: Session,
    file: FamilyFile,
    entry: BirthEntry,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """The child is born: the demand may go before a commission once complete, and the family reads it."""
    expect_version(file.demand, version)
    before = _found_by(file)
    actions.confirm_birth(session, file.dossier, entry, Change(actor, at, file.subjects))
    with session.no_autoflush:
        _refresh(session, file, catalogue, before)
    _recap(session, file, catalogue, at)


def close_quietly(
    session: Session, file: FamilyFile, *, actor: Actor, at: datetime, version: int | None = None
) -> None:
    """The pregnancy ended: the demand is closed, no letter leaves, and those that waited are held back.

    Why is not written: it is the family's, and the guichet has no need of it (GDPR article 9).
    """
    expect_version(file.demand, version)
    demand = file.demand
    if not demand.birth_to_confirm:
        raise StepRefusedError("La naissance de cet enfant est confirmée : retirez la demande autrement.")
    demand.closed_on, demand.closed_reason = day(at), "no_longer_needed"
    DEMAND.fire(session, demand, "withdraw", actor=actor, at=at, reason=QUIET)
    waiting = select(LetterRow.key).where(
        LetterRow.subject_type == "demand", LetterRow.subject_id == demand.id, LetterRow.state.in_(_NOT_LEFT)
    )
    for key in session.scalars(waiting).all():
        outbox.cancel(session, key, at=at, detail="Demande fermée.")


def recount_papers(file: FamilyFile) -> bool:
    """Say again how many papers each demand of the family waits for. True when this one is now complete."""
    before = file.demand.papers_missing
    for demand in file.demands:
        demand.papers_missing = len(file.documents_missing(demand))
    return before > 0 and file.demand.papers_missing == 0


def _each(
    session: Session,
    file: FamilyFile,
    known: list[Person],
    typed: Sequence[AdultEntry | ChildEntry],
    by: Change,
) -> None:
    for person, entry in zip(known, typed, strict=False):
        actions.edit_person(session, file.dossier, person, _whole(person, entry), by)
    for entry in typed[len(known) :]:
        actions.add_person(session, file.dossier, entry, by)
    for person in known[len(typed) :]:
        actions.remove_person(session, file.dossier, person, by)


def _end(
    session: Session,
    file: FamilyFile,
    by: Change,
    catalogue: Catalogue,
    before: dict[int, frozenset[Key]],
) -> bool:
    """Write what changed and what follows from it; False when nothing did."""
    if not actions.write_down(session, by):
        return False
    with session.no_autoflush:
        _refresh(session, file, catalogue, before)
    return True


def _whole(person: Person, entry: AdultEntry | ChildEntry) -> AdultEntry | ChildEntry:
    if isinstance(entry, AdultEntry):
        return entry
    return replace(child_entry(person), **{name: getattr(entry, name) for name in SIBLING_FIELDS})


def _refresh(
    session: Session, file: FamilyFile, catalogue: Catalogue, before: dict[int, frozenset[Key]]
) -> None:
    home = file.family.commune_code
    for demand in file.demands:
        former, demand.home_code = demand.home_code, home if home in catalogue.towns else None
        demand.birth_to_confirm = demand.child.birth_date is None
        demand.has_sibling = any(
            one.attends_id for one in children_of(file.family) if one.id != demand.child_id
        )
        if former != demand.home_code:
            _move_home(session, demand, former, catalogue)
        # A person's row has no version of its own: the demand's says that its file changed.
        flag_modified(demand, "home_code")
    recount_papers(file)
    after = _found_by(file)
    for demand in file.demands:
        if after[demand.id] != before[demand.id]:
            _rewrite_words(session, demand.id, after[demand.id])


def _found_by(file: FamilyFile) -> dict[int, frozenset[Key]]:
    """For each demand, the words that follow from the persons."""
    adults = [adult_entry(adult) for adult in adults_of(file.family)]
    found = {}
    for demand in file.demands:
        child = child_entry(demand.child)
        rank = None if child.multiple_births == 1 else demand.child.position
        trace = keys.trace_of(demand.id, child, adults, rank)
        found[demand.id] = keys.name_words(child, adults) | keys.trace_words(trace)
    return found


def _rewrite_words(session: Session, demand_id: int, found: frozenset[Key]) -> None:
    """The numbers stay, those of a merged demand too: a name has neither « # » nor « - », a mail has « @ »."""
    number = or_(DemandKey.key.like("#%"), and_(DemandKey.key.like("____-%"), DemandKey.key.not_like("%@%")))
    session.execute(
        delete(DemandKey).where(
            DemandKey.demand_id == demand_id,
            or_(DemandKey.use == keys.TRACE, and_(DemandKey.use == keys.WORD, ~number)),
        )
    )
    ordered = sorted(found, key=lambda item: (item.use, item.key))
    session.add_all(DemandKey(use=item.use, key=item.key, demand_id=demand_id) for item in ordered)


def _move_home(session: Session, demand: Demand, former: str | None, catalogue: Catalogue) -> None:
    wished = {wish.commune_code for wish in demand.wishes} | {
        catalogue.houses[wish.establishment_id].commune_code
        for wish in demand.wishes
        if wish.establishment_id
    }
    touched = {code for code in (former, demand.home_code) if code}
    kept = touched & (wished | {demand.desk_commune_code, demand.home_code})
    session.execute(
        delete(DemandKey).where(
            DemandKey.demand_id == demand.id,
            DemandKey.use == keys.COMMUNE,
            DemandKey.key.in_(sorted(touched)),
        )
    )
    session.add_all(DemandKey(use=keys.COMMUNE, key=code, demand_id=demand.id) for code in sorted(kept))


def _recap(session: Session, file: FamilyFile, catalogue: Catalogue, at: datetime) -> None:
    demand = file.demand
    if demand.state not in OPEN_STATES:
        return
    session.flush()
    tell(session, demand, letters.need_recap(demand, catalogue, at), at, f"family:{demand.version}")
