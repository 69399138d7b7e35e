"""A change of the family moves what its demands show, where they are found, and what the family reads."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.demands.family_changes import change_child, change_family, close_quietly, confirm_birth
from guichet.demands.family_file import FamilyFile, open_file
from guichet.demands.models import Demand, DemandKey
from guichet.establishments.catalogue import Catalogue
from guichet.families.actions import BirthEntry
from guichet.families.dossier import ChildEntry, FactEntry, FamilyEntry
from guichet.families.entries import adult_entry, adults_of, child_entry, children_of, household_entry
from guichet.families.models import Fact
from guichet.notifications.models import LetterRow
from tests import make

LATER = make.NOON + timedelta(days=1)
DUE = date(2027, 1, 20)


def stored(session: Session, catalogue: Catalogue, agent: Person, **values: object) -> FamilyFile:
    demand = make.demand(session, catalogue, agent, **values)
    session.commit()
    session.expunge_all()
    file = open_file(session, demand.id, agent, "edit_family", make.TODAY, lock=True)
    assert file is not None
    return file


def typed(file: FamilyFile, **values: object) -> FamilyEntry:
    entry = FamilyEntry(
        household_entry(file.family),
        tuple(map(adult_entry, adults_of(file.family))),
        tuple(map(child_entry, file.siblings)),
    )
    return replace(entry, **values)


def expected(**values: object) -> ChildEntry:
    return make.child(**{"first_name": "", "birth_date": None, "due_date": DUE, **values})


def found_under(session: Session, use: str) -> set[str]:
    return set(session.scalars(select(DemandKey.key).where(DemandKey.use == use)))


def last_line(session: Session, demand: Demand) -> JournalEntry:
    lines = select(JournalEntry).where(JournalEntry.subject_id == demand.id).order_by(JournalEntry.id.desc())
    return session.scalars(lines.limit(1)).one()


def letters(session: Session, demand: Demand) -> list[str]:
    rows = select(LetterRow.kind).where(LetterRow.subject_id == demand.id).order_by(LetterRow.id)
    return list(session.scalars(rows))


def test_a_family_that_moves_is_found_in_its_new_commune(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, wishes=(make.registration(catalogue).wishes[0],))
    household = replace(
        household_entry(file.family),
        address="3 rue Haute",
        postcode="71450",
        city="Blanzy",
        commune_code="71040",
    )
    assert found_under(session, "c") == {make.MONTCEAU}
    change_family(session, file, typed(file, household=household), catalogue, actor=agent, at=LATER)
    session.commit()
    assert file.demand.home_code == make.BLANZY
    # Montceau stays: the demand was registered there and wishes there.
    assert found_under(session, "c") == {make.MONTCEAU, make.BLANZY}


def test_a_corrected_name_replaces_the_words_that_find_the_demand(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent)
    adult = replace(adult_entry(adults_of(file.family)[0]), last_name="Verdier", phone="06 39 98 77 77")
    change_family(session, file, typed(file, adults=(adult,)), catalogue, actor=agent, at=LATER)
    session.commit()
    words = found_under(session, "w")
    assert {"VERDIER", "639987777", file.demand.number, f"#{file.demand.id}"} <= words
    assert "639980001" not in words


def test_the_history_names_the_fields_and_keeps_no_value(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent)
    adult = replace(adult_entry(adults_of(file.family)[0]), phone="06 39 98 77 77")
    change_family(session, file, typed(file, adults=(adult,)), catalogue, actor=agent, at=LATER)
    session.commit()
    line = last_line(session, file.demand)
    assert (line.step, line.actor_name) == ("edit_family", "Alix Accueil")
    assert line.detail == {"adult": ["phone"]}


def test_what_was_not_changed_writes_nothing(session: Session, catalogue: Catalogue, agent: Person) -> None:
    file = stored(session, catalogue, agent)
    assert not change_family(session, file, typed(file), catalogue, actor=agent, at=LATER)
    session.commit()
    assert file.demand.version == 1
    assert last_line(session, file.demand).step == "register"


def test_the_second_of_two_agents_is_told_that_the_file_changed(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent)
    seen = file.demand.version
    adult = replace(adult_entry(adults_of(file.family)[0]), phone="06 39 98 77 77")
    change_family(session, file, typed(file, adults=(adult,)), catalogue, actor=agent, at=LATER, version=seen)
    session.commit()
    with pytest.raises(ConflictError):
        change_family(session, file, typed(file), catalogue, actor=agent, at=LATER, version=seen)


def test_a_family_that_reads_its_mails_keeps_an_address(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent)
    adult = replace(adult_entry(adults_of(file.family)[0]), email="")
    with pytest.raises(InvalidError) as refusal:
        change_family(session, file, typed(file, adults=(adult,)), catalogue, actor=agent, at=LATER)
    assert "adult1_email" in refusal.value.problems


def test_a_new_job_asks_for_its_proof_and_a_lost_one_is_not_asked_any_more(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, adults=(make.adult(activity="inactive"),))
    at_work = replace(adult_entry(adults_of(file.family)[0]), activity="employed")
    change_family(session, file, typed(file, adults=(at_work,)), catalogue, actor=agent, at=LATER)
    session.commit()
    fact = session.scalars(select(Fact)).one()
    assert (fact.kind, fact.paper, fact.asked_on) == ("work", "employer_certificate", date(2026, 11, 24))
    assert file.demand.papers_missing == 1
    at_home = replace(at_work, activity="inactive")
    change_family(session, file, typed(file, adults=(at_home,)), catalogue, actor=agent, at=LATER)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Fact)) == 0
    assert file.demand.papers_missing == 0


def test_a_brother_who_attends_makes_a_sibling_of_the_demand(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent)
    brother = ChildEntry(
        last_name="Verdoux",
        first_name="Malo",
        birth_date=date(2024, 5, 2),
        attends_id=make.house(catalogue, "lucioles"),
    )
    change_family(session, file, typed(file, siblings=(brother,)), catalogue, actor=agent, at=LATER)
    session.commit()
    assert file.demand.has_sibling
    assert [child.first_name for child in children_of(file.family)] == ["Lina", "Malo"]
    change_family(session, file, typed(file, siblings=()), catalogue, actor=agent, at=LATER)
    session.commit()
    assert not file.demand.has_sibling


def test_a_family_that_has_moved_proves_its_address_again(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    home = FactEntry("residence", "address_proof", received=True)
    file = stored(session, catalogue, agent, facts=(home,))
    assert file.demand.papers_missing == 0
    household = replace(household_entry(file.family), address="3 rue Haute")
    change_family(
        session, file, typed(file, household=household), catalogue, actor=agent, at=LATER, moved=True
    )
    session.commit()
    assert session.scalars(select(Fact)).one().received_on is None
    assert file.demand.papers_missing == 1


def test_an_adult_whose_papers_were_received_does_not_vanish(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    second = make.adult(first_name="Noa", last_name="Tellier", phone="06 39 98 00 02")
    identity = FactEntry("identity", "identity", 2, received=True)
    file = stored(session, catalogue, agent, adults=(make.adult(), second), facts=(identity,))
    alone = typed(file).adults[:1]
    with pytest.raises(StepRefusedError):
        change_family(session, file, typed(file, adults=alone), catalogue, actor=agent, at=LATER)


def test_an_adult_typed_by_mistake_leaves_the_file_with_what_was_asked_of_them(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    second = make.adult(first_name="Noa", last_name="Tellier", phone="06 39 98 00 02")
    file = stored(
        session,
        catalogue,
        agent,
        adults=(make.adult(), second),
        facts=(FactEntry("identity", "identity", 2),),
    )
    change_family(session, file, typed(file, adults=typed(file).adults[:1]), catalogue, actor=agent, at=LATER)
    session.commit()
    assert [adult.first_name for adult in adults_of(file.family)] == ["Camille"]
    assert session.scalars(select(Fact)).all() == []
    assert file.demand.papers_missing == 0
    assert "TELLIER" not in found_under(session, "w")


def test_a_corrected_birth_date_is_told_to_the_family(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent)
    before = found_under(session, "t")
    entry = replace(child_entry(file.dossier.child), birth_date=date(2026, 3, 15))
    change_child(session, file, entry, catalogue, actor=agent, at=LATER)
    session.commit()
    assert letters(session, file.demand) == ["acknowledgement", "need_recap"]
    assert found_under(session, "t") != before


def test_a_need_of_care_that_is_not_part_of_the_demand_sends_no_letter(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent)
    entry = replace(child_entry(file.dossier.child), current_care="relatives")
    change_child(session, file, entry, catalogue, actor=agent, at=LATER)
    session.commit()
    assert letters(session, file.demand) == ["acknowledgement"]


def test_a_birth_confirmed_asks_for_its_certificate_and_is_told(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    pregnancy = FactEntry("pregnancy", "pregnancy_certificate", 0, received=True)
    file = stored(session, catalogue, agent, child=expected(), facts=(pregnancy,))
    assert file.demand.birth_to_confirm
    born = BirthEntry(date(2027, 1, 12), "Nino", "Verdoux")
    at = make.NOON + timedelta(days=60)
    confirm_birth(session, file, born, catalogue, actor=agent, at=at)
    session.commit()
    fact = session.scalars(select(Fact)).one()
    assert (fact.kind, fact.paper, fact.received_on) == ("birth", "birth_certificate", None)
    assert (file.demand.birth_to_confirm, file.demand.papers_missing) == (False, 1)
    assert letters(session, file.demand)[-1] == "need_recap"
    assert "NINO" in found_under(session, "w")


def test_a_certificate_seen_at_the_birth_leaves_the_dossier_complete(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(
        session,
        catalogue,
        agent,
        child=expected(),
        facts=(FactEntry("pregnancy", "pregnancy_certificate", 0),),
    )
    born = BirthEntry(date(2027, 1, 12), "Nino", "Verdoux", certificate_seen=True)
    confirm_birth(session, file, born, catalogue, actor=agent, at=make.NOON + timedelta(days=60))
    session.commit()
    assert file.demand.papers_missing == 0
    assert session.scalars(select(Fact)).one().checked_by == "Alix Accueil"


@pytest.mark.parametrize(
    ("day", "first_name", "field"),
    [
        (None, "Nino", "birth_date"),
        (date(2027, 2, 1), "Nino", "birth_date"),
        (date(2026, 1, 12), "Nino", "birth_date"),
        (date(2027, 1, 12), "", "first_name"),
    ],
    ids=["no date", "future", "far from the due date", "no first name"],
)
def test_a_birth_that_cannot_be_is_refused_at_its_field(
    session: Session, catalogue: Catalogue, agent: Person, day: date | None, first_name: str, field: str
) -> None:
    file = stored(session, catalogue, agent, child=expected())
    at = make.NOON + timedelta(days=60)
    with pytest.raises(InvalidError) as refusal:
        confirm_birth(session, file, BirthEntry(day, first_name, "Verdoux"), catalogue, actor=agent, at=at)
    assert list(refusal.value.problems) == [field]


def test_a_pregnancy_that_ended_closes_the_demand_and_no_letter_leaves(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, child=expected())
    close_quietly(session, file, actor=agent, at=LATER)
    session.commit()
    assert (file.demand.state, file.demand.closed_reason) == ("withdrawn", "no_longer_needed")
    states = list(session.execute(select(LetterRow.kind, LetterRow.state)))
    # The receipt had not left yet: it is held back too.
    assert states == [("acknowledgement", "cancelled")]


def test_a_born_child_is_not_closed_quietly(session: Session, catalogue: Catalogue, agent: Person) -> None:
    file = stored(session, catalogue, agent)
    with pytest.raises(StepRefusedError):
        close_quietly(session, file, actor=agent, at=LATER)


def test_an_agent_of_another_commune_does_not_open_the_file(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    wishes = (make.registration(catalogue).wishes[0],)
    file = stored(session, catalogue, agent, wishes=wishes)
    stranger = make.person(session, "rpe_agent", communes=(make.BLANZY,))
    assert open_file(session, file.demand.id, stranger, "edit_family", make.TODAY) is None
