"""The life of a barème: a draft is written, one is in force at a time, and what decided never changes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.bareme import actions, file
from guichet.bareme.bareme import Bareme
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_in_force, bareme_of, version_in_force, versions
from guichet.bareme.workflow import BAREME, BaremeFacts
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from tests import make

SHIPPED = Path(file.__file__).parent / "shipped"
DAY = timedelta(days=1)


def shipped(code: str) -> Bareme:
    made, faults = file.read_text((SHIPPED / f"{code}.json").read_bytes())
    assert made, faults
    return made


@pytest.fixture
def coordinator(session: Session) -> Person:
    return make.person(session, "coordinator", name="Chloé Coordination")


def created(session: Session, by: Person, code: str = "pessac_2022") -> BaremeVersion:
    version = actions.create(session, shipped(code), actor=by, at=make.NOON)
    session.flush()
    return version


def test_a_draft_keeps_its_content_its_digest_and_who_wrote_it(session: Session, coordinator: Person) -> None:
    version = created(session, coordinator)
    session.expire_all()
    assert bareme_of(version) == shipped("pessac_2022")
    assert version.digest == actions.digest_of(shipped("pessac_2022"))
    assert (version.state, version.created_by, version.starts_on) == ("draft", "Chloé Coordination", None)
    steps = session.scalars(select(JournalEntry.step).where(JournalEntry.subject_type == "bareme")).all()
    assert steps == ["create"]


def test_a_faulty_barème_is_refused_with_all_its_faults_and_nothing_is_stored(
    session: Session, coordinator: Person
) -> None:
    faulty = replace(shipped("pessac_2022"), ties=("seniority",), title="Sexe")
    with pytest.raises(InvalidError) as refused:
        actions.create(session, faulty, actor=coordinator, at=make.NOON)
    assert "tirage enregistré" in refused.value.sentence
    assert session.scalars(select(BaremeVersion)).all() == []


def test_two_versions_do_not_share_a_code(session: Session, coordinator: Person) -> None:
    created(session, coordinator)
    with pytest.raises(InvalidError, match="porte déjà le code"):
        actions.create(session, shipped("pessac_2022"), actor=coordinator, at=make.NOON)


def test_one_barème_applies_on_each_day_and_the_next_closes_it_the_day_before(
    session: Session, coordinator: Person
) -> None:
    first, second = created(session, coordinator), created(session, coordinator, "toulouse_2015")
    for version, starts_on in ((first, make.TODAY), (second, make.TODAY + 40 * DAY)):
        actions.put_in_force(session, version, starts_on, seen=None, actor=coordinator, at=make.NOON)
    session.flush()
    assert (first.state, first.ends_on) == ("closed", make.TODAY + 39 * DAY)
    applied = {
        days: one.code if (one := version_in_force(session, make.TODAY + days * DAY)) else None
        for days in (-1, 0, 39, 40, 400)
    }
    assert applied == {
        -1: None,
        0: "pessac_2022",
        39: "pessac_2022",
        40: "toulouse_2015",
        400: "toulouse_2015",
    }
    assert bareme_in_force(session, make.TODAY) == shipped("pessac_2022")


def test_two_barèmes_are_never_in_force_at_once_even_by_another_way(
    session: Session, coordinator: Person
) -> None:
    first, second = created(session, coordinator), created(session, coordinator, "toulouse_2015")
    actions.put_in_force(session, first, make.TODAY, seen=None, actor=coordinator, at=make.NOON)
    session.flush()
    second.starts_on = make.TODAY
    with pytest.raises(IntegrityError):
        BAREME.fire(
            session, second, "put_in_force", actor=coordinator, at=make.NOON, facts=BaremeFacts(make.TODAY)
        )
    session.rollback()


def test_an_extract_is_never_put_in_force_but_its_copy_is_once_completed(
    session: Session, coordinator: Person
) -> None:
    extract = created(session, coordinator, "reims_2021")
    with pytest.raises(InvalidError, match="extrait"):
        actions.put_in_force(session, extract, make.TODAY, seen=None, actor=coordinator, at=make.NOON)
    copy = actions.duplicate(
        session, shipped("reims_2021"), "essai_2027", "Essai 2027", actor=coordinator, at=make.NOON
    )
    with pytest.raises(InvalidError, match="délibération"):
        actions.put_in_force(session, copy, make.TODAY, seen=None, actor=coordinator, at=make.NOON)
    adopted = replace(bareme_of(copy), deliberation="Délibération n° 12 du 3 décembre 2026")
    actions.rewrite(session, copy, adopted, seen=copy.version, actor=coordinator, at=make.NOON)
    actions.put_in_force(session, copy, make.TODAY, seen=None, actor=coordinator, at=make.NOON)
    assert copy.state == "in_force"


def test_a_barème_does_not_start_in_the_past_nor_before_the_present_one(
    session: Session, coordinator: Person
) -> None:
    first, second = created(session, coordinator), created(session, coordinator, "toulouse_2015")
    with pytest.raises(StepRefusedError, match="ne changent pas"):
        actions.put_in_force(session, first, make.TODAY - DAY, seen=None, actor=coordinator, at=make.NOON)
    assert first.starts_on is None
    actions.put_in_force(session, first, make.TODAY + 9 * DAY, seen=None, actor=coordinator, at=make.NOON)
    with pytest.raises(InvalidError, match="ne peut pas précéder"):
        actions.put_in_force(session, second, make.TODAY, seen=None, actor=coordinator, at=make.NOON)


def test_what_was_in_force_never_changes_and_is_never_deleted(session: Session, coordinator: Person) -> None:
    version = created(session, coordinator)
    actions.put_in_force(session, version, make.TODAY, seen=None, actor=coordinator, at=make.NOON)
    with pytest.raises(StepRefusedError, match="faites-en une copie"):
        actions.rewrite(session, version, shipped("pessac_2022"), seen=None, actor=coordinator, at=make.NOON)
    with pytest.raises(StepRefusedError, match="faites-en une copie"):
        actions.discard(session, version, seen=None, actor=coordinator, at=make.NOON)


def test_the_second_of_two_people_sees_that_the_draft_has_changed(
    session: Session, coordinator: Person
) -> None:
    version = created(session, coordinator)
    seen = version.version
    titled = replace(bareme_of(version), title="Pessac, relu")
    actions.rewrite(session, version, titled, seen=seen, actor=coordinator, at=make.NOON)
    with pytest.raises(ConflictError):
        actions.rewrite(session, version, titled, seen=seen, actor=coordinator, at=make.NOON)


def test_closing_asks_for_a_reason_and_leaves_no_barème_after_the_last_day(
    session: Session, coordinator: Person
) -> None:
    version = created(session, coordinator)
    actions.put_in_force(session, version, make.TODAY, seen=None, actor=coordinator, at=make.NOON)
    with pytest.raises(InvalidError, match="pourquoi"):
        actions.close(session, version, make.TODAY, seen=None, actor=coordinator, at=make.NOON, reason=" ")
    actions.close(
        session,
        version,
        make.TODAY + DAY,
        seen=None,
        actor=coordinator,
        at=make.NOON,
        reason="Annulé par le conseil",
    )
    session.flush()
    assert version_in_force(session, make.TODAY + DAY) is version
    assert version_in_force(session, make.TODAY + 2 * DAY) is None


def test_a_draft_nobody_needs_is_deleted_and_the_list_shows_what_applies_first(
    session: Session, coordinator: Person
) -> None:
    spare, kept = created(session, coordinator), created(session, coordinator, "toulouse_2015")
    actions.put_in_force(session, kept, make.TODAY, seen=None, actor=coordinator, at=make.NOON)
    session.flush()
    assert [one.code for one in versions(session)] == ["toulouse_2015", "pessac_2022"]
    actions.discard(session, spare, seen=None, actor=coordinator, at=make.NOON)
    session.flush()
    assert [one.code for one in versions(session)] == ["toulouse_2015"]
