"""The settings of the guichet: delays, managers, desks; two people at once, and before any territory."""

from sqlalchemy import select

from guichet.accounts.models import User
from guichet.core import parameters
from guichet.demands.delays import ORIENT_WITHIN
from guichet.establishments.catalogue import load_catalogue
from guichet.establishments.models import Manager
from guichet.territory.models import Commune, Desk
from guichet.web.admin.parameters import DECLARED
from tests import make
from tests.web.administering import NEW, kept, send
from tests.web.pages import Visitor, with_password


def test_delays_are_kept_all_or_none(admin, database):
    present = {item.key: str(item.default) for item in DECLARED}
    page = send(
        admin,
        "/administration/reglages",
        present | {"orient_within_days": "21", "renew_every_days": "beaucoup"},
        status=422,
    )
    assert 'value="beaucoup"' in page
    assert "« Renouveler une demande tous les (jours) » doit être compris entre 30 et 730." in page
    with database.reading() as session:
        assert parameters.read(session, [ORIENT_WITHIN])["orient_within_days"] == 15
    send(admin, "/administration/reglages", present | {"orient_within_days": "21"})
    with database.reading() as session:
        assert parameters.read(session, [ORIENT_WITHIN])["orient_within_days"] == 21


def test_a_coordinator_changes_what_letters_say_of_a_manager(visit, database, catalogue):
    coordinator = visit("coordinator")
    with database.reading() as session:
        manager = session.scalars(select(Manager).where(Manager.is_public)).one()
    url = f"/administration/gestionnaires/{manager.id}"
    typed = {
        "implicit_rejection_months": "2",
        "deciding_authority": "la maire d’essai",
        "signatory_name": "Lise Aubrée",
        "signatory_title": "Première adjointe",
        "tribunal": "",
        "version": "1",
    }
    page = send(coordinator, url, typed, status=422)
    assert 'id="tribunal-error"' in page
    send(coordinator, url, typed | {"tribunal": "Tribunal administratif de Dijon"})
    with database.reading() as session:
        keeper = load_catalogue(session).keepers[manager.id]
    assert keeper.implicit_rejection_months == 2
    assert keeper.signatory == ("Lise Aubrée", "Première adjointe")


def test_silence_counts_two_or_four_months_and_nothing_else(visit, database, catalogue):
    coordinator = visit("coordinator")
    with database.reading() as session:
        manager = session.scalars(select(Manager).where(Manager.is_public)).one()
    page = send(
        coordinator,
        f"/administration/gestionnaires/{manager.id}",
        {
            "implicit_rejection_months": "3",
            "deciding_authority": "a",
            "signatory_name": "b",
            "signatory_title": "c",
            "tribunal": "d",
            "version": "1",
        },
        status=422,
    )
    assert "Choisissez deux mois ou quatre mois." in page


def test_the_desk_that_serves_a_commune_is_a_setting(admin, database, catalogue):
    with database.writing() as session:
        desk = Desk(
            code="blanzy",
            name="Accueil de Blanzy",
            address="2 rue Neuve",
            postcode="71450",
            city="Blanzy",
            phone="03 53 01 00 09",
            email="blanzy@exemple.test",
        )
        session.add(desk)
        session.commit()
        first = session.scalars(select(Commune.desk_id).where(Commune.code == make.MONTCEAU)).one()
        desk_id = desk.id
    chosen = {f"desk-{make.MONTCEAU}": str(first), f"desk-{make.BLANZY}": str(desk_id)}
    send(admin, "/administration/reglages/communes", chosen, seen="/administration/reglages")
    with database.reading() as session:
        offer = load_catalogue(session)
    assert offer.service_for(make.BLANZY).name == "Accueil de Blanzy"
    assert offer.service_for(make.MONTCEAU).name == "RPE d’essai"


def test_a_desk_never_loses_what_a_receipt_must_print(admin, database, catalogue):
    desk_id = next(iter(catalogue.services))
    url = f"/administration/accueils/{desk_id}"
    typed = {
        "name": "RPE",
        "address": "3 rue Haute",
        "postcode": "71300",
        "city": "Montceau",
        "phone": "",
        "email": "rpe@exemple.test",
        "version": "1",
    }
    page = send(admin, url, typed, status=422)
    assert 'id="phone-error"' in page
    send(admin, url, typed | {"phone": "03 53 01 00 08"})
    with database.reading() as session:
        assert load_catalogue(session).services[desk_id].phone == "03 53 01 00 08"


def test_the_second_of_two_who_change_a_desk_or_a_manager_keeps_what_was_typed(visit, database, catalogue):
    first, second = visit("coordinator"), visit("administrator")
    with database.reading() as session:
        manager_id = session.scalars(select(Manager.id).where(Manager.is_public)).one()
    desk = {"address": "3 rue Haute", "postcode": "71300", "city": "Montceau", "phone": "03 53 01 00 08"}
    desk |= {"name": "RPE", "email": "rpe@exemple.test", "version": "1"}
    keeper = {"implicit_rejection_months": "2", "signatory_name": "Lise Aubrée", "version": "1"}
    keeper |= {"signatory_title": "Première adjointe", "tribunal": "Tribunal administratif de Dijon"}
    for url, typed, field in (
        (f"/administration/accueils/{next(iter(catalogue.services))}", desk, "name"),
        (
            f"/administration/gestionnaires/{manager_id}",
            keeper | {"deciding_authority": "la maire"},
            "deciding_authority",
        ),
    ):
        send(first, url, typed | {field: "Venu d’abord"})
        page = send(second, url, typed | {field: "Venu ensuite"}, status=409)
        assert "a changé depuis que vous l’avez ouvert" in page
        assert "Venu d’abord" in page and 'value="Venu ensuite"' in page
        assert 'name="version" value="2"' in page
        send(second, url, typed | {field: "Venu ensuite", "version": "2"})
        assert 'value="Venu ensuite"' in second.get(url)


def test_the_settings_open_before_any_territory_is_loaded(app, database):
    with database.writing() as session:
        person = make.person(session, "administrator")
        session.get(User, person.user_id).password_hash = with_password()
        session.commit()
    visitor = Visitor(app, database)
    visitor.sign_in(person.email)
    assert "Aucun gestionnaire" in visitor.get("/administration/reglages")
    assert "textes manquent encore" in visitor.get("/administration/reglages")
    visitor.get("/administration/comptes/nouveau")
    visitor.post("/administration/comptes/nouveau", NEW)
    assert kept(database).name == "Odile Vernay"
