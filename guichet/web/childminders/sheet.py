"""The register as a sheet: taken away, filled in, brought back."""

from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import NotAllowedError
from guichet.establishments import childminder_queries as queries
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminder_import import import_sheet, known_places, names_of
from guichet.establishments.childminder_sheet import COLUMNS, EXAMPLE, read_sheet, week_in_sheet
from guichet.establishments.childminders import Childminder
from guichet.web.childminders import shared
from guichet.web.childminders.blueprint import bp
from guichet.web.door import at, catalogue, commit, db, needs, person, trace
from guichet.web.exports import csv_response

LARGEST_FILE = 1024 * 1024
MOST_FAULTS = 50
NO_FILE = "Choisissez le fichier à importer."
TOO_LARGE = "Ce fichier est trop grand : 1 Mo au plus."
TERRITORY_ONLY = "L’import concerne tout le territoire : votre compte est limité à quelques communes."


@bp.get("/assistantes-maternelles/importer")
@needs(shared.RIGHT)
def sheet() -> str:
    """How the sheet is made, and where it is sent."""
    return _show([])


@bp.post("/assistantes-maternelles/importer")
@needs(shared.RIGHT)
def take_sheet() -> ResponseReturnValue:
    """Read the sheet; write all of it, or nothing with a sentence a faulty line."""
    sent = request.files.get("file")
    content = sent.read(LARGEST_FILE + 1) if sent else b""
    if not content or len(content) > LARGEST_FILE:
        return _show([TOO_LARGE if content else NO_FILE]), 422
    known = known_places(catalogue())
    lines, faults = read_sheet(content, names_of(catalogue()), known, day(at()))
    if faults:
        return _show(faults), 422
    if not all(shared.keeps(line.entry.commune_code) for line in lines):
        raise NotAllowedError(TERRITORY_ONLY)
    done = import_sheet(db(), lines, known, actor=person(), at=at())
    commit()
    said = f"{french.count(done.added, 'ajout')}, {french.count(done.changed, 'fiche changée', 'fiches changées')}"
    flash(f"Import terminé : {said}, {french.amount(done.same)} déjà à jour.", "success")
    return redirect(url_for("childminders.page"), 303)


@bp.get("/assistantes-maternelles/modele.csv")
@needs(shared.RIGHT)
def model() -> Response:
    """An empty sheet with one line as an example."""
    return csv_response("assistantes-maternelles-modele.csv", COLUMNS, [EXAMPLE])


@bp.get("/assistantes-maternelles/export.csv")
@needs(shared.RIGHT)
def export() -> Response:
    """The whole register as the import reads it."""
    rows = queries.everyone(db())
    known = catalogue()
    trace("export", "childminders", None)
    return csv_response(
        "assistantes-maternelles.csv", COLUMNS, [cells for one in rows for cells in _lines(one, known)]
    )


def _lines(one: Childminder, known: Catalogue) -> Iterator[tuple[object, ...]]:
    mam = known.houses[one.mam_id].name if one.mam_id in known.houses else ""
    person_ = (
        one.code, one.name, known.towns[one.commune_code].name, mam, one.approved_places,
        one.youngest_months, one.oldest_months, one.atypical_hours, one.special_care,
        one.phone, one.shows_phone, one.email, one.shows_email, one.agreed_on, one.confirmed_on,
    )  # fmt: skip
    for opening in one.openings:
        places = (opening.places, opening.from_on, opening.until_on, week_in_sheet(opening.week))
        yield (*person_, *places)
    if not one.openings:
        yield (*person_, 0, None, None, "")


def _show(faults: list[str]) -> str:
    return render_template(
        "childminders/sheet.html",
        faults=faults[:MOST_FAULTS],
        more=max(0, len(faults) - MOST_FAULTS),
        columns=COLUMNS,
        example=dict(zip(COLUMNS, EXAMPLE, strict=True)),
    )
