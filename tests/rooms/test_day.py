"""The cases of the day list what they count, and warn before a silence becomes a refusal."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.months import add_months
from guichet.demands import waiting
from guichet.demands.actions import OrientationEntry, orient
from guichet.demands.models import Contact
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.queues import DEFAULTS, seen, wishing


def test_every_case_of_the_day_lists_what_it_counts(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    delays = dict(DEFAULTS)
    old = make.TODAY - timedelta(days=40)
    unoriented = make.demand(session, catalogue, agent, received_on=old)
    fresh = make.demand(session, catalogue, agent)
    forgotten = make.demand(session, catalogue, agent)
    orient(session, forgotten, OrientationEntry("commission", "vu"), catalogue, actor=agent, at=make.NOON)
    forgotten.oriented_on = old
    renew = make.demand(session, catalogue, agent)
    renew.renewal_due_on = make.TODAY
    call = make.demand(session, catalogue, agent)
    call.renewal_due_on, call.renewal_asked_on = make.TODAY - timedelta(days=1), old
    born = make.demand(
        session,
        catalogue,
        agent,
        child=make.child(first_name="", birth_date=None, due_date=make.TODAY + timedelta(days=9)),
    )
    born.child.due_date = make.TODAY - timedelta(days=2)
    meeting = Contact(
        demand_id=fresh.id, kind="appointment", at=make.NOON, by=agent.name, planned_for=make.NOON
    )
    session.add(meeting)
    session.flush()
    cases = {one.code: one for one in waiting.cases(session, agent, make.TODAY, delays, 5)}
    expected = {
        "orient": unoriented,
        "follow_up": forgotten,
        "renewal": renew,
        "renewal_call": call,
        "birth": born,
        "appointment": fresh,
    }
    for code, demand in expected.items():
        assert [row.id for row in cases[code].rows] == [demand.id], code
        assert (cases[code].count, cases[code].more) == (1, False)
        assert seen(session, agent, case=code) == [demand.id], code
    assert tuple(cases) == waiting.CASES


def test_the_desk_is_told_before_a_public_manager_has_refused_by_its_silence(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    received = add_months(make.TODAY + timedelta(days=20), -4)
    public = make.demand(
        session, catalogue, agent, received_on=received, wishes=wishing(catalogue, "lucioles")
    )
    make.demand(session, catalogue, agent, received_on=received, wishes=wishing(catalogue, "mesanges"))
    make.demand(
        session,
        catalogue,
        agent,
        received_on=add_months(make.TODAY, -5),
        wishes=wishing(catalogue, "lucioles"),
    )
    assert seen(session, agent, case="rejection") == [public.id]


def test_the_latest_day_of_receipt_is_the_last_whose_silence_ends_in_time() -> None:
    for offset in range(800):
        limit = date(2026, 1, 1) + timedelta(days=offset)
        for months in (2, 4):
            day = waiting.latest_received(limit, months)
            assert add_months(day, months) <= limit < add_months(day + timedelta(days=1), months)
