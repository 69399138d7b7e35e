"""What the installation is told of its mailbox: nothing, or enough to open it."""

from pathlib import Path

import pytest

from guichet.core.errors import ConfigurationError
from guichet.core.settings import Settings

BOX = {"IMAP_HOST": "imap.exemple.test", "IMAP_USER": "guichet@exemple.test", "IMAP_PASSWORD": "secret"}


def told(home: Path, **env: str) -> Settings:
    return Settings.from_environment({"GUICHET_HOME": str(home), **env})


def test_without_a_mailbox_no_reply_is_heard_whatever_else_is_set(tmp_path: Path) -> None:
    assert not told(tmp_path, IMAP_USER="x", IMAP_HOST="", IMAP_PORT="").reads_replies
    assert (
        told(tmp_path, GUICHET_DEMO="1").reads_replies and not told(tmp_path, GUICHET_DEMO="1").reads_mailbox
    )


def test_a_mailbox_is_opened_by_tls_unless_told_otherwise_and_its_secret_may_be_a_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "boite").write_text("secret\n")
    settings = told(tmp_path, **BOX | {"IMAP_PASSWORD": "", "IMAP_PASSWORD_FILE": str(tmp_path / "boite")})
    assert (settings.imap_port, settings.imap_security, settings.imap_password) == (993, "tls", "secret")
    assert told(tmp_path, **BOX, IMAP_SECURITY="starttls").imap_port == 143


@pytest.mark.parametrize(
    "changed",
    [
        {"IMAP_USER": ""},
        {"IMAP_PASSWORD": ""},
        {"IMAP_SECURITY": "ssl"},
        {"IMAP_PORT": "imaps"},
        {"IMAP_PASSWORD_FILE": "absent"},
    ],
)
def test_a_mailbox_that_could_not_be_opened_stops_the_start_with_its_reason(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    with pytest.raises(ConfigurationError, match="IMAP_"):
        told(tmp_path, **BOX | changed)
