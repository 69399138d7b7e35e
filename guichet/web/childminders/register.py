"""The register of childminders, by pages of 25."""

from typing import Any

from flask import render_template, request, url_for

from guichet.core.clock import day
from guichet.establishments import childminder_queries as queries
from guichet.establishments.childminder_queries import PAGE, TABS, Wanted
from guichet.placements.childminders.queries import unanswered_letters
from guichet.web.childminders import shared
from guichet.web.childminders.blueprint import bp
from guichet.web.door import at, catalogue, db, needs

TAB_WORDS = {"all": "toutes", "free": "avec une place", "stale": "à confirmer", "stopped": "arrêtées"}
SLUGS = {"free": "libres", "stale": "a-confirmer", "stopped": "arretees"}
LONGEST_SEARCH = 80


@bp.get("/assistantes-maternelles")
@needs(shared.RIGHT)
def page() -> str:
    """Who works where, with which free places, and whose word is too old."""
    wanted = _asked()
    read = queries.register_page(db(), wanted)
    known = catalogue()
    return render_template(
        "childminders/register.html",
        wanted=wanted,
        read=read,
        tabs=[_tab(name, wanted, read.counts[name]) for name in TABS],
        lost=unanswered_letters(db(), [one.id for one in read.rows]),
        catalogue=known,
        communes=[(town.code, town.name) for town in known.towns.values()],
        keeps=shared.keeps,
        first=(wanted.page - 1) * PAGE + 1,
        previous=_address(wanted, wanted.page - 1) if wanted.page > 1 else None,
        next=_address(wanted, wanted.page + 1) if wanted.page < read.pages else None,
    )


def _asked() -> Wanted:
    by_slug = {slug: name for name, slug in SLUGS.items()}
    commune = request.args.get("commune", "")
    number = request.args.get("page", "1")
    return Wanted(
        today=day(at()),
        stale_before=shared.too_old(),
        tab=by_slug.get(request.args.get("vue", ""), "all"),
        commune=commune if commune in catalogue().towns else "",
        words=request.args.get("nom", "")[:LONGEST_SEARCH],
        page=int(number)
        if number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number)
        else 1,
    )


def _tab(name: str, wanted: Wanted, number: int) -> dict[str, Any]:
    url = url_for("childminders.page", **_kept(wanted) | {"vue": SLUGS.get(name)})
    return {"label": TAB_WORDS[name], "url": url, "count": number, "current": name == wanted.tab}


def _address(wanted: Wanted, number: int) -> str:
    return url_for("childminders.page", **_kept(wanted), page=number)


def _kept(wanted: Wanted) -> dict[str, Any]:
    return {"vue": SLUGS.get(wanted.tab), "commune": wanted.commune or None, "nom": wanted.words or None}
