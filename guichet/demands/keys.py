"""Calm: the words under which a demand is found again.

Typing a beginning is how a desk searches; a key is compared by its beginning, so the same index serves
both databases and its cost does not grow with the number of demands.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from guichet.core.names import mail_key, phone_key, tokens
from guichet.families.dossier import AdultEntry, ChildEntry
from guichet.families.likeness import ChildTrace, blocking_keys

WORD, COMMUNE, TRACE, HOUSE = "w", "c", "t", "h"
LONGEST = 80


@dataclass(frozen=True)
class Key:
    """One (use, key) pair of the table `demand_key`."""

    use: str
    key: str


def name_words(child: ChildEntry, adults: Iterable[AdultEntry]) -> frozenset[Key]:
    """The words of the child's and adults' names, their phones (nine last digits) and mail addresses."""
    names = [child.first_name, child.last_name]
    exact: list[str] = []
    for adult in adults:
        names += [adult.first_name, adult.last_name]
        exact += [phone_key(adult.phone), mail_key(adult.email)]
    words = [word for name in names for word in tokens(name)]
    return frozenset(Key(WORD, word[:LONGEST]) for word in [*words, *exact] if word)


def number_words(number: str, demand_id: int) -> frozenset[Key]:
    """The number as quoted (« 2026-00042 ») and its end alone (« 42 »)."""
    return frozenset({Key(WORD, number), Key(WORD, f"#{demand_id}")})


def commune_words(codes: Iterable[str | None]) -> frozenset[Key]:
    """The communes where the demand lives, was registered or wishes."""
    return frozenset(Key(COMMUNE, code) for code in codes if code)


def house_word(house_id: int) -> Key:
    """An establishment that a decision named."""
    return Key(HOUSE, str(house_id))


def trace_of(
    demand_id: int, child: ChildEntry, adults: Iterable[AdultEntry], rank: int | None = None
) -> ChildTrace:
    """What the search for doubles compares."""
    kept = tuple(adults)
    return ChildTrace(
        id=demand_id,
        first_name=child.first_name or None,
        last_name=child.last_name,
        birth_date=child.birth_date,
        due_date=child.due_date,
        adults=tuple((adult.first_name, adult.last_name) for adult in kept),
        phones=tuple(adult.phone for adult in kept if adult.phone),
        emails=tuple(adult.email for adult in kept if adult.email),
        birth_rank=rank,
    )


def trace_words(trace: ChildTrace) -> frozenset[Key]:
    """The keys under which a probable double is found."""
    return frozenset(Key(TRACE, key) for key in blocking_keys(trace))


def search_words(typed: str) -> tuple[str, ...]:
    """What a search field contains, as beginnings of keys: names, a phone, a mail or a number.

    « dup mart » → ("DUP", "MART"); « 06 12 34 56 78 » → one phone key; « 42 » → the demand 42 or a phone.
    """
    text = typed.strip()
    if "@" in text:
        return (mail_key(text),) if mail_key(text) else ()
    digits = "".join(char for char in text if char.isdigit())
    if digits and not any(char.isalpha() for char in text):
        if "-" in text and len(digits) >= 5:
            return (text,)
        return (phone_key(text) or digits,)
    return tokens(text)
