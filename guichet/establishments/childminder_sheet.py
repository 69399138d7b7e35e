"""Calm: the register of childminders as one sheet, the same read and written.

One line is one professional with some free places; another line with the same code adds other places of the same
person. Separated by semicolons, as French spreadsheets save it. Nothing is guessed: each faulty line gets one
sentence, and a sheet with one faulty line is not read at all.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.core.names import search_key
from guichet.core.week import Interval, Week
from guichet.establishments.childminder_entries import (
    CODE,
    LONGEST_CODE,
    ChildminderEntry,
    Known,
    OpeningEntry,
    cleaned,
    opening_problems,
    problems_of,
)

COLUMNS = (
    "code",
    "nom",
    "commune",
    "mam",
    "places_agreees",
    "age_minimum_mois",
    "age_maximum_mois",
    "horaires_atypiques",
    "attention_particuliere",
    "telephone",
    "donner_telephone",
    "courriel",
    "donner_courriel",
    "accord_le",
    "confirme_le",
    "places_libres",
    "libres_a_partir_du",
    "libres_jusqu_au",
    "jours_et_heures",
)
OPENING_COLUMNS = COLUMNS[-4:]
MOST_LINES = 2_000
YES, NO = frozenset({"OUI", "O", "VRAI", "1"}), frozenset({"", "NON", "N", "FAUX", "0"})
EXAMPLE = (
    "am-001", "Camille Exemple", "Blanzy", "", "3", "0", "72", "non", "non", "06 39 98 00 00", "oui",
    "camille@exemple.test", "non", "03/11/2025", "", "1", "01/12/2025", "",
    "lundi 8h-17h30, mardi 8h-17h30, jeudi 8h-12h et 13h30-17h30",
)  # fmt: skip
_SPAN = re.compile(r"\s*(.+?)\s*-\s*(.+?)\s*")


@dataclass(frozen=True)
class SheetLine:
    """One professional of a sheet, from all her or his lines. `number` is the first one's, as a spreadsheet counts."""

    number: int
    code: str
    entry: ChildminderEntry
    confirmed_on: date
    openings: tuple[OpeningEntry, ...]


@dataclass(frozen=True)
class Names:
    """How the sheet names places: commune by the key of its name or its INSEE code, MAM by the key of its name."""

    communes: Mapping[str, str]
    mams: Mapping[str, int]


class _RefusedError(Exception):
    """One sentence about one line."""


def read_sheet(content: bytes, names: Names, known: Known, today: date) -> tuple[list[SheetLine], list[str]]:
    """The professionals of a sheet, or the sentences that refuse it: « Ligne 4 : … ». One of the two is empty."""
    try:
        rows = list(csv.reader(io.StringIO(_text(content)), delimiter=";"))
    except csv.Error:
        return [], ["Ce fichier n’est pas une feuille enregistrée au format CSV."]
    if fault := _head_fault(rows):
        return [], [fault]
    found: dict[str, SheetLine] = {}
    faults: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            line = _line(number, _cells(row), names, known, today)
            found[line.code] = _joined(found.get(line.code), line)
        except _RefusedError as fault:
            faults.append(f"Ligne {number}{french.NBSP}: {fault}")
    if not found and not faults:
        faults = ["Le fichier ne contient aucune ligne."]
    return ([], faults) if faults else (list(found.values()), [])


def week_in_sheet(week: Week) -> str:
    """« lundi 8h-12h et 13h30-17h, mardi 8h-17h », as `read_week` reads it."""
    days = []
    for weekday, intervals in week.by_day.items():
        spans = " et ".join(f"{_clock(one.start)}-{_clock(one.end)}" for one in intervals)
        days.append(f"{french.weekday_name(weekday)} {spans}")
    return ", ".join(days)


def read_week(text: str) -> Week:
    """The week of a cell. Raises ValueError with a French sentence."""
    intervals = [one for part in text.split(",") if part.strip() for one in _day(part.strip())]
    try:
        return Week.of(intervals)
    except InvalidError as refusal:
        raise ValueError(refusal.sentence) from refusal


