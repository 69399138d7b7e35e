"""The drawing of a year of commissions, made on the server: months across, commissions down, sessions as marks to open.

Colours are CSS classes only. The same year stands in a table next to it (templates/calendar/_annee.html).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

from guichet.core import french
from guichet.scheduling.campaigns.words import HALF, MONTH
from guichet.scheduling.planning.problem import MORNING, HalfDay

WIDTH, LEFT, TOP, ROW, BOTTOM, RIGHT = 1280, 190, 34, 34, 8, 12
LONGEST_NAME = 26
PLAIN, FIXED, MISSING, BESIDE = "a", "b", "c", "d"
"""The tones of a mark; what is fixed is underlined, what misses somebody has a hole, what is beside the campaign is
hollow: never colour alone."""
R = 11


@dataclass(frozen=True)
class Mark:
    """A session of the drawing. `half_day` is None when it has no date: the mark stands on `aimed`."""

    row: str
    url: str
    label: str
    half_day: HalfDay | None
    aimed: date
    tone: str = PLAIN
    tour: str = ""
    """The marks of one team on one half-day are joined."""


def year_svg(
    rows: Mapping[str, str],
    marks: Sequence[Mark],
    span: tuple[date, date],
    closed: Collection[date],
    words: str,
    today: date,
) -> Markup:
    """The year: `rows` are the commissions by code, `span` its first and last day, `closed` the days without session."""
    frame = _Frame(span, list(rows))
    parts = [
        *_closed(frame, closed),
        *_months(frame),
        *_today(frame, today),
        *_names(frame, rows),
        *_tours(frame, marks),
        *(_mark(frame, one) for one in marks),
    ]
    return Markup(  # noqa: S704 - numbers, our own class names and escaped words only
        f'<svg class="year" role="group" aria-label="{escape(words)}" viewBox="0 0 {WIDTH} {frame.height}">'
        f"{''.join(parts)}</svg>"
    )


@dataclass(frozen=True)
class _Frame:
    """Where a day and a commission fall on the drawing."""

    span: tuple[date, date]
    rows: list[str]

    @property
    def height(self) -> int:
        return TOP + len(self.rows) * ROW + BOTTOM

    @property
    def foot(self) -> int:
        return TOP + len(self.rows) * ROW

    def x(self, day: date) -> float:
        first, last = self.span
        share = (day - first).days / ((last - first).days + 1)
        return round(LEFT + max(0.0, min(1.0, share)) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, row: str) -> int:
        return TOP + self.rows.index(row) * ROW + ROW // 2


def _closed(frame: _Frame, closed: Collection[date]) -> Iterator[str]:
    for first, last in _runs(sorted(one for one in closed if frame.span[0] <= one <= frame.span[1])):
        x, end = frame.x(first), frame.x(last + timedelta(1))
        yield f'<rect class="y-closed" x="{x}" y="{TOP}" width="{round(max(end - x, 2), 1)}" height="{frame.foot - TOP}"/>'


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Closed days that follow each other, the weekend between two of them counted in."""
    start: date | None = None
    last: date | None = None
    for day in days:
        if start is None or last is None:
            start = day
        elif (day - last).days > (3 if last.weekday() == 4 else 1):
            yield start, last
            start = day
        last = day
    if start is not None and last is not None:
        yield start, last


def _months(frame: _Frame) -> Iterator[str]:
    first, last = frame.span
    day = first.replace(day=1)
    while day <= last:
        following = (day.replace(day=28) + timedelta(4)).replace(day=1)
        x, end = frame.x(max(day, first)), frame.x(min(following, last + timedelta(1)))
        yield f'<path class="y-month" d="M{x} {TOP - 6}V{frame.foot}"/>'
        if end - x > 40:
            yield f'<text class="y-label" x="{round((x + end) / 2, 1)}" y="{TOP - 14}">{escape(MONTH[day.month - 1])}</text>'
        day = following


def _today(frame: _Frame, today: date) -> Iterator[str]:
    if frame.span[0] <= today <= frame.span[1]:
        x = frame.x(today)
        yield f'<path class="y-today" d="M{x} {TOP - 6}V{frame.foot}"/>'


def _names(frame: _Frame, rows: Mapping[str, str]) -> Iterator[str]:
    for row, name in rows.items():
        y = frame.y(row)
        shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
        yield f'<path class="y-row" d="M0 {y + ROW // 2}H{WIDTH}"/>'
        yield f'<text class="y-name" x="10" y="{y + 4}">{escape(shown)}</text>'


def _tours(frame: _Frame, marks: Sequence[Mark]) -> Iterator[str]:
    together: dict[tuple[str, HalfDay], list[Mark]] = {}
    for one in marks:
        if one.half_day is not None and one.tour:
            together.setdefault((one.tour, one.half_day), []).append(one)
    for (_, half_day), tour in together.items():
        if len(tour) > 1:
            ys = [frame.y(one.row) for one in tour]
            x = frame.x(half_day.day)
            yield f'<path class="y-tour" d="M{x} {min(ys)}V{max(ys)}"/>'


def _mark(frame: _Frame, one: Mark) -> str:
    label = escape(one.label)
    drawn = "".join(_shape(frame, one))
    return f'<a href="{escape(one.url)}" aria-label="{label}"><title>{label}</title>{drawn}</a>'


def _shape(frame: _Frame, one: Mark) -> Iterator[str]:
    """A circle for a morning, a square for an afternoon, the day of the month inside; « ? » without a date."""
    x, y = frame.x(one.half_day.day if one.half_day else one.aimed), frame.y(one.row)
    if one.half_day is None:
        yield f'<circle class="y-mark y-undated" cx="{x}" cy="{y}" r="{R}"/>'
        yield f'<text class="y-ask" x="{x}" y="{y + 5}">?</text>'
        return
    tone = escape(one.tone)
    if one.half_day.half == MORNING:
        yield f'<circle class="y-mark y-{tone}" cx="{x}" cy="{y}" r="{R}"/>'
    else:
        left = round(x - R, 1)
        yield f'<rect class="y-mark y-{tone}" x="{left}" y="{y - R}" width="{2 * R}" height="{2 * R}" rx="2"/>'
    yield f'<text class="y-day" x="{x}" y="{y + 4}">{one.half_day.day.day}</text>'
    if one.tone == FIXED:
        yield f'<path class="y-pin" d="M{round(x - 7, 1)} {y + R + 3}h14"/>'
    elif one.tone == MISSING:
        yield f'<circle class="y-hole" cx="{round(x + R - 2, 1)}" cy="{y - R + 2}" r="4"/>'


def label_of(name: str, half_day: HalfDay | None, rest: str) -> str:
    """What a mark says: « Commission de Blanzy, mardi 4 mai 2027, matin, 6 présents sur 7 »."""
    when = f"{french.long_date(half_day.day)}, {HALF[half_day.half]}" if half_day else "sans date"
    return f"{name}, {when}, {rest}"
