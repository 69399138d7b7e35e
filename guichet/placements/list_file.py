"""Calm: the list of the children of an establishment as a sheet of a spreadsheet, read and written the same.

Semicolons, French dates, one column a weekday with its hours: « 8h30-17h », « 8h-12h / 13h30-17h ». Nothing is
guessed: each faulty line gets one sentence, and a sheet with one faulty line is not read at all.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date

from guichet.core.errors import InvalidError
from guichet.core.french import WEEKDAYS, parse_clock, parse_date
from guichet.core.names import search_key
from guichet.core.week import Interval, Week

HEAD = ("Prénom", "Naissance", "Début", "Fin", *(day.capitalize() for day in WEEKDAYS))
NEEDED = ("prenom", "naissance", "debut")
MOST_LINES = 400
LARGEST = 200_000
DASHES = re.compile(r"\s*[-–—à]\s*")
PARTS = re.compile(r"\s*(?:/|,|\bet\b|\+)\s*")

Raw = tuple[int, str, date | None, date, date | None, Week]


def read_list(content: bytes) -> list[Raw]:
    """The children of a sheet: (line, first name, birth, first day, last day or None, week).

    Lines are counted as the spreadsheet does, the head being the first. Raises InvalidError, each line's sentence at
    its number, or one sentence at « file ».
    """
    if len(content) > LARGEST:
        raise InvalidError({"file": "Ce fichier est trop gros : 400 enfants au plus."})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    columns = _columns(rows[0] if rows else [])
    found: list[Raw] = []
    problems: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            found.append(_child(number, row, columns))
        except ValueError as refusal:
            problems[str(number)] = f"Ligne {number} : {refusal}"
    if len(found) > MOST_LINES:
        raise InvalidError({"file": f"Ce fichier compte plus de {MOST_LINES} enfants."})
    if not found and not problems:
        problems["file"] = "Ce fichier ne contient aucun enfant."
    if problems:
        raise InvalidError(problems)
    return found


def hours_written(week: Week) -> tuple[str, ...]:
    """The seven cells of a week."""
    days = week.by_day
    return tuple(
        " / ".join(f"{_short(one.start)}-{_short(one.end)}" for one in days.get(number, ()))
        for number in range(1, 8)
    )


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(";,\t", key=head.count)


def _columns(head: list[str]) -> dict[str, int]:
    known = {search_key(cell).casefold(): rank for rank, cell in enumerate(head)}
    missing = [HEAD[NEEDED.index(one)] for one in NEEDED if one not in known]
    if missing:
        raise InvalidError(
            {"file": f"La première ligne doit nommer les colonnes ; il manque « {' », « '.join(missing)} »."}
        )
    return known


def _child(number: int, row: list[str], columns: dict[str, int]) -> Raw:
    def cell(name: str) -> str:
        rank = columns.get(name, len(row))
        return row[rank].strip() if rank < len(row) else ""

    birth, start, end = cell("naissance"), cell("debut"), cell("fin")
    if not birth:
        raise ValueError("la date de naissance manque.")
    if not start:
        raise ValueError("le premier jour manque.")
    return (
        number,
        cell("prenom").removeprefix("'"),
        _day("naissance", birth),
        _day("début", start),
        _day("fin", end) if end else None,
        _week(cell),
    )


def _day(name: str, typed: str) -> date:
    try:
        return parse_date(typed)
    except ValueError as refusal:
        raise ValueError(f"{name}, « {typed[:20]} » : {_lowered(str(refusal))}") from refusal


def _week(cell: Callable[[str], str]) -> Week:
    intervals: list[Interval] = []
    for number, name in enumerate(WEEKDAYS, 1):
        if typed := cell(name):
            intervals += _hours(number, name, typed)
    try:
        return Week.of(intervals)
    except InvalidError as refusal:
        raise ValueError(_lowered(refusal.sentence)) from refusal


def _hours(number: int, name: str, typed: str) -> Iterator[Interval]:
    for part in PARTS.split(typed):
        sides = [one for one in DASHES.split(part) if one]
        if len(sides) != 2:
            raise ValueError(f"{name}, « {typed[:20]} » : écrivez par exemple 8h30-17h.")
        try:
            start, end = (parse_clock(one) for one in sides)
        except ValueError as refusal:
            raise ValueError(f"{name}, « {typed[:20]} » : {_lowered(str(refusal))}") from refusal
        yield Interval(number, start, end)


def _short(minutes: int) -> str:
    hour, rest = divmod(minutes, 60)
    return f"{hour}h{rest:02}" if rest else f"{hour}h"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
