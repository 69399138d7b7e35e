"""The clock of the desk: what it asks, whom it reminds, and whom it never closes."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core import parameters
from guichet.core.db import Database
from guichet.demands.actions import OrientationEntry, orient, withdraw
from guichet.demands.contacts import note_exchange
from guichet.demands.delays import DELAYS
from guichet.demands.models import Demand, DemandKey, Draft
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact, Family
from guichet.families.models import Person as Member
from guichet.notifications import models as mail
from guichet.notifications.models import LetterRow
from tests import make
from workers.sweeps import forget, turn_timers


@pytest.fixture
def catalogue(database: Database) -> Catalogue:
    with database.writing() as session:
        return make.territory(session)


@pytest.fixture
def agent(database: Database, catalogue: Catalogue) -> Person:
    with database.writing() as session:
        made = make.person(session)
        session.commit()
        return made


def registered(database: Database, catalogue: Catalogue, agent: Person, **values: object) -> int:
    with database.transaction() as session:
        return make.demand(session, catalogue, agent, **values).id


def days_later(days: int) -> datetime:
    return make.NOON + timedelta(days=days)


def read(database: Database, demand_id: int) -> Demand:
    with database.reading() as session:
        demand = session.get(Demand, demand_id)
        assert demand is not None
        return demand


def letters(database: Database, demand_id: int) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = select(LetterRow.kind, LetterRow.channel).where(LetterRow.subject_id == demand_id)
        return [(kind, channel) for kind, channel in session.execute(rows.order_by(LetterRow.id))]


def posted(database: Database, kind: str, at: datetime) -> None:
    with database.transaction() as session:
        session.execute(
            update(LetterRow).where(LetterRow.kind == kind).values(state=mail.PRINTED, sent_at=at)
        )


def test_a_renewal_is_asked_once_however_often_the_clock_turns(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    demand_id = registered(database, catalogue, agent)
    turn_timers(database, days_later(160))
    assert read(database, demand_id).renewal_asked_on is None
    for _ in range(3):
        turn_timers(database, days_later(166))
    assert [kind for kind, _ in letters(database, demand_id)] == ["acknowledgement", "renewal"]
    assert read(database, demand_id).renewal_asked_on == make.TODAY + timedelta(days=166)


def test_without_answer_the_same_question_leaves_on_paper(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    demand_id = registered(database, catalogue, agent)
    turn_timers(database, days_later(166))
    turn_timers(database, days_later(180))
    assert read(database, demand_id).second_ask_on is None
    turn_timers(database, days_later(181))
    assert letters(database, demand_id)[-1] == ("renewal_second", "print")


def test_a_mail_that_came_back_hastens_the_second_channel_and_closes_nothing(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    demand_id = registered(database, catalogue, agent)
    turn_timers(database, days_later(166))
    with database.transaction() as session:
        session.execute(update(LetterRow).where(LetterRow.kind == "renewal").values(state=mail.BOUNCED))
    turn_timers(database, days_later(167))
    assert letters(database, demand_id)[-1] == ("renewal_second", "print")
    turn_timers(database, days_later(400))
    assert read(database, demand_id).state == "received"


def test_nobody_expires_while_the_paper_of_the_second_channel_is_not_posted(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    demand_id = registered(database, catalogue, agent)
    for day in (166, 181, 300):
        turn_timers(database, days_later(day))
    assert read(database, demand_id).state == "received"
    posted(database, "renewal_second", days_later(300))
    turn_timers(database, days_later(320))
    assert read(database, demand_id).state == "received"
    turn_timers(database, days_later(331))
    assert read(database, demand_id).state == "expired"
    assert read(database, demand_id).closed_reason == "not_renewed"
    assert letters(database, demand_id)[-1][0] == "closed"


def test_a_call_noted_after_the_letter_is_a_second_channel(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    by_post = make.household(channel="post")
    demand_id = registered(database, catalogue, agent, household=by_post)
    turn_timers(database, days_later(166))
    turn_timers(database, days_later(260))
    assert read(database, demand_id).second_ask_on is None
    with database.transaction() as session:
        demand = session.get_one(Demand, demand_id)
        note_exchange(session, demand, "call", "Message laissé.", actor=agent, at=days_later(261))
    turn_timers(database, days_later(262))
    assert read(database, demand_id).second_ask_on == make.TODAY + timedelta(days=261)
    assert [kind for kind, _ in letters(database, demand_id)] == ["acknowledgement", "renewal"]


def test_missing_papers_are_reminded_a_fixed_number_of_times(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    asked = (
        FactEntry("residence", "address_proof"),
        FactEntry("birth", "birth_certificate", 0, received=True),
    )
    demand_id = registered(database, catalogue, agent, facts=asked)
    for day in (5, 15, 15, 20, 30, 45, 60):
        turn_timers(database, days_later(day))
    assert [kind for kind, _ in letters(database, demand_id)] == [
        "acknowledgement",
        "missing_papers",
        "missing_papers",
    ]
    with database.reading() as session:
        first = session.scalar(select(LetterRow.text).where(LetterRow.kind == "missing_papers")) or ""
    assert "Justificatif de domicile" in first
    assert "Acte de naissance" not in first


def test_a_child_of_school_age_is_no_longer_waited_for_unless_asked_for_later(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    toddler = make.child(birth_date=date(2024, 2, 1))
    before = registered(database, catalogue, agent, child=toddler, need=make.need(entry_on=date(2027, 1, 4)))
    other = make.child(first_name="Noé", birth_date=date(2024, 3, 1))
    after = registered(database, catalogue, agent, child=other, need=make.need(entry_on=date(2027, 9, 6)))
    with database.transaction() as session:
        session.execute(update(Demand).values(renewal_due_on=date(2029, 1, 1)))
    turn_timers(database, datetime(2027, 8, 31, 12, tzinfo=make.NOON.tzinfo))
    assert read(database, before).state == "received"
    turn_timers(database, datetime(2027, 9, 10, 12, tzinfo=make.NOON.tzinfo))
    assert (read(database, before).state, read(database, before).closed_reason) == ("expired", "school_age")
    assert read(database, after).state == "received"


def test_one_demand_that_fails_does_not_stop_the_others(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    broken = registered(database, catalogue, agent)
    child = make.child(first_name="Noé", birth_date=date(2026, 4, 1))
    sound = registered(database, catalogue, agent, child=child)
    with database.transaction() as session:
        family = select(Demand.family_id).where(Demand.id == broken).scalar_subquery()
        session.execute(
            update(Member)
            .where(Member.family_id == family, Member.role == "adult")
            .values(role="child", due_date=make.TODAY)
        )
    turn_timers(database, days_later(166))
    assert read(database, broken).renewal_asked_on is None
    assert read(database, sound).renewal_asked_on is not None


def test_an_administrator_chooses_the_delays(database: Database, catalogue: Catalogue, agent: Person) -> None:
    demand_id = registered(database, catalogue, agent)
    with database.transaction() as session:
        wanted = next(item for item in DELAYS if item.key == "ask_renewal_before_days")
        parameters.change(session, wanted, 60, actor=agent, at=make.NOON)
    turn_timers(database, days_later(121))
    assert read(database, demand_id).renewal_asked_on is not None


def test_old_drafts_are_forgotten_and_recent_ones_kept(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    with database.transaction() as session:
        for name, at in (("ancien", days_later(0)), ("récent", days_later(20))):
            session.add(Draft(id=name, user_id=agent.user_id, created_at=at, saved_at=at))
    forget(database, days_later(31))
    with database.reading() as session:
        assert list(session.scalars(select(Draft.id))) == ["récent"]


def closed_family(database: Database, catalogue: Catalogue, agent: Person) -> int:
    facts = (FactEntry("residence", "address_proof", received=True),)
    demand_id = registered(database, catalogue, agent, facts=facts)
    with database.transaction() as session:
        demand = session.get_one(Demand, demand_id)
        family = session.get_one(Family, demand.family_id)
        demand.family = family
        session.refresh(family, ["persons"])
        session.refresh(demand, ["child", "wishes"])
        entry = OrientationEntry("commission", "La mère, Camille, reprend en mars.")
        orient(session, demand, entry, catalogue, actor=agent, at=make.NOON)
        withdraw(session, demand, "moved", "parti à Lyon", catalogue, actor=agent, at=make.NOON)
    return demand_id


def everything(session: Session) -> str:
    """Every value stored anywhere about this family, as one text."""
    tables = (
        "family",
        "person",
        "fact",
        "demand",
        "demand_key",
        "letter",
        "letter_event",
        "journal_entry",
        "contact",
    )
    connection = session.connection()
    return " ".join(
        str(list(row)) for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
    )


def test_a_year_after_it_is_closed_nobody_is_named_any_more_and_the_figures_stay(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    demand_id = closed_family(database, catalogue, agent)
    forget(database, days_later(364))
    with database.reading() as session:
        assert "Verdoux" in everything(session)
    forget(database, days_later(366))
    with database.reading() as session:
        left = everything(session)
        assert session.scalar(select(DemandKey.key).where(DemandKey.demand_id == demand_id)) is None
        assert session.scalar(select(Fact.kind)) == "residence"
    for known in ("Verdoux", "VERDOUX", "Lina", "Camille", "camille.verdoux", "Lilas", "39 98 00 01", "Lyon"):
        assert known not in left
    kept = read(database, demand_id)
    assert (kept.state, kept.home_code, kept.received_on) == ("withdrawn", make.MONTCEAU, make.TODAY)


def test_a_family_that_still_waits_is_never_anonymised(
    database: Database, catalogue: Catalogue, agent: Person
) -> None:
    registered(database, catalogue, agent)
    forget(database, days_later(3000))
    with database.reading() as session:
        assert session.scalar(select(Family.anonymised_on)) is None
