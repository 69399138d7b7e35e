"""What the installation is told from outside: one frozen value, read from the environment at start.

A default must be right for a real installation on one machine. Delays and other choices that an
administrator changes on a screen are not here but in `core/parameters.py`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from guichet.core.errors import ConfigurationError

SECRET_FILE = "secret"  # noqa: S105 - the name of a file, not a secret
MIN_SECRET_LENGTH = 32


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

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the single file of the one-machine mode."""
        return self.database_url.startswith("sqlite")

    @property
    def mailbox(self) -> Path:
        """The Maildir where the demonstration's own mail server keeps what it received."""
        return self.home / "mailbox"

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
