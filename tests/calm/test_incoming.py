"""What a mail that came says, whatever it holds: a reply, a report, a person, or something made to harm."""

from datetime import UTC, datetime

import pytest

from guichet.notifications.incoming.apart import TOO_LONG, read_apart
from guichet.notifications.incoming.reading import UNREADABLE, read_mail
from guichet.notifications.incoming.said import Mail
from tests.pressed import PROGRAMS, Pressed, absence, apple, gmail, outlook

ONE = Pressed("1b0c@guichet.example", "evrard@mairie.example", "Évrard Tournemine", sequence=3)


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_says_who_answers_what_and_when(program) -> None:
    mail = read_mail(program(ONE))
    reply = mail.reply
    assert reply is not None and mail.sender == ONE.attendee == reply.attendee
    assert (reply.method, reply.uid, reply.part, reply.sequence) == ("REPLY", ONE.uid, "ACCEPTED", 3)
    assert reply.stamped == datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


def test_what_was_read_apart_is_what_was_read() -> None:
    counter = outlook(ONE.but(method="COUNTER", part="TENTATIVE", comment="Plutôt à 15 h"))
    mail = read_apart(counter)
    assert mail == read_mail(counter)
    assert mail.reply is not None and mail.reply.proposed == datetime(2027, 3, 26, 13, tzinfo=UTC)


def forwarded(mail: bytes) -> bytes:
    return (
        b"From: quelquun@exemple.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + mail + b"\r\n--b--\r\n"
    )


def copied_to_all(mail: bytes) -> bytes:
    other = b"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:autre@mairie.example\r\nUID:"
    return mail.replace(b"UID:", other, 1)


def test_a_reply_that_names_all_the_guests_is_that_of_its_author() -> None:
    reply = read_mail(copied_to_all(gmail(ONE))).reply
    assert reply is not None and (reply.attendee, reply.part) == (ONE.attendee, "ACCEPTED")
    assert read_mail(copied_to_all(gmail(ONE.but(sender="tiers@exemple.test")))).fault == UNREADABLE


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", ""),
        (b"\x00\xff\xfe rien", ""),
        (forwarded(gmail(ONE)), ""),
        (absence("a@exemple.test"), ""),
        (gmail(ONE.but(method="REQUEST")), ""),
        (gmail(ONE).replace(b"UID:", b"X-UID:"), UNREADABLE),
        (gmail(ONE).replace(b"SEQUENCE:3", b"SEQUENCE:beaucoup"), UNREADABLE),
        (gmail(ONE).replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\n" * 50), UNREADABLE),
        (gmail(ONE.but(comment="x" * 300_000)), UNREADABLE),
        (
            b"From: a@exemple.test\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n<html></html>",
            UNREADABLE,
        ),
    ],
)
def test_anything_else_is_no_reply(content: bytes, fault: str) -> None:
    mail = read_mail(content)
    assert (mail.reply, mail.report, mail.fault) == (None, None, fault)


def test_a_reply_without_an_instant_or_with_two_authors_is_read_and_a_broken_instant_is_not() -> None:
    timeless = read_mail(apple(ONE).replace(b"DTSTAMP:", b"X-STAMP:")).reply
    assert timeless is not None and timeless.stamped is None
    assert read_mail(apple(ONE.but(sender="a@x.example>, <b@x.example"))).sender == ""
    assert read_mail(apple(ONE).replace(b"DTSTAMP:2026", b"DTSTAMP:plus tard2026")).fault == UNREADABLE


def test_a_mail_made_of_thousands_of_mails_harms_only_the_child_that_reads_it() -> None:
    shells = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (one, one) for one in range(20_000)
    )
    assert read_apart(b"From: a@exemple.test\r\n" + shells) == Mail("", "", fault=TOO_LONG)


@pytest.mark.parametrize(
    ("said", "proved"),
    [
        ("mx.guichet.example; dmarc=pass (p=none) header.from=mairie.example", True),
        ("mx.guichet.example 1; spf=fail; dkim=pass header.i=@mairie.example header.s=s1", True),
        ("MX.Guichet.example; dkim=pass header.d=example", True),
        (
            "mx.guichet.example; dkim=fail header.d=mairie.example; dmarc=fail header.from=mairie.example",
            False,
        ),
        ("mx.guichet.example; dkim=pass header.d=ailleurs.example", False),
        ("mx.guichet.example; spf=pass smtp.mailfrom=mairie.example", False),
        ("mx.guichet.example; none", False),
        ("mx.ailleurs.example; dmarc=pass header.from=mairie.example", False),
    ],
)
def test_only_our_own_server_vouches_for_an_author(said: str, proved: bool) -> None:
    mail = apple(ONE.but(more=f"Authentication-Results: {said}\r\n"))
    assert read_mail(mail, "mx.guichet.example").proved is proved
    assert read_mail(mail).proved


def test_the_word_of_our_server_is_the_one_it_put_last_above_what_came_with_the_mail() -> None:
    ours = "Authentication-Results: mx.guichet.example; dkim=fail header.d=mairie.example\r\n"
    forged = "Authentication-Results: mx.guichet.example; dkim=pass header.d=mairie.example\r\n"
    assert not read_mail(apple(ONE.but(more=ours + forged)), "mx.guichet.example").proved
