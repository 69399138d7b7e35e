"""Find demands by the beginnings of words: a name, a phone, a mail address, a number."""

import re
from functools import lru_cache

from sqlalchemy import CTE, ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from guichet.core.names import phone_key
from guichet.demands.keys import WORD
from guichet.demands.models import DemandKey

WINDOW = 500
"""How many keys a search looks at: beyond, the screen asks for one more letter."""

_NUMBER = re.compile(r"\d{4}-0*(\d{1,9})")
_MARKS = {1: "A", 2: "1"}
"""A word for each number of spans that a word may read."""
_LAST_OF_ALL = "\U0010ffff"


def mark(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without what they say: those that read the same spans share a statement."""
    return tuple(_MARKS[len(ranges(word))] for word in _longest_first(words))


def values(words: tuple[str, ...]) -> dict[str, str]:
    """What the statement of `found_by` is sent with."""
    found: dict[str, str] = {}
    for number, word in enumerate(_longest_first(words)):
        for index, (first, end) in enumerate(ranges(word)):
            found |= {f"from_{number}_{index}": first, f"end_{number}_{index}": end}
    return found


@lru_cache(maxsize=8)
def found_by(marked: tuple[str, ...]) -> CTE:
    """Up to WINDOW keys of the longest word whose demands have all the others, the nearest spelling first.

    One object for the same words: a statement that names it twice looks once. Sent with their `values`.
    """
    conditions = [DemandKey.use == WORD, _begins(DemandKey.key, 0, marked[0])]
    for number, word in enumerate(marked[1:], 1):
        other = DemandKey.__table__.alias(f"other_{number}")
        conditions.append(
            exists().where(
                other.c.demand_id == DemandKey.demand_id,
                other.c.use == WORD,
                _begins(other.c.key, number, word),
            )
        )
    return select(DemandKey.demand_id).where(*conditions).order_by(DemandKey.key).limit(WINDOW).cte("found")


def _longest_first(words: tuple[str, ...]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _begins(
    column: ColumnElement[str] | InstrumentedAttribute[str], number: int, marked: str
) -> ColumnElement[bool]:
    spans = [
        and_(column >= bindparam(f"from_{number}_{index}"), column < bindparam(f"end_{number}_{index}"))
        for index in range(len(ranges(marked)))
    ]
    return or_(*spans)


def ranges(word: str) -> tuple[tuple[str, str], ...]:
    """The spans of keys a typed word may mean, the end excluded: « 42 » is a demand's number or a phone."""
    if number := _NUMBER.fullmatch(word):
        return (_span(f"#{number[1]}", exact=True),)
    if not any(char.isdigit() for char in word) or any(char.isalpha() for char in word):
        return (_span(word),)
    digits = "".join(char for char in word if char.isdigit())
    phone = _span(phone_key(word) or digits.removeprefix("0") or digits)
    return (phone, _span(f"#{digits}", exact=True))


def _span(beginning: str, *, exact: bool = False) -> tuple[str, str]:
    """From the word itself to the first key that no longer begins like it (or, exact, is not it)."""
    if exact or beginning[-1] == _LAST_OF_ALL:
        return beginning, beginning + ("\x01" if exact else _LAST_OF_ALL)
    following = ord(beginning[-1]) + 1
    # Surrogates are not characters: the next one after U+D7FF is U+E000.
    return beginning, beginning[:-1] + chr(0xE000 if following == 0xD800 else following)
