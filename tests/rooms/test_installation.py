"""An empty installation is told its territory and its offer, then told again, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from guichet.core.actor import Actor
from guichet.core.journal import JournalEntry
from guichet.establishments.actions import install_establishments, install_managers
from guichet.establishments.catalogue import load_catalogue
from guichet.establishments.installation import read
from guichet.establishments.installation_example import example
from guichet.establishments.models import Establishment, Manager
from guichet.territory.actions import install_territory
from guichet.territory.models import Commune, CommunePostcode, Desk
from tests import make

OPERATOR = Actor(user_id=None, name="Exploitante")


def install(session, said, at=make.NOON):
    return [
        *install_territory(session, said.territory, actor=OPERATOR, at=at),
        *install_managers(session, said.managers, actor=OPERATOR, at=at),
        *install_establishments(session, said.establishments, actor=OPERATOR, at=at),
    ]


def lines(session):
    return session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()


@pytest.fixture
def said():
    return read(example().encode())


@pytest.fixture
def installed(session, said):
    install(session, said)
    session.commit()
    session.expunge_all()
    return session


def test_an_empty_installation_can_receive_a_first_demand(session, said):
    house, other = said.establishments
    named = (replace(house, code="lucioles"), replace(other, code="mesanges"))
    install(session, replace(said, establishments=named))
    offer = load_catalogue(session)
    assert len(offer.towns) == 14 and len(offer.houses) == 2
    assert offer.service_for(make.BLANZY).email == "accueil@relais.example"
    assert {town.code for town in offer.postcodes["71450"]} == {make.BLANZY}
    demand = make.demand(session, offer, make.person(session))
    session.flush()
    assert demand.state == "received"


def test_everything_created_has_its_line_in_the_journal(installed):
    written = lines(installed)
    assert len(written) == 22
    assert {line.step for line in written} == {
        f"create_{what}" for what in ("epci", "bassin", "desk", "commune", "manager", "establishment")
    }
    assert {line.actor_name for line in written} == {"Exploitante"}
    assert written[-1].subject_id == make.house(load_catalogue(installed), "les-lutins")


def test_the_same_file_again_changes_nothing(installed, said):
    assert install(installed, said) == []
    assert len(lines(installed)) == 22


def test_what_changed_is_updated_in_place_and_told_before_and_after(installed, said):
    house, other = said.establishments
    keeper, private = said.managers
    seen = installed.scalars(select(Establishment.id).where(Establishment.code == house.code)).one()
    changes = install(
        installed,
        replace(
            said,
            managers=(replace(keeper, implicit_rejection_months=2), private),
            establishments=(
                replace(house, name="Les Œillets", manager=private.code, capacity=None, is_open=False),
                other,
            ),
        ),
        at=make.NOON,
    )
    assert [(one.subject, one.before, one.after) for one in changes] == [
        ("manager", {"implicit_rejection_months": 4}, {"implicit_rejection_months": 2}),
        (
            "establishment",
            {"name": "Les Roseaux", "manager": keeper.code, "capacity": 40, "is_open": True},
            {"name": "Les Œillets", "manager": private.code, "capacity": None, "is_open": False},
        ),
    ]
    now = load_catalogue(installed).houses[seen]
    assert (now.name, now.is_open) == ("Les Œillets", False)
    assert installed.get(Establishment, seen).sort_key == "LES OEILLETS"
    line = lines(installed)[-1]
    assert (line.step, line.subject_id) == ("change_establishment", seen)
    assert line.detail["before"]["capacity"] == 40 and line.detail["after"]["capacity"] is None


def test_the_postcodes_of_a_commune_follow_the_file(installed, said):
    first, *others = said.territory.communes
    territory = replace(said.territory, communes=(replace(first, postcodes=("71451", "71452")), *others))
    (change,) = install(installed, replace(said, territory=territory))
    installed.expire_all()
    kept = select(CommunePostcode.postcode).where(CommunePostcode.commune_code == first.code)
    assert sorted(installed.scalars(kept)) == ["71451", "71452"]
    assert list(change.before["postcodes"]) == ["71450"]


def test_a_new_desk_takes_its_communes_in_one_loading(installed, said):
    land = said.territory
    desk = replace(land.desks[0], code="antenne", name="Antenne de Blanzy")
    communes = (replace(land.communes[0], desk="antenne"), *land.communes[1:])
    changes = install(
        installed, replace(said, territory=replace(land, desks=(*land.desks, desk), communes=communes))
    )
    assert [(one.subject, one.before) for one in changes] == [
        ("desk", None),
        ("commune", {"desk": land.desks[0].code}),
    ]
    assert load_catalogue(installed).service_for(make.BLANZY).name == "Antenne de Blanzy"


def test_a_desk_renamed_on_a_screen_is_still_the_same_desk(installed, said):
    installed.scalars(select(Desk)).one().name = "Renommé à l’écran"
    installed.flush()
    (change,) = install(installed, said)
    assert change.before == {"name": "Renommé à l’écran"}
    assert installed.scalar(select(func.count()).select_from(Desk)) == 1


def test_what_the_file_no_longer_names_stays_open(installed, said):
    land = said.territory
    fewer = replace(
        said,
        territory=replace(land, communes=land.communes[:1]),
        managers=said.managers[1:],
        establishments=said.establishments[1:],
    )
    assert install(installed, fewer) == []
    assert installed.scalar(select(func.count()).select_from(Commune)) == 14
    assert installed.scalar(select(func.count()).select_from(Manager)) == 2
    assert set(installed.scalars(select(Establishment.is_open))) == {True}
