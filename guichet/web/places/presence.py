"""The children of an establishment: listed, added, changed, ended, imported and exported by its director."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.core.week import PRESETS, Week
from guichet.establishments.catalogue import House
from guichet.placements import actions, words
from guichet.placements.actions import StayEntry
from guichet.placements.list_file import HEAD, hours_written, read_list
from guichet.placements.models import Placement
from guichet.placements.presence import born, called, children_of, stay_of
from guichet.web import exports
from guichet.web.door import at, commit, db, needs, not_for_them, person, trace
from guichet.web.family_typed import seen_version
from guichet.web.places.blueprint import bp
from guichet.web.places.opening import may_here, opened, tabs
from guichet.web.registration.typed import Typed
from guichet.web.week_form import typed_from_week, week_from_form

FAULTS_SHOWN = 30


@bp.get("/etablissements/<int:house_id>/enfants")
@needs("read_presence")
def presence(house_id: int) -> ResponseReturnValue:
    """The children there or to come."""
    return _list(opened("read_presence", house_id), {})


@bp.get("/etablissements/<int:house_id>/enfants.csv")
@needs("read_presence")
def export_presence(house_id: int) -> Response:
    """The same list, in the form that can be imported."""
    house = opened("read_presence", house_id)
    lines = children_of(db(), house.id, day(at()))
    trace("export", "presence", house.id)
    rows = [
        (
            one.name,
            one.born_on,
            one.starts_on,
            None if one.presumed else one.ends_on,
            *hours_written(one.week),
        )
        for one in lines
        if one.load != "draft"
    ]
    return exports.csv_response(f"enfants-{house.code}.csv", HEAD, rows)


@bp.post("/etablissements/<int:house_id>/enfants/importer")
@needs("edit_presence")
def import_presence(house_id: int) -> ResponseReturnValue:
    """Add the children of a sheet, all or none."""
    house = opened("edit_presence", house_id)
    sent = request.files.get("file")
    try:
        raw = read_list(sent.read() if sent else b"")
        entries = [StayEntry(first, week, last, name, birth) for _, name, birth, first, last, week in raw]
        try:
            number = actions.add_stays(db(), house.id, entries, actor=person(), at=at())
        except InvalidError as refusal:
            lines = {rank: raw[int(rank)][0] for rank in refusal.problems}
            raise InvalidError(
                {str(lines[rank]): f"Ligne {lines[rank]} : {said}" for rank, said in refusal.problems.items()}
            ) from refusal
    except InvalidError as refusal:
        db().rollback()
        return _list(house, refusal.problems), refusal.status
    commit()
    trace("change", "presence", house.id, "import")
    flash(french.count(number, "enfant ajouté", "enfants ajoutés") + ".", "success")
    return redirect(url_for("places.presence", house_id=house.id), 303)


@bp.get("/etablissements/<int:house_id>/enfants/nouveau")
@needs("edit_presence")
def new_stay(house_id: int) -> ResponseReturnValue:
    """The form of a child who is there and whose family has no file."""
    house = opened("edit_presence", house_id)
    return _form(house, None, {"starts_on": french.short_date(day(at()))})


@bp.post("/etablissements/<int:house_id>/enfants/nouveau")
@needs("edit_presence")
def add_stay(house_id: int) -> ResponseReturnValue:
    """Keep it."""
    house = opened("edit_presence", house_id)
    try:
        made = actions.add_stay(db(), house.id, _entry(), actor=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(house, None, refusal)
    return _kept(house, made.id, "L’enfant est ajouté.")


@bp.get("/etablissements/<int:house_id>/enfants/<int:placement_id>")
@needs("edit_presence")
def stay(house_id: int, placement_id: int) -> ResponseReturnValue:
    """The form of a contract."""
    house = opened("edit_presence", house_id)
    row = _row(house, placement_id)
    shown = {
        "version": str(row.version),
        "first_name": row.first_name,
        "birth_date": _day(row.birth_date),
        "starts_on": _day(row.starts_on),
        "ends_on": _day(row.ends_on),
        **typed_from_week(Week.from_json(row.pattern)),
    }
    trace("read", "placement", placement_id)
    return _form(house, row, shown)


@bp.post("/etablissements/<int:house_id>/enfants/<int:placement_id>")
@needs("edit_presence")
def change_stay(house_id: int, placement_id: int) -> ResponseReturnValue:
    """Change the week, the dates or the last day."""
    house = opened("edit_presence", house_id)
    row = _row(house, placement_id, lock=True)
    try:
        entry = _entry(without_file=row.child_id is None)
        born_on = entry.birth_date or born(row)
        actions.change_stay(
            db(), row, entry, born_on, actor=person(), at=at(), version=seen_version(request.form)
        )
        commit()
    except DomainError as refusal:
        return _refused(house, placement_id, refusal)
    return _kept(house, placement_id, "L’accueil est enregistré.")


def _list(house: House, problems: dict[str, str]) -> str:
    today = day(at())
    lines = children_of(db(), house.id, today)
    trace("read", "presence", house.id)
    return render_template(
        "places/presence.html",
        house=house,
        tabs=tabs(house),
        lines=lines,
        today=today,
        present=sum(one.load == "present" for one in lines),
        may_edit=may_here("edit_presence", house),
        problems=dict(list(problems.items())[:FAULTS_SHOWN]),
        faults=len(problems),
        words=words,
        head=HEAD,
    )


def _row(house: House, placement_id: int, *, lock: bool = False) -> Placement:
    row = stay_of(db(), house.id, placement_id, lock=lock)
    if row is None:
        raise not_for_them("placement", placement_id)
    return row


def _entry(*, without_file: bool = True) -> StayEntry:
    """What was typed. Raises InvalidError, one sentence a field."""
    typed = Typed(request.form)
    birth = typed.day("birth_date") if without_file else None
    starts, ends = typed.day("starts_on"), typed.day("ends_on")
    if starts is None:
        typed.refuse("starts_on", "Indiquez le premier jour de l’accueil.")
    week = Week()
    try:
        week = week_from_form(request.form)
    except InvalidError as refusal:
        typed.problems |= refusal.problems
    typed.done()
    name = request.form.get("first_name", "") if without_file else ""
    return StayEntry(starts or day(at()), week, ends, name, birth)


def _refused(house: House, placement_id: int | None, refusal: DomainError) -> ResponseReturnValue:
    db().rollback()
    row = _row(house, placement_id) if placement_id else None
    problems = refusal.problems if isinstance(refusal, InvalidError) else {}
    sentence = "" if problems else refusal.sentence
    return _form(house, row, request.form.to_dict(), problems, sentence), refusal.status


def _kept(house: House, placement_id: int, sentence: str) -> ResponseReturnValue:
    trace("change", "placement", placement_id)
    flash(sentence, "success")
    return redirect(url_for("places.presence", house_id=house.id), 303)


def _form(
    house: House,
    row: Placement | None,
    shown: dict[str, str],
    problems: dict[str, str] | None = None,
    sentence: str = "",
) -> str:
    values: dict[str, Any] = {"name": called(row), "born_on": born(row)} if row and row.child_id else {}
    return render_template(
        "places/stay.html",
        house=house,
        row=row,
        typed=shown,
        problems=problems or {},
        sentence=sentence,
        presets=PRESETS,
        name=values.get("name", ""),
        born_on=values.get("born_on"),
    )


def _day(value: date | None) -> str:
    return french.short_date(value) if value else ""
