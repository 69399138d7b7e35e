"""Passwords: Argon2id, at the strength OWASP advises for a server (19 MiB, 2 passes)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from guichet.core.errors import InvalidError

SHORTEST = 12
LONGEST = 200
TOO_COMMON = frozenset(
    [
        "azertyuiop12",
        "motdepasse12",
        "motdepasse123",
        "password1234",
        "administrateur",
        "azertyuiopqs",
        "123456789012",
        "guichetguichet",
        "petiteenfance",
        "montceaulesmines",
        "qwertyuiop12",
        "bonjourbonjour",
        "soleilsoleil",
    ]
)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash("personne n’a ce mot de passe")


def hashed(password: str) -> str:
    """The stored form of a password."""
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the right one. An unknown account costs the same time as a known one."""
    try:
        return _hasher().verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def check_strength(password: str, email: str, field: str = "password") -> None:
    """Refuse a short or common password. Length is what protects: no rule on signs (ASVS 6.2.5)."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise InvalidError({field: f"Choisissez un mot de passe d’au moins {SHORTEST} caractères."})
    if len(password) > LONGEST:
        raise InvalidError({field: f"Choisissez un mot de passe d’au plus {LONGEST} caractères."})
    if folded in TOO_COMMON or len(set(folded)) < 5 or folded == email.casefold():
        raise InvalidError({field: "Ce mot de passe est trop facile à deviner : choisissez-en un autre."})
