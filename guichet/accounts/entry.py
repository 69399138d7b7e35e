"""Calm: an account as an administrator types it, and what is wrong with it."""

import re
from dataclasses import dataclass
from datetime import date

from guichet.accounts.policy import ADMINISTRATOR, AGENT, COORDINATOR, DIRECTOR, MEMBER
from guichet.core.names import clean_name

ROLES = (AGENT, DIRECTOR, MEMBER, COORDINATOR, ADMINISTRATOR)
LONGEST_NAME = 120
LONGEST_EMAIL = 254
ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True)
class AccountEntry:
    """Who, with which roles, limited to what, until when.

    `communes` limits an agent (none: the whole territory); `houses` are those a director directs or a member
    sits for.
    """

    email: str
    name: str
    roles: frozenset[str]
    communes: frozenset[str] = frozenset()
    houses: frozenset[int] = frozenset()
    closes_on: date | None = None

    @property
    def mail(self) -> str:
        """The address as it is stored: lower case."""
        return self.email.strip().casefold()

    @property
    def shown_name(self) -> str:
        """The name as it is stored: nothing invisible."""
        return clean_name(self.name)

    def limits(self) -> list[tuple[str, str | None, int | None]]:
        """The memberships it makes, as (role, commune, establishment), in a fixed order."""
        lines: list[tuple[str, str | None, int | None]] = []
        for role in ROLES:
            if role not in self.roles:
                continue
            held: list[tuple[str, str | None, int | None]] = []
            if role == AGENT:
                held = [(role, code, None) for code in sorted(self.communes)]
            elif role in (DIRECTOR, MEMBER):
                held = [(role, None, house) for house in sorted(self.houses)]
            lines += held or [(role, None, None)]
        return lines


def problems(
    entry: AccountEntry, known_communes: frozenset[str], known_houses: frozenset[int]
) -> dict[str, str]:
    """What must be corrected, by field; empty when nothing."""
    found: dict[str, str] = {}
    if not ADDRESS.fullmatch(entry.mail) or len(entry.mail) > LONGEST_EMAIL:
        found["email"] = "Écrivez une adresse comme nom@exemple.fr."
    if not entry.shown_name:
        found["name"] = "Écrivez le prénom et le nom de la personne."
    elif len(entry.shown_name) > LONGEST_NAME:
        found["name"] = f"Le nom ne peut pas dépasser {LONGEST_NAME} caractères."
    if not entry.roles or not entry.roles <= set(ROLES):
        found["roles"] = "Choisissez au moins un rôle."
    if not entry.communes <= known_communes:
        found["communes"] = "Une des communes cochées n’est pas du territoire."
    if not entry.houses <= known_houses:
        found["houses"] = "Un des établissements cochés n’existe pas."
    elif DIRECTOR in entry.roles and not entry.houses:
        found["houses"] = "Cochez au moins un établissement pour une direction."
    return found
