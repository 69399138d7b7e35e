"""What is asked changes: the former need is kept, the family gets its recap, nobody overwrites a colleague."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.core.week import Week
from guichet.demands import need as changes
from guichet.demands.actions import withdraw
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand, DemandKey, NeedVersion
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from tests import make

THREE_MORNINGS = Week.same_hours((1, 2, 4), (480, 720))


@pytest.fixture
def demand(session: Session, catalogue: Catalogue, agent: Person) -> Demand:
    made = make.demand(session, catalogue, agent)
    session.commit()
    session.expunge_all()
    found = changes.find(session, made.id, true())
    assert found is not None
    return found


def recaps(session: Session) -> list[str]:
    rows = select(LetterRow.text).where(LetterRow.kind == "need_recap").order_by(LetterRow.id)
    return list(session.scalars(rows))


def communes(session: Session, demand: Demand) -> set[str]:
    rows = select(DemandKey.key).where(DemandKey.demand_id == demand.id, DemandKey.use == "c")
    return set(session.scalars(rows))


def test_a_new_need_keeps_the_former_one_and_is_told_to_the_family(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    before = changes.need_of(demand)
    new = replace(before, week=THREE_MORNINGS, fewer_days=True)
    assert changes.change_need(session, demand, new, catalogue, actor=agent, at=make.NOON)
    session.commit()
    kept = session.scalars(select(NeedVersion)).one()
    assert (kept.number, kept.replaced_by) == (1, "Alix Accueil")
    assert kept.need == changes.stored_form(before, changes.wish_entries(demand))
    assert (demand.need_version, demand.weekly_minutes) == (2, 12 * 60)
    (recap,) = recaps(session)
    assert "lundi, mardi et jeudi" in recap
    line = session.scalars(select(JournalEntry).where(JournalEntry.step == "change_need")).one()
    assert line.detail["changed"] == ["week", "fewer_days"]


def test_the_same_need_again_is_no_change_and_no_letter(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    same = changes.need_of(demand)
    assert not changes.change_need(session, demand, same, catalogue, actor=agent, at=make.NOON)
    assert recaps(session) == []
    assert demand.need_version == 1


def test_an_impossible_need_is_refused_at_its_field_and_nothing_is_written(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    late = replace(changes.need_of(demand), entry_earliest=date(2028, 1, 1))
    with pytest.raises(InvalidError) as refusal:
        changes.change_need(session, demand, late, catalogue, actor=agent, at=make.NOON)
    assert list(refusal.value.problems) == ["entry_earliest"]
    assert session.scalars(select(NeedVersion)).all() == []


def test_an_entry_after_six_years_is_refused_for_a_creche(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    old = make.child(birth_date=date(2021, 6, 1))
    made = make.demand(session, catalogue, agent, child=old, need=make.need(entry_on=date(2027, 1, 4)))
    later = replace(changes.need_of(made), entry_on=date(2027, 9, 1))
    with pytest.raises(InvalidError, match="six ans"):
        changes.change_need(session, made, later, catalogue, actor=agent, at=make.NOON)


def test_new_wishes_replace_the_former_ones_and_the_communes_they_reach(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    assert communes(session, demand) == {make.MONTCEAU, make.BLANZY}
    wishes = (
        WishEntry(establishment_id=make.house(catalogue, "lucioles")),
        WishEntry(mode="childminder", commune_code=make.MONTCEAU),
        WishEntry(mode="home_care"),
    )
    assert changes.change_wishes(session, demand, wishes, catalogue, actor=agent, at=make.NOON)
    session.commit()
    session.expunge_all()
    again = changes.find(session, demand.id, true())
    assert again is not None
    assert changes.wish_entries(again) == wishes
    assert communes(session, again) == {make.MONTCEAU}
    assert "garde à domicile" in recaps(session)[0]


def test_two_wishes_exchanged_keep_their_two_lines(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    turned = changes.wish_entries(demand)[::-1]
    assert changes.change_wishes(session, demand, turned, catalogue, actor=agent, at=make.NOON)
    session.commit()
    session.expunge_all()
    again = changes.find(session, demand.id, true())
    assert again is not None
    assert changes.wish_entries(again) == turned


def test_two_changes_are_two_versions_and_two_recaps(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    need = replace(changes.need_of(demand), week=THREE_MORNINGS)
    changes.change_need(session, demand, need, catalogue, actor=agent, at=make.NOON)
    wishes = changes.wish_entries(demand)[:1]
    changes.change_wishes(session, demand, wishes, catalogue, actor=agent, at=make.NOON)
    session.commit()
    assert list(session.scalars(select(NeedVersion.number).order_by(NeedVersion.number))) == [1, 2]
    assert len(recaps(session)) == 2


def test_the_second_of_two_agents_changes_nothing(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    seen = demand.version
    need = replace(changes.need_of(demand), week=THREE_MORNINGS)
    changes.change_need(session, demand, need, catalogue, actor=agent, at=make.NOON, version=seen)
    session.commit()
    with pytest.raises(ConflictError):
        changes.change_wishes(session, demand, (), catalogue, actor=agent, at=make.NOON, version=seen)


def test_a_closed_demand_no_longer_changes(
    session: Session, catalogue: Catalogue, demand: Demand, agent: Person
) -> None:
    withdraw(session, demand, "moved", "", catalogue, actor=agent, at=make.NOON)
    need = replace(changes.need_of(demand), week=THREE_MORNINGS)
    with pytest.raises(StepRefusedError, match="rouvrez-la"):
        changes.change_need(session, demand, need, catalogue, actor=agent, at=make.NOON)


def test_a_demand_out_of_reach_is_not_found(session: Session, demand: Demand) -> None:
    assert changes.find(session, demand.id, Demand.id < 0) is None
