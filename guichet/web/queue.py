"""The queue of demands: the page the desk lives in, and its export."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from guichet.core import clock, french
from guichet.demands import counting, queue, words
from guichet.demands.states import OPEN_STATES
from guichet.placements.childminders.queries import cared_for_meanwhile
from guichet.web import door, queue_address
from guichet.web.exports import csv_response
from guichet.web.queue_address import Asked, cursor_words, read_address, searched_by, slug_of
from guichet.web.queue_lines import EXPORTED, TAG_TONES, exported, line_of

bp = Blueprint("queue", __name__)


@bp.get("/demandes")
@door.needs("read_demand")
def page() -> ResponseReturnValue:
    """The list, its counted tabs and its filters."""
    asked = read_address(request.args, door.catalogue())
    asking = _asking(asked)
    shown = queue.page(door.db(), asked.view, asking)
    counted = counting.counts(door.db(), asked.view, asking)
    if asked.view.words:
        door.trace("search", "demand", None, searched_by(asked.view.words))
    waiting = [row.id for row in shown.rows if row.state in OPEN_STATES]
    meanwhile = cared_for_meanwhile(door.db(), waiting)
    lines = [
        line_of(row, shown.wishes[row.id], door.catalogue(), asking.today, meanwhile=row.id in meanwhile)
        for row in shown.rows
    ]
    return render_template(
        "queue/page.html",
        asked=asked,
        lines=lines,
        tabs=_tabs(asked, counted),
        tags=_tags(asked, counted),
        chips=[(label, asked.without(name)) for name, label in _chips(asked)],
        fields=_fields(),
        turns=_turns(asked, shown),
        total=counted.tags[asked.view.tag] if asked.view.tag else counted.tabs[asked.view.tab],
        many=queue.PAGE,
    )


@bp.get("/demandes/export.csv")
@door.needs("export")
def export() -> ResponseReturnValue:
    """The whole list of the same address, as a file. Traced."""
    asked = read_address(request.args, door.catalogue())
    asking = _asking(asked)
    catalogue = door.catalogue()
    door.trace("export", "demand", None, _exported(asked))

    def rows() -> Iterator[tuple[object, ...]]:
        for read in queue.every_page(door.db(), asked.view, asking):
            for row in read.rows:
                yield exported(row, read.wishes[row.id], catalogue, asking.today)

    return csv_response(f"demandes-{asking.today.isoformat()}.csv", EXPORTED, rows())


def _exported(asked: Asked) -> str:
    """What the exported list was narrowed to, without what was typed in the search."""
    kept = [label for name, label in _chips(asked) if name != "q"]
    searched = [searched_by(asked.view.words)] if asked.view.words else []
    return ", ".join([f"demandes {words.QUEUE_TAB[asked.view.tab]}", *kept, *searched])


def _asking(asked: Asked) -> queue.Asking:
    """The delays are only read when a case of « aujourd’hui » is asked for."""
    delays = door.delays() if asked.view.case else {}
    return queue.Asking(door.person(), clock.day(door.at()), tuple(delays.items()))


def _tabs(asked: Asked, counted: counting.Counts) -> list[dict[str, Any]]:
    return [
        {
            "label": words.QUEUE_TAB[tab],
            "url": asked.address(etat=slug),
            "number": counted.tabs[tab],
            "current": tab == asked.view.tab,
            "state": tab if tab in words.STATE else None,
        }
        for slug, tab in queue_address.TAB_SLUGS.items()
    ]


def _tags(asked: Asked, counted: counting.Counts) -> list[dict[str, Any]]:
    """A second press on a tag takes it away."""
    return [
        {
            "label": words.TAG_MANY[tag],
            "url": asked.address(note=None if tag == asked.view.tag else slug),
            "number": counted.tags[tag],
            "current": tag == asked.view.tag,
            "tone": TAG_TONES.get(tag, "plain"),
        }
        for slug, tag in queue_address.TAG_SLUGS.items()
    ]


def _chips(asked: Asked) -> list[tuple[str, str]]:
    """What narrows the list: its name in the address, and in words."""
    view, catalogue = asked.view, door.catalogue()
    found = {
        "afaire": words.CASE.get(view.case),
        "q": f"« {asked.typed.get('q')} »" if view.words else None,
        "commune": f"Commune : {catalogue.towns[view.commune].name}" if view.commune else None,
        "etablissement": f"Vœu : {catalogue.houses[view.house].name}" if view.house else None,
        "accueil": f"Accueil : {words.CARE_SHORT[view.care]}" if view.care else None,
        "age": f"Âge : {words.QUEUE_AGE[view.age]}" if view.age else None,
        "guichet": f"Guichet : {catalogue.services[view.desk].name}" if view.desk else None,
        "du": f"Entrée à partir du {french.short_date(view.entry_from)}" if view.entry_from else None,
        "au": f"Entrée jusqu’au {french.short_date(view.entry_to)}" if view.entry_to else None,
    }
    return [(name, label) for name, label in found.items() if label]


def _fields() -> dict[str, list[tuple[str, str]]]:
    """What the fields of the filter bar offer."""
    catalogue = door.catalogue()
    return {
        "commune": [(town.code, town.name) for town in catalogue.towns.values()],
        "etablissement": [(str(house.id), house.label) for house in catalogue.houses.values()],
        "guichet": [(str(service.id), service.name) for service in catalogue.services.values()],
        "accueil": queue_address.choices(queue_address.CARE_SLUGS, words.CARE_SHORT),
        "age": queue_address.choices(queue_address.AGE_SLUGS, words.QUEUE_AGE),
        "tri": queue_address.choices(queue_address.SORT_SLUGS, words.QUEUE_SORT),
    }


def _turns(asked: Asked, shown: queue.Page) -> dict[str, Any]:
    """The addresses of the pages around, and the place of the rows shown."""
    first = asked.rank if shown.before else 1
    turns: dict[str, Any] = {"first": first, "last": first + len(shown.rows) - 1, "previous": "", "next": ""}
    if shown.before and shown.rows:
        cursor = queue.cursor_of(shown.rows[0], asked.view, backwards=True)
        turns["previous"] = asked.address(**cursor_words(cursor), rang=max(1, first - queue.PAGE))
    if shown.after and shown.rows:
        cursor = queue.cursor_of(shown.rows[-1], asked.view)
        turns["next"] = asked.address(**cursor_words(cursor), rang=first + len(shown.rows))
    sort = asked.view.sort
    turns["by_entry"] = asked.address(tri="entree")
    turns["by_age"] = asked.address(tri="recentes" if sort == "oldest" else None)
    turns["sort"] = slug_of(queue_address.SORT_SLUGS, sort)
    return turns
