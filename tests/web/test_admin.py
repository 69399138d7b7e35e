"""The accounts: invited, given rights, closed and opened again; passwords; who is signed in."""

from sqlalchemy import select

from guichet.core.db import Database
from guichet.notifications.models import LetterRow
from guichet.web.admin.parameters import DECLARED
from guichet.web.legal_texts import LEGAL_TEXTS
from tests import make
from tests.web.administering import NEW, kept, send
from tests.web.pages import PASSWORD

PHRASE = "quatre mots très simples"


def link_sent(database: Database, kind: str) -> str:
    with database.reading() as session:
        row = session.scalars(
            select(LetterRow.facts).where(LetterRow.kind == kind).order_by(LetterRow.id.desc())
        ).first()
    return row["action"][1].removeprefix("http://127.0.0.1:8000")


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
    mine = page[page.index("Dans vos communes") :]
    assert "enregistrer une demande" in mine
    assert "Blanzy" in page
    assert "inviter" not in page


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
