"""Answers and returned mails read from a real mailbox: taken once, or set aside for a person, never lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from guichet.commissions.convocations import papers
from guichet.commissions.convocations.queries import proofs
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.arrangement import Arrangement
from guichet.core import process
from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.notifications.incoming import actions, queries
from guichet.notifications.incoming.models import ReceivedMail
from guichet.notifications.mailer import Mailer, message_id
from guichet.notifications.models import LetterRow
from guichet.notifications.relay import Relay
from tests import make
from tests.convocations import Room, calendars, received
from tests.imapserver import ImapServer, cut_before, imap_server
from tests.mailserver import MailServer
from tests.outbox import Clock
from tests.pressed import Pressed, absence, apple, gmail, outlook, thunderbird
from tests.rooms.test_bounces import report
from workers.mailbox import read_mailbox, treat

LATER = make.NOON + timedelta(hours=2)
"""When the mailbox is read: after the buttons were pressed."""
HONORINE, EVRARD, LUDIVINE, REGINE = (
    "Honorine Castelbrac", "Évrard Tournemine", "Ludivine Marescot", "Régine Halbourdin",
)  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


@dataclass
class Post:
    """A guichet that convened, and its mailbox."""

    room: Room
    database: Database
    box: ImapServer
    settings: Settings

    def pressed(self, name: str, **changed: object) -> Pressed:
        one = self.room.of(name)
        made = Pressed(self.room.sitting.uid, one.member.email or "", name, sequence=one.sequence)
        return made.but(**changed)

    def read(self, *mails: bytes, at: datetime = LATER) -> Counter[str]:
        """The mails arrive, then the worker reads."""
        self.box.put(*mails)
        self.room.session.commit()
        return read_mailbox(self.database, self.settings, lambda: at)

    def treat(self, mail: bytes, at: datetime = LATER) -> str:
        """One mail, without the box."""
        self.room.session.commit()
        return treat(self.database, self.settings, mail, at).code

    def answer(self, name: str) -> str:
        return self.room.of(name).answer

    def to_see(self) -> list[ReceivedMail]:
        self.room.session.expire_all()
        return list(queries.to_see(self.room.session))


@pytest.fixture
def post(room: Room, database: Database, running: ImapServer, tmp_path: Path) -> Post:
    running.empty()
    room.convene()
    settings = Settings.from_environment({"GUICHET_HOME": str(tmp_path), **running.settings()})
    return Post(room, database, running, settings)


def test_a_button_pressed_in_each_calendar_program_is_the_answer(
    post: Post, relay: Relay, server: MailServer
):
    post.room.send(relay)
    invited = calendars(server, "honorine")[0].events[0]
    assert (invited["UID"], invited["SEQUENCE"]) == (post.room.sitting.uid, "0")
    done = post.read(
        outlook(post.pressed(HONORINE, comment="Je partirai à 15 h")),
        gmail(post.pressed(EVRARD, part="DECLINED")),
        thunderbird(post.pressed(LUDIVINE)),
        apple(post.pressed(REGINE, part="DECLINED")),
    )
    assert done == {"answered": 4}
    assert [post.answer(name) for name in (HONORINE, EVRARD, LUDIVINE, REGINE)] == [
        "present", "absent", "present", "absent",
    ]  # fmt: skip
    one = post.room.of(HONORINE)
    assert (one.answered_by, one.mail_remark) == (HONORINE, "Je partirai à 15 h")
    assert one.answered_at == datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
    assert post.room.of("Solange Pontarcy").as_deputy
    told = [papers.said(line) for line in proofs(post.room.session, post.room.id) if line.name == HONORINE]
    assert told[-1] == "Réponse par courriel : sera présent"
    assert post.box.marks() == ["settled"] * 4
    assert (post.to_see(), post.read()) == ([], {})


@pytest.mark.parametrize("heard", [True, False])
def test_the_mail_says_whether_the_buttons_of_a_calendar_are_heard(
    room: Room, database: Database, server: MailServer, tmp_path: Path, heard: bool
):
    told = {"GUICHET_HOME": str(tmp_path), "SMTP_PORT": str(server.port)}
    imap = {"IMAP_HOST": "127.0.0.1", "IMAP_USER": "reponses", "IMAP_PASSWORD": "mot-de-passe"}
    settings = Settings.from_environment(told | imap if heard else told)
    room.calling = replace(room.calling, reads_replies=settings.reads_replies)
    room.convene()
    with closing(Mailer(settings)) as mailer:
        room.send(Relay(database, mailer, Clock(), process.this_process()))
    (mail,) = received(server, "honorine")
    text = mail.get_body(("plain",)).get_content()
    found = calendars(server, "honorine")[0]
    assert found.parameters[0]["ATTENDEE"]["RSVP"] == ("TRUE" if heard else "FALSE")
    assert ("ne lit pas la réponse" in " ".join(text.split())) is not heard
    assert ("Accepter" in found.events[0]["DESCRIPTION"]) is heard


def test_a_worker_killed_before_it_marks_the_box_takes_nothing_twice(post: Post):
    mail = outlook(post.pressed(EVRARD, part="DECLINED"))
    assert post.treat(mail) == "answered"
    post.room.answer(EVRARD, "present", at=LATER)
    post.box.put(mail)
    post.box.look()
    assert post.read() == {"answered": 1}
    assert (post.answer(EVRARD), post.box.marks()) == ("present", ["settled"])
    assert len(post.room.session.scalars(select(ReceivedMail)).all()) == 1


def test_a_conversation_cut_before_the_box_is_marked_takes_nothing_twice(post: Post):
    whole = post.settings
    with cut_before(post.box.port, b"STORE") as port:
        post.settings = replace(whole, imap_port=port)
        assert post.read(gmail(post.pressed(HONORINE)), absence("a@exemple.test")) == {}
    assert (post.answer(HONORINE), post.box.marks()) == ("present", ["new", "new"])
    post.settings = whole
    assert post.read() == {"answered": 1, "automatic": 1}
    told = [line.what for line in proofs(post.room.session, post.room.id) if line.name == HONORINE]
    assert (told.count("answer_by_mail"), post.box.marks()) == (1, ["settled", "settled"])


def test_what_was_in_the_box_for_long_is_left_alone(post: Post):
    post.box.put_long_ago(b"From: famille@exemple.test\r\nSubject: Ma demande\r\n\r\nBonjour\r\n")
    assert (post.read(), post.box.marks()) == ({}, ["new"])


def test_what_is_not_an_answer_stays_beside_it_and_is_never_a_presence(post: Post):
    assert post.treat(gmail(post.pressed(HONORINE))) == "answered"
    later = {"stamp": "20261123T121000Z"}
    assert post.treat(gmail(post.pressed(HONORINE, part="TENTATIVE", **later))) == "remark"
    assert (
        post.treat(
            outlook(post.pressed(LUDIVINE, method="COUNTER", part="TENTATIVE", comment="Plutôt le soir"))
        )
        == "remark"
    )
    assert post.treat(outlook(post.pressed(REGINE, part="DELEGATED"))) == "remark"
    assert post.treat(apple(post.pressed(EVRARD, part="NEEDS-ACTION"))) == "refused"
    found = [post.room.of(name) for name in (HONORINE, LUDIVINE, REGINE, EVRARD)]
    assert [one.answer for one in found] == [""] * 4
    assert [one.mail_said for one in found] == ["perhaps", "other_date", "somebody", ""]
    assert (
        found[1].mail_remark.replace("\xa0", " ") == "Propose le vendredi 26 mars 2027 à 14 h. Plutôt le soir"
    )
    post.room.answer(LUDIVINE, "present", at=LATER)
    assert (post.room.of(LUDIVINE).mail_said, post.room.of(LUDIVINE).mail_remark) == ("", "")


def test_an_answer_to_an_old_date_is_to_be_confirmed_and_never_counted(post: Post):
    old = [thunderbird(post.pressed(name)) for name in (HONORINE, EVRARD)]
    earlier = Arrangement(9 * 60, 90, "Salle du conseil")
    room = post.room
    session_actions.rearrange(
        room.session, room.sitting, earlier, actor=room.by, at=make.NOON, calling=room.calling
    )
    room.session.commit()
    post.room.answer(EVRARD, "absent", at=LATER)
    assert [post.treat(mail) for mail in old] == ["stale", "older"]
    assert (post.answer(HONORINE), post.room.of(HONORINE).mail_said) == ("", "old_date")
    assert post.answer(EVRARD) == "absent"
    assert post.treat(thunderbird(post.pressed(HONORINE, stamp="20261123T121500Z"))) == "answered"
    assert (post.answer(HONORINE), post.room.of(HONORINE).mail_said) == ("present", "")


def test_a_session_put_off_keeps_its_identity_and_an_old_acceptance_asks_to_confirm(post: Post, relay: Relay):
    post.room.send(relay)
    old = outlook(post.pressed(HONORINE))
    post.room.postpone()
    post.room.send(relay)
    assert post.treat(old) == "stale"
    assert post.treat(outlook(post.pressed(HONORINE, stamp="20261123T121500Z"))) == "answered"
    assert post.answer(HONORINE) == "present"


def test_the_latest_press_wins_whatever_the_order_of_the_mails(post: Post):
    last = post.pressed(HONORINE, part="DECLINED", stamp="20261123T123000Z")
    assert post.treat(gmail(last)) == "answered"
    assert post.treat(gmail(post.pressed(HONORINE, stamp="20261123T122900Z"))) == "older"
    assert post.answer(HONORINE) == "absent"


def test_declining_in_a_calendar_leaves_a_proxy_already_given(post: Post):
    post.room.answer(LUDIVINE, "proxy", HONORINE)
    assert post.treat(outlook(post.pressed(LUDIVINE, part="DECLINED"))) == "same"
    assert post.answer(LUDIVINE) == "proxy"


def test_what_nobody_can_vouch_for_is_set_aside_and_the_rest_goes_on(post: Post):
    garbage = outlook(post.pressed(HONORINE)).replace(b"base64", b"7bit")
    done = post.read(
        outlook(post.pressed(HONORINE, sender="secretariat@mairie.example")),
        outlook(post.pressed(EVRARD, uid="autre@ailleurs.example")),
        outlook(post.pressed(EVRARD, sequence=7)),
        garbage,
        b"From: x@y.example\r\nSubject: gros\r\n\r\n" + b"x" * 5_000_000,
        b"From: Une Famille <famille@exemple.test>\r\nSubject: Ma demande\r\n\r\nBonjour\r\n",
        absence("bertille@departement.example"),
        outlook(post.pressed(REGINE, more="Auto-Submitted: auto-replied\r\n")),
        apple(post.pressed(LUDIVINE)),
    )
    assert done == {"stranger": 1, "unknown": 2, "unreadable": 2, "written": 1, "automatic": 2, "answered": 1}
    assert post.box.marks() == ["people"] * 6 + ["settled"] * 3
    assert [post.answer(name) for name in (HONORINE, EVRARD, REGINE, LUDIVINE)] == ["", "", "", "present"]
    seen = post.to_see()
    assert [one.outcome for one in seen].count("unknown") == 2
    assert (seen[0].sender, seen[0].about_id) == ("secretariat@mairie.example", post.room.of(HONORINE).id)
    assert (seen[-1].sender, seen[-1].subject) == ("famille@exemple.test", "Ma demande")


def test_where_a_server_is_named_only_the_authors_that_it_proves_are_believed(post: Post):
    post.settings = Settings.from_environment(
        {
            "GUICHET_HOME": str(post.settings.home),
            **post.box.settings(),
            "MAIL_AUTHORITY": "mx.guichet.example",
        }
    )
    proof = "Authentication-Results: {}; spf=none; dkim=pass (2048-bit) header.d=mairie.example\r\n"
    assert post.treat(outlook(post.pressed(HONORINE))) == "unproved"
    assert post.treat(outlook(post.pressed(HONORINE, more=proof.format("mx.ailleurs.example")))) == "unproved"
    assert post.treat(outlook(post.pressed(REGINE, more=proof.format("mx.guichet.example")))) == "unproved"
    assert post.treat(outlook(post.pressed(HONORINE, more=proof.format("mx.guichet.example")))) == "answered"


def test_a_session_that_waits_for_no_answer_any_more_takes_none(post: Post):
    mail = outlook(post.pressed(HONORINE))
    post.room.sitting.state = "sitting"
    post.room.session.commit()
    assert (post.treat(mail), post.answer(HONORINE)) == ("late", "")


def test_a_convocation_that_comes_back_is_a_letter_nobody_received(post: Post, relay: Relay):
    post.room.send(relay)
    letters = [
        post.room.session.get_one(LetterRow, post.room.of(name).letter_id) for name in (HONORINE, EVRARD)
    ]
    whole, heads = (message_id(one.id, one.key, "exemple.test") for one in letters)
    done = post.read(
        report(whole, action="delayed", status="4.4.1"),
        report(whole, part="message/rfc822"),
        report(heads, part="text/rfc822-headers", status="5.2.2"),
        report("<autre@exemple.test>"),
    )
    assert done == {"not_final": 1, "bounced": 2, "unmatched": 1}
    assert post.box.marks() == ["settled"] * 3 + ["people"]
    found = [post.room.of(name).letter for name in (HONORINE, EVRARD)]
    assert [one.state if one else "" for one in found] == ["bounced"] * 2
    assert ["l’adresse n’existe pas" in str(found[0].last_error), "pleine" in str(found[1].last_error)] == [
        True
    ] * 2


def test_a_mailbox_that_cannot_be_opened_is_told_until_it_is_read_again(post: Post):
    good = post.settings
    told = {"GUICHET_HOME": str(good.home), **post.box.settings(), "IMAP_PASSWORD": "autre"}
    post.settings = Settings.from_environment(told)
    post.read()
    post.room.session.expire_all()
    failure = queries.reading(post.room.session).failure
    assert failure.startswith("La boîte des réponses ne peut pas être lue : ") and "b'" not in failure
    post.settings = good
    post.read(at=LATER + timedelta(minutes=1))
    post.room.session.expire_all()
    assert queries.reading(post.room.session) == queries.Reading(LATER + timedelta(minutes=1))


def test_a_mail_is_forgotten_once_nobody_has_to_look_at_it_since_long(post: Post):
    assert post.treat(gmail(post.pressed(HONORINE))) == "answered"
    assert post.treat(b"From: famille@exemple.test\r\n\r\nBonjour\r\n") == "written"
    for days, left in ((89, 2), (91, 1)):
        actions.forget_old(post.room.session, at=LATER + timedelta(days=days))
        assert len(post.room.session.scalars(select(ReceivedMail)).all()) == left
    assert [one.outcome for one in post.to_see()] == ["written"]
