"""The letters' screens: what was not delivered, what is to be printed, and whose letters one may read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from guichet.accounts.policy import ADMINISTRATOR, AGENT
from guichet.core import clock
from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import models as mail
from guichet.notifications.models import LetterPdf, LetterRow
from tests import make
from tests.web.pages import TOKEN, Visitor

REASON = "550 5.1.1 Adresse inconnue"


@pytest.fixture
def letter(database: Database, catalogue: Catalogue) -> int:
    """The acknowledgement of one demand, waiting to leave."""
    with database.transaction() as session:
        demand = make.demand(session, catalogue, make.person(session))
        return session.scalars(select(LetterRow.id).where(LetterRow.subject_id == demand.id)).one()


def moved(database: Database, letter_id: int, state: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(update(LetterRow).where(LetterRow.id == letter_id).values(state=state, **values))


def read(database: Database, letter_id: int) -> LetterRow:
    with database.reading() as session:
        return session.get_one(LetterRow, letter_id)


def to_print(database: Database, letter_id: int) -> None:
    moved(database, letter_id, mail.TO_PRINT, channel=mail.PRINT)
    with database.transaction() as session:
        session.add(LetterPdf(letter_id=letter_id, content=b"%PDF-1.7 essai"))


def test_an_undelivered_letter_is_listed_with_its_reason(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    moved(database, letter, mail.REFUSED, last_error=REASON)
    page = visit(AGENT).get("/courriers")
    assert REASON in page
    assert "camille.verdoux@exemple.test" in page


@pytest.mark.parametrize(
    ("due_minutes_ago", "values", "said"),
    [
        (15, {}, True),
        (5, {}, False),
        (-30, {"attempts": 1}, False),
    ],
    ids=["nobody takes it", "just due", "put off"],
)
def test_letters_that_nobody_takes_are_said_in_the_morning_and_in_their_tray(
    visit: Callable[..., Visitor],
    database: Database,
    letter: int,
    due_minutes_ago: int,
    values: dict[str, int],
    said: bool,
) -> None:
    moved(database, letter, mail.PENDING, due_at=clock.now() - timedelta(minutes=due_minutes_ago), **values)
    agent = visit(AGENT)
    assert ("Le service d’envoi est arrêté" in agent.get("/courriers/en-attente")) is said
    assert ("Courriers qui ne partent plus" in agent.get("/aujourdhui")) is said


def test_a_letter_that_waits_says_what_stopped_it_and_no_page_says_that_all_arrived(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    moved(database, letter, mail.PENDING, attempts=2, last_error="Le serveur de courrier ne répond pas.")
    visitor = visit(AGENT)
    refused = visitor.get("/courriers")
    assert "Aucun courrier refusé" in refused
    assert "Voir ceux qui attendent leur envoi" in refused
    assert "Le serveur de courrier ne répond pas." in visitor.get("/courriers/en-attente")


def test_a_corrected_address_sends_the_letter_again(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    moved(database, letter, mail.REFUSED, last_error=REASON)
    visitor = visit(AGENT)
    visitor.get(f"/courriers/{letter}")
    visitor.post(f"/courriers/{letter}/relancer", {"email": "camille@exemple.test"})
    row = read(database, letter)
    assert (row.state, row.email) == (mail.PENDING, "camille@exemple.test")


def test_an_address_that_is_none_is_refused_at_its_field_and_kept_as_typed(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    moved(database, letter, mail.REFUSED, last_error=REASON)
    visitor = visit(AGENT)
    visitor.get(f"/courriers/{letter}")
    page = visitor.post(f"/courriers/{letter}/relancer", {"email": "camille"}, status=422)
    assert "Écrivez une adresse comme nom@exemple.fr." in page
    assert 'value="camille"' in page
    assert read(database, letter).state == mail.REFUSED


def test_a_letter_that_left_meanwhile_is_not_sent_twice(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    moved(database, letter, mail.REFUSED, last_error=REASON)
    visitor = visit(AGENT)
    visitor.get(f"/courriers/{letter}")
    moved(database, letter, mail.SENT, sent_at=make.NOON)
    visitor.post(f"/courriers/{letter}/relancer", status=409)
    assert read(database, letter).state == mail.SENT


def test_a_letter_may_leave_on_paper_instead(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    moved(database, letter, mail.BOUNCED, last_error=REASON)
    visitor = visit(AGENT)
    visitor.get(f"/courriers/{letter}")
    visitor.post(f"/courriers/{letter}/papier")
    row = read(database, letter)
    assert (row.state, row.channel) == (mail.PENDING, mail.PRINT)


def test_the_print_tray_opens_as_one_pdf_then_is_emptied(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    to_print(database, letter)
    visitor = visit(AGENT)
    page = visitor.get("/courriers/a-imprimer")
    assert "12 rue des Lilas" in page
    chosen = {"courrier": str(letter)}
    token = TOKEN.search(page)
    assert token is not None
    answer = visitor.client.post("/courriers/a-imprimer/pdf", data={**chosen, "csrf_token": token[1]})
    assert answer.mimetype == "application/pdf"
    assert answer.get_data().startswith(b"%PDF-")
    assert read(database, letter).state == mail.TO_PRINT
    visitor.get("/courriers/a-imprimer")
    visitor.post("/courriers/a-imprimer/postes", chosen)
    assert read(database, letter).state == mail.PRINTED
    assert "Rien à imprimer" in visitor.get("/courriers/a-imprimer")


def test_the_pdf_of_one_letter_opens(visit: Callable[..., Visitor], database: Database, letter: int) -> None:
    to_print(database, letter)
    visitor = visit(AGENT)
    visitor.get(f"/courriers/{letter}/pdf")
    assert visitor.last is not None
    assert visitor.last.get_data() == b"%PDF-1.7 essai"


def test_the_html_of_a_letter_is_shut_in_a_sandbox(visit: Callable[..., Visitor], letter: int) -> None:
    visitor = visit(AGENT)
    visitor.get(f"/courriers/{letter}/html")
    assert visitor.last is not None
    policy = visitor.last.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "script" not in policy


def test_reading_a_letter_is_traced_on_its_demand(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    page = visit(AGENT).get(f"/courriers/{letter}")
    assert "Nous avons bien reçu votre demande" in page
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).one()
    assert (line.subject_type, line.detail) == ("demand", f"courrier {letter}")


@pytest.mark.parametrize("tail", ["", "/html", "/pdf"])
def test_an_agent_of_another_commune_does_not_know_that_the_letter_exists(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, tail: str
) -> None:
    from guichet.demands.dossier import WishEntry

    with database.transaction() as session:
        here = (WishEntry(establishment_id=make.house(catalogue, "lucioles")),)
        demand = make.demand(session, catalogue, make.person(session), wishes=here)
        letter = session.scalars(select(LetterRow.id).where(LetterRow.subject_id == demand.id)).one()
    moved(database, letter, mail.REFUSED, last_error=REASON)
    stranger = visit(AGENT, communes=(make.BLANZY,))
    stranger.get(f"/courriers/{letter}{tail}", status=404)
    assert "camille.verdoux" not in stranger.get("/courriers")


def test_a_letter_with_a_personal_link_is_never_shown(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    with database.transaction() as session:
        session.execute(
            update(LetterRow).values(subject_type="account", text="lien-secret", html="lien-secret")
        )
    administrator = visit(ADMINISTRATOR)
    assert "lien-secret" not in administrator.get(f"/courriers/{letter}")
    administrator.get(f"/courriers/{letter}/html", status=404)
    visit(AGENT).get(f"/courriers/{letter}", status=404)


def test_the_file_of_undelivered_letters_opens_in_a_french_spreadsheet(
    visit: Callable[..., Visitor], database: Database, letter: int
) -> None:
    moved(database, letter, mail.REFUSED, last_error="=cmd|calc")
    text = visit(AGENT).get("/courriers/export.csv")
    assert text.startswith("\ufeffDemande;")
    assert ";'=cmd|calc" in text


@pytest.mark.parametrize("address", ["/courriers", "/courriers/a-imprimer", "/courriers/en-attente"])
def test_a_list_costs_the_same_with_one_letter_and_with_three(
    visit: Callable[..., Visitor], database: Database, catalogue: Catalogue, address: str
) -> None:
    visitor = visit(AGENT, communes=(make.MONTCEAU,))
    states = {"/courriers": mail.REFUSED, "/courriers/a-imprimer": mail.TO_PRINT}
    counted = []
    for number in (1, 2):
        with database.transaction() as session:
            for rank in range(number):
                child = make.child(first_name=f"Enfant{number}{rank}")
                make.demand(session, catalogue, make.person(session), child=child)
            session.execute(update(LetterRow).values(state=states.get(address, mail.PENDING)))
        with visitor.counting() as statements:
            visitor.get(address)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 6
