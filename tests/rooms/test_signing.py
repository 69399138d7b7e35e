"""A signature: two persons sign what the dry run showed, letters wait their day, and it may be annulled."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.models import Decision
from guichet.commissions.papers.facts import facts_of
from guichet.commissions.papers.models import Minutes, SessionDocument
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting import actions as sitting_actions
from guichet.core.errors import ConflictError, StepRefusedError
from guichet.core.week import Week
from guichet.demands.models import Demand
from guichet.notifications.models import LetterRow
from tests import make
from tests.sessions import SAT, letters, loads, offers, sat_on

REFUSED = {"choice": "refuse", "reason": "rank"}
NEXT_DAY = SAT + timedelta(days=1)


def test_two_persons_sign_what_the_dry_run_showed_and_the_letters_wait_their_day(database, round_):
    sat_on(
        round_,
        Ana={},
        Bob=REFUSED,
        Cleo={"choice": "postpone", "detail": "Le dossier revient avec le médecin."},
    )
    run = round_.tried("Nord")
    assert (run.state, run.failure, run.findings, run.letters) == ("done", "", [], 3)
    assert [one.state for one in letters(database)] == ["held"] * 3
    assert "répondre" in letters(database)[0].text

    assert not round_.sign("Nord", round_.by).done
    with pytest.raises(ConflictError, match="avez déjà signé"):
        round_.sign("Nord", round_.by)
    signed = round_.sign("Nord", round_.president)

    assert signed.done
    assert signed.letters_on == NEXT_DAY.date()
    assert [round_.state(name) for name in ("Ana", "Bob", "Cleo")] == ["placed", "unplaced", "oriented"]
    assert [one.state for one in letters(database)] == ["pending"] * 3
    assert {one.due_at for one in letters(database)} == {NEXT_DAY}
    assert offers(database) == [(round_.demands["Ana"], "offered")]
    assert set(loads(database).values()) == {"offered"}
    with database.reading() as session:
        assert {one.confirmed_by for one in session.scalars(select(Decision))} == {"Paul Présidence"}
        assert [one.number for one in session.scalars(select(Minutes))] == ["PV-2026-0001"]
        assert {one.kind for one in session.scalars(select(SessionDocument))} == {"nominal", "communicable"}
        assert {one.kind for one in session.scalars(select(FollowUp))} == {"answer", "call"}


def test_without_the_presidency_two_signatures_are_not_enough(database, round_):
    sat_on(round_, Ana={})
    round_.tried("Nord")
    with database.writing() as session:
        other = make.person(session, "rpe_agent")
        session.commit()
    round_.sign("Nord", round_.by)
    with pytest.raises(StepRefusedError, match="présidence"):
        round_.sign("Nord", other)


def test_annulled_while_the_letters_wait_everything_is_as_before_and_refused_once_one_has_left(
    database, round_
):
    sat_on(
        round_,
        Ana={},
        Bob=REFUSED,
        Cleo={"choice": "postpone", "detail": "Le dossier revient avec le médecin."},
    )
    round_.signed("Nord")
    round_.annul("Nord", SAT + timedelta(hours=2))
    assert {round_.state(name) for name in ("Ana", "Bob", "Cleo")} == {"commission"}
    assert {one.state for one in letters(database)} == {"cancelled"}
    assert set(loads(database).values()) == {"draft"}
    with database.reading() as session:
        assert session.get_one(CommissionSession, round_.sessions["Nord"]).state == "sitting"
        assert session.scalar(select(func.count()).select_from(FollowUp)) == 0
        assert session.scalar(select(func.count()).select_from(SessionDocument)) == 0
        assert {one.state for one in session.scalars(select(Decision))} == {"recorded"}

    round_.signed("Nord", SAT + timedelta(hours=3))
    with database.reading() as session:
        assert [one.number for one in session.scalars(select(Minutes))] == ["PV-2026-0001"]
    with database.writing() as session:
        session.execute(
            update(LetterRow)
            .where(LetterRow.state == "pending", LetterRow.subject_id == round_.demands["Bob"])
            .values(state="sent", sent_at=SAT)
        )
        session.commit()
    with pytest.raises(StepRefusedError, match="sont parties"):
        round_.annul("Nord", SAT + timedelta(hours=4))
    assert round_.state("Ana") == "placed"
    with pytest.raises(StepRefusedError, match="ne s’annule plus"):
        round_.annul("Nord", SAT + timedelta(days=2))


def test_two_persons_who_sign_at_the_same_instant_sign_the_session_once(database, round_):
    sat_on(round_, Ana={}, Bob=REFUSED)
    round_.tried("Nord")
    together = Barrier(2)

    def sign(person) -> bool:
        together.wait()
        return round_.sign("Nord", person).done

    with ThreadPoolExecutor(2) as hands:
        done = list(hands.map(sign, (round_.by, round_.president)))
    assert sorted(done) == [False, True]
    with pytest.raises(ConflictError, match="vient d’être signée"):
        round_.sign("Nord", round_.by)
    assert offers(database) == [(round_.demands["Ana"], "offered")]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Minutes)) == 1


def test_the_communicable_minutes_say_what_was_decided_and_nothing_of_a_family(database, round_):
    sat_on(
        round_,
        Ana={
            "choice": "change",
            "why": "La grand-mère habite à côté.",
            "establishment_id": make.house(round_.catalogue, "lucioles"),
        },
        Bob={**REFUSED, "detail": "La famille vient de déménager."},
    )
    round_.signed("Nord")
    said = {}
    with database.reading() as session:
        for kind in ("nominal", "communicable", "pack"):
            paper = SessionDocument(session_id=round_.sessions["Nord"], kind=kind, number="PV-2026-0001")
            said[kind] = json.dumps(facts_of(session, paper, round_.catalogue), ensure_ascii=False)
    private = ("Ana Ana", "Bob Bob", "déménager", "grand-mère")
    assert all(word in said["nominal"] for word in private)
    assert not any(word in said["communicable"] or word in said["pack"] for word in private)
    assert all("2026-00001" in one and "Les Lucioles" in one for one in said.values())
    assert "Paul Présidence, pour la présidence" in said["communicable"]


def test_the_minutes_say_who_left_and_came_who_stood_aside_and_why_the_control_was_answered(database, round_):
    for name in ("Ana", "Bob", "Cleo"):
        round_.ask(name, "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana", "Bob", "Cleo"), quorum="majority")
    round_.open("Nord")
    round_.decide("Nord", "Ana")
    round_.decide("Nord", "Bob", "wait")
    round_.decide("Nord", "Cleo", **REFUSED)

    def room_moves(session, sitting):
        one, other = [seat.id for seat in sitting.commission.seats if seat.role == "elected"]
        (chair,) = [seat.id for seat in sitting.commission.seats if seat.role == "president"]
        first = sitting.items[0].id
        sitting_actions.recuse(session, sitting, first, one, actor=round_.by, at=SAT)
        # At the third item the presidency leaves by mistake, and is there again at once.
        steps = ((2, {one: "", other: ""}), (3, {other: "holder", chair: ""}), (3, {chair: "holder"}))
        for position, wanted in steps:
            sitting_actions.note_presence(session, sitting, position, wanted, actor=round_.by, at=SAT)

    round_.change("Nord", room_moves)
    round_.signed("Nord")
    told = {}
    with database.reading() as session:
        for kind in ("nominal", "communicable"):
            paper = SessionDocument(session_id=round_.sessions["Nord"], kind=kind, number="PV-2026-0001")
            facts = facts_of(session, paper, round_.catalogue)
            told[kind] = {one["heading"]: one["rows"] for one in facts["sections"]}
            assert ["Présidence", "Paul Présidence"] in facts["head"]
    for one in told.values():
        assert [row[3] for row in one["Membres à l’ouverture"]] == ["présence"] * 3
        left, came = one["Arrivées, départs et pouvoirs en séance"]
        assert left[:2] == ["2", "départ : Siège elected ; départ : Siège elected"]
        assert left[2].startswith("Quorum manquant : 1")
        assert came[:2] == ["3", "arrivée : Siège elected"] and came[2].startswith("Quorum atteint")
        assert one["Décisions"][1][3].startswith("Liste d’attente : aucune place libre")
        assert one["Décisions"][2][3].startswith("Pas de place : places attribuées")
        assert one["Décisions"][1][4].startswith("sans quorum, 1")
    # Which member stood aside for which family is private to both.
    assert told["nominal"]["Décisions"][0][4].endswith("en déport : Siège elected")
    assert told["communicable"]["Décisions"][0][4].endswith("1\u00a0membre en déport")
    (answered,) = told["nominal"]["Contrôle avant la signature"]
    assert answered[0] == "Point 2" and answered[2] == "Vu en séance. (Chloé Coordination)"
    assert "Contrôle avant la signature" not in told["communicable"]


@pytest.mark.parametrize(("decides", "who"), [
    ("commission", "La commission « Nord », le 23 décembre 2026. Gestionnaire signe sa décision."),
    ("manager", "Gestionnaire, après l’avis de la commission « Nord » du 23 décembre 2026."),
])  # fmt: skip
def test_a_part_of_the_week_says_what_it_gives_who_decided_and_the_remedies(database, round_, decides, who):
    round_.ask("Ana", "lucioles")
    round_.sit("Nord", "lucioles", of=("Ana",), decides=decides)
    round_.open("Nord")
    with database.reading() as session:
        part = Week(session.get_one(Demand, round_.demands["Ana"]).week.intervals[:1])
    round_.decide("Nord", "Ana", "partial", week=part, detail="Le mercredi se libère en mars.")
    round_.tried("Nord")
    (letter,) = letters(database)
    said = " ".join(letter.text.split())
    keeper = round_.catalogue.keeper_of(make.house(round_.catalogue, "lucioles")).deciding_authority
    assert who.replace("Gestionnaire", keeper[:1].upper() + keeper[1:]) in said
    assert "une partie des jours demandés" in said
    assert "Le mercredi se libère en mars." in said
    assert "vous avez deux mois" in said
    assert "répondez au plus tard le" in letter.subject
