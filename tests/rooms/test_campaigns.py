"""A campaign from its settings to its published calendar and after, by the real actions and a real worker."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Commission
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.year.problem import foreseen
from guichet.commissions.year.publishing import (
    CANCELLED,
    CREATED,
    KEPT,
    LEFT,
    MOVED,
    publish,
    steps_of,
    whole,
)
from guichet.commissions.year.queries import commissions_of
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.scheduling.availability.models import MemberHalfDay
from guichet.scheduling.campaigns import actions as campaign_actions
from guichet.scheduling.campaigns import consulting
from guichet.scheduling.campaigns.computing import KILLER
from guichet.scheduling.campaigns.models import CalendarRun, CalendarVersion, Campaign, DateAnswer
from guichet.scheduling.campaigns.queries import answered_run
from guichet.scheduling.campaigns.settings import Pace
from guichet.scheduling.places.models import ClosedDay, ClosedYear
from tests import make
from tests.campaigns import (
    TWICE,
    bench,
    campaign,
    commissions,
    computed,
    dates,
    member,
    places,
    reread,
)

URL = "https://guichet.exemple.test"


@dataclass
class World:
    """A campaign of two commissions, and who works on it."""

    database: Database
    catalogue: Catalogue
    by: Person
    campaign_id: int

    def computed(self) -> CalendarRun:
        return computed(self.database, self.campaign_id, self.by)

    def child(self, make_run: object, *args: object, **kept: object) -> CalendarRun:
        """A run asked for by an action on another run, computed."""
        with self.database.transaction() as session:
            run_id = make_run(session, *args, actor=self.by, at=make.NOON, **kept).id  # type: ignore[operator]
        bench(self.database).work()
        return reread(self.database, run_id)

    def publish(self, run: CalendarRun, seen: int, at: datetime = make.NOON) -> CalendarVersion:
        with self.database.transaction() as session:
            known = answered_run(session, run.id)
            assert known is not None
            held = session.get_one(Campaign, self.campaign_id)
            return publish(
                session, held, known, Calling(self.catalogue, URL), actor=self.by, at=at, seen=seen
            )

    def sessions(self) -> dict[tuple[str, str], CommissionSession]:
        """The sessions that stand, by commission and day."""
        with self.database.reading() as session:
            rows = session.execute(
                select(CommissionSession).where(CommissionSession.state.in_(("planned", "convened")))
            ).scalars()
            return {(f"C{one.commission_id}", str(one.sits_on)): one for one in rows}


@pytest.fixture
def world(database: Database) -> World:
    with database.writing() as session:
        catalogue = make.territory(session)
        by = make.person(session, "coordinator")
        places(session)
        made = campaign(session, by, *commissions(session, catalogue, by))
        session.commit()
        return World(database, catalogue, by, made.id)


def forbid(run: CalendarRun, key: str) -> dict[str, str]:
    """The day of a session, ruled out of its commission."""
    return {"kind": "forbid", "commission": key.split("-")[0], "day": dates(run)[key].split()[0]}


def test_a_team_holds_its_commissions_on_the_same_half_days_and_the_same_inputs_give_the_same_calendar(
    world: World,
) -> None:
    run = world.computed()
    assert (run.state, run.planned, run.unplaced, run.tours, run.status) == ("done", 4, 0, 2, "optimal")
    found = dates(run)
    assert found["C1-2027-04"] == found["C2-2027-04"] and found["C1-2027-06"] == found["C2-2027-06"]
    again = world.computed()
    assert (again.input_digest, again.result_digest) == (run.input_digest, run.result_digest)
    assert run.result is not None and run.result["told"]["findings"] == []


def test_what_is_published_becomes_sessions_then_only_what_changes_moves(world: World) -> None:
    first = world.computed()
    made = world.publish(first, 0)
    assert {name: made.changed[name] for name in (CREATED, MOVED, CANCELLED)} == {
        CREATED: 4,
        MOVED: 0,
        CANCELLED: 0,
    }
    assert set(world.sessions()) == {(key[:2], day.split()[0]) for key, day in dates(first).items()}
    hours = sorted(one.starts_at for one in world.sessions().values())
    assert hours == [540, 540, 650, 650], (
        "the second of a tour begins when the first is over and the road done"
    )
    with pytest.raises(ConflictError):
        world.publish(first, 0)
    with world.database.reading() as session:
        known = answered_run(session, first.id)
        assert known is not None
        kinds = [
            one.kind
            for one in steps_of(session, session.get_one(Campaign, world.campaign_id), known, make.TODAY)
        ]
    assert kinds == [KEPT] * 4

    other = world.child(campaign_actions.try_change, first, forbid(first, "C1-2027-06"))
    version = world.publish(other, 1)
    assert (version.number, version.changed[MOVED], version.changed[KEPT]) == (2, 1, 3)
    assert ("C1", dates(other)["C1-2027-06"].split()[0]) in world.sessions()
    with world.database.reading() as session:
        assert len(session.scalars(select(CalendarVersion)).all()) == 2, "earlier versions stay readable"


def test_a_convened_session_that_moves_is_convened_again_on_its_new_day(world: World) -> None:
    run = world.computed()
    world.publish(run, 0)
    with world.database.transaction() as session:
        (one,) = [
            sitting
            for (name, day), sitting in world.sessions().items()
            if name == "C1" and day == dates(run)["C1-2027-04"].split()[0]
        ]
        sitting = whole(session, one.id)
        calling = Calling(world.catalogue, URL)
        session_actions.convene(session, sitting, "", actor=world.by, at=make.NOON, calling=calling)
    other = world.child(campaign_actions.try_change, run, forbid(run, "C1-2027-04"))
    world.publish(other, 1)
    moved = world.sessions()["C1", dates(other)["C1-2027-04"].split()[0]]
    assert (moved.state, moved.uid, moved.sequence) == ("convened", one.uid, 1)


def test_a_session_moved_by_hand_keeps_its_day_and_one_cancelled_by_hand_does_not_come_back(
    world: World,
) -> None:
    run = world.computed()
    world.publish(run, 0)
    by_hand = date(2027, 4, 27)
    with world.database.transaction() as session:
        days = {key: date.fromisoformat(day.split()[0]) for key, day in dates(run).items()}
        rows = {
            (f"C{one.commission_id}", one.sits_on): one.id
            for one in session.scalars(select(CommissionSession))
        }
        moved = whole(session, rows["C1", days["C1-2027-04"]])
        entry = SessionEntry(by_hand, 14 * 60)
        session_actions.postpone(
            session, moved, entry, "Salle prise", world.catalogue, actor=world.by, at=make.NOON
        )
        gone = whole(session, rows["C2", days["C2-2027-06"]])
        session_actions.cancel(session, gone, "Plus de demande", actor=world.by, at=make.NOON)
    again = world.computed()
    found = dates(again)
    assert found["C1-2027-04"] == f"{by_hand} pm"
    assert "C2-2027-06" not in found
    assert world.publish(again, 1).changed[MOVED] == 0


def test_a_session_beside_the_campaign_keeps_its_members_its_room_and_its_distance(world: World) -> None:
    """The same presidency in a commission that is not planned here; the commission itself a week before."""
    first = dates(world.computed())["C1-2027-04"]
    near = date(2027, 6, 21)
    with world.database.transaction() as session:
        seats = (make.seat("president", holder="Honorine Castel", email="h.castel@exemple.test"),)
        house = [one.code for one in world.catalogue.houses.values() if one.is_collective][2]
        other = make.commission(session, world.catalogue, world.by, house, name="Bureau", seats=seats)
        taken = SessionEntry(
            date.fromisoformat(first.split()[0]), 9 * 60, "Salle du conseil, Blanzy", None, 480
        )
        session_actions.plan(session, other, taken, actor=world.by, at=make.NOON)
        own = session.scalars(select(Commission).where(Commission.id == 1)).one()
        for on in (near, near + timedelta(days=7)):
            session_actions.plan(session, own, SessionEntry(on), actor=world.by, at=make.NOON)
    run = world.computed()
    found = dates(run)
    assert run.inputs is not None and run.result is not None and run.about is not None
    (castel,) = [code for code, name in run.about["people"].items() if name == "Honorine Castel"]
    (person,) = [one for one in run.inputs["people"] if one["id"] == castel]
    day = first.split()[0]
    assert {f"{day} am", f"{day} pm"} <= set(person["busy"]), "a session of a whole day takes both halves"
    (blanzy,) = [code for code, name in run.about["rooms"].items() if name == "Salle du conseil, Blanzy"]
    assert f"{day} am" in next(one for one in run.inputs["rooms"] if one["id"] == blanzy)["busy"]
    present = {
        one["id"]: one["present"] for one in run.result["plan"]["sessions"] if one["half_day"].startswith(day)
    }
    assert not any(castel in there for there in present.values())
    # One of the two holds the window of June; the other stands beside it and keeps the commission away.
    assert found["C1-2027-06"] == f"{near} pm"
    assert [(one["commission"], one["half_day"]) for one in run.about["beside"]] == [("C1", "2027-06-28 pm")]
    assert any("siège aussi le lundi 28\u00a0juin 2027" in one for one in run.about["warnings"])


def test_members_answer_without_an_account_and_only_what_they_refuse_moves(world: World) -> None:
    run = world.computed()
    with world.database.transaction() as session:
        known = answered_run(session, run.id)
        assert known is not None
        assert consulting.ask_members(session, known, world.catalogue, URL, actor=world.by, at=make.NOON) == (
            4,
            0,
        )
        assert consulting.ask_members(session, known, world.catalogue, URL, actor=world.by, at=make.NOON) == (
            0,
            0,
        )
        letters = {
            one.email: one.text for one in session.scalars(select(LetterRow).options(undefer(LetterRow.text)))
        }
    assert set(letters) == {
        f"{name}@exemple.test" for name in ("h.castel", "p.medard", "elu.lucioles", "elu.mesanges")
    }
    assert f"{URL}/vos-dates/" in letters["p.medard@exemple.test"]
    assert "mesanges" not in letters["elu.lucioles@exemple.test"], "each sees only her own dates"
    with world.database.transaction() as session:
        doctor = member(session, "Pia Médard")
        asked = consulting.asked_of(session, doctor)
        assert asked is not None and len(asked.dates) == 4
        june = next(one for one in asked.dates if one.key == "C1-2027-06")
        consulting.answer(session, doctor, june.key, june.half_day, "not", actor=world.by, at=make.NOON)
        with pytest.raises(InvalidError):
            consulting.answer(
                session, doctor, june.key, june.half_day, "peut-être", actor=world.by, at=make.NOON
            )
    after = world.child(campaign_actions.take_in_answers, run)
    before, now = dates(run), dates(after)
    assert {key for key in before if before[key] != now[key]} == {"C1-2027-06", "C2-2027-06"}
    assert now["C1-2027-06"] == now["C2-2027-06"]

    world.publish(after, 0)  # the old mail asks about dates that are no longer proposed
    with world.database.transaction() as session:
        elected = member(session, "Élu de lucioles")
        shown = consulting.asked_of(session, elected)
        assert shown is not None
        gone = next(one for one in shown.dates if one.key == "C1-2027-06")
        assert not gone.stands and str(gone.instead) == now["C1-2027-06"]
        with pytest.raises(ConflictError, match="n’est plus proposée : la séance est maintenant prévue le"):
            consulting.answer(session, elected, gone.key, gone.half_day, "not", actor=world.by, at=make.NOON)
        assert session.scalars(select(MemberHalfDay).where(MemberHalfDay.member_id == elected.id)).all() == []
        consulting.forget_past(session, at=datetime(2028, 1, 1, tzinfo=UTC))
        assert session.scalars(select(DateAnswer)).all() == []


def test_an_absence_after_the_publication_moves_what_it_must(world: World) -> None:
    run = world.computed()
    world.publish(run, 0)
    on = date.fromisoformat(dates(run)["C1-2027-06"].split()[0])
    with world.database.reading() as session:
        doctor = f"M{member(session, 'Pia Médard').id}"
        chair = f"M{member(session, 'Honorine Castel').id}"
        deputy = f"M{member(session, 'Barnabé Loisel').id}"
    days = (on - timedelta(3), on + timedelta(3))
    without_doctor = world.child(campaign_actions.absorb_absence, run, doctor, "Pia Médard", days)
    assert dates(without_doctor) == dates(run), (
        "nothing asks for the doctor: a move would cost more than her seat"
    )
    one = world.child(campaign_actions.absorb_absence, run, chair, "Honorine Castel", days)
    both = world.child(campaign_actions.absorb_absence, one, deputy, "Barnabé Loisel", days)
    moved = {key for key in dates(run) if dates(run)[key] != dates(both)[key]}
    assert moved == {"C1-2027-06", "C2-2027-06"}
    with world.database.transaction() as session, pytest.raises(InvalidError) as refusal:
        campaign_actions.absorb_absence(
            session, run, "", "", (days[1], days[0]), actor=world.by, at=make.NOON
        )
    assert set(refusal.value.problems) == {"person", "last"}


def test_what_is_missing_is_said_and_the_rest_is_planned(world: World) -> None:
    leaves = date(2027, 5, 1)
    with world.database.transaction() as session:
        chair, deputy = member(session, "Honorine Castel"), member(session, "Barnabé Loisel")
        chair.leaves_on = deputy.leaves_on = leaves  # both leave in the middle of the campaign
        session.execute(update(ClosedYear).values(published_until=date(2027, 5, 31)))
        session.add_all(
            ClosedDay(on=day, reason="local", name="Travaux")
            for number in range(30)
            if (day := date(2027, 4, 1) + timedelta(number)).weekday() < 5
        )
        alone = make.commission(
            session, world.catalogue, world.by, "moulins", name="Commission sans présidence", seats=(make.seat("elected", holder="Ondine Verrat"),)
        )  # fmt: skip
        small = campaign(session, world.by, alone, title="Sans présidence", pace=replace(TWICE, months=(5,)))
        small_id = small.id
    run = world.computed()
    assert run.result is not None and run.about is not None
    lost = {one["id"]: (one["half_days"], one["lost"]["required"]) for one in run.result["plan"]["unplaced"]}
    assert lost["C1-2027-04"] == (0, 0), "no open day in April"
    assert lost["C1-2027-06"][0] == lost["C1-2027-06"][1] > 0, "nobody can chair any more in June"
    said = " ".join(run.about["warnings"])
    assert "aucun jour n’est ouvert entre le jeudi 1er" in said
    assert "Les vacances scolaires ne sont publiées que jusqu’au 31/05/2027" in said
    with world.database.reading() as session:
        told = " ".join(
            foreseen(
                session, session.get_one(Campaign, small_id), commissions_of(session, small_id), make.TODAY
            )
        )
    assert "Commission sans présidence n’a pas de présidence pendant cette campagne" in told
    other = computed(world.database, small_id, world.by)
    assert (other.planned, other.unplaced) == (1, 0)


def test_a_mandate_that_ends_is_followed_by_the_next_one(world: World) -> None:
    turn = date(2027, 5, 15)
    with world.database.transaction() as session:
        seats = (
            make.seat("president", holder="Ancienne Maire", email="a.maire@exemple.test", ends_on=turn),
            make.seat("president", holder="Nouveau Maire", email="n.maire@exemple.test", starts_on=turn + timedelta(10)),
        )  # fmt: skip
        one = make.commission(session, world.catalogue, world.by, "moulins", name="Deux maires", seats=seats)
        planned = campaign(session, world.by, one, title="Deux maires", pace=Pace("months", (5, 6)))
        planned_id = planned.id
    run = computed(world.database, planned_id, world.by)
    assert run.about is not None and run.result is not None
    assert any(
        "n’a pas de présidence du samedi 15 mai 2027" in line.replace("\xa0", " ")
        for line in run.about["warnings"]
    )
    chairs = {
        key: one["chairs"][0]["filler"] or one["chairs"][1]["filler"]
        for key, one in run.result["told"]["sessions"].items()
    }
    (may, june) = sorted(chairs)
    assert run.about["people"][chairs[may]] == "Ancienne Maire" or dates(run)[may] > "2027-05-24"
    assert run.about["people"][chairs[june]] == "Nouveau Maire"


def test_a_run_left_by_a_dead_worker_is_taken_again_with_what_was_frozen_and_given_up_at_the_third(
    world: World,
) -> None:
    with world.database.transaction() as session:
        run_id = campaign_actions.ask_run(
            session, session.get_one(Campaign, world.campaign_id), actor=world.by, at=make.NOON
        ).id
    left = bench(world.database, "gone:1")
    assert left.hold.take_next(left.database, left.clock) == run_id
    frozen, _about = left._freeze(run_id)
    with world.database.transaction() as session:  # the tables change: the frozen inputs do not
        session.add(ClosedDay(on=date(2027, 4, 15), reason="local", name="Travaux"))
        session.add(ClosedDay(on=date(2027, 4, 14), reason="local", name="Travaux"))
    assert bench(world.database, "other:2").work() == 0, "the lease of the other still runs"
    later = make.NOON + timedelta(minutes=6)
    assert bench(world.database, "other:2", lambda: later).work() == 1
    run = reread(world.database, run_id)
    assert (run.state, run.attempts, run.inputs) == ("done", 2, frozen)

    with world.database.transaction() as session:
        session.execute(
            update(CalendarRun).values(
                state="running", attempts=3, lease_owner="gone:1", lease_until=make.NOON
            )
        )
    assert bench(world.database, "other:2", lambda: later).work() == 0
    failed = reread(world.database, run_id)
    assert (failed.state, failed.failure) == ("failed", KILLER)
    with world.database.transaction() as session:
        campaign_actions.retry(session, session.get_one(CalendarRun, run_id), actor=world.by, at=later)
    assert bench(world.database, "other:2", lambda: later).work() == 1


def test_publishing_leaves_what_a_session_refuses_and_does_the_rest(world: World) -> None:
    run = world.computed()
    world.publish(run, 0)
    other = world.child(campaign_actions.try_change, run, forbid(run, "C1-2027-04"))
    new_day = date.fromisoformat(dates(other)["C1-2027-04"].split()[0])
    with world.database.transaction() as session:
        held = session.scalars(select(CommissionSession).where(CommissionSession.commission_id == 1)).first()
        assert held is not None
        again = whole(session, held.id)
        session_actions.plan(session, again.commission, SessionEntry(new_day), actor=world.by, at=make.NOON)
    version = world.publish(other, 1)
    assert version.changed[LEFT] == [
        {"key": "C1-2027-04", "why": "Cette commission a déjà une séance ce jour-là."}
    ]
    assert version.changed[KEPT] == 3
    assert ("C1", dates(run)["C1-2027-04"].split()[0]) in world.sessions(), "the session stays where it was"


def test_a_second_campaign_takes_over_the_sessions_that_a_first_one_published(world: World) -> None:
    run = world.computed()
    world.publish(run, 0)
    with world.database.transaction() as session:
        made = session.scalars(select(Commission).order_by(Commission.id)).all()
        second = campaign(session, world.by, *made, title="Encore le printemps")
        world.campaign_id = second.id
    again = world.computed()
    assert dates(again) == dates(run), "what stands is fixed until somebody frees it"
    assert world.publish(again, 0).changed[KEPT] == 4
