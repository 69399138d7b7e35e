"""The conversation with a real mail server, and what is understood of its answers."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from guichet.core.settings import Settings
from guichet.notifications import lease, relay
from guichet.notifications.mailer import CONVERSATION_S, Deferred, Mailer, Parcel, Refused, Sent
from guichet.notifications.render import render
from tests.letters import letter
from tests.mailserver import LATER, PASSWORD, REFUSED, USER, MailServer, mail_server

AT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def parcel(letter_id: int = 1, email: str = "parent@exemple.test", name: str = "Madame Marchelin") -> Parcel:
    rendered = render(letter())
    return Parcel(
        letter_id=letter_id,
        key=f"demand:{letter_id}:acknowledgement",
        created_at=AT,
        recipient_name=name,
        email=email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        reply_to="rpe@exemple.test",
    )


def settings(home: Path, port: int, **more: str) -> Settings:
    return Settings.from_environment(
        {"GUICHET_HOME": str(home), "SMTP_PORT": str(port), "MAIL_FROM": "guichet@exemple.test", **more}
    )


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def mailer(server: MailServer, tmp_path: Path) -> Iterator[Mailer]:
    made = Mailer(settings(tmp_path, server.port), timeout_s=0.5)
    yield made
    made.close()


def test_a_letter_arrives_with_its_text_its_html_and_the_identity_of_its_row(
    server: MailServer, mailer: Mailer
) -> None:
    assert mailer.send(parcel(7)) == Sent("250 2.0.0 queued as 1")
    (mail,) = server.accepted
    assert mail["Message-ID"].startswith("<guichet-7-")
    assert mail["Message-ID"].endswith("@exemple.test>")
    assert parsedate_to_datetime(mail["Date"]) == AT
    assert mail["Subject"] == letter().subject
    assert mail["Reply-To"] == "rpe@exemple.test"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "votre demande d’accueil pour Zoé" in " ".join(text.get_content().split())
    assert '<html lang="fr"' in html.get_content()


def test_letters_follow_one_another_on_one_connection(server: MailServer, mailer: Mailer) -> None:
    for number in range(1, 6):
        assert isinstance(mailer.send(parcel(number)), Sent)
    assert (len(server.accepted), server.connections) == (5, 1)


def test_a_refused_letter_does_not_disturb_the_next_one(server: MailServer, mailer: Mailer) -> None:
    refused = mailer.send(parcel(1, REFUSED))
    assert isinstance(refused, Refused)
    assert "550 5.1.1 mailbox unknown" in refused.reason
    assert isinstance(mailer.send(parcel(2)), Sent)
    assert server.connections == 1


def test_a_letter_put_off_by_the_server_is_deferred_and_the_conversation_goes_on(
    server: MailServer, mailer: Mailer
) -> None:
    answer = mailer.send(parcel(1, LATER))
    assert isinstance(answer, Deferred)
    assert (answer.server_gone, "451 4.7.1 come back later" in answer.reason) == (False, True)
    server.manner = "busy"
    answer = mailer.send(parcel(2))
    assert isinstance(answer, Deferred)
    assert not answer.server_gone
    server.manner = "accept"
    assert isinstance(mailer.send(parcel(1)), Sent)


@pytest.mark.parametrize("manner", ["hang", "drop", "close", "no_sender"])
def test_a_conversation_that_fails_defers_the_letter_and_the_next_one_opens_another(
    server: MailServer, mailer: Mailer, manner: str
) -> None:
    assert isinstance(mailer.send(parcel(1)), Sent)
    server.manner = manner
    answer = mailer.send(parcel(2))
    assert isinstance(answer, Deferred)
    assert answer.server_gone
    server.manner = "accept"
    before = server.connections
    assert isinstance(mailer.send(parcel(2)), Sent)
    assert server.connections == before + 1


def test_a_conversation_without_end_is_cut_and_the_letter_deferred(
    server: MailServer, tmp_path: Path
) -> None:
    told = settings(tmp_path, server.port)
    server.manner = "hang"
    answer = Mailer(told, timeout_s=60, conversation_s=0.3).send(parcel())
    assert isinstance(answer, Deferred)
    assert answer.server_gone
    server.manner = "accept"
    answer = Mailer(told, conversation_s=0.0).send(parcel())
    assert isinstance(answer, Deferred)
    assert "trop longtemps" in answer.reason


def test_a_lease_outlasts_the_slowest_conversation_and_the_writing_of_its_end() -> None:
    slowest = timedelta(seconds=CONVERSATION_S + relay.PAUSES * relay.PAUSE_S)
    assert slowest < lease.LEASE <= timedelta(minutes=1)


def test_a_repeated_letter_keeps_its_identity(server: MailServer, mailer: Mailer) -> None:
    server.manner = "drop"
    mailer.send(parcel(3))
    server.manner = "accept"
    mailer.send(parcel(3))
    assert list(server.copies().values()) == [2]


def test_a_server_that_does_not_listen_defers_the_letter(tmp_path: Path) -> None:
    with mail_server() as stopped:
        port = stopped.port
    answer = Mailer(settings(tmp_path, port), timeout_s=0.5).send(parcel())
    assert isinstance(answer, Deferred)
    assert answer.server_gone
    assert answer.reason == "Le serveur de messagerie ne répond pas (connexion refusée)."


def test_a_connection_the_server_closed_meanwhile_is_opened_again_without_a_failure(tmp_path: Path) -> None:
    with mail_server() as first:
        mailer = Mailer(settings(tmp_path, first.port), timeout_s=0.5)
        assert isinstance(mailer.send(parcel(1)), Sent)
    with mail_server(port=first.port):
        assert isinstance(mailer.send(parcel(2)), Sent)
        mailer.close()


@pytest.mark.parametrize("name", ["Zoé 👶 مريم", 'Ruse" <x@exemple.test>, "Autre', "A,B;C:D", ""])
def test_a_strange_name_reaches_its_own_address_and_no_other(
    server: MailServer, mailer: Mailer, name: str
) -> None:
    assert isinstance(mailer.send(parcel(1, name=name)), Sent)
    assert server.asked == ["parent@exemple.test"]
    assert [address.addr_spec for address in server.accepted[0]["To"].addresses] == ["parent@exemple.test"]
    assert server.accepted[0]["To"].addresses[0].display_name == name


@pytest.mark.parametrize("email", ["pas une adresse", "a@b@c", "x\nBcc: y@exemple.test", "@exemple.test"])
def test_an_address_that_cannot_be_written_is_refused_before_any_conversation(
    server: MailServer, mailer: Mailer, email: str
) -> None:
    answer = mailer.send(parcel(1, email=email))
    assert isinstance(answer, Refused)
    assert server.asked == []


def test_accents_on_the_left_of_the_address_are_refused_and_those_of_its_domain_translated(
    server: MailServer, mailer: Mailer
) -> None:
    answer = mailer.send(parcel(1, email="zoé@exemple.test"))
    assert isinstance(answer, Refused)
    assert "accents" in answer.reason
    assert isinstance(mailer.send(parcel(2, email="zoe@crèche.test")), Sent)
    assert server.asked == ["zoe@xn--crche-5ra.test"]


def certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "essai")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_the_guichet_signs_in_over_an_encrypted_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with mail_server(context) as server:
        told = {"SMTP_STARTTLS": "1", "SMTP_USER": USER}
        right = Mailer(settings(tmp_path, server.port, **told, SMTP_PASSWORD=PASSWORD))
        assert isinstance(right.send(parcel(1)), Sent)
        right.close()
        wrong = Mailer(settings(tmp_path, server.port, **told, SMTP_PASSWORD="faux"))
        answer = wrong.send(parcel(2))
        assert isinstance(answer, Deferred)
        assert answer.server_gone


def test_a_server_whose_certificate_is_unknown_gets_neither_password_nor_letter(tmp_path: Path) -> None:
    with mail_server(certificate(tmp_path)) as server:
        told = {"SMTP_STARTTLS": "1", "SMTP_USER": USER, "SMTP_PASSWORD": PASSWORD}
        answer = Mailer(settings(tmp_path, server.port, **told)).send(parcel(1))
        assert isinstance(answer, Deferred)
        assert server.asked == []