def _text(content: bytes) -> str:
    """Old French spreadsheets write Windows-1252; every byte has a meaning there, or a visible stand-in."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _head_fault(rows: list[list[str]]) -> str:
    if not rows:
        return "Le fichier est vide."
    head = [cell.strip().lower() for cell in rows[0]]
    missing = [name for name in COLUMNS if name not in head]
    if missing or head[: len(COLUMNS)] != list(COLUMNS):
        wanted = f"{french.NBSP}; ".join(COLUMNS)
        return f"La première ligne doit porter ces colonnes, dans cet ordre, séparées par des points-virgules : {wanted}."
    if len(rows) - 1 > MOST_LINES:
        return (
            f"Le fichier compte {french.amount(len(rows) - 1)} lignes : {french.amount(MOST_LINES)} au plus."
        )
    return ""


def _cells(row: list[str]) -> dict[str, str]:
    if len(row) > len(COLUMNS) and any(cell.strip() for cell in row[len(COLUMNS) :]):
        raise _RefusedError(f"elle a {len(row)} colonnes au lieu de {len(COLUMNS)}.")
    full = [*row, *[""] * len(COLUMNS)]
    return {name: _uncomputed(cell.strip()) for name, cell in zip(COLUMNS, full, strict=False)}


def _uncomputed(cell: str) -> str:
    """Without the mark our own export puts before what a spreadsheet would compute."""
    return cell[1:] if cell[:1] == "'" else cell


def _line(number: int, cells: dict[str, str], names: Names, known: Known, today: date) -> SheetLine:
    code = cells["code"].lower()
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise _RefusedError("le code doit être fait de lettres sans accent, de chiffres et de tirets.")
    entry = cleaned(_entry(cells, names))
    _refuse(problems_of(entry, known, today))
    confirmed_on = _date(cells, "confirme_le") or today
    if confirmed_on > today:
        raise _RefusedError("la colonne « confirme_le » ne peut pas être dans le futur.")
    opening = _opening(cells, today)
    if opening:
        _refuse(opening_problems(opening, entry.approved_places, today))
    return SheetLine(number, code, entry, confirmed_on, (opening,) if opening else ())


def _entry(cells: dict[str, str], names: Names) -> ChildminderEntry:
    commune = names.communes.get(search_key(cells["commune"]))
    if commune is None:
        raise _RefusedError(f"la commune « {cells['commune']} » n’est pas du territoire.")
    mam = names.mams.get(search_key(cells["mam"])) if cells["mam"] else None
    if cells["mam"] and mam is None:
        raise _RefusedError(f"aucune maison d’assistants maternels ouverte ne s’appelle « {cells['mam']} ».")
    return ChildminderEntry(
        name=cells["nom"],
        commune_code=commune,
        mam_id=mam,
        approved_places=_number(cells, "places_agreees"),
        youngest_months=_number(cells, "age_minimum_mois", "0"),
        oldest_months=_number(cells, "age_maximum_mois", "72"),
        atypical_hours=_yes(cells, "horaires_atypiques"),
        special_care=_yes(cells, "attention_particuliere"),
        phone=cells["telephone"],
        shows_phone=_yes(cells, "donner_telephone"),
        email=cells["courriel"],
        shows_email=_yes(cells, "donner_courriel"),
        agreed_on=_date(cells, "accord_le"),
    )


def _opening(cells: dict[str, str], today: date) -> OpeningEntry | None:
    if not any(cells[name] for name in OPENING_COLUMNS) or cells["places_libres"] == "0":
        return None
    try:
        week = read_week(cells["jours_et_heures"])
    except ValueError as refusal:
        raise _RefusedError(str(refusal)) from refusal
    return OpeningEntry(
        places=_number(cells, "places_libres", "1"),
        from_on=_date(cells, "libres_a_partir_du") or today,
        week=week,
        until_on=_date(cells, "libres_jusqu_au"),
    )


def _joined(before: SheetLine | None, line: SheetLine) -> SheetLine:
    if before is None:
        return line
    if (before.entry, before.confirmed_on) != (line.entry, line.confirmed_on):
        raise _RefusedError(
            f"le code « {line.code} » est déjà à la ligne {before.number}, avec d’autres réponses. Pour d’autres "
            "places de la même personne, recopiez ses réponses et changez seulement les places libres."
        )
    return SheetLine(
        before.number, before.code, before.entry, before.confirmed_on, before.openings + line.openings
    )


def _refuse(problems: Mapping[str, str]) -> None:
    if problems:
        sentence = next(iter(problems.values()))
        raise _RefusedError(sentence[:1].lower() + sentence[1:])


def _number(cells: dict[str, str], name: str, default: str = "") -> int:
    typed = cells[name] or default
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
        raise _RefusedError(f"la colonne « {name} » doit être un nombre entier.")
    return int(typed)


def _yes(cells: dict[str, str], name: str) -> bool:
    typed = search_key(cells[name])
    if typed not in YES | NO:
        raise _RefusedError(f"la colonne « {name} » doit être « oui » ou « non ».")
    return typed in YES


def _date(cells: dict[str, str], name: str) -> date | None:
    if not cells[name]:
        return None
    try:
        return french.parse_date(cells[name])
    except ValueError as refusal:
        raise _RefusedError(f"la colonne « {name} » : {refusal}") from refusal


def _day(part: str) -> Iterator[Interval]:
    name, _, hours = part.partition(" ")
    weekday = _WEEKDAYS.get(search_key(name))
    if weekday is None:
        raise ValueError(
            f"« {part} » ne commence pas par un jour de la semaine, par exemple « lundi 8h-17h30 »."
        )
    yield from _spans(weekday, re.split(r"\s+et\s+", hours.strip()))


def _spans(weekday: int, spans: Iterable[str]) -> Iterator[Interval]:
    for span in spans:
        found = _SPAN.fullmatch(span)
        if found is None:
            raise ValueError(
                f"{french.weekday_name(weekday)} : écrivez les heures sous la forme 8h-17h30, et « et » entre deux plages."
            )
        yield Interval(weekday, french.parse_clock(found[1]), french.parse_clock(found[2]))


def _clock(minutes: int) -> str:
    hour, rest = divmod(minutes, 60)
    return f"{hour}h{rest:02}" if rest else f"{hour}h"


_WEEKDAYS = {search_key(name): number for number, name in enumerate(french.WEEKDAYS, start=1)}
