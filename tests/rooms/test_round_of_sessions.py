"""What a round of sessions gives a family: a place held, one letter, a warning, and what its answer closes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from guichet.allocation.runs.models import AllocationLine, AllocationRun
from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.models import Decision
from guichet.commissions.papers.documents import ask_paper
from guichet.commissions.papers.explanation import explanation
from guichet.commissions.papers.facts import facts_of
from guichet.commissions.papers.models import SessionDocument
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import cancel
from guichet.commissions.sessions.agenda_queries import candidates
from guichet.commissions.sessions.models import Round
from guichet.core import french
from guichet.core.errors import StepRefusedError
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.notifications.models import LetterRow
from guichet.notifications.render import render
from guichet.placements.offers.models import Offer
from tests import make
from tests.proposals import in_force
from tests.sessions import SAT, SITS_ON, letters, loads, offers, sat_on
from workers import session_sweeps

REFUSED = {"choice": "refuse", "reason": "rank"}
NEXT_DAY = SAT + timedelta(days=1)


def test_a_place_is_held_while_a_preferred_wish_is_undecided_and_offered_or_freed_at_the_last_signature(
    database, round_
):
    for name in ("Ana", "Bob"):
        round_.ask(name, "mesanges", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana", "Bob"))
    round_.sit("Sud", "mesanges")
    round_.open("Nord", "Sud")
    for name in ("Ana", "Bob"):
        round_.decide("Nord", name)
    assert round_.signed("Nord").done
    lucioles, mesanges = (make.house(round_.catalogue, code) for code in ("lucioles", "mesanges"))
    ana, bob = round_.demands["Ana"], round_.demands["Bob"]
    assert [round_.state(name) for name in ("Ana", "Bob")] == ["commission", "commission"]
    assert loads(database) == {(ana, lucioles): "held", (bob, lucioles): "held"}
    assert letters(database) == []
    extract = {"kind": "extract", "demand_id": ana, "actor": round_.by, "at": SAT}
    with pytest.raises(StepRefusedError, match="examine encore cette demande"):
        round_.change("Nord", lambda s, one: ask_paper(s, one, **extract))
    with database.reading() as session:
        minutes = SessionDocument(
            session_id=round_.sessions["Nord"], kind="communicable", number="PV-2026-0001"
        )
        decided = {
            one["heading"]: one["rows"] for one in facts_of(session, minutes, round_.catalogue)["sections"]
        }
    assert all("Place réservée" in row[3] for row in decided["Décisions"])

    round_.decide("Sud", "Ana")
    round_.decide("Sud", "Bob", **REFUSED)
    assert round_.signed("Sud", SAT + timedelta(minutes=5)).done
    assert loads(database) == {(ana, mesanges): "offered", (bob, lucioles): "offered"}
    assert offers(database) == [(ana, "cancelled"), (bob, "offered"), (ana, "offered")]
    assert [round_.state(name) for name in ("Ana", "Bob")] == ["placed", "placed"]
    assert len(letters(database, "pending")) == 2
    round_.change("Nord", lambda s, one: ask_paper(s, one, **extract))

    with pytest.raises(StepRefusedError, match="annulez d’abord celle-là"):
        round_.annul("Nord", SAT + timedelta(hours=1))
    round_.annul("Sud", SAT + timedelta(hours=1))
    assert loads(database) == {
        (ana, lucioles): "held",
        (bob, lucioles): "held",
        (ana, mesanges): "draft",
    }
    assert [round_.state(name) for name in ("Ana", "Bob")] == ["commission", "commission"]
    assert round_.signed("Sud").done
    assert loads(database) == {(ana, mesanges): "offered", (bob, lucioles): "offered"}


def test_a_child_refused_by_two_commissions_reads_both_authorities_and_where_to_go_for_each(database, round_):
    for name in ("Ana", "Bob", "Cleo"):
        round_.ask(name, "mesanges", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana", "Bob", "Cleo"), decides="manager")
    round_.sit("Sud", "mesanges", decides="manager")
    round_.open("Nord", "Sud")
    round_.decide("Sud", "Cleo")
    for name in ("Ana", "Bob"):
        round_.decide("Sud", name, "refuse", reason="section_full")
    round_.decide("Nord", "Ana")
    for name in ("Bob", "Cleo"):
        round_.decide("Nord", name, **REFUSED)
    assert round_.signed("Sud").done

    run = round_.tried("Nord")
    (gone,) = run.findings
    assert "n’est plus en commission" in gone["sentence"]
    assert gone["reason"] == "Ce tour y a déjà répondu : Sud, séance signée."
    ana, bob = (" ".join(one.text.split()) for one in letters(database, "held"))
    for said in (ana, bob):
        assert "Les Mésanges" in said and "Écrivez à Association d’essai" in said
        assert (
            "après l’avis de la commission « Sud »" in said
            and "après l’avis de la commission « Nord »" in said
        )
    assert "vos vœux préférés" in ana.lower() and "vos vœux préférés" not in bob.lower()
    assert "pas de place, section d’âge complète" in ana and "vous avez deux mois" not in ana
    assert "Motifs : section d’âge complète" in bob and "demandes mieux classées" in bob
    assert "pour Les Lucioles et demander un nouvel examen" in bob and "pour Les Mésanges." in bob
    assert round_.sign("Nord", round_.by).done is False and round_.sign("Nord", round_.president).done


def test_a_held_place_is_answered_under_the_reglement_of_the_commission_that_gave_it(database, round_):
    round_.ask("Ana", "mesanges", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana",), answer_days=21, silence="closed")
    round_.sit("Sud", "mesanges", answer_days=7)
    round_.open("Nord", "Sud")
    round_.decide("Nord", "Ana")
    round_.signed("Nord")
    round_.decide("Sud", "Ana", **REFUSED)
    round_.signed("Sud")
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
    assert (offer.state, offer.silence) == ("offered", "closed")
    assert offer.answer_by is not None and offer.answer_by - SAT.date() >= timedelta(days=22)
    (letter,) = letters(database, "pending")
    assert french.long_date(offer.answer_by).replace("\u00a0", " ") in letter.text.replace("\u00a0", " ")
    assert "votre demande est fermée" in " ".join(letter.text.split())


def test_brothers_and_sisters_are_told_in_one_letter(database, round_):
    ana, bob = round_.ask("Ana", "lucioles"), round_.ask("Bob", "lucioles")
    with database.writing() as session:
        first, second = session.get_one(Demand, ana), session.get_one(Demand, bob)
        second.family_id = first.family_id
        session.commit()
    round_.sit("Nord", "lucioles", of=("Ana", "Bob"))
    round_.open("Nord")
    round_.decide("Nord", "Ana")
    round_.decide("Nord", "Bob", **REFUSED)
    round_.signed("Nord")
    (one,) = letters(database)
    assert "Ana Ana" in one.text
    assert "Bob Bob" in one.text
    assert "recours" in one.text


def test_a_part_of_the_week_is_offered_as_it_was_decided(database, round_):
    part = Week.same_hours((1, 2), (8 * 60, 12 * 60))
    sat_on(round_, Ana={"choice": "partial", "week": part, "why": "Deux matins libres."})
    round_.signed("Nord")
    with database.reading() as session:
        (offer,) = session.scalars(select(Offer))
        assert offer.week == part


def test_a_family_left_out_of_an_agenda_is_warned_once_before_it_closes(database, round_):
    round_.ask("Ana", "lucioles")
    round_.ask("Bob", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana", "Bob"))
    closing = SITS_ON - timedelta(days=15)
    with database.writing() as session:
        session.execute(
            update(Demand)
            .where(Demand.id == round_.demands["Ana"])
            .values(renewal_due_on=SITS_ON - timedelta(days=1))
        )
        session.commit()

    def swept(on: date) -> int:
        at = datetime.combine(on, time(11), UTC)
        return session_sweeps.follow_sessions(database, at)["warned"]

    assert [swept(closing - timedelta(days=days)) for days in (11, 10, 3, -1)] == [0, 1, 0, 0]
    with database.reading() as session:
        letter = session.scalars(
            select(LetterRow).where(LetterRow.kind == "update_needed").options(undefer(LetterRow.text))
        ).one()
        assert letter.subject_id == round_.demands["Ana"]
        assert "garde sa date d’ancienneté" in " ".join(letter.text.split())


def test_what_a_family_answers_closes_what_was_followed(database, round_):
    sat_on(round_, Ana={}, Bob=REFUSED)
    round_.signed("Nord")
    with database.writing() as session:
        session.execute(
            update(Offer).values(state="accepted", answered_at=NEXT_DAY, answered_by="La famille")
        )
        session.commit()
    assert session_sweeps.follow_sessions(database, NEXT_DAY)["closed"] == 1
    with database.reading() as session:
        lines = {one.kind: one for one in session.scalars(select(FollowUp))}
    assert (lines["answer"].closed_by, lines["answer"].came_of) == ("La famille", "Place acceptée.")
    assert lines["call"].closed_at is None


def test_a_session_is_not_given_up_while_a_place_is_held_for_what_it_may_still_grant(database, round_):
    round_.ask("Ana", "mesanges", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana",))
    round_.sit("Sud", "mesanges")
    round_.change("Sud", lambda s, one: agenda_actions.build(s, one, 3, actor=round_.by, at=make.NOON))
    round_.open("Nord")
    round_.decide("Nord", "Ana")
    round_.signed("Nord")
    with pytest.raises(StepRefusedError, match="reportez celle-ci"):
        round_.change("Sud", lambda s, one: cancel(s, one, "Salle fermée", actor=round_.by, at=make.NOON))


def test_an_agenda_has_the_points_of_those_to_whom_nothing_is_proposed(database, round_):
    for name in ("Ana", "Bob"):
        round_.ask(name, "mesanges", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana", "Bob"))
    lucioles, mesanges = (make.house(round_.catalogue, code) for code in ("lucioles", "mesanges"))

    def points(counted: dict[str, list[dict[str, int]]]):
        with database.writing() as session:
            run = AllocationRun(title="Essai", kind="fresh", choices={}, asked_by="Essai", asked_at=SAT)
            session.add(run)
            session.flush()
            session.add_all(
                AllocationLine(
                    run_id=run.id,
                    demand_id=round_.demands[name],
                    position=1,
                    outcome="unplaced",
                    wishes=wishes,
                )
                for name, wishes in counted.items()
            )
            session.execute(update(Round).values(run_id=run.id))
            session.commit()
        return round_.change("Nord", lambda s, one: {c.demand_id: c.points for c in candidates(s, one)})

    there = {"house": lucioles, "points": 40}
    assert points({"Ana": [{"house": mesanges, "points": 90}, there], "Bob": []}) == {
        round_.demands["Ana"]: 40,
        round_.demands["Bob"]: None,
    }


def test_a_family_reads_what_the_commission_had_before_it_once_signed_and_never_a_simulation(
    database, round_
):
    round_.ask("Ana", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana",))
    round_.open("Nord")
    round_.decide("Nord", "Ana")
    lucioles, ana = make.house(round_.catalogue, "lucioles"), round_.demands["Ana"]
    with database.writing() as session:
        in_force(session, round_.by)
        run = AllocationRun(
            title="Simulation", kind="fresh", choices={}, asked_by="Essai", asked_at=SAT, state="done",
            result={}, done_at=SAT,
        )  # fmt: skip
        session.add(run)
        session.flush()
        granted = [{"house": lucioles, "what": "granted", "points": 40}]
        session.add(
            AllocationLine(
                run_id=run.id, demand_id=ana, position=1, outcome="placed", establishment_id=lucioles,
                points=40, wishes=granted,
            )
        )  # fmt: skip
        session.commit()
        run_id = run.id

    def told() -> str:
        with database.reading() as session:
            demand = session.get_one(Demand, ana, options=WHOLE)
            return " ".join(render(explanation(session, demand, round_.catalogue, SAT)).text.split())

    assert "ne promet pas de place" in told() and "Une place y est proposée" not in told()
    with database.writing() as session:
        signed = {"state": "confirmed", "confirmed_at": SAT, "confirmed_by_id": round_.president.user_id}
        session.execute(update(Decision).values(run_id=run_id, **signed))
        session.commit()
    assert "Le calcul y proposait une place" in told() and "ne promet pas" not in told()
