"""Passwords: Argon2id, at the strength OWASP advises for a server (19 MiB, 2 passes)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from guichet.core.errors import InvalidError

SHORTEST = 12
LONGEST = 200
FEWEST_SIGNS = 5
WORTH_GUESSING = 6
"""What a password must still hold, once a common word or the address is taken out of it."""
COMMON = [
    "administrateur",
    "administration",
    "azertyuiop",
    "bienvenue",
    "bonjour",
    "chocolat",
    "creche",
    "doudou",
    "enfance",
    "football",
    "guichet",
    "jetaime",
    "loulou",
    "marseille",
    "montceau",
    "motdepasse",
    "password",
    "petiteenfance",
    "princesse",
    "qwertyuiop",
    "secret",
    "soleil",
    "welcome",
]
ROWS = (
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "98765432109876543210",
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
    """Refuse a short password, or one that guessing tries first. Length protects: no rule on signs (ASVS 6.2.5)."""
    if len(password) < SHORTEST:
        raise InvalidError({field: f"Choisissez un mot de passe d’au moins {SHORTEST} caractères."})
    if len(password) > LONGEST:
        raise InvalidError({field: f"Choisissez un mot de passe d’au plus {LONGEST} caractères."})
    if _is_guessed_first(password.casefold(), email.casefold()):
        raise InvalidError({field: "Ce mot de passe est trop facile à deviner : choisissez-en un autre."})


def _is_guessed_first(typed: str, email: str) -> bool:
    if len(set(typed)) < FEWEST_SIGNS or (typed + typed).find(typed, 1) <= len(typed) // 2:
        return True
    if any(typed in row for row in ROWS):
        return True
    rest = typed
    local, _, domain = email.partition("@")
    for word in (email, local, domain, *COMMON, *ROWS[:2]):
        rest = rest.replace(word, "") if word else rest
    return len(rest) < WORTH_GUESSING and rest != typed
