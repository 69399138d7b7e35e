"""A round of two commissions is tried, signed by two, annulled: letters, states, seats and offers move together."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.models import Decision
from guichet.commissions.papers.facts import facts_of
from guichet.commissions.papers.models import Minutes, SessionDocument
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import cancel
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import dry_run
from guichet.commissions.signing.models import DryRun
from guichet.commissions.sitting import deciding
from guichet.core import process
from guichet.core.db import Database
from guichet.core.errors import ConflictError, StepRefusedError
from guichet.core.week import Week
from guichet.demands import leaving
from guichet.demands.actions import withdraw
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.notifications.models import LetterRow
from guichet.placements.models import Placement
from guichet.placements.offers.models import Offer
from tests import make
from tests.proposals import places
from tests.sessions import SAT, SITS_ON, Round2, bench
from workers import session_sweeps

REFUSED = {"choice": "refuse", "reason": "rank"}
NEXT_DAY = SAT + timedelta(days=1)


@pytest.fixture(autouse=True)
def bound() -> None:
    leaving.bind(deciding.drop_drafts)


@pytest.fixture
def round_(database: Database) -> Round2:
    return Round2.started(database)


def letters(database: Database, *states: str) -> list[LetterRow]:
    with database.reading() as session:
        wanted = select(LetterRow).where(LetterRow.key.startswith("session:")).order_by(LetterRow.id)
        if states:
            wanted = wanted.where(LetterRow.state.in_(states))
        return list(session.scalars(wanted.options(undefer(LetterRow.text))))


def loads(database: Database) -> dict[tuple[int | None, int], str]:
    with database.reading() as session:
        rows = session.scalars(select(Placement))
        return {(one.demand_id, one.establishment_id): one.load for one in rows}


def offers(database: Database) -> list[tuple[int, str]]:
    with database.reading() as session:
        return [(one.demand_id, one.state) for one in session.scalars(select(Offer).order_by(Offer.id))]


def sat_on(round_: Round2, **decided: dict[str, object]) -> Round2:
    """One session of Les Lucioles, where each child is decided as said."""
    for name in decided:
        round_.ask(name, "lucioles")
    round_.sit("Nord", "lucioles", of=tuple(decided))
    round_.open("Nord")
    for name, values in decided.items():
        round_.decide("Nord", name, **values)
    return round_


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


def test_a_decision_changed_after_the_dry_run_or_after_the_first_signature_is_never_signed_unseen(
    database, round_
):
    sat_on(round_, Ana={})
    round_.tried("Nord")
    assert not round_.sign("Nord", round_.by).done
    round_.decide("Nord", "Ana", **REFUSED)
    with pytest.raises(StepRefusedError, match="refaites l’essai"):
        round_.sign("Nord", round_.president)
    old = {one.key for one in letters(database)}
    assert round_.signed("Nord").done
    assert round_.state("Ana") == "unplaced"
    assert not old & {one.key for one in letters(database)}


def test_without_the_presidency_two_signatures_are_not_enough(database, round_):
    sat_on(round_, Ana={})
    round_.tried("Nord")
    with database.writing() as session:
        other = make.person(session, "rpe_agent")
        session.commit()
    round_.sign("Nord", round_.by)
    with pytest.raises(StepRefusedError, match="présidence"):
        round_.sign("Nord", other)


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

    round_.decide("Sud", "Ana")
    round_.decide("Sud", "Bob", **REFUSED)
    assert round_.signed("Sud", SAT + timedelta(minutes=5)).done
    assert loads(database) == {(ana, mesanges): "offered", (bob, lucioles): "offered"}
    assert offers(database) == [(ana, "cancelled"), (bob, "offered"), (ana, "offered")]
    assert [round_.state(name) for name in ("Ana", "Bob")] == ["placed", "placed"]
    assert len(letters(database, "pending")) == 2

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


def _full(round_: Round2) -> None:
    with round_.database.writing() as session:
        places(session, make.house(round_.catalogue, "lucioles"), 1)
        session.commit()


def _withdrawn(round_: Round2) -> None:
    with round_.database.writing() as session:
        demand = session.get_one(Demand, round_.demands["Ana"], options=WHOLE)
        withdraw(session, demand, "no_longer_needed", "", round_.catalogue, actor=round_.by, at=SAT)
        session.commit()


def _unreachable(round_: Round2) -> None:
    with round_.database.writing() as session:
        demand = session.get_one(Demand, round_.demands["Ana"], options=WHOLE)
        demand.family.channel, demand.family.address = "post", ""
        demand.family.address_more = demand.family.postcode = demand.family.city = ""
        session.commit()


@pytest.mark.parametrize(
    ("happens", "key", "said"),
    [(_full, "full", "plus de place"), (_unreachable, "unreachable", "ni courriel ni adresse")],
)
def test_what_the_independent_reading_finds_is_answered_in_writing_before_anybody_signs(
    database, round_, happens: Callable[[Round2], None], key: str, said: str
):
    sat_on(round_, Ana={}, Bob={})
    happens(round_)
    run = round_.tried("Nord")
    assert key in {one["key"].partition(":")[0] for one in run.findings}
    assert any(said in one["sentence"] for one in run.findings)
    with pytest.raises(StepRefusedError, match="attendent une correction"):
        round_.sign("Nord", round_.by)
    assert round_.signed("Nord").done


def test_a_family_that_withdraws_while_the_session_sits_leaves_the_rest_to_be_signed(database, round_):
    sat_on(round_, Ana={}, Bob={})
    round_.tried("Nord")
    _withdrawn(round_)
    with pytest.raises(StepRefusedError, match="refaites l’essai"):
        round_.sign("Nord", round_.by)
    assert round_.signed("Nord").done
    assert (round_.state("Ana"), round_.state("Bob")) == ("withdrawn", "placed")
    assert offers(database) == [(round_.demands["Bob"], "offered")]


def test_an_item_without_a_decision_is_mended_not_signed(database, round_):
    sat_on(round_, Ana={})
    round_.ask("Bob", "lucioles")
    with database.writing() as session:
        session.execute(update(Decision).values(state="dropped"))
        session.commit()
    run = round_.tried("Nord")
    assert [(one["blocks"], one["key"].partition(":")[0]) for one in run.findings] == [(True, "undecided")]
    with pytest.raises(StepRefusedError, match="attendent une correction"):
        round_.sign("Nord", round_.by)


def test_a_worker_that_dies_between_two_letters_leaves_its_dry_run_to_another_and_writes_none_twice(
    database, round_, monkeypatch
):
    sat_on(round_, **dict.fromkeys(("Ana", "Bob", "Cleo"), REFUSED))
    round_.change("Nord", lambda s, one: dry_run.ask(s, one, actor=round_.by, at=SAT))
    monkeypatch.setattr("guichet.commissions.signing.dry_run_bench.AT_A_TIME", 1)
    with database.transaction() as session:
        dead = bench(database, owner=f"{process.this_process().partition('/')[0]}/999999999/1")
        run_id = dead.hold.take(session, SAT)
        assert run_id is not None
    assert bench(database).work() == 1
    with database.reading() as session:
        run = session.get_one(DryRun, run_id)
        assert (run.state, run.attempts, run.letters) == ("done", 2, 3)
    assert len(letters(database)) == 3


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
