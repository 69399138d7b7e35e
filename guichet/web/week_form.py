"""The week as it is typed in a form: up to two from–to a day, read generously, refused at its day."""

from collections.abc import Mapping

from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.core.week import Interval, Week

DAYS = range(1, 8)
SPANS_A_DAY = (1, 2)


def input_name(field: str, weekday: int, span: int, side: str) -> str:
    """The name of one box; `side` is "start" or "end". The template writes the same."""
    return f"{field}-{weekday}-{span}-{side}"


def typed_from_week(week: Week, field: str = "week") -> dict[str, str]:
    """What the boxes show for a week already known; hours beyond two a day are not shown."""
    typed = {}
    for weekday, intervals in week.by_day.items():
        for span, one in zip(SPANS_A_DAY, intervals, strict=False):
            typed[input_name(field, weekday, span, "start")] = _short_clock(one.start)
            typed[input_name(field, weekday, span, "end")] = _short_clock(one.end)
    return typed


def week_from_form(typed: Mapping[str, str], field: str = "week") -> Week:
    """The week that was typed, empty when nothing was.

    Raises InvalidError with one sentence a faulty day, at `{field}-{weekday}`.
    """
    problems: dict[str, str] = {}
    intervals: list[Interval] = []
    for weekday in DAYS:
        try:
            intervals += _day(typed, field, weekday)
        except ValueError as refusal:
            problems[f"{field}-{weekday}"] = (
                f"{french.weekday_name(weekday).capitalize()} : {_lowered(str(refusal))}"
            )
    try:
        week = Week.of(intervals, field)
    except InvalidError as refusal:
        raise InvalidError(dict(sorted({**refusal.problems, **problems}.items()))) from refusal
    if problems:
        raise InvalidError(problems)
    return week


def _day(typed: Mapping[str, str], field: str, weekday: int) -> list[Interval]:
    intervals = []
    for span in SPANS_A_DAY:
        start = typed.get(input_name(field, weekday, span, "start"), "").strip()
        end = typed.get(input_name(field, weekday, span, "end"), "").strip()
        if bool(start) != bool(end):
            raise ValueError("écrivez l’heure de début et l’heure de fin.")
        if start:
            intervals.append(Interval(weekday, french.parse_clock(start), french.parse_clock(end)))
    return intervals


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _short_clock(minutes: int) -> str:
    hour, rest = divmod(minutes, 60)
    return f"{hour}h{rest:02}" if rest else f"{hour}h"
