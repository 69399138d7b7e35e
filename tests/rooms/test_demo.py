"""The demonstration, loaded by the real actions on both databases."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.accounts import signing_in
from guichet.allocation.runs.models import AllocationLine, AllocationRun
from guichet.bareme.queries import bareme_in_force
from guichet.bareme.score import total
from guichet.commissions.models import Decision
from guichet.commissions.sessions.models import Round
from guichet.core.db import Database, make_database
from guichet.core.errors import ConfigurationError
from guichet.core.settings import Settings
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.demands.states import OPEN_STATES, STATES
from guichet.demo.accounts import ACCOUNTS, PASSWORD
from guichet.demo.load import load
from guichet.establishments.catalogue import load_catalogue
from guichet.families.models import Family, Person
from guichet.notifications import queries as letters
from guichet.notifications.models import LetterRow
from guichet.placements.offers.models import FreedSeat, Offer
from guichet.territory.models import Commune
from tests import make
from tests.services import DIALECTS

Copied = Callable[[str], AbstractContextManager[str]]
FEW = 40


def settings(home: Path, *, demo: str = "1") -> Settings:
    return Settings.from_environment({"GUICHET_HOME": str(home), "GUICHET_DEMO": demo})


def picture(session: Session) -> list[tuple[object, ...]]:
    """What a second loading must make again, line for line."""
    columns = (
        Demand.id,
        Demand.state,
        Demand.received_on,
        Demand.entry_on,
        Person.first_name,
        Person.last_name,
    )
    rows = session.execute(select(*columns).join(Person, Person.id == Demand.child_id).order_by(Demand.id))
    return [tuple(row) for row in rows]


@pytest.fixture(scope="module")
def loading(copied: Copied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Database]]:
    """Loaded once on SQLite and once on PostgreSQL: these tests read, or roll back what they write."""
    made: dict[str, Database] = {}
    with ExitStack() as kept:

        def _load(dialect: str) -> Database:
            if dialect not in made:
                made[dialect] = make_database(kept.enter_context(copied(dialect)))
                kept.callback(made[dialect].engine.dispose)
                home = tmp_path_factory.mktemp("home")
                load(made[dialect], settings(home), families=FEW, now=make.NOON)
            return made[dialect]

        yield _load


@pytest.fixture
def loaded(dialect: str, loading: Callable[[str], Database]) -> Database:
    return loading(dialect)


def test_a_newcomer_finds_the_territory_its_accounts_and_families_in_many_states(loaded: Database) -> None:
    with loaded.writing() as session:
        assert session.scalar(select(func.count()).select_from(Commune)) == 14
        states = set(session.scalars(select(Demand.state).distinct()))
        assert (
            {"received", "oriented", "commission", "placed", "unplaced", "withdrawn"} <= states <= set(STATES)
        )
        for account in ACCOUNTS:
            _, person = signing_in.sign_in(session, account.email, PASSWORD, "127.0.0.1", at=make.NOON)
            assert account.role in person.roles


def test_loading_again_changes_nothing(loaded: Database, tmp_path: Path) -> None:
    with loaded.reading() as session:
        before = picture(session)
    load(loaded, settings(tmp_path), families=FEW, now=make.NOON)
    with loaded.reading() as session:
        assert picture(session) == before


def test_nothing_happens_after_the_day_of_the_demonstration(loaded: Database) -> None:
    with loaded.reading() as session:
        assert (session.scalar(select(func.max(Demand.received_at))) or make.NOON) <= make.NOON
        assert (session.scalar(select(func.max(LetterRow.created_at))) or make.NOON) <= make.NOON
        confirmed = session.scalar(select(func.max(Decision.confirmed_at)))
        assert confirmed is None or confirmed <= make.NOON


def test_each_director_finds_demands_of_a_recent_commission_to_decide(loaded: Database) -> None:
    today = make.NOON.date()
    with loaded.writing() as session:
        for account in ACCOUNTS:
            if account.role != "director":
                continue
            _, director = signing_in.sign_in(session, account.email, PASSWORD, "127.0.0.1", at=make.NOON)
            recent = Demand.session_on.between(today - timedelta(days=10), today)
            decided = select(Decision.demand_id).where(Decision.state == "recorded")
            waiting = select(Demand).where(
                Demand.state == "commission",
                recent,
                Demand.id.not_in(decided),
                visible_to(director, "record_decision", today),
            )
            assert len(session.scalars(waiting).all()) >= 2, account.email


def test_old_letters_are_told_as_gone_and_recent_ones_are_left_to_the_worker(loaded: Database) -> None:
    with loaded.reading() as session:
        old = select(LetterRow.state).where(LetterRow.created_at < make.NOON.replace(month=10))
        assert set(session.scalars(old.where(LetterRow.email.not_like("plustard%")))) <= {"sent", "printed"}
        waiting = select(LetterRow.created_at).where(
            LetterRow.state == "pending", LetterRow.channel == "email"
        )
        assert session.scalars(waiting.where(LetterRow.email.not_like("plustard%"))).all()
        assert letters.trouble(session, make.NOON).stopped == 0


def test_a_newcomer_finds_offers_to_answer_to_follow_and_a_seat_to_give_again(loaded: Database) -> None:
    today = make.NOON.date()
    with loaded.reading() as session:
        states = set(session.scalars(select(Offer.state)))
        assert {"offered", "postponed", "accepted", "entered", "declined"} <= states
        due = select(Offer.id).where(Offer.state == "accepted", Offer.entry_on <= today)
        assert session.scalars(due).all()
        assert session.scalars(select(FreedSeat.id).where(FreedSeat.closed_at.is_(None))).all()
        emergencies = select(Decision.id).where(
            Decision.basis == "emergency", Decision.ratified_session_id.is_(None)
        )
        assert session.scalars(emergencies).all()
        mail = select(LetterRow.id).where(LetterRow.kind == "placed", LetterRow.state == "pending")
        assert session.scalars(mail).all()


def test_a_barème_is_in_force_and_gives_different_points_to_the_open_demands(loaded: Database) -> None:
    today = make.NOON.date()
    with loaded.reading() as session:
        bareme = bareme_in_force(session, today)
        ids = session.scalars(select(Demand.id).where(Demand.state.in_(OPEN_STATES))).all()
        facts = facts_of_demands(session, ids, load_catalogue(session), today)
        assert bareme is not None
        totals = {total(bareme, one, next(iter(one.here), None)) for one in facts.values()}
        assert len(facts) == len(ids) and len(totals) > 10


def test_the_round_takes_a_proposal_whose_rules_cost_something_and_that_offers_parts_of_weeks(
    loaded: Database,
) -> None:
    with loaded.reading() as session:
        coming = session.scalars(select(Round).where(Round.title.startswith("Entrées"))).one()
        run = session.get_one(AllocationRun, coming.run_id)
        assert run.state == "done" and run.counter_offers
        as_asked, *others = run.prices
        assert any(one["placed"] < as_asked["placed"] for one in others)
        assert any(one["of_groups"] != as_asked["of_groups"] for one in others)
        together = select(AllocationLine).where(
            AllocationLine.run_id == run.id, AllocationLine.together != ""
        )
        assert session.scalars(together).all()


def test_nobody_real_can_be_reached(loaded: Database) -> None:
    with loaded.reading() as session:
        mails = [mail for mail in session.scalars(select(Person.email)) if mail]
        phones = [phone for phone in session.scalars(select(Person.phone)) if phone]
    assert mails
    assert all(mail.endswith("@exemple.test") for mail in mails)
    assert all(phone.startswith("06 39 98 ") for phone in phones)


def test_some_families_are_written_to_on_paper(loaded: Database) -> None:
    with loaded.reading() as session:
        assert set(session.scalars(select(Family.channel).distinct())) == {"email", "post"}


def test_a_real_installation_is_never_filled(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="démonstration"):
        load(database, settings(tmp_path, demo=""), families=1, now=make.NOON)


def test_the_same_seed_on_the_same_day_makes_the_same_families(loading: Callable[[str], Database]) -> None:
    pictures = []
    for dialect in DIALECTS:
        with loading(dialect).reading() as session:
            pictures.append(picture(session))
    assert pictures[0] == pictures[1] != []


def test_proposals_are_there_to_be_read_and_their_checker_finds_nothing(loaded: Database) -> None:
    with loaded.reading() as session:
        for run in session.scalars(select(AllocationRun)):
            assert (run.state, run.failure, run.findings) == ("done", "", [])
            assert run.placed + run.unplaced == run.demands > 0
            assert run.done_at == make.NOON
