"""Find demands by the beginnings of words: a name, a phone, a mail address, a number."""

import re

from sqlalchemy import ColumnElement, Subquery, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from guichet.core.names import phone_key
from guichet.demands.keys import WORD
from guichet.demands.models import DemandKey

WINDOW = 500
"""How many keys a search looks at: beyond, the screen asks for one more letter."""

_NUMBER = re.compile(r"\d{4}-0*(\d{1,9})")
_LAST_OF_ALL = "\U0010ffff"


def found_by(words: tuple[str, ...]) -> Subquery:
    """Up to WINDOW keys of the longest word whose demands have all the others, the nearest spelling first."""
    longest, *others = sorted(words, key=len, reverse=True)
    conditions = [DemandKey.use == WORD, _begins(DemandKey.key, longest)]
    for number, word in enumerate(others):
        other = DemandKey.__table__.alias(f"other_{number}")
        conditions.append(
            exists().where(
                other.c.demand_id == DemandKey.demand_id, other.c.use == WORD, _begins(other.c.key, word)
            )
        )
    return select(DemandKey.demand_id).where(*conditions).order_by(DemandKey.key).limit(WINDOW).subquery()


def _begins(column: ColumnElement[str] | InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    return or_(*(and_(column >= first, column < end) for first, end in ranges(word)))


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
