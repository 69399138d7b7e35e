"""The session that benchmarks/sitting.py measures: a commission of the demonstration with many more demands."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import selectinload

from benchmarks.loader import load as load_demands
from guichet.accounts.models import User
from guichet.accounts.policy import Person
from guichet.accounts.signing_in import person_of
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.runs.actions import ask_run
from guichet.allocation.runs.computing import Bench
from guichet.commissions.commission_models import Commission, CommissionHouse, Seat
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.models import AgendaItem, CommissionSession, Round
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.core import clock
from guichet.core.db import Database, make_database
from guichet.core.migrate import upgrade
from guichet.core.months import add_months
from guichet.core.settings import Settings
from guichet.demands.models import Demand, Wish
from guichet.demo.accounts import AGENT, COORDINATOR
from guichet.demo.load import load as load_demo
from guichet.families.models import Family
from guichet.families.models import Person as FamilyMember
from guichet.placements.models import Placement

FIRST_ENTRY_MONTHS, LAST_ENTRY_MONTHS = 1, 14


@dataclass(frozen=True)
class Place:
    """The installation under measure and its session."""

    database: Database
    port: int
    session_id: int
    items: tuple[tuple[int, int], ...]
    """The id and the position of each demand's item."""
    president: str
    second: str


def prepared(settings: Settings, port: int, count: int) -> Place:
    """The demonstration, with a commission whose agenda of today has `count` demands more."""
    settings.home.mkdir(parents=True, exist_ok=True)
    database = make_database(settings.database_url)
    upgrade(database.engine)
    load_demo(database, settings)
    at = clock.now()
    with database.reading() as session:
        known = set(session.scalars(select(Demand.id)))
    load_demands(database, count, seed=4)
    with database.transaction() as session:
        coordinator = person(session, COORDINATOR.email)
        today = clock.day(at)
        busy = select(CommissionSession.commission_id).where(CommissionSession.sits_on == today)
        chosen = session.scalars(
            select(CommissionHouse.commission_id)
            .where(CommissionHouse.commission_id.not_in(busy))
            .group_by(CommissionHouse.commission_id)
            .order_by(func.count().desc())
            .limit(1)
        ).one()
        one = session.get_one(Commission, chosen)
        houses = list(
            session.scalars(
                select(CommissionHouse.establishment_id).where(CommissionHouse.commission_id == one.id)
            )
        )
        one.rules = {**one.rules, "letters_wait_days": 0, "quorum": "none", "roles": {}}
        president = session.scalars(
            select(Seat).where(Seat.commission_id == one.id, Seat.role == "president")
        ).first()
        if president is not None:
            president.user_id = coordinator.user_id
        first = add_months(today, FIRST_ENTRY_MONTHS)
        window = RoundEntry("Tour de mesure", today, add_months(today, LAST_ENTRY_MONTHS))
        made_round = save_round(session, None, window, actor=coordinator, at=at)
        session.flush()
        round_id = made_round.id
        session.execute(delete(Placement).where(Placement.establishment_id.in_(houses)))
        _enlist(session, one.name, houses, known, today, first)
    with database.transaction() as session:
        choices = Choices(
            sessions_from=today,
            sessions_until=today,
            entries_from=today,
            entries_until=window.entry_to,
            horizon=add_months(today, LAST_ENTRY_MONTHS),
        )
        run = ask_run(session, "Mesure", choices, actor=coordinator, at=at)
        session.flush()
        taken = run.id
    Bench(database, clock.now, "mesure").work()
    with database.transaction() as session:
        known_round = session.get_one(Round, round_id)
        window = replace(window, run_id=taken)
        save_round(session, known_round, window, actor=coordinator, at=at)
    with database.transaction() as session:
        one = session.scalars(select(Commission).where(Commission.id == chosen)).one()
        entry = SessionEntry(today, 14 * 60, "Salle de mesure", round_id)
        sitting = session_actions.plan(session, one, entry, actor=coordinator, at=at)
        session.flush()
        sitting_id = sitting.id
    with database.transaction() as session:
        found = opened_session(session, coordinator, sitting_id, today)
        assert found is not None
        agenda_actions.build(session, found, 1, actor=coordinator, at=at)
    with database.transaction() as session:
        found = opened_session(session, coordinator, sitting_id, today)
        assert found is not None
        session_actions.convene(session, found, "Mesure", actor=coordinator, at=at)
    with database.reading() as session:
        wanted = (
            select(AgendaItem.id, AgendaItem.position)
            .where(AgendaItem.session_id == sitting_id, AgendaItem.demand_id.is_not(None))
            .order_by(AgendaItem.position)
        )
        items = tuple((row.id, row.position) for row in session.execute(wanted))
    return Place(database, port, sitting_id, items, COORDINATOR.email, AGENT.email)


def _enlist(session, name: str, houses: list[int], known: set[int], today, first) -> None:
    """Every demand loaded for the measure waits for this session, on paper, wishing for its establishments."""
    ours = Demand.id.not_in(known)
    session.execute(
        update(Demand)
        .where(ours)
        .values(
            state="commission",
            session_on=today,
            session_name=name,
            care="regular",
            papers_missing=0,
            birth_to_confirm=False,
            renewal_due_on=today + timedelta(days=90),
            entry_on=first,
            interview_on=today,
            oriented_on=today,
            orientation="commission",
            solution=None,
            placed_at_id=None,
            placed_from=None,
            unplaced_reason="",
            closed_on=None,
            closed_reason="",
        )
    )
    families = select(Demand.family_id).where(ours)
    session.execute(update(Family).where(Family.id.in_(families)).values(channel="post"))
    session.execute(update(FamilyMember).where(FamilyMember.family_id.in_(families)).values(email=""))
    for wish in session.scalars(select(Wish).join(Demand, Demand.id == Wish.demand_id).where(ours)):
        wish.establishment_id = houses[(wish.demand_id + wish.rank) % len(houses)]


def person(session, email: str) -> Person:
    user = session.scalars(
        select(User).where(User.email == email).options(selectinload(User.memberships))
    ).one()
    return person_of(user, user.memberships)
