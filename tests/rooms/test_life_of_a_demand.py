"""The main job: a demand registered at the desk reaches placed or unplaced, and the family is told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import DecisionEntry, annul_decision, confirm_decision, record_decision
from guichet.core.errors import ConflictError, NotAllowedError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.demands.actions import OrientationEntry, enlist, orient, reopen, withdraw
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from tests import make

SESSION_ON = make.TODAY + timedelta(days=10)
AFTER = make.NOON + timedelta(days=11)


@pytest.fixture
def director(session: Session, catalogue: Catalogue) -> Person:
    return make.person(
        session, "director", name="Dany Directrice", houses=(make.house(catalogue, "lucioles"),)
    )


def letters(session: Session, demand: Demand) -> list[str]:
    rows = select(LetterRow.kind).where(LetterRow.subject_id == demand.id).order_by(LetterRow.id)
    return list(session.scalars(rows))


def moves(session: Session, demand: Demand) -> list[tuple[str, str | None]]:
    rows = select(JournalEntry).where(JournalEntry.subject_id == demand.id).order_by(JournalEntry.id)
    return [(row.step, row.to_state) for row in session.scalars(rows) if row.subject_type == "demand"]


def to_commission(session: Session, demand: Demand, catalogue: Catalogue, agent: Person) -> None:
    orient(
        session,
        demand,
        OrientationEntry("commission", interview_on=make.TODAY),
        catalogue,
        actor=agent,
        at=make.NOON,
    )
    enlist(session, demand, SESSION_ON, "Commission de printemps", (), catalogue, actor=agent, at=make.NOON)


def granted(catalogue: Catalogue) -> DecisionEntry:
    return DecisionEntry(
        outcome="placed",
        session_on=SESSION_ON,
        session_name="Commission de printemps",
        establishment_id=make.house(catalogue, "lucioles"),
        entry_on=date(2027, 9, 1),
    )


def test_a_demand_reaches_placed_and_the_family_is_told_at_each_step(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person, director: Person
) -> None:
    to_commission(session, demand, catalogue, agent)
    decision = record_decision(session, demand, granted(catalogue), catalogue, person=director, at=AFTER)
    session.flush()
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    session.commit()
    assert demand.state == "placed"
    assert letters(session, demand) == ["acknowledgement", "orientation", "commission_date", "placed"]
    assert moves(session, demand) == [
        ("register", "received"),
        ("orient", "oriented"),
        ("enlist", "commission"),
        ("record_decision", None),
        ("place", "placed"),
        ("offer_made", None),
    ]


def test_an_unplaced_family_reads_the_reason_the_authority_and_the_remedies(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person, director: Person
) -> None:
    to_commission(session, demand, catalogue, agent)
    refusal = DecisionEntry(
        outcome="unplaced",
        session_on=SESSION_ON,
        session_name="Commission de printemps",
        establishment_id=make.house(catalogue, "lucioles"),
        reason="no_seat",
    )
    decision = record_decision(session, demand, refusal, catalogue, person=director, at=AFTER)
    session.flush()
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    session.commit()
    text = session.scalar(select(LetterRow.text).where(LetterRow.kind == "unplaced")) or ""
    assert demand.state == "unplaced"
    said = " ".join(text.split())
    for words in ("aucune place libre", "Autorité de Ville d’essai", "Dominique Signataire", "deux mois"):
        assert words in said


def test_whoever_recorded_a_decision_may_not_confirm_it(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person, director: Person
) -> None:
    to_commission(session, demand, catalogue, agent)
    decision = record_decision(session, demand, granted(catalogue), catalogue, person=director, at=AFTER)
    session.flush()
    with pytest.raises(NotAllowedError):
        confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=director, at=AFTER)


def test_a_confirmed_decision_can_be_annulled_while_its_letter_has_not_left(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person, director: Person
) -> None:
    to_commission(session, demand, catalogue, agent)
    decision = record_decision(session, demand, granted(catalogue), catalogue, person=director, at=AFTER)
    session.flush()
    confirm_decision(session, decision, demand, catalogue, links=make.LINKS, person=agent, at=AFTER)
    annul_decision(session, decision, demand, "erreur de date", person=agent, at=AFTER)
    session.commit()
    row = session.scalar(select(LetterRow).where(LetterRow.kind == "placed"))
    assert row is not None
    assert (demand.state, row.state) == ("commission", "cancelled")


def test_the_same_form_sent_twice_makes_one_demand(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    entry = make.registration(catalogue)
    from guichet.demands.registering import register

    register(session, entry, catalogue, actor=agent, at=make.NOON)
    session.commit()
    with pytest.raises(ConflictError):
        register(session, entry, catalogue, actor=agent, at=make.NOON)
    assert len(session.scalars(select(Demand)).all()) == 1


def test_a_demand_is_not_enlisted_while_a_paper_is_missing(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    orient(session, demand, OrientationEntry("commission", "vu"), catalogue, actor=agent, at=make.NOON)
    with pytest.raises(StepRefusedError, match="justificatif de domicile"):
        enlist(
            session,
            demand,
            SESSION_ON,
            "Commission",
            ("justificatif de domicile",),
            catalogue,
            actor=agent,
            at=make.NOON,
        )


def test_a_step_the_table_does_not_have_is_refused_in_french(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    with pytest.raises(StepRefusedError, match="reçue"):
        enlist(session, demand, SESSION_ON, "Commission", (), catalogue, actor=agent, at=make.NOON)


def test_the_second_of_two_agents_gets_a_conflict_and_writes_nothing(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    seen = demand.version
    orient(session, demand, OrientationEntry("commission", "vu"), catalogue, actor=agent, at=make.NOON)
    session.commit()
    with pytest.raises(ConflictError):
        orient(
            session,
            demand,
            OrientationEntry("childminder", "autre"),
            catalogue,
            actor=agent,
            at=make.NOON,
            version=seen,
        )
    assert demand.orientation == "commission"


def test_the_database_itself_refuses_a_placed_demand_without_a_place(
    session: Session, demand: Demand
) -> None:
    session.commit()
    with pytest.raises(IntegrityError):
        session.connection().exec_driver_sql(f"UPDATE demand SET state = 'placed' WHERE id = {demand.id}")


def test_a_withdrawn_demand_may_be_reopened_inside_the_grace_period_only(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    withdraw(session, demand, "moved", "", catalogue, actor=agent, at=make.NOON)
    late = make.NOON + timedelta(days=61)
    with pytest.raises(StepRefusedError, match="60 jours"):
        reopen(session, demand, actor=agent, at=late, renew_every_days=180)
    reopen(session, demand, actor=agent, at=make.NOON, renew_every_days=180)
    assert demand.state == "received"


def test_a_child_has_one_active_demand(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    withdraw(session, demand, "moved", "", catalogue, actor=agent, at=make.NOON)
    again = make.demand(session, catalogue, agent)
    again.child = demand.child
    session.flush()
    with pytest.raises(StepRefusedError, match="déjà une autre demande"):
        reopen(session, demand, actor=agent, at=make.NOON, renew_every_days=180)


def test_an_unborn_child_keeps_its_date_but_is_not_examined(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    expected = replace(make.child(), first_name="", birth_date=None, due_date=date(2027, 2, 1))
    demand = make.demand(session, catalogue, agent, child=expected)
    assert demand.birth_to_confirm
    orient(session, demand, OrientationEntry("commission", "vu"), catalogue, actor=agent, at=make.NOON)
    with pytest.raises(StepRefusedError, match="naissance"):
        enlist(session, demand, SESSION_ON, "Commission", (), catalogue, actor=agent, at=make.NOON)
