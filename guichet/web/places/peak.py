"""The director opens the seats above the licence to the proposals, for some days, or closes them."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.core.months import add_months
from guichet.establishments.catalogue import House
from guichet.establishments.models import Sheet
from guichet.establishments.peak_actions import PeakEntry, close_peak, open_peak
from guichet.establishments.sheet_actions import Change
from guichet.establishments.supply import next_september
from guichet.web.door import at, commit, db, forget_catalogue, needs, person, trace
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import opened
from guichet.web.registration.typed import Typed


@bp.get("/etablissements/<int:house_id>/surnombre")
@needs("open_peak")
def peak(house_id: int) -> ResponseReturnValue:
    """The form: the year of the next September when nothing is opened yet."""
    house = opened("open_peak", house_id)
    sheet = db().get(Sheet, house.id)
    september = next_september(day(at()))
    first = sheet.peak_from if sheet and sheet.peak_from else september
    last = sheet.peak_until if sheet and sheet.peak_until else add_months(september, 12) - date.resolution
    typed = {"first": french.short_date(first), "last": french.short_date(last)}
    return _form(house, sheet, typed | {"version": str(sheet.version if sheet else 0)})


@bp.post("/etablissements/<int:house_id>/surnombre")
@needs("open_peak")
def keep_peak(house_id: int) -> ResponseReturnValue:
    """Open, or close when the button says so."""
    house = opened("open_peak", house_id)
    change = Change(person(), at(), request.form.get("version", type=int) or None)
    typed = Typed(request.form)
    closing = request.form.get("act") == "close"
    try:
        if closing:
            close_peak(db(), house.id, change)
        else:
            entry = PeakEntry(typed.day("first"), typed.day("last"), typed.flag("staffed"))
            typed.done()
            open_peak(db(), house.id, entry, change)
    except DomainError as refusal:
        db().rollback()
        problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        sheet = db().get(Sheet, house.id)
        sentence = "" if problems else refusal.sentence
        return _form(house, sheet, request.form.to_dict(), problems, sentence), refusal.status
    commit()
    forget_catalogue()
    trace("change", "establishment", house.id, "surnombre")
    flash("Le surnombre est fermé." if closing else "Le surnombre est ouvert aux propositions.", "success")
    return redirect(url_for("places.sheet", house_id=house.id), 303)


def _form(
    house: House,
    sheet: Sheet | None,
    typed: dict[str, str],
    problems: dict[str, str] | None = None,
    sentence: str = "",
) -> str:
    return render_template(
        "places/peak.html",
        house=house,
        sheet=sheet,
        typed=typed,
        problems=problems or {},
        sentence=sentence,
    )
