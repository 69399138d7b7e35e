"""A map without tiles: a circle at each commune's centre, its area in proportion to a count."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from guichet.core import french

_WIDTH, _HEIGHT, _MARGIN, _LARGEST, _SMALLEST, _WIDE_ENOUGH = 720, 460, 56, 40.0, 4.0, 30.0


@dataclass(frozen=True)
class Spot:
    """A place and its count. Degrees in WGS 84."""

    name: str
    latitude: float
    longitude: float
    value: int


def circle_map(spots: Sequence[Spot], words: str) -> Markup:
    """The drawing; `words` says it in one sentence, and its table stands next to it."""
    if not spots:
        return Markup()
    highest = max(max(spot.value for spot in spots), 1)
    parts = []
    # The largest first, so that a small circle is never under a large one.
    for spot, (x, y) in sorted(_placed(spots), key=lambda pair: -pair[0].value):
        radius = _radius(spot.value, highest)
        kind = "" if spot.value else " map-none"
        parts.append(f'<circle class="c-a map-spot{kind}" cx="{x}" cy="{y}" r="{radius}"/>')
    for spot, (x, y) in _placed(spots):
        label = f"{escape(spot.name)} {french.amount(spot.value)}"
        parts.append(
            f'<text class="c-label map-name" x="{x}" y="{_below(y, spot.value, highest)}">{label}</text>'
        )
    return Markup(  # noqa: S704 - numbers, our own class names and escaped words only
        f'<svg class="chart map" role="img" aria-label="{escape(words)}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"{''.join(parts)}</svg>"
    )


def _radius(value: int, highest: int) -> float:
    return round(max(_LARGEST * math.sqrt(value / highest), _SMALLEST), 1)


def _below(y: float, value: int, highest: int) -> float:
    """Where the name stands: inside a circle that is large enough, otherwise under it."""
    radius = _radius(value, highest)
    return round(y + 4 if radius > _WIDE_ENOUGH else y + radius + 13, 1)


def _placed(spots: Sequence[Spot]) -> list[tuple[Spot, tuple[float, float]]]:
    """Each spot where it falls: degrees of longitude shrink with the latitude."""
    shrink = math.cos(math.radians(sum(spot.latitude for spot in spots) / len(spots)))
    xs = [spot.longitude * shrink for spot in spots]
    ys = [spot.latitude for spot in spots]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    scale = min((_WIDTH - 2 * _MARGIN) / wide, (_HEIGHT - 2 * _MARGIN) / high)
    left, top = (_WIDTH - wide * scale) / 2, (_HEIGHT - high * scale) / 2
    return [
        (spot, (round(left + (x - min(xs)) * scale, 1), round(top + (max(ys) - y) * scale, 1)))
        for spot, x, y in zip(spots, xs, ys, strict=True)
    ]
