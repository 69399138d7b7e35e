"""An establishment's sheet: how it works, its licence, its hours, its sections; edited here, reviewed by the guichet."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.core.french import join_and, weekday_name
from guichet.core.parameters import read as read_parameters
from guichet.core.week import PRESETS
from guichet.establishments import sheet_actions, words
from guichet.establishments.catalogue import House
from guichet.establishments.childminder_queries import openings_of
from guichet.establishments.kinds import MINDED, UNCOUNTED
from guichet.establishments.queries import SheetRead, read_sheet
from guichet.establishments.sheet import Band, bands_read
from guichet.placements.settings import REVIEW_EVERY
from guichet.web.door import at, catalogue, commit, db, forget_catalogue, needs, not_for_them, person, trace
from guichet.web.places import typed
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import may_here, opened, tabs

Save = Callable[[typed.Shown], object]


@bp.get("/etablissements/<int:house_id>")
@needs("read_offer")
def sheet(house_id: int) -> ResponseReturnValue:
    """Everything a family or the guichet may want to know of an establishment."""
    house = opened("read_offer", house_id)
    found = _read(house)
    limit = read_parameters(db(), [REVIEW_EVERY])[REVIEW_EVERY.key]
    reviewed = found.sheet.reviewed_on if found.sheet else None
    return render_template(
        "places/sheet.html",
        house=house,
        found=found,
        manager=catalogue().keeper_of(house.id).name,
        tabs=tabs(house),
        stale=reviewed is None or (day(at()) - reviewed).days > limit,
        bands=bands_read(found.supply.opened, found.supply),
        kept=bands_read(found.supply.kept, found.supply),
        openings=openings_of(db(), house, day(at())) if house.kind in MINDED else None,
        may_keep=person().may("keep_childminders"),
        counted=_counted(house),
        days_in_words=days_in_words,
        may_edit=may_here("edit_sheet", house),
        may_open=may_here("open_peak", house) and house.is_collective,
        may_review=may_here("review_sheet", house),
        words=words,
        today=day(at()),
    )


@bp.post("/etablissements/<int:house_id>/revue")
@needs("review_sheet")
def review(house_id: int) -> ResponseReturnValue:
    """Somebody of the guichet says that the sheet is right."""
    house = opened("review_sheet", house_id)
    sheet_actions.review(db(), house.id, _change())
    return _kept(house, "La fiche est notée comme relue aujourd’hui.")


@bp.get("/etablissements/<int:house_id>/fiche")
@needs("edit_sheet")
def edit_sheet(house_id: int) -> ResponseReturnValue:
    """The form of what is said of an establishment."""
    house = opened("edit_sheet", house_id)
    return _form("places/edit_sheet.html", house, typed.from_sheet(_read(house)))


@bp.post("/etablissements/<int:house_id>/fiche")
@needs("edit_sheet")
def keep_sheet(house_id: int) -> ResponseReturnValue:
    """Keep it."""
    house = opened("edit_sheet", house_id)
    return _take(
        "places/edit_sheet.html",
        house,
        lambda form: sheet_actions.save_sheet(
            db(), house.id, typed.sheet_entry(form, with_hours=not _counted(house)), _change()
        ),
        "La fiche est enregistrée.",
    )


@bp.get("/etablissements/<int:house_id>/agrement")
@needs("edit_sheet")
def edit_places(house_id: int) -> ResponseReturnValue:
    """The form of the licence by the hour, the sections and the kept seats."""
    house = opened("edit_sheet", house_id)
    return _form("places/edit_places.html", house, typed.from_places(_read(house)))


@bp.post("/etablissements/<int:house_id>/agrement")
@needs("edit_sheet")
def keep_places(house_id: int) -> ResponseReturnValue:
    """Keep all of it, or nothing."""
    house = opened("edit_sheet", house_id)
    return _take(
        "places/edit_places.html",
        house,
        lambda form: sheet_actions.save_places(db(), house.id, typed.places_entry(form), _change()),
        "L’agrément et les places sont enregistrés.",
    )


@bp.get("/etablissements/<int:house_id>/fermetures")
@needs("edit_sheet")
def edit_closures(house_id: int) -> ResponseReturnValue:
    """The form of the days of closure."""
    house = opened("edit_sheet", house_id)
    return _form("places/edit_closures.html", house, typed.from_closures(_read(house)))


@bp.post("/etablissements/<int:house_id>/fermetures")
@needs("edit_sheet")
def keep_closures(house_id: int) -> ResponseReturnValue:
    """Keep them."""
    house = opened("edit_sheet", house_id)
    return _take(
        "places/edit_closures.html",
        house,
        lambda form: sheet_actions.save_closures(db(), house.id, typed.closure_entries(form), _change()),
        "Les fermetures sont enregistrées.",
    )


def days_in_words(band: Band) -> str:
    """« lundi, mardi et jeudi »; « du lundi au vendredi »."""
    days = band.days
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"du {weekday_name(days[0])} au {weekday_name(days[-1])}"
    return join_and([weekday_name(one) for one in days])


def _counted(house: House) -> bool:
    """Whether its places are counted by the hour: its opening hours are then those of its licence."""
    return house.kind not in UNCOUNTED


def _read(house: House) -> SheetRead:
    found = read_sheet(db(), house.id, day(at()))
    if found is None:
        raise not_for_them("establishment", house.id)
    return found


def _change() -> sheet_actions.Change:
    version = request.form.get("version", type=int)
    return sheet_actions.Change(person(), at(), version or None)


def _take(template: str, house: House, save: Save, sentence: str) -> ResponseReturnValue:
    form = typed.compacted(request.form)
    try:
        save(form)
    except InvalidError as refusal:
        db().rollback()
        return _form(template, house, form, refusal.problems), refusal.status
    except DomainError as refusal:
        db().rollback()
        return _form(template, house, form, sentence=refusal.sentence), refusal.status
    return _kept(house, sentence)


def _kept(house: House, sentence: str) -> ResponseReturnValue:
    commit()
    forget_catalogue()
    trace("change", "establishment", house.id)
    flash(sentence, "success")
    return redirect(url_for("places.sheet", house_id=house.id), 303)


def _form(
    template: str,
    house: House,
    shown: typed.Shown,
    problems: dict[str, str] | None = None,
    sentence: str = "",
) -> str:
    values: dict[str, Any] = {
        "house": house,
        "counted": _counted(house),
        "typed": shown,
        "problems": problems or {},
        "sentence": sentence,
        "presets": PRESETS,
        "words": words,
        "section_rows": typed.rows_shown(shown, "sections", typed.SECTION_BOXES, typed.MOST_SECTIONS),
        "band_rows": typed.rows_shown(shown, "bands", typed.BAND_BOXES, typed.MOST_BANDS),
        "kept_rows": typed.rows_shown(shown, "kept", typed.BAND_BOXES, typed.MOST_BANDS),
        "closure_rows": typed.rows_shown(shown, "closures", typed.CLOSURE_BOXES, typed.MOST_CLOSURES),
        "days_of": lambda name: shown.getlist(f"{name}-days"),
    }
    return render_template(template, **values)
