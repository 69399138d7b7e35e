"""What a session decides: drafts that hold their seats, several people at once, two commissions of a round."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import DecisionEntry, record_decision
from guichet.commissions.models import Decision
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.commissions.sitting import deciding
from guichet.commissions.sitting.choosing import Vote
from guichet.commissions.sitting.queries import drafts_of, item_lines
from guichet.core.db import Database
from guichet.core.errors import ConflictError, DomainError, InvalidError, StepRefusedError
from guichet.core.week import Week
from guichet.demands.actions import withdraw
from guichet.demands.models import Demand
from guichet.demands.need import find
from guichet.establishments.catalogue import Catalogue
from guichet.placements.models import Placement
from tests import make
from tests.proposals import places
from tests.sitting import SAT, Sat, asked, sat


@pytest.fixture
def by(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "coordinator")


def test_a_draft_holds_its_seat_at_once_and_the_next_item_sees_it(session, catalogue, by):
    lucioles = make.house(catalogue, "lucioles")
    places(session, lucioles, 1)
    first, second = (asked(session, catalogue, name) for name in ("Ferval", "Morvan"))
    room = sat(session, catalogue, by, first, second)
    kept = room.decide(first)
    assert (kept.outcome, kept.basis, kept.establishment_id, kept.state) == (
        "placed",
        "session",
        lucioles,
        "recorded",
    )
    assert room.held() == [(first.id, lucioles, "draft")]
    with pytest.raises(InvalidError, match="Complet"):
        room.decide(second)
    with pytest.raises(InvalidError, match="tient dans un établissement souhaité"):
        room.decide(first, "wait", seen=kept.version)
    changed = room.decide(first, "wait", reason="rank", seen=kept.version)
    assert changed.id == kept.id and room.held() == []
    room.decide(second)
    deciding.undo(session, room.now, room.item(second), person=by, at=SAT, seen=1)
    assert room.held() == [] and [one.demand_id for one in drafts_of(session, room.id)] == [first.id]


def test_above_what_is_free_only_the_presidency_or_the_director_insists_in_writing(session, catalogue, by):
    lucioles = make.house(catalogue, "lucioles")
    places(session, lucioles, 1)
    demands = [asked(session, catalogue, name) for name in ("Ferval", "Morvan", "Teissier")]
    room = sat(session, catalogue, by, *demands)
    room.decide(demands[0])
    with pytest.raises(InvalidError, match="au-dessus des places libres"):
        room.decide(demands[1], insists=True)
    kept = room.decide(demands[1], insists=True, why="Fratrie, départ connu en mars.")
    assert (kept.insisted_by, kept.why) == ("Siège president", "Fratrie, départ connu en mars.")
    room.present(3, "", "holder", "holder")
    last = room.now.items[2].demand_id
    with pytest.raises(InvalidError, match="Seules la direction"):
        room.decide(session.get_one(Demand, last), insists=True, why="Encore")
    head = make.person(session, "director", houses=(lucioles,))
    assert (
        room.decide(session.get_one(Demand, last), insists=True, why="Oui", person=head).insisted_by
        == head.name
    )


def test_a_director_records_for_the_establishments_she_directs_only(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval", "lucioles", "moulins")
    room = sat(session, catalogue, by, demand, houses=("lucioles", "moulins"))
    moulins = make.house(catalogue, "moulins")
    head = make.person(session, "director", houses=(moulins,))
    with pytest.raises(InvalidError, match="vos établissements"):
        room.decide(demand, person=head)
    kept = room.decide(demand, "change", establishment_id=moulins, why="Plus près", person=head)
    assert kept.establishment_id == moulins


def test_part_of_a_week_is_part_of_what_was_asked_and_a_vote_must_carry(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, casting_vote=True)
    with pytest.raises(InvalidError, match="que des heures demandées"):
        room.decide(demand, "partial", week=Week.same_hours((7,), (480, 600)))
    part = Week(demand.week.intervals[:1])
    with pytest.raises(InvalidError, match="4\u00a0voix pour 3\u00a0membres"):
        room.decide(demand, "partial", week=part, vote=Vote(3, 1))
    with pytest.raises(InvalidError, match="prépondérant"):
        room.decide(demand, "partial", week=part, vote=Vote(1, 1, 1))
    kept = room.decide(demand, "partial", week=part, vote=Vote(1, 1, 1, presidency=True))
    assert kept.pattern == part.to_json() and kept.vote == {
        "yes": 1,
        "no": 1,
        "abstain": 1,
        "presidency": True,
    }


def test_a_demand_withdrawn_while_it_is_decided_loses_its_draft_and_its_seat(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand)
    kept = room.decide(demand)
    before = room.pulse
    demand = find(session, demand.id, true())
    assert demand is not None
    withdraw(session, demand, "moved", "", catalogue, actor=by, at=SAT)
    assert (kept.state, room.held(), room.pulse) == ("dropped", [], before + 1)
    line = item_lines(session, room.now)[0]
    assert line.gone and not line.left
    with pytest.raises(StepRefusedError, match="Retirée par la famille"):
        room.decide(demand)


def test_a_demand_of_an_open_session_is_decided_on_its_screen_only(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand)
    entry = DecisionEntry("unplaced", room.now.sits_on, room.now.commission.name, None, reason="no_seat")
    with pytest.raises(StepRefusedError, match="sur l’écran de la séance"):
        record_decision(session, demand, entry, catalogue, person=by, at=SAT)
    session.execute(update(CommissionSession).values(state="convened"))
    with pytest.raises(StepRefusedError, match="sur l’écran de la séance"):
        record_decision(session, demand, entry, catalogue, person=by, at=SAT)
    next_day = SAT + timedelta(days=1)
    sat_on_paper = record_decision(session, demand, entry, catalogue, person=by, at=next_day)
    assert sat_on_paper.outcome == "unplaced"


def test_the_second_of_two_who_record_the_same_item_sees_the_first(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand)
    room.decide(demand, "wait")
    with pytest.raises(ConflictError, match="vient d’enregistrer « Liste d’attente »"):
        room.decide(demand, "refuse", reason="rank")


def test_a_demand_wished_in_two_commissions_of_a_round_is_on_both_and_each_sees_the_other(
    session, catalogue, by
):
    entry = RoundEntry("Rentrée", make.TODAY, make.TODAY + timedelta(days=500))
    round_ = save_round(session, None, entry, actor=by, at=make.NOON)
    both = asked(session, catalogue, "Ferval", "lucioles", "moulins")
    here = asked(session, catalogue, "Morvan", "lucioles")
    one = sat(session, catalogue, by, both, here, round_=round_)
    two = sat(session, catalogue, by, houses=("moulins",), name="Commission de Blanzy", round_=round_)
    assert {item.demand_id for item in one.now.items} == {both.id, here.id}
    assert [item.demand_id for item in two.now.items] == [both.id]
    one.decide(both)
    two.decide(both)
    assert [(house, load) for _, house, load in one.held()] == [
        (make.house(catalogue, "lucioles"), "draft"),
        (make.house(catalogue, "moulins"), "draft"),
    ]
    (line,) = item_lines(session, two.now)
    assert [other.establishment_id for other in line.elsewhere] == [make.house(catalogue, "lucioles")]
    one.decide(both, "wait", seen=1)
    assert [house for _, house, _ in one.held()] == [make.house(catalogue, "moulins")]


def at_once(database: Database, *works: Callable[[Session], None]) -> list[str]:
    """Each work in a transaction of its own, all of them let go together; what each was refused, or nothing."""
    start, said = Barrier(len(works)), [""] * len(works)

    def run(rank: int) -> None:
        start.wait()
        try:
            with database.transaction() as session:
                works[rank](session)
        except DomainError as refusal:
            said[rank] = refusal.sentence

    threads = [Thread(target=run, args=(rank,)) for rank in range(len(works))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return said


def committed(database: Database) -> tuple[Catalogue, Person, int, int]:
    """A session that sits on one demand, for other connections to see."""
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        demand = asked(session, catalogue, "Ferval")
        made = sat(session, catalogue, by, demand)
        session.commit()
        return catalogue, by, made.id, demand.id


def test_of_several_who_record_the_same_item_at_once_one_is_kept(database: Database):
    catalogue, by, session_id, demand_id = committed(database)

    def record(session: Session) -> None:
        Sat(session, catalogue, by, session_id).decide(session.get_one(Demand, demand_id), "wait")

    said = at_once(database, record, record, record)
    assert said.count("") == 1 and all("vient d’enregistrer" in one for one in said if one)


def test_a_family_that_withdraws_at_the_very_moment_leaves_no_draft_and_no_seat(database: Database):
    catalogue, by, session_id, demand_id = committed(database)

    def record(session: Session) -> None:
        Sat(session, catalogue, by, session_id).decide(session.get_one(Demand, demand_id))

    def leave(session: Session) -> None:
        demand = find(session, demand_id, true())
        assert demand is not None
        withdraw(session, demand, "moved", "", catalogue, actor=by, at=SAT)

    said = at_once(database, record, leave)
    with database.reading() as session:
        state = session.get_one(Demand, demand_id).state
        kept = session.scalars(select(Decision).where(Decision.state == "recorded")).all()
        seats = session.scalars(select(Placement)).all()
    assert said[1] == "" and state == "withdrawn" and not kept and not seats
