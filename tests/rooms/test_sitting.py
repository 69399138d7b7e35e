"""A session that sits: roll call and quorum, recusals, drafts that hold their seats, two commissions of a round."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select, true, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import DecisionEntry, record_decision
from guichet.commissions.commission_models import Seat
from guichet.commissions.models import Decision
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry, convene, plan, postpone
from guichet.commissions.sessions.models import CommissionSession, Round
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.commissions.sitting import actions as sitting_actions
from guichet.commissions.sitting import deciding, links
from guichet.commissions.sitting.choosing import DraftEntry, Vote
from guichet.commissions.sitting.queries import drafts_of, item_lines, room_of
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.errors import ConflictError, DomainError, InvalidError, NotAllowedError, StepRefusedError
from guichet.core.week import Week
from guichet.demands import leaving
from guichet.demands.actions import withdraw
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.demands.need import find
from guichet.demands.queries import may_read
from guichet.establishments.catalogue import Catalogue
from guichet.placements.models import Placement
from tests import make
from tests.proposals import places

SITS_ON = make.TODAY + timedelta(days=30)
SAT = make.NOON + timedelta(days=30)
"""The instant of the session."""
REASON = {"choice": "refuse", "reason": "rank"}


class Sat:
    """A session that sits, and what the tests do in it."""

    def __init__(self, session: Session, catalogue: Catalogue, by: Person, session_id: int) -> None:
        self.session, self.catalogue, self.by, self.id = session, catalogue, by, session_id

    @property
    def now(self) -> CommissionSession:
        self.session.flush()
        self.session.expire_all()
        found = opened_session(self.session, self.by, self.id, day(SAT))
        assert found is not None
        return found

    @property
    def pulse(self) -> int:
        return self.now.pulse

    def item(self, demand: Demand) -> int:
        return next(one.id for one in self.now.items if one.demand_id == demand.id)

    def decide(self, demand: Demand, choice: str = "accept", **values: Any) -> Decision:
        seen = values.pop("seen", 0)
        person = values.pop("person", self.by)
        entry = DraftEntry(choice, **values)
        return deciding.decide(
            self.session, self.now, self.item(demand), entry, person=person, at=SAT, seen=seen
        )

    def seats(self) -> list[Seat]:
        return list(self.now.commission.seats)

    def present(self, position: int, *filled: str) -> None:
        wanted = {seat.id: by for seat, by in zip(self.seats(), filled, strict=True)}
        sitting_actions.note_presence(self.session, self.now, position, wanted, actor=self.by, at=SAT)

    def held(self) -> list[tuple[int | None, int, str]]:
        self.session.flush()
        rows = self.session.execute(
            select(Placement.demand_id, Placement.establishment_id, Placement.load).order_by(Placement.id)
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    return make.territory(session)


@pytest.fixture
def by(session: Session, catalogue: Catalogue) -> Person:
    return make.person(session, "coordinator")


@pytest.fixture(autouse=True)
def bound() -> None:
    leaving.bind(deciding.drop_drafts)


def asked(session: Session, catalogue: Catalogue, name: str, *wished: str, **values: Any) -> Demand:
    """A demand of a child called `name`, for Les Lucioles when no wish is said."""
    wishes = tuple(
        WishEntry(establishment_id=make.house(catalogue, code)) for code in wished or ("lucioles",)
    )
    child = make.child(last_name=name, first_name=name)
    demand = make.demand(session, catalogue, make.person(session), child=child, wishes=wishes, **values)
    session.flush()
    return demand


def sat(
    session: Session,
    catalogue: Catalogue,
    by: Person,
    *demands: Demand,
    houses: tuple[str, ...] = ("lucioles",),
    name: str = "Commission d’essai",
    round_: Round | None = None,
    everybody: bool = True,
    **settings: Any,
) -> Sat:
    """A session that sits on these demands, with everybody there unless said."""
    commission = make.commission(session, catalogue, by, *houses, name=name, **settings)
    entry = SessionEntry(SITS_ON, 14 * 60, round_id=round_.id if round_ else None)
    planned = plan(session, commission, entry, actor=by, at=make.NOON)
    for demand in demands:
        make.enlisted(session, catalogue, demand, name, SITS_ON)
        session.execute(
            update(Demand)
            .where(Demand.id == demand.id)
            .values(renewal_due_on=SITS_ON, birth_to_confirm=False)
        )
    made = Sat(session, catalogue, by, planned.id)
    convene(session, made.now, "", actor=by, at=make.NOON)
    agenda_actions.build(session, made.now, 3, actor=by, at=make.NOON)
    sitting_actions.open_session(session, made.now, actor=by, at=SAT)
    if everybody:
        made.present(0, *["holder"] * len(made.seats()))
    return made


def test_a_session_opens_on_its_day_with_an_agenda_and_counts_who_comes_and_goes(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, everybody=False, quorum="half")
    assert not room_of(session, room.now).quorum(0).met
    with pytest.raises(
        StepRefusedError, match="Quorum manquant : 0\u00a0membre sur 3, il manque 2\u00a0membres"
    ):
        room.decide(demand, "refuse", reason="rank")
    room.present(0, "holder", "holder", "")
    before = room.pulse
    room.decide(demand, "refuse", reason="rank")
    assert room.pulse == before + 1
    room.present(1, "holder", "", "")
    now = room_of(session, room.now)
    assert now.quorum(0).met and not now.quorum(1).met


def test_without_a_quorum_an_item_may_only_be_postponed_and_the_rest_with_it(session, catalogue, by):
    demands = [asked(session, catalogue, name) for name in ("Ferval", "Morvan", "Teissier")]
    room = sat(session, catalogue, by, *demands, quorum="majority")
    first = next(one for one in demands if room.now.items[0].demand_id == one.id)
    room.decide(first, "refuse", reason="rank")
    room.present(2, "holder", "", "")
    second = next(one for one in demands if room.now.items[1].demand_id == one.id)
    with pytest.raises(StepRefusedError, match="seulement reporter"):
        room.decide(second, "wait")
    with pytest.raises(InvalidError, match="examinées plus tard"):
        deciding.postpone_the_rest(session, room.now, " ", person=by, at=SAT)
    assert deciding.postpone_the_rest(session, room.now, "Le quorum est perdu.", person=by, at=SAT) == 2
    assert [one.outcome for one in drafts_of(session, room.id)] == ["unplaced", "postponed", "postponed"]
    entry = SessionEntry(SITS_ON + timedelta(days=7))
    sitting_actions.show(session, room.now, 2, actor=by, at=SAT)
    with pytest.raises(StepRefusedError, match="a déjà pris des décisions"):
        postpone(session, room.now, entry, "Quorum", catalogue, actor=by, at=SAT)


def test_an_open_session_is_put_off_only_without_a_quorum_and_the_next_is_a_second_convocation(
    session, catalogue, by
):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, quorum="half", second_without_quorum=True)
    entry = SessionEntry(SITS_ON + timedelta(days=7))
    with pytest.raises(StepRefusedError, match="que si le quorum manque"):
        postpone(session, room.now, entry, "Absences", catalogue, actor=by, at=SAT)
    room.present(0, "holder", "", "")
    made = postpone(session, room.now, entry, "Absences", catalogue, actor=by, at=SAT)
    session.flush()
    assert made.second and made.follows_id == room.id and demand.session_on == entry.sits_on
    assert room_of(session, Sat(session, catalogue, by, made.id).now).quorum(1).met


def test_a_member_who_loses_the_mandate_while_sitting_leaves_the_count_from_the_next_item(
    session, catalogue, by
):
    demands = [asked(session, catalogue, name) for name in ("Ferval", "Morvan")]
    room = sat(session, catalogue, by, *demands, quorum="majority")
    sitting_actions.show(session, room.now, 1, actor=by, at=SAT)
    session.execute(update(Seat).where(Seat.id == room.seats()[2].id).values(ends_on=SITS_ON))
    assert [place.holder for place in room_of(session, room.now).lapsed(1)] == ["Siège elected"]
    sitting_actions.show(session, room.now, 2, actor=by, at=SAT)
    now = room_of(session, room.now)
    assert (now.quorum(1).members, now.quorum(1).there) == (3, 3)
    assert (now.quorum(2).members, now.quorum(2).there) == (2, 2)
    with pytest.raises(InvalidError, match="Le mandat de Siège elected a pris fin"):
        room.present(2, "holder", "holder", "holder")


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
    changed = room.decide(first, "wait", seen=kept.version)
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


def test_the_second_of_two_who_record_the_same_item_sees_the_first(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand)
    room.decide(demand, "wait")
    with pytest.raises(ConflictError, match="vient d’enregistrer « Liste d’attente »"):
        room.decide(demand, "refuse", reason="rank")


def test_a_recused_member_cannot_open_the_file_nor_record_and_leaves_the_count(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, quorum="majority")
    member = make.person(session, "coordinator")
    seat = room.seats()[1]
    session.execute(update(Seat).where(Seat.id == seat.id).values(user_id=member.user_id, holder="Évrard"))
    assert may_read(session, member, demand.id, day(SAT))
    links.declare(session, demand.id, "Évrard", member.user_id, actor=member, at=make.NOON)
    assert not may_read(session, member, demand.id, day(SAT)) and may_read(session, by, demand.id, day(SAT))
    assert [one.holder for one in room_of(session, room.now).to_recuse(1, {"Évrard"})] == ["Évrard"]
    with pytest.raises(NotAllowedError, match="en déport"):
        room.decide(demand, person=member)
    sitting_actions.recuse(session, room.now, room.item(demand), seat.id, actor=by, at=SAT)
    now = room_of(session, room.now)
    assert (now.quorum(1).members, now.quorum(1).voices) == (2, 2) and not now.to_recuse(1, {"Évrard"})
    sitting_actions.lift_recusal(session, room.now, room.item(demand), seat.id, actor=by, at=SAT)
    assert may_read(session, member, demand.id, day(SAT))


def test_a_link_is_declared_with_a_number_of_the_agenda_and_nothing_is_learned_by_trying(
    session, catalogue, by
):
    demand, other = asked(session, catalogue, "Ferval"), asked(session, catalogue, "Morvan")
    room = sat(session, catalogue, by, demand)
    assert links.demand_numbered(session, room.now, f" {demand.number} ") == demand.id
    for typed in (other.number, f"1999-{demand.id:05d}", "2026-99999", "2026", "x-1"):
        with pytest.raises(InvalidError, match="Aucune demande de cet ordre du jour"):
            links.demand_numbered(session, room.now, typed)


def test_a_proxy_is_noted_as_the_reglement_says_and_taken_back(session, catalogue, by):
    demand = asked(session, catalogue, "Ferval")
    room = sat(session, catalogue, by, demand, quorum="majority", proxies=1, proxies_in_quorum=True)
    room.present(1, "holder", "", "")
    first, second, third = (one.id for one in room.seats())

    def give(giver: int, carrier: int) -> None:
        sitting_actions.give_proxy(session, room.now, giver, carrier, 1, actor=by, at=SAT)

    with pytest.raises(InvalidError, match="doit être présent"):
        give(second, third)
    give(second, first)
    assert room_of(session, room.now).quorum(1).met
    sitting_actions.take_proxy_back(session, room.now, second, actor=by, at=SAT)
    assert not room_of(session, room.now).quorum(1).met


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
