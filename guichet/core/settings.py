"""What the installation is told from outside: one frozen value, read from the environment at start.

A default must be right for a real installation on one machine. Delays and other choices that an
administrator changes on a screen are not here but in `core/parameters.py`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guichet.core.errors import ConfigurationError

SECRET_FILE = "secret"  # noqa: S105 - the name of a file, not a secret
MIN_SECRET_LENGTH = 32
IMAP_SECURITIES = ("tls", "starttls", "none")


@dataclass(frozen=True)
class Settings:
    """Everything the processes need to start. `home` holds what the single-machine mode keeps."""

    home: Path
    database_url: str
    redis_url: str
    public_url: str
    secret_key: str
    demo: bool
    port: int
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_starttls: bool
    mail_from: str
    mail_from_name: str
    templates: Path
    trusted_proxies: int = 0
    """How many reverse proxies of ours stand before the site: their X-Forwarded-… are believed, no other's."""
    imap_host: str = ""
    """The server of the mailbox where answers and returned mails come; empty, and none is read."""
    imap_port: int = 993
    imap_security: str = "tls"
    """One of IMAP_SECURITIES."""
    imap_user: str = ""
    imap_password: str = ""
    imap_folder: str = "INBOX"
    mail_authority: str = ""
    """The server of ours whose Authentication-Results are believed; empty, and none is."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the single file of the one-machine mode."""
        return self.database_url.startswith("sqlite")

    @property
    def mailbox(self) -> Path:
        """The Maildir where the demonstration's own mail server keeps what it received."""
        return self.home / "mailbox"

    @property
    def reads_mailbox(self) -> bool:
        """Whether the guichet reads what comes to the address it writes from."""
        return bool(self.imap_host)

    @property
    def reads_replies(self) -> bool:
        """Whether a button pressed in a calendar is heard; those of the demonstration's own mailbox are."""
        return self.reads_mailbox or self.demo

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings; the secret is created once under `home` when none is given.

        Raises ConfigurationError with a French sentence when a value cannot be used.
        """
        home = Path(env.get("GUICHET_HOME", "var")).resolve()
        port = _number(env, "PORT", 8000)
        return cls(
            home=home,
            database_url=_database_url(env.get("DATABASE_URL", ""), home),
            redis_url=env.get("REDIS_URL", ""),
            public_url=env.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            secret_key=_secret(env, home),
            demo=env.get("GUICHET_DEMO", "") == "1",
            port=port,
            smtp_host=env.get("SMTP_HOST", "127.0.0.1"),
            smtp_port=_number(env, "SMTP_PORT", 25),
            smtp_user=env.get("SMTP_USER", ""),
            smtp_password=env.get("SMTP_PASSWORD", ""),
            smtp_starttls=env.get("SMTP_STARTTLS", "") == "1",
            mail_from=env.get("MAIL_FROM", "guichet@exemple.test"),
            mail_from_name=env.get("MAIL_FROM_NAME", "Guichet unique petite enfance"),
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
            templates=Path(env.get("GUICHET_TEMPLATES", Path(__file__).parents[2] / "templates")),
            **_mailbox(env),
        )


def _database_url(url: str, home: Path) -> str:
    if not url:
        return f"sqlite:///{home / 'guichet.db'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, "")
    if not raw:
        return default
    if not raw.isdigit():
        raise ConfigurationError(f"{name} doit être un nombre entier ; reçu : « {raw} ».")
    return int(raw)


def _mailbox(env: Mapping[str, str]) -> dict[str, Any]:
    """How the mailbox of the answers is opened; nothing when none is named."""
    if not env.get("IMAP_HOST"):
        return {}
    security, user, password = env.get("IMAP_SECURITY") or "tls", env.get("IMAP_USER", ""), _password(env)
    if security not in IMAP_SECURITIES:
        raise ConfigurationError(f"IMAP_SECURITY doit être tls, starttls ou none ; reçu : « {security} ».")
    if not user or not password:
        raise ConfigurationError(
            "IMAP_HOST demande aussi IMAP_USER, et IMAP_PASSWORD ou IMAP_PASSWORD_FILE : sans eux, la boîte ne "
            "peut pas être ouverte."
        )
    return {
        "imap_host": env["IMAP_HOST"],
        "imap_port": _number(env, "IMAP_PORT", 993 if security == "tls" else 143),
        "imap_security": security,
        "imap_user": user,
        "imap_password": password,
        "imap_folder": env.get("IMAP_FOLDER") or "INBOX",
        "mail_authority": env.get("MAIL_AUTHORITY", "").strip().lower(),
    }


def _password(env: Mapping[str, str]) -> str:
    named = env.get("IMAP_PASSWORD_FILE", "")
    if not named:
        return env.get("IMAP_PASSWORD", "")
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError(
            f"Le fichier nommé par IMAP_PASSWORD_FILE ne peut pas être lu : {named}."
        ) from fault


def _secret(env: Mapping[str, str], home: Path) -> str:
    given = env.get("GUICHET_SECRET", "")
    if given:
        if len(given) < MIN_SECRET_LENGTH:
            raise ConfigurationError(f"GUICHET_SECRET doit compter au moins {MIN_SECRET_LENGTH} caractères.")
        return given
    path = home / SECRET_FILE
    home.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: two processes starting together must end with the same secret.
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
