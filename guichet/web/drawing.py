"""Drawings of weeks, made on the server. Colours are CSS classes only.

Every drawing carries a sentence for those who do not see it; its table stands next to it
(templates/macros/drawings.html).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from markupsafe import Markup, escape

from guichet.core import french
from guichet.core.week import WORKING_DAYS, Interval, Week

Size = Literal["tiny", "medium", "large"]


@dataclass(frozen=True)
class _Frame:
    """The measures of one size, in CSS pixels. `left` and `top` are kept for hours and days."""

    column: int
    gap: int
    height: int
    left: int
    top: int
    corner: int


_FRAMES: dict[Size, _Frame] = {
    "tiny": _Frame(column=9, gap=2, height=22, left=0, top=0, corner=1),
    "medium": _Frame(column=40, gap=4, height=128, left=34, top=18, corner=3),
    "large": _Frame(column=72, gap=6, height=264, left=40, top=24, corner=3),
}
_USUAL_OPENING, _USUAL_CLOSING = 7 * 60, 19 * 60


@dataclass(frozen=True)
class _Scale:
    """Where a weekday and a minute of the day fall on the drawing."""

    frame: _Frame
    opening: int
    closing: int
    days: int

    @property
    def width(self) -> int:
        return self.frame.left + self.days * self.frame.column + (self.days - 1) * self.frame.gap

    @property
    def height(self) -> int:
        below = 8 if self.frame.top else 0
        return self.frame.top + self.frame.height + below

    def x(self, weekday: int) -> int:
        return self.frame.left + (weekday - 1) * (self.frame.column + self.frame.gap)

    def y(self, minutes: int) -> float:
        share = (minutes - self.opening) / (self.closing - self.opening)
        return round(self.frame.top + share * self.frame.height, 1)


def week_rows(week: Week) -> list[tuple[str, str]]:
    """The table behind a drawing: « lundi », « 8 h à 12 h et 13 h à 17 h »; the week-end only when used."""
    hours = week.by_day
    return [
        (french.weekday_name(day), french.join_and([_span(one) for one in hours.get(day, ())]))
        for day in range(1, _last_day(week) + 1)
    ]


@lru_cache(maxsize=4096)
def week_svg(week: Week, size: Size = "tiny", against: Week | None = None) -> Markup:
    """The week as a picture: a column a day, time going down.

    With `against` (an offer, an opening), the hours it leaves out are drawn as not covered.
    """
    scale = _scale(week, size, against)
    parts = [_column(day, scale) for day in range(1, scale.days + 1)]
    if size != "tiny":
        parts += _hours_and_days(scale, whole_names=size == "large")
    words = week.describe()
    if against is None:
        parts += [_block(one, "w-on", scale) for one in week.intervals]
    else:
        missing = week.minus(against)
        parts += [_block(one, "w-open", scale) for one in against.intervals]
        parts += [_block(one, "w-on", scale) for one in week.minus(missing).intervals]
        parts += [_block(one, "w-out", scale) for one in missing.intervals]
        words += f"{french.NBSP}; non couvert : {missing.describe()}" if missing else ", entièrement couvert"
    if size == "large":
        parts += [_time_of(one, scale) for one in week.intervals]
    return _svg(f"week week-{size}", words, scale.width, scale.height, parts)


def _scale(week: Week, size: Size, against: Week | None) -> _Scale:
    everything = week.intervals + (against.intervals if against else ())
    return _Scale(
        frame=_FRAMES[size],
        opening=min([_USUAL_OPENING, *(one.start // 60 * 60 for one in everything)]),
        closing=max([_USUAL_CLOSING, *(-(-one.end // 60) * 60 for one in everything)]),
        days=max(_last_day(week), _last_day(against) if against else 0),
    )


def _last_day(week: Week) -> int:
    return max([WORKING_DAYS[-1], *week.days])


def _span(one: Interval) -> str:
    return f"{french.clock_time(one.start)} à {french.clock_time(one.end)}"


def _column(day: int, scale: _Scale) -> str:
    frame = scale.frame
    return _rect("w-day", scale.x(day), frame.top, frame.column, frame.height, frame.corner)


def _block(one: Interval, tone: str, scale: _Scale) -> str:
    top = scale.y(one.start)
    tall = round(scale.y(one.end) - top, 1)
    return _rect(tone, scale.x(one.weekday), top, scale.frame.column, tall, scale.frame.corner)


def _rect(tone: str, x: float, y: float, width: float, height: float, corner: int) -> str:
    return f'<rect class="{tone}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{corner}"/>'


def _hours_and_days(scale: _Scale, whole_names: bool) -> list[str]:
    every = 2 if whole_names else 4
    first = -(-scale.opening // (every * 60)) * every
    parts = []
    for hour in range(first, scale.closing // 60 + 1, every):
        y = scale.y(hour * 60)
        parts.append(f'<path class="w-line" d="M{scale.frame.left} {y}H{scale.width}"/>')
        parts.append(f'<text class="w-hour" x="{scale.frame.left - 6}" y="{y}">{hour}{french.NBSP}h</text>')
    for day in range(1, scale.days + 1):
        name = french.weekday_name(day)
        middle = scale.x(day) + scale.frame.column / 2
        shown = name if whole_names else name[0].upper()
        parts.append(f'<text class="w-name" x="{middle}" y="{scale.frame.top - 7}">{shown}</text>')
    return parts


def _time_of(one: Interval, scale: _Scale) -> str:
    """The hours written in a block; a short block has room for one line only."""
    middle = scale.x(one.weekday) + scale.frame.column / 2
    top, bottom = scale.y(one.start), scale.y(one.end)
    if bottom - top < 40:
        return ""
    return (
        f'<text class="w-time" x="{middle}" y="{top + 16}">{french.clock_time(one.start)}</text>'
        f'<text class="w-time" x="{middle}" y="{bottom - 8}">{french.clock_time(one.end)}</text>'
    )


def _svg(kind: str, words: str, width: int, height: int, parts: list[str]) -> Markup:
    return Markup(  # noqa: S704 - numbers, our own class names and escaped words only
        f'<svg class="{kind}" role="img" aria-label="{escape(words)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )
