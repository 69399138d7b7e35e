"""What every template may use: filters that write French, drawings, icons, addresses of the static files."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request
from markupsafe import Markup

from guichet.core import french
from guichet.core.typography import spaced_page
from guichet.demands import words
from guichet.families.words import child_called
from guichet.web import charts, drawing, fields

STATIC = Path(__file__).parent / "static"
ONE_YEAR = 365 * 24 * 3600  # seconds


def equip(app: Flask) -> None:
    """Give the templates their filters and functions, every page its French spaces, static files a long life."""

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and request.args.get("v") and response.status_code < 400:
            response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        return response

    @app.after_request
    def _space(response: Response) -> Response:
        if response.mimetype == "text/html" and not response.is_streamed:
            response.set_data(spaced_page(response.get_data(as_text=True)))
        return response

    sprite = f"{app.static_url_path}/icons.svg?v={_fingerprint('icons.svg')}"
    app.jinja_env.filters.update(
        long_date=french.long_date,
        plain_date=french.plain_date,
        short_date=french.short_date,
        month_year=french.month_year,
        clock_time=french.clock_time,
        clock_at=french.clock_at,
        at=french.at,
        short_at=french.short_at,
        hours=french.hours,
        amount=french.amount,
        percent=french.percent,
        join_and=french.join_and,
        to_place=french.to_place,
        of_place=french.of_place,
        phone=french.phone,
        dialled=french.dialled,
    )
    app.jinja_env.globals.update(
        age_in_words=french.age_in_words,
        lapse_in_words=french.lapse_in_words,
        child_called=child_called,
        plural=french.plural,
        count=french.count,
        weekday_name=french.weekday_name,
        week_svg=drawing.week_svg,
        week_rows=drawing.week_rows,
        column_chart=charts.column_chart,
        line_chart=charts.line_chart,
        bar=charts.bar,
        icon=lambda name: _icon(name, sprite),
        state_words=words.STATE,
        pairs_of=fields.pairs_of,
        asset=lambda name: f"{app.static_url_path}/{name}?v={_fingerprint(name)}",
    )


@lru_cache
def _fingerprint(name: str) -> str:
    """So that a browser may keep a file for ever and still see the next version."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


@lru_cache
def _icon(name: str, sprite: str) -> Markup:
    """A drawing of icons.svg, always beside a word and therefore silent."""
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        sprite, name
    )
