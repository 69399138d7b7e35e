"""The mails that came and that somebody must look at, and what the pages say of the answers that come by mail."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from sqlalchemy import select, update

from guichet.accounts.policy import ADMINISTRATOR, AGENT, COORDINATOR
from guichet.commissions.convocations.mailed import MAIL_SAYS
from guichet.commissions.convocations.words import MAILED, MAILED_TAG
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.incoming import actions, models, words
from guichet.notifications.incoming.actions import Outcome
from guichet.notifications.incoming.models import ReceivedMail
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


def set_aside(database: Database, *outcomes: str) -> None:
    with database.transaction() as session:
        for rank, code in enumerate(outcomes):
            actions.take(session, f"{code}{rank}", at=make.NOON)
            sender = f"personne{rank}@exemple.test"
            actions.keep(
                session, f"{code}{rank}", Outcome(code), at=make.NOON, sender=sender, subject="Mon dossier"
            )


def test_a_mail_set_aside_is_listed_with_its_reason_until_somebody_saw_it(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    set_aside(database, "written", "automatic", "stranger")
    visitor = visit(COORDINATOR)
    page = visitor.get("/courriers/recus")
    assert "personne0@exemple.test" in page and "Réponse envoyée d’une autre adresse" in page
    assert "personne1" not in page
    with database.reading() as session:
        first = session.scalars(select(ReceivedMail.id).where(ReceivedMail.outcome == "written")).one()
    assert "ne demande plus rien" in visitor.post(f"/courriers/recus/{first}/vu", follow=True)
    assert "personne0" not in visitor.get("/courriers/recus")
    with database.reading() as session:
        assert session.get_one(ReceivedMail, first).seen_by


def test_every_mail_set_aside_and_everything_a_calendar_says_has_its_words() -> None:
    assert set(words.WHY) == set(models.FOR_PEOPLE)
    assert set(MAILED) == set(MAILED_TAG) == set(MAIL_SAYS)


def test_only_who_follows_the_letters_of_the_whole_territory_reads_who_wrote(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    set_aside(database, "written")
    with database.reading() as session:
        first = session.scalars(select(ReceivedMail.id)).one()
    for visitor in (visit(AGENT, communes=(make.MONTCEAU,)), visit(ADMINISTRATOR)):
        page = visitor.get("/courriers/recus")
        assert "personne0" not in page and "suit les courriers de tout le territoire" in page
    visit(AGENT, communes=(make.MONTCEAU,)).post(f"/courriers/recus/{first}/vu", status=404)


def test_the_list_costs_the_same_with_one_mail_and_with_three(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    visitor, counted = visit(COORDINATOR), []
    for codes in (("stranger",), ("written", "unknown", "unreadable")):
        set_aside(database, *codes)
        with database.transaction() as session:
            session.execute(update(ReceivedMail).values(about="convocation", about_id=1))
        with visitor.counting() as statements:
            visitor.get("/courriers/recus")
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 6


def test_the_pages_say_that_the_mailbox_is_read_or_why_it_is_not(
    app: Flask, visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    told = app.extensions["guichet.settings"]
    administrator, coordinator = visit(ADMINISTRATOR), visit(COORDINATOR)
    assert "Aucune boîte n’est lue" in administrator.get("/administration/mise-en-route")
    assert "Reçus à voir" not in coordinator.get("/courriers")
    app.extensions["guichet.settings"] = replace(told, imap_host="imap.exemple.test", imap_user="reponses")
    with database.transaction() as session:
        actions.note_reading(session, at=make.NOON, failure="La boîte est fermée.")
    for page in ("/administration/mise-en-route", "/courriers/recus"):
        assert "La boîte est fermée." in administrator.get(page)
    assert "Reçus à voir" in coordinator.get("/courriers")
    with database.transaction() as session:
        actions.note_reading(session, at=make.NOON)
    assert "lue le lundi 23 novembre 2026 à 12 h" in coordinator.get("/courriers/recus")
