"""Calm: is this child already known? Candidates by keys, then a comparison that gives its reasons.

`blocking_keys` are stored with each child, indexed: one `IN` finds the candidates in spite of accents, of
first and last names inverted, of one typing fault, of day and month swapped, or of a birth since the demand.
`likeness` then compares two traces and never decides: a person looks at both before a merge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import product
from typing import Literal

from rapidfuzz.distance import OSA

from guichet.core.names import mail_key, phone_key, skeleton_key, sound_key, tokens
from guichet.families.likeness_dates import DateRelation, date_relation, either_way, months_around

Verdict = Literal["same", "probable", "different"]
Closeness = Literal["equal", "close", "different", "unknown"]

SAME_FROM = 85
PROBABLE_FROM = 55
# A name pasted by mistake in a field must not make hundreds of keys.
_MOST_WORDS = 4
_LONG_NAME = 8

_FIRST: dict[Closeness, int] = {"equal": 30, "close": 22, "different": -30, "unknown": 0}
_LAST: dict[Closeness, int] = {"equal": 25, "close": 18, "different": -15, "unknown": 0}
_DATE: dict[DateRelation, int] = {
    "same": 35,
    "swapped": 25,
    "near": 22,
    "expected": 25,
    "different": -30,
    "unknown": 0,
}
_ADULT, _CONTACT, _INVERTED = 20, 15, -3
_DATE_REASONS: dict[DateRelation, str] = {
    "same": "Même date de naissance.",
    "swapped": "Dates de naissance où le jour et le mois sont inversés.",
    "near": "Dates de naissance à un chiffre près.",
    "expected": "La naissance attendue et la date de naissance concordent.",
    "different": "Dates de naissance différentes.",
    "unknown": "",
}


@dataclass(frozen=True)
class ChildTrace:
    """What is known of a child and of the family when looking for a double.

    `birth_rank` tells apart the children of one birth when it is known (1, 2…); `adults` are (first, last).
    """

    id: int
    first_name: str | None
    last_name: str
    birth_date: date | None = None
    due_date: date | None = None
    adults: tuple[tuple[str, str], ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    birth_rank: int | None = None


@dataclass(frozen=True)
class Likeness:
    """How much two traces resemble each other, 0 to 100, and why, in French sentences."""

    score: int
    reasons: tuple[str, ...]
    verdict: Verdict


def blocking_keys(trace: ChildTrace) -> frozenset[str]:
    """The short strings (32 characters at most) under which a child is found again; a few dozen at most."""
    first, last = _codes(trace.first_name or ""), _codes(trace.last_name)
    return frozenset(
        [
            *_birth_keys(trace, first + last),
            *_month_keys(trace, last),
            *("N:" + _pair(one, other) for one, other in product(first, last)),
            *("A:" + _pair(*names) for adult in trace.adults for names in product(*map(_codes, adult))),
            *("P:" + key[-15:] for key in map(phone_key, trace.phones) if key),
            *("M:" + _digest(key) for key in map(mail_key, trace.emails) if key),
        ]
    )


def likeness(a: ChildTrace, b: ChildTrace) -> Likeness:
    """Compare two traces, in either order.

    The hard case is twins: same family, same date, another first name. They are « different »; when their
    first names differ by one letter (Léo and Léa, or a typing fault?) the verdict stops at « probable ».
    """
    date_found = date_relation(a.birth_date, a.due_date, b.birth_date, b.due_date)
    first, last, inverted = _names(a, b)
    adult, contact = _share_an_adult(a, b), _share_a_contact(a, b)
    score = (
        _FIRST[first]
        # The father's name in one file, the mother's in the other: a shared adult explains it.
        + (0 if adult and last == "different" else _LAST[last])
        + _DATE[date_found]
        + _ADULT * adult
        + _CONTACT * contact
        + _INVERTED * inverted
    )
    score = max(0, min(100, score))
    written = _as_written(first, a.first_name, b.first_name), _as_written(last, a.last_name, b.last_name)
    reasons = tuple(_reasons(*written, inverted, date_found, adult, contact))
    family = adult or contact or last in ("equal", "close")
    if sibling := _sibling_sentence(a, b, first, date_found, family):
        return Likeness(min(score, PROBABLE_FROM - 15), (sibling, *reasons), "different")
    if first == "close" and date_found == "same" and family:
        reasons += ("À vérifier : une faute de frappe, ou des jumeaux aux prénoms voisins ?",)
    if score < PROBABLE_FROM:
        return Likeness(score, reasons, "different")
    if score < SAME_FROM or first != "equal":
        return Likeness(min(score, SAME_FROM - 1), reasons, "probable")
    return Likeness(score, reasons, "same")


def _codes(name: str) -> tuple[str, ...]:
    """The skeletons of the first words of a name, each once."""
    return tuple(dict.fromkeys(skeleton_key(word) or word[:6] for word in tokens(name)[:_MOST_WORDS]))


def _pair(one: str, other: str) -> str:
    return "+".join(sorted((one, other)))


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _birth_keys(trace: ChildTrace, codes: Iterable[str]) -> Iterable[str]:
    """The birth date, read in either order of day and month, with each word of the name."""
    if trace.birth_date is None:
        return ()
    return (f"B:{either_way(trace.birth_date)}:{code}" for code in codes)


def _month_keys(trace: ChildTrace, last: Iterable[str]) -> Iterable[str]:
    """The months around a due date, or the month of birth, with the family name: an expected child is born."""
    months = months_around(trace.birth_date, trace.due_date)
    return (f"E:{month}:{code}" for month in months for code in last)


def _names(a: ChildTrace, b: ChildTrace) -> tuple[Closeness, Closeness, bool]:
    """How close the first names are, how close the last names are, and whether one trace inverted them."""
    straight = _closeness(a.first_name, b.first_name), _closeness(a.last_name, b.last_name)
    if a.first_name is None or b.first_name is None or "different" not in straight:
        return *straight, False
    crossed = sorted(
        (_closeness(a.first_name, b.last_name), _closeness(a.last_name, b.first_name)),
        key=("equal", "close", "unknown", "different").index,
    )
    if crossed[1] in ("equal", "close"):
        # Which of the two was the first name is not known: the better of both speaks for it.
        return crossed[0], crossed[1], True
    return *straight, False


def _closeness(one: str | None, other: str | None) -> Closeness:
    """Equal to the ear, close (one fault, two in a long name, one is a part of the other), or different."""
    words, others = tokens(one or ""), tokens(other or "")
    if not words or not others:
        return "unknown"
    if sound_key("".join(words)) == sound_key("".join(others)):
        return "equal"
    if set(words) <= set(others) or set(others) <= set(words):
        return "close"
    joined, joined_other = "".join(words), "".join(others)
    allowed = 2 if min(len(joined), len(joined_other)) >= _LONG_NAME else 1
    if min(len(joined), len(joined_other)) > allowed and OSA.distance(joined, joined_other) <= allowed:
        return "close"
    return "different"


def _as_written(found: Closeness, one: str | None, other: str | None) -> Closeness:
    """What a person who reads both names is told: two that only sound the same are close, not equal."""
    same = "".join(tokens(one or "")) == "".join(tokens(other or ""))
    return "close" if found == "equal" and not same else found


def _share_an_adult(a: ChildTrace, b: ChildTrace) -> bool:
    return any(_same_person(one, other) for one, other in product(a.adults, b.adults))


def _same_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    near = ("equal", "close")
    return any(
        _closeness(one[0], first) in near and _closeness(one[1], last) in near
        for first, last in (other, other[::-1])
    )


def _share_a_contact(a: ChildTrace, b: ChildTrace) -> bool:
    phones = {phone_key(phone) for phone in a.phones} & {phone_key(phone) for phone in b.phones}
    mails = {mail_key(mail) for mail in a.emails} & {mail_key(mail) for mail in b.emails}
    return bool((phones | mails) - {""})


def _sibling_sentence(
    a: ChildTrace, b: ChildTrace, first: Closeness, date_found: DateRelation, family: bool
) -> str | None:
    """Why two children of one family are not the same child, or nothing."""
    if not family:
        return None
    together = date_found in ("same", "expected")
    if together and a.birth_rank and b.birth_rank and a.birth_rank != b.birth_rank:
        return "Enfants d’une même naissance multiple, déclarés comme tels."
    if first != "different":
        return None
    if together:
        return "Même famille et même date de naissance, mais prénoms différents : sans doute des jumeaux."
    if date_found == "different":
        return "Même famille, mais prénoms et dates de naissance différents : sans doute frères et sœurs."
    return None


def _reasons(
    first: Closeness, last: Closeness, inverted: bool, date_found: DateRelation, adult: bool, contact: bool
) -> Iterable[str]:
    if inverted:
        yield "Prénom et nom semblent inversés."
    if first == "equal" and last == "equal":
        yield "Même prénom et même nom."
    else:
        yield from (
            sentence
            for sentence in (
                {
                    "equal": "Même prénom.",
                    "close": "Prénom proche.",
                    "different": "Prénoms différents.",
                }.get(first),
                {"equal": "Même nom.", "close": "Nom proche.", "different": "Noms différents."}.get(last),
            )
            if sentence
        )
    if _DATE_REASONS[date_found]:
        yield _DATE_REASONS[date_found]
    if adult:
        yield "Un même adulte dans les deux dossiers."
    if contact:
        yield "Un même téléphone ou une même adresse électronique."
