"""The administration: accounts, settings, traces."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from guichet.accounts.models import User
from guichet.core import journal, parameters
from guichet.core.actor import Actor
from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.demands.delays import ORIENT_WITHIN
from guichet.establishments.catalogue import load_catalogue
from guichet.establishments.models import Manager
from guichet.notifications.models import LetterRow
from guichet.territory.models import Commune, Desk
from guichet.web.admin.parameters import DECLARED
from guichet.web.legal_texts import LEGAL_TEXTS
from tests import make
from tests.web.pages import PASSWORD, Visitor, with_password

PHRASE = "quatre mots très simples"
NEW = {"name": "Odile Vernay", "email": "odile@exemple.test", "roles": ["rpe_agent"], "closes_on": ""}


@pytest.fixture
def admin(visit: Callable[..., Visitor]) -> Visitor:
    return visit("administrator")


def link_sent(database: Database, kind: str) -> str:
    with database.reading() as session:
        row = session.scalars(
            select(LetterRow.facts).where(LetterRow.kind == kind).order_by(LetterRow.id.desc())
        ).first()
    return row["action"][1].removeprefix("http://127.0.0.1:8000")


def kept(database: Database, email: str = NEW["email"]) -> User:
    with database.reading() as session:
        return session.scalars(select(User).where(User.email == email)).one()


def send(admin: Visitor, url: str, data: dict | None = None, **how) -> str:
    """Open a page, so that its token is known, then post to it."""
    admin.get(how.pop("seen", url))
    return admin.post(url, data, **how)


def test_an_invited_person_chooses_a_password_and_signs_in(admin, visitor, database):
    page = send(admin, "/administration/comptes/nouveau", NEW)
    assert "L’invitation de Odile Vernay part à odile@exemple.test." in page
    link = link_sent(database, "account_invite")
    assert "Odile Vernay" in visitor.get(link)
    page = visitor.post(link, {"password": PHRASE, "again": PHRASE})
    assert "Votre mot de passe est enregistré" in page
    visitor.post("/connexion", {"email": NEW["email"], "password": PHRASE})
    assert "Odile Vernay" in visitor.get("/compte")


def test_a_used_link_says_so_and_offers_another(admin, visitor, database):
    send(admin, "/administration/comptes/nouveau", NEW)
    link = link_sent(database, "account_invite")
    visitor.get(link)
    visitor.post(link, {"password": PHRASE, "again": PHRASE})
    page = visitor.get(link, status=410)
    assert "Demander un autre lien" in page


def test_a_weak_password_is_one_sentence_at_its_field(admin, visitor, database):
    send(admin, "/administration/comptes/nouveau", NEW)
    link = link_sent(database, "account_invite")
    visitor.get(link)
    page = visitor.post(link, {"password": "court", "again": "court"}, status=422)
    assert 'id="password-error"' in page
    assert "au moins 12 caractères" in page


def test_a_refused_invitation_keeps_what_was_typed(admin, database):
    page = send(
        admin,
        "/administration/comptes/nouveau",
        NEW | {"email": "sans arobase", "roles": ["director"], "closes_on": "31/02/2027"},
        status=422,
    )
    assert 'value="Odile Vernay"' in page
    assert 'value="sans arobase"' in page
    assert 'value="31/02/2027"' in page
    assert "Cette date n’existe pas" in page
    with database.reading() as session:
        assert session.scalars(select(LetterRow)).all() == []


def test_every_problem_of_an_account_is_told_at_once(admin):
    page = send(
        admin,
        "/administration/comptes/nouveau",
        {"name": "", "email": "x", "roles": ["director"]},
        status=422,
    )
    assert "3 réponses sont à corriger" in page


def test_the_establishments_are_folded_by_commune_and_the_ticked_ones_stay_in_sight(
    admin, database, catalogue
):
    house = make.house(catalogue, "lucioles")
    page = admin.get("/administration/comptes/nouveau")
    assert page.count('<details class="more houses">') > 1
    assert '<details class="more houses" open' not in page
    typed = NEW | {"name": "", "roles": ["director"], "houses": [str(house)]}
    page = send(admin, "/administration/comptes/nouveau", typed, status=422)
    assert page.count('<details class="more houses" open') == 1
    assert f'name="houses" value="{house}" checked' in page


def test_a_director_is_given_houses_and_the_account_page_says_so(admin, database, catalogue):
    house = make.house(catalogue, "moulins")
    send(admin, "/administration/comptes/nouveau", NEW | {"roles": ["director"], "houses": [str(house)]})
    page = admin.get("/administration/comptes")
    assert "Les Moulins (Blanzy)" in page
    assert "invitation sans réponse" in page


def test_of_two_administrators_the_second_sees_the_present_state_and_keeps_the_typing(
    admin, database, catalogue
):
    send(admin, "/administration/comptes/nouveau", NEW)
    user = kept(database)
    url = f"/administration/comptes/{user.id}"
    seen = str(user.version)
    send(admin, url, NEW | {"name": "Odile Première", "version": seen})
    page = send(admin, url, NEW | {"name": "Odile Seconde", "version": seen}, status=409)
    assert "a changé depuis" in page
    assert 'value="Odile Seconde"' in page
    assert kept(database).name == "Odile Première"


def test_an_account_is_closed_then_opened_again(admin, visit, database):
    agent = visit("rpe_agent")
    url = f"/administration/comptes/{agent.person.user_id}"
    send(admin, f"{url}/fermer", {"version": "1"}, seen=url)
    agent.get("/compte")
    assert agent.path == "/connexion"
    page = agent.post("/connexion", {"email": agent.person.email, "password": PASSWORD}, status=401)
    assert "Adresse ou mot de passe inconnu." in page
    version = str(kept(database, agent.person.email).version)
    send(admin, f"{url}/rouvrir", {"version": version}, seen=url)
    agent.sign_in(agent.person.email)
    assert "Mon compte" in agent.get("/compte")


def test_the_last_administrator_stays(admin):
    url = f"/administration/comptes/{admin.person.user_id}"
    page = send(admin, f"{url}/fermer", {"version": "1"}, seen=url, status=409)
    assert "dernier compte d’administration" in page


def test_the_list_of_accounts_reads_the_same_number_of_statements_for_one_and_many(admin, visit):
    admin.get("/administration/comptes")
    with admin.counting() as one:
        admin.get("/administration/comptes")
    visit("rpe_agent", communes=(make.MONTCEAU, make.BLANZY))
    visit("member")
    with admin.counting() as many:
        admin.get("/administration/comptes")
    assert len(one) == len(many) <= 6


def test_a_forgotten_password_is_chosen_again_by_mail(visit, visitor, database):
    agent = visit("rpe_agent")
    visitor.get("/mot-de-passe-oublie")
    known = visitor.post("/mot-de-passe-oublie", {"email": agent.person.email})
    link = link_sent(database, "account_reset")
    visitor.get("/mot-de-passe-oublie")
    unknown = visitor.post("/mot-de-passe-oublie", {"email": "personne@exemple.test"})
    assert known == unknown
    visitor.get(link)
    visitor.post(link, {"password": PHRASE, "again": PHRASE})
    agent.get("/compte")
    assert agent.path == "/connexion"
    visitor.post("/connexion", {"email": agent.person.email, "password": PHRASE})
    assert "Mon compte" in visitor.get("/compte")


def test_ones_own_password_changes_with_the_present_one(visit):
    agent = visit("rpe_agent")
    typed = {"present": PASSWORD, "password": PHRASE, "again": PHRASE}
    page = send(agent, "/compte/mot-de-passe", typed | {"present": "faux"}, seen="/compte", status=422)
    assert "Ce n’est pas votre mot de passe actuel." in page
    page = send(agent, "/compte/mot-de-passe", typed, seen="/compte")
    assert "Votre mot de passe a changé." in page
    assert "Mon compte" in agent.get("/compte")


def test_signing_out_everywhere_ends_the_other_devices(visit, visitor):
    agent = visit("rpe_agent")
    visitor.sign_in(agent.person.email)
    send(agent, "/compte/deconnexions", seen="/compte")
    visitor.get("/compte")
    assert visitor.path == "/connexion"


def test_the_account_page_says_rights_in_plain_french(visit):
    page = visit("rpe_agent", communes=(make.BLANZY,)).get("/compte")
    assert "enregistrer une demande, dans vos communes" in page
    assert "Blanzy" in page
    assert "inviter" not in page


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


def test_traces_are_found_by_person_demand_and_date(admin, database, catalogue):
    with database.writing() as session:
        agent = make.person(session, name="Agente Vue")
        other = make.person(session, name="Autre Personne")
        demand = make.demand(session, catalogue, agent)
        for who, subject in ((agent, demand.id), (other, demand.id), (other, None)):
            journal.trace(
                session, "read", "demand" if subject else "figures", subject, actor=who, at=make.NOON
            )
        session.commit()
        number, agent_id = demand.number, agent.user_id
    base = "/administration/traces"
    rows = re.compile(r'<th scope="row"><time')
    assert len(rows.findall(admin.get(f"{base}?demande={number}"))) == 2
    assert len(rows.findall(admin.get(f"{base}?personne={agent_id}&action=read"))) == 1
    assert len(rows.findall(admin.get(f"{base}?du=23/11/2026&au=23/11/2026&action=read"))) == 3
    assert "Aucune trace ne correspond" in admin.get(f"{base}?du=24/11/2026&au=24/11/2026&action=read")
    assert "Cette date n’existe pas" in admin.get(f"{base}?du=31/02/2026", status=422)
    assert number in admin.get(f"{base}.csv?demande={number}")


def test_looking_for_a_demand_in_the_traces_leaves_a_trace(admin, database):
    admin.get("/administration/traces?demande=2026-00042")
    admin.get("/administration/traces.csv")
    with database.reading() as session:
        seen = session.execute(
            select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.subject_type == "audit")
        ).all()
    assert [action for action, _detail in seen] == ["search", "export"]


def test_long_traces_are_read_page_after_page_without_a_hole(admin, database):
    with database.writing() as session:
        for number in range(120):
            journal.trace(
                session,
                "read",
                "figures",
                None,
                actor=Actor(None, "Essai"),
                at=make.NOON,
                detail=f"n{number:03}",
            )
        session.commit()
    url, seen = "/administration/traces?action=read", []
    for _ in range(3):
        page = admin.get(url)
        seen += re.findall(r"n\d{3}", page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        url = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"n{number:03}" for number in reversed(range(120))]
    assert url == ""


def test_the_traces_read_the_same_number_of_statements_whatever_their_length(admin, database):
    admin.get("/administration/traces")
    with admin.counting() as few:
        admin.get("/administration/traces")
    with database.writing() as session:
        for _ in range(30):
            journal.trace(session, "read", "figures", None, actor=Actor(None, "Essai"), at=make.NOON)
        session.commit()
    with admin.counting() as many:
        admin.get("/administration/traces")
    assert len(few) == len(many) <= 6


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


def test_every_form_of_the_accounts_costs_ten_statements_at_most(admin, visit, database, catalogue):
    agent = visit("rpe_agent")
    url = f"/administration/comptes/{agent.person.user_id}"
    typed = {"name": "Nom Neuf", "email": agent.person.email, "roles": ["coordinator"], "version": "1"}
    forms = (
        (admin, "/administration/comptes/nouveau", NEW, "/administration/comptes/nouveau"),
        (admin, url, typed, url),
        (admin, f"{url}/fermer", {"version": "2"}, url),
        (admin, "/administration/reglages", {item.key: str(item.highest) for item in DECLARED}, "/compte"),
        (admin, "/administration/mentions", {item.key: "Texte" for item in LEGAL_TEXTS}, "/compte"),
        (agent, "/connexion", {"email": admin.person.email, "password": PASSWORD}, "/connexion"),
        (admin, "/mot-de-passe-oublie", {"email": admin.person.email}, "/mot-de-passe-oublie"),
    )
    for visitor, address, data, seen in forms:
        visitor.get(seen)
        with visitor.counting() as statements:
            visitor.post(address, data, follow=False, status=303 if visitor is admin else 302)
        assert len(statements) <= 10, (address, statements)
