"""Appointments and exchanges, and the life of a demand read in one statement."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.errors import ConflictError, InvalidError
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.contacts import note_exchange, plan_appointment, record_outcome
from guichet.demands.models import Demand, NeedVersion
from guichet.demands.timeline import read_timeline
from guichet.establishments.catalogue import Catalogue
from tests import make

LATER = make.NOON + timedelta(days=3)
SESSION_ON = make.TODAY + timedelta(days=10)


def test_an_appointment_is_to_come(session: Session, demand: Demand, agent: Person) -> None:
    with pytest.raises(InvalidError, match="à venir"):
        plan_appointment(session, demand, make.NOON, "Relais", actor=agent, at=make.NOON)


def test_an_appointment_has_one_outcome_and_not_before_its_hour(
    session: Session, demand: Demand, agent: Person
) -> None:
    contact = plan_appointment(session, demand, LATER, "Relais", actor=agent, at=make.NOON)
    session.flush()
    with pytest.raises(InvalidError, match="seulement être annulé"):
        record_outcome(session, contact, "held", "", actor=agent, at=make.NOON)
    record_outcome(session, contact, "missed", "Personne", actor=agent, at=LATER)
    with pytest.raises(ConflictError, match="déjà noté : manqué"):
        record_outcome(session, contact, "held", "", actor=agent, at=LATER)


def test_an_exchange_says_something(session: Session, demand: Demand, agent: Person) -> None:
    with pytest.raises(InvalidError, match="Écrivez ce qui s’est dit"):
        note_exchange(session, demand, "call", "  ", actor=agent, at=make.NOON)
    with pytest.raises(InvalidError, match="moyen"):
        note_exchange(session, demand, "appointment", "x", actor=agent, at=make.NOON)


def test_the_life_of_a_demand_is_told_latest_first_in_one_statement(
    session: Session, demand: Demand, agent: Person, catalogue: Catalogue
) -> None:
    appointment = plan_appointment(
        session, demand, LATER, "Relais", actor=agent, at=make.NOON + timedelta(minutes=1)
    )
    session.flush()
    record_outcome(session, appointment, "held", "Famille reçue", actor=agent, at=LATER)
    orient(
        session,
        demand,
        OrientationEntry("commission", "Vu"),
        catalogue,
        actor=agent,
        at=LATER + timedelta(hours=1),
    )
    enlist(
        session,
        demand,
        SESSION_ON,
        "Commission de printemps",
        (),
        catalogue,
        actor=agent,
        at=LATER + timedelta(hours=2),
    )
    session.add(
        NeedVersion(
            demand_id=demand.id,
            number=1,
            replaced_at=LATER + timedelta(hours=3),
            replaced_by="Alix Accueil",
            need={"week_pattern": [[1, 480, 720]], "entry_on": "2027-09-01"},
        )
    )
    session.flush()
    session.commit()
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    told = read_timeline(session, demand.id)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
    assert [(one.what.split(" du ")[0], one.delivery) for one in told] == [
        ("Besoin remplacé (version 1)", ""),
        ("Courrier : date de la commission", "en attente d’envoi"),
        ("Inscription en commission", ""),
        ("Courrier : orientation", "en attente d’envoi"),
        ("Orientation", ""),
        ("Rendez-vous tenu", ""),
        ("Rendez-vous", "tenu"),
        ("Courrier : accusé de réception", "en attente d’envoi"),
        ("Enregistrement", ""),
    ]
    whys = {one.what: one.why.replace("\u00a0", " ") for one in told}
    assert whys["Inscription en commission"] == "Commission de printemps, jeudi 3 décembre 2026"
    assert (
        whys["Besoin remplacé (version 1)"]
        == "Il demandait : lundi, de 8 h à 12 h, entrée le 1er septembre 2027"
    )
    assert whys["Rendez-vous tenu"] == "Famille reçue"
    assert all(one.at.tzinfo for one in told)
    assert told[6].planned_for == LATER
