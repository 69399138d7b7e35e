"""Small charts, made on the server: stacked columns, lines, a bar in a table's cell.

The figures themselves stand in a table next to the drawing (templates/macros/drawings.html).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from guichet.core import french

_WIDTH, _LEFT, _TOP, _BOTTOM, _PLOT = 720, 48, 12, 26, 200
_TICKS = 4
_FEWEST_LABELS_SKIPPED_FROM = 13


@dataclass(frozen=True)
class Series:
    """One colour of a chart. `tone` is the CSS class of its colour: a state's code, or a, b, c, d."""

    label: str
    values: tuple[int, ...]
    tone: str = "a"


def nice_ceiling(highest: int) -> int:
    """The round number, at least 4, that four equal steps reach: 37 → 40, 130 → 200."""
    step = 1
    while True:
        for multiple in (1, 2, 5):
            if step * multiple * _TICKS >= highest:
                return step * multiple * _TICKS
        step *= 10


def column_chart(labels: Sequence[str], series: Sequence[Series], words: str) -> Markup:
    """Stacked columns, the first series at the bottom. `words` says the chart in one sentence."""
    totals = [sum(one.values[index] for one in series) for index in range(len(labels))]
    ceiling = nice_ceiling(max(totals, default=0))
    parts = _grid(ceiling)
    slot = (_WIDTH - _LEFT) / max(len(labels), 1)
    wide = round(min(slot * 0.62, 56), 1)
    for index in range(len(labels)):
        x = round(_LEFT + slot * (index + 0.5) - wide / 2, 1)
        below = 0
        for one in series:
            value = one.values[index]
            top, foot = _y(below + value, ceiling), _y(below, ceiling)
            if value:
                parts.append(
                    f'<rect class="c-{one.tone}" x="{x}" y="{top}" width="{wide}" '
                    f'height="{round(foot - top, 1)}"/>'
                )
            below += value
        parts.append(_value(x + wide / 2, _y(below, ceiling) - 4, below))
    return _chart(parts + _labels(labels, slot), words)


def line_chart(labels: Sequence[str], series: Sequence[Series], words: str) -> Markup:
    """One line a series, told apart by colour and by the shape of its points."""
    ceiling = nice_ceiling(max((value for one in series for value in one.values), default=0))
    parts = _grid(ceiling)
    slot = (_WIDTH - _LEFT) / max(len(labels), 1)
    for rank, one in enumerate(series):
        points = [
            (round(_LEFT + slot * (index + 0.5), 1), _y(value, ceiling))
            for index, value in enumerate(one.values)
        ]
        path = " ".join(f"{x},{y}" for x, y in points)
        parts.append(f'<polyline class="c-line c-{one.tone}" points="{path}"/>')
        parts += [_point(x, y, one.tone, rank) for x, y in points]
    return _chart(parts + _labels(labels, slot), words)


def bar(value: int, highest: int, tone: str = "a") -> Markup:
    """A bar for the cell of a table whose figure is written beside it, so it says nothing by itself."""
    wide = round(100 * value / highest, 1) if highest else 0
    return Markup(  # noqa: S704 - numbers, our own class names and escaped words only
        '<svg class="bar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
        f'<rect class="c-{escape(tone)}" width="{wide}" height="10"/></svg>'
    )


def _y(value: float, ceiling: int) -> float:
    return round(_TOP + _PLOT * (1 - value / ceiling), 1)


def _grid(ceiling: int) -> list[str]:
    parts = []
    for tick in range(_TICKS + 1):
        value = ceiling * tick // _TICKS
        y = _y(value, ceiling)
        parts.append(f'<path class="c-grid" d="M{_LEFT} {y}H{_WIDTH}"/>')
        parts.append(f'<text class="c-tick" x="{_LEFT - 8}" y="{y}">{french.amount(value)}</text>')
    return parts


def _labels(labels: Sequence[str], slot: float) -> list[str]:
    every = 1 if len(labels) < _FEWEST_LABELS_SKIPPED_FROM else -(-len(labels) // 12)
    return [
        f'<text class="c-label" x="{round(_LEFT + slot * (index + 0.5), 1)}" y="{_TOP + _PLOT + 18}">'
        f"{escape(label)}</text>"
        for index, label in enumerate(labels)
        if index % every == 0
    ]


def _value(x: float, y: float, value: int) -> str:
    return f'<text class="c-value" x="{round(x, 1)}" y="{round(y, 1)}">{french.amount(value)}</text>'


def _point(x: float, y: float, tone: str, rank: int) -> str:
    shapes = (
        f'<circle class="c-{tone}" cx="{x}" cy="{y}" r="4"/>',
        f'<rect class="c-{tone}" x="{x - 4:g}" y="{y - 4:g}" width="8" height="8"/>',
        f'<path class="c-{tone}" d="M{x} {y - 5:g}l5 9h-10z"/>',
    )
    return shapes[rank % len(shapes)]


def _chart(parts: Sequence[str], words: str) -> Markup:
    height = _TOP + _PLOT + _BOTTOM
    return Markup(  # noqa: S704 - numbers, our own class names and escaped words only
        f'<svg class="chart" role="img" aria-label="{escape(words)}" viewBox="0 0 {_WIDTH} {height}">'
        f"{''.join(parts)}</svg>"
    )
