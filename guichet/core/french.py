"""Calm: French as people write and type it: dates, times of day, durations, numbers, short lists.

What is displayed carries no-break spaces where French typography wants them; what is typed is read
generously. Weekdays are numbered 1 (lundi) to 7 (dimanche), times of day are minutes since midnight.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
MINUTES_IN_A_DAY = 24 * 60
OLDEST_YEAR, LATEST_YEAR = 1900, 2100
# A two-figure year above this one belongs to the last century: a parent born in 85, a child born in 26.
LAST_SHORT_YEAR_OF_THIS_CENTURY = 50

_THREE_NUMBERS = re.compile(r"(\d{1,2})[\s/.\-]+(\d{1,2})[\s/.\-]+(\d{4}|\d{2})")
_RUN_OF_FIGURES = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_IN_WORDS = re.compile(r"(?:[a-z]+\s+)?(\d{1,2})(?:er)?\s+([a-z]+)\s+(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[h:](\d{2})?)?|(\d{1,2})(\d{2})")


def weekday_name(weekday: int) -> str:
    """« lundi » for 1 … « dimanche » for 7."""
    return WEEKDAYS[weekday - 1]


def long_date(day: date) -> str:
    """« mardi 1er septembre 2026 »."""
    return f"{WEEKDAYS[day.weekday()]} {plain_date(day)}"


def plain_date(day: date) -> str:
    """« 1er septembre 2026 », without the weekday: for a birth date."""
    return f"{day.day}{'er' if day.day == 1 else ''}{NBSP}{MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """« 01/09/2026 »."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def month_year(day: date) -> str:
    """« septembre 2026 »."""
    return f"{MONTHS[day.month - 1]}{NBSP}{day.year}"


def clock_time(minutes: int) -> str:
    """« 8 h 30 », « 8 h », « 24 h » for the end of a day. Raises ValueError outside 0–1440."""
    if not 0 <= minutes <= MINUTES_IN_A_DAY:
        raise ValueError(f"{minutes} minutes ne sont pas une heure de la journée.")
    hour, rest = divmod(minutes, 60)
    return f"{hour}{NBSP}h" + (f"{NBSP}{rest:02}" if rest else "")


def in_paris(instant: datetime) -> datetime:
    """The same instant on a clock in Paris. Raises ValueError when `instant` has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("Un instant sans fuseau horaire ne peut pas être écrit.")
    return instant.astimezone(PARIS)


def clock_at(instant: datetime) -> str:
    """The time of day in Paris, « 8 h 30 »."""
    local = in_paris(instant)
    return clock_time(local.hour * 60 + local.minute)


def at(instant: datetime) -> str:
    """« mardi 1er septembre 2026 à 8 h 30 », in Paris."""
    return f"{long_date(in_paris(instant))} à {clock_at(instant)}"


def short_at(instant: datetime) -> str:
    """« 01/09/2026 à 8 h 30 », in Paris."""
    return f"{short_date(in_paris(instant))} à {clock_at(instant)}"


def hours(minutes: int) -> str:
    """A duration as a number of hours: « 28,5 h »; two decimals at most."""
    return f"{_decimal(minutes / 60, 2)}{NBSP}h"


def duration(minutes: int) -> str:
    """A length of time as people say it: « 1 h 30 », « 2 h », « 45 minutes »."""
    hour, rest = divmod(minutes, 60)
    if not hour:
        return f"{rest}{NBSP}{plural(rest, 'minute')}"
    return f"{hour}{NBSP}h" + (f"{NBSP}{rest:02}" if rest else "")


def amount(number: int) -> str:
    """A whole number with its thousands apart: « 12 450 »."""
    return f"{number:,}".replace(",", NARROW_NBSP)


def percent(share: float, decimals: int = 0) -> str:
    """A share between 0 and 1 as « 39 % » or, with one decimal, « 39,4 % »."""
    return f"{_decimal(share * 100, decimals)}{NBSP}%"


def phone(written: str) -> str:
    """A phone number as it was stored, its groups of digits never parted by the end of a line."""
    return NBSP.join(written.split())


def dialled(written: str) -> str:
    """What a phone is given to dial: the digits alone, and the + of a foreign number."""
    return "".join(sign for sign in written if sign.isdigit() or sign == "+")


def plural(number: float, one: str, many: str | None = None) -> str:
    """The word that agrees with `number`: French keeps the singular below two."""
    return one if abs(number) < 2 else (many if many is not None else f"{one}s")


def count(number: int, one: str, many: str | None = None) -> str:
    """« 0 demande », « 1 demande », « 12 450 demandes »."""
    return f"{amount(number)}{NBSP}{plural(number, one, many)}"


def join_and(words: Sequence[str]) -> str:
    """« a », « a et b », « a, b et c »; nothing for no word."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def to_place(name: str) -> str:
    """« aux Lucioles », « au Creusot », « à Blanzy »: the article of a name joins the word before it."""
    return _with_article(name, "à", "au", "aux")


def of_place(name: str) -> str:
    """« des Lucioles », « du Creusot », « de Blanzy », « d’Autun »."""
    return _with_article(name, "de", "du", "des")


def _with_article(name: str, alone: str, masculine: str, plural_form: str) -> str:
    first, _, rest = name.partition(" ")
    if rest and first in ("Le", "Les"):
        return f"{masculine if first == 'Le' else plural_form} {rest}"
    if alone == "de" and _folded(name)[:1] in ("a", "e", "i", "o", "u"):
        return f"d’{name}"
    return f"{alone} {name}"


def whole_months(start: date, end: date) -> int:
    """How many complete months lie between two dates; negative when `end` comes first."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def age_in_words(birth: date, on: date) -> str:
    """« à naître », « moins d’un mois », « 4 mois », then from two years « 2 ans et 3 mois »."""
    if birth > on:
        return "à naître"
    months = whole_months(birth, on)
    if months == 0:
        return f"moins d’un{NBSP}mois"
    return _months_in_words(months, years_from=24)


def lapse_in_words(start: date, end: date) -> str:
    """How long something has waited: « 12 jours », « 3 mois », « 1 an et 2 mois »."""
    days = (end - start).days
    months = whole_months(start, end)
    if days <= 0:
        return "aujourd’hui"
    return count(days, "jour") if months < 2 else _months_in_words(months, years_from=12)


def parse_date(text: str) -> date:
    """Read a date as people type it: 1/9/26, 01/09/2026, 1 9 2026, 010926, 1er septembre 2026, 2026-09-01.

    Day comes before month. Raises ValueError with a French sentence when it is no date, or not between
    1900 and 2100.
    """
    typed = _folded(text)
    if found := _ISO.fullmatch(typed):
        year, month, day = (int(part) for part in found.groups())
    elif found := _THREE_NUMBERS.fullmatch(typed) or _RUN_OF_FIGURES.fullmatch(typed):
        day, month = int(found[1]), int(found[2])
        year = _full_year(found[3])
    elif (found := _IN_WORDS.fullmatch(typed)) and found[2] in _MONTH_NUMBERS:
        day, month, year = int(found[1]), _MONTH_NUMBERS[found[2]], int(found[3])
    else:
        raise ValueError("Écrivez la date sous la forme jj/mm/aaaa, par exemple 01/09/2026.")
    if not OLDEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"L’année doit être comprise entre {OLDEST_YEAR} et {LATEST_YEAR}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("Cette date n’existe pas dans le calendrier.") from None


def parse_clock(text: str) -> int:
    """Read a time of day as people type it: 8h30, 8:30, 8 h 30, 830, 8. Minutes since midnight, 24h is 1440.

    Raises ValueError with a French sentence when it is no time of day.
    """
    found = _CLOCK.fullmatch(re.sub(r"\s", "", _folded(text)))
    if found is None:
        raise ValueError("Écrivez l’heure sous la forme 8h30 ou 17h.")
    hour, rest = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    minutes = hour * 60 + rest
    if rest > 59 or minutes > MINUTES_IN_A_DAY:
        raise ValueError("Cette heure n’existe pas : écrivez une heure entre 0h et 24h.")
    return minutes


def _folded(text: str) -> str:
    """Lower case, ASCII figures and letters, plain single spaces."""
    plain = unicodedata.normalize("NFKD", text).lower()
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def _full_year(typed: str) -> int:
    if len(typed) == 4:
        return int(typed)
    short = int(typed)
    return short + (2000 if short <= LAST_SHORT_YEAR_OF_THIS_CENTURY else 1900)


def _months_in_words(months: int, years_from: int) -> str:
    if months < years_from:
        return f"{months}{NBSP}mois"
    years, rest = divmod(months, 12)
    words = [count(years, "an")]
    if rest:
        words.append(f"{rest}{NBSP}mois")
    return join_and(words)


def _decimal(value: float, decimals: int) -> str:
    whole, _, rest = f"{value:,.{decimals}f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", NARROW_NBSP) + (f",{rest}" if rest else "")


_MONTH_NUMBERS = {_folded(name): number for number, name in enumerate(MONTHS, start=1)}


def shared_start(names: Collection[str]) -> str:
    """The words that all the names begin with, the last word of each apart: said once beside a list of them.

    « Commission de Blanzy » and « Commission de Génelard » share « Commission de ». A single name shares nothing, nor
    do names of which one would then begin without a capital: « d’admission de Blanzy » is no name.
    """
    if len(names) < 2:
        return ""
    starts = zip(*(name.split(" ")[:-1] for name in names), strict=False)
    shared = "".join(f"{words[0]} " for words in takewhile(lambda words: len(set(words)) == 1, starts))
    return "" if any(name[len(shared) :][:1].islower() for name in names) else shared
