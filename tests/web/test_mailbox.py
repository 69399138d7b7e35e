"""The demonstration's mailbox shows what the real mail server kept, and nothing else."""

from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import undefer

from guichet.commissions.convocations.models import Convocation
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.notifications.mailer import Parcel, message_of
from guichet.notifications.models import LetterRow
from guichet.web.app import create_app
from tests import make
from tests.convocations import Room
from tests.web.pages import Visitor


def keep(app: Flask, subject: str, html: str = "<p>Bonjour</p>") -> str:
    """Put a mail in the box as the demonstration's server does, and give its name."""
    settings: Settings = app.extensions["guichet.settings"]
    settings.mailbox.parent.mkdir(parents=True, exist_ok=True)
    mail = EmailMessage()
    mail["Delivered-To"] = "camille.verdoux@exemple.test"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 23 Nov 2026 12:00:00 +0100"
    mail.set_content("Bonjour, nous avons reçu votre demande.")
    mail.add_alternative(html, subtype="html")
    return str(Maildir(settings.mailbox, create=True).add(mail.as_bytes()))


def test_an_empty_box_says_what_to_do(visitor: Visitor) -> None:
    assert "Aucun courriel pour le moment" in visitor.get("/boite")


def test_a_received_mail_is_listed_then_read(visitor: Visitor, app: Flask) -> None:
    name = keep(app, "Accusé de réception")
    page = visitor.get("/boite")
    assert "Accusé de réception" in page
    assert "camille.verdoux@exemple.test" in page
    assert "Bonjour, nous avons reçu votre demande." in visitor.get(f"/boite/{name}")


def test_the_html_of_a_mail_runs_nothing(visitor: Visitor, app: Flask) -> None:
    name = keep(app, "Piège", "<p>Bonjour</p>")
    visitor.client.get(f"/boite/{name}/html")
    answer = visitor.client.get(f"/boite/{name}/html")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("name", ["..%2f..%2fsecret", "inconnu", "%00"])
def test_an_address_never_becomes_a_path(visitor: Visitor, app: Flask, name: str) -> None:
    keep(app, "Un courriel")
    visitor.get(f"/boite/{name}", status=404)


def test_the_box_is_read_by_pages(visitor: Visitor, app: Flask) -> None:
    for number in range(30):
        keep(app, f"Courriel {number}")
    assert "1 à 25 sur 30" in visitor.get("/boite")
    assert "26 à 30 sur 30" in visitor.get("/boite?page=2")


def test_a_real_installation_has_no_such_page(database: Database, tmp_path: Path) -> None:
    env = {"GUICHET_HOME": str(tmp_path), "GUICHET_SECRET": "s" * 40}
    real = create_app(Settings.from_environment(env), database)
    assert real.test_client().get("/boite").status_code == 404


def test_a_button_pressed_as_in_a_calendar_is_the_answer_of_whoever_the_mail_came_to(
    visitor: Visitor, app: Flask, database: Database
) -> None:
    settings: Settings = app.extensions["guichet.settings"]
    other = keep(app, "Un autre courriel")
    with database.writing() as session:
        room = Room(session)
        room.convene()
        letter = session.get_one(
            LetterRow, room.of("Honorine Castelbrac").letter_id, options=(undefer(LetterRow.facts),)
        )
        kept = Parcel(
            1,
            "k",
            make.NOON,
            letter.recipient_name,
            str(letter.email),
            "Convocation",
            "Venez",
            "<p>",
            "",
            letter.facts["invitation"],
        )
        name = str(Maildir(settings.mailbox).add(message_of(kept, settings).as_bytes()))
    assert "Peut-être" not in visitor.get(f"/boite/{other}") and "Peut-être" in visitor.get(f"/boite/{name}")
    assert "le guichet l’a notée" in visitor.post(f"/boite/{name}/reponse?part=ACCEPTED")
    visitor.post(f"/boite/{name}/reponse?part=DELEGATED", status=404)
    with database.reading() as session:
        said = {one.name: one.answer for one in session.scalars(select(Convocation))}
    assert said.pop("Honorine Castelbrac") == "present" and set(said.values()) == {""}
