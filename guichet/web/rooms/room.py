"""The list of the rooms, and one of them with the half-days when others have it."""

from collections.abc import Mapping
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError, NotFoundError
from guichet.core.names import clean_name
from guichet.scheduling.availability.models import HALVES
from guichet.scheduling.availability.queries import people
from guichet.scheduling.places import actions, queries
from guichet.scheduling.places.models import Room
from guichet.scheduling.planning.problem import MORNING
from guichet.web.door import at, commit, db, needs, person
from guichet.web.rooms.blueprint import bp

HALF = {MORNING: "matin", HALVES[1]: "après-midi"}
WEEKDAYS = [(str(number), french.weekday_name(number)) for number in range(1, 6)]


@bp.get("")
@needs("keep_commissions")
def page() -> ResponseReturnValue:
    """Rooms, teams, and the doors to their pages."""
    members = {member.id: member.name for member, _time in people(db())}
    return render_template(
        "rooms/list.html",
        rooms=queries.rooms(db(), day(at())),
        teams=[(team, [members[one] for one in ids]) for team, ids in queries.teams(db())],
    )


@bp.get("/nouvelle")
@needs("keep_commissions")
def new() -> ResponseReturnValue:
    """The form of one more room."""
    return _form(None, {"in_use": "y"}, None)


@bp.post("/nouvelle")
@needs("keep_commissions")
def add() -> ResponseReturnValue:
    """Keep it."""
    return _save(None)


@bp.get("/<int:room_id>")
@needs("keep_commissions")
def read(room_id: int) -> ResponseReturnValue:
    """One room as it is."""
    room = _room(room_id)
    return _form(room, _typed(room), None)


@bp.post("/<int:room_id>")
@needs("keep_commissions")
def change(room_id: int) -> ResponseReturnValue:
    """Keep it."""
    return _save(_room(room_id))


@bp.post("/<int:room_id>/prise")
@needs("keep_commissions")
def take(room_id: int) -> ResponseReturnValue:
    """Half-days when others have it."""
    room = _room(room_id)
    try:
        count = actions.take_room(db(), room, _busy(), actor=person(), at=at())
        commit()
    except DomainError as refusal:
        db().rollback()
        room = _room(room_id)
        return _form(room, {**_typed(room), **request.form}, refusal), refusal.status
    flash(f"{french.count(count, 'demi-journée prise de plus', 'demi-journées prises de plus')}.", "success")
    return redirect(url_for("rooms.read", room_id=room_id), 303)


@bp.post("/<int:room_id>/libre")
@needs("keep_commissions")
def free(room_id: int) -> ResponseReturnValue:
    """It is free after all."""
    room = _room(room_id)
    try:
        on = date.fromisoformat(request.form.get("on", ""))
    except ValueError as fault:
        raise NotFoundError from fault
    actions.free_room(db(), room, on, request.form.get("half", ""), actor=person(), at=at())
    commit()
    flash(f"La salle est de nouveau libre le {french.long_date(on)}.", "success")
    return redirect(url_for("rooms.read", room_id=room_id), 303)


def _save(room: Room | None) -> ResponseReturnValue:
    room_id = room.id if room else None
    version = request.form.get("version", type=int) if room else None
    try:
        actions.save_room(db(), room, _entry(), actor=person(), at=at(), version=version)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(_room(room_id) if room_id else None, request.form, refusal), refusal.status
    flash("La salle est enregistrée.", "success")
    return redirect(url_for("rooms.page"), 303)


def _entry() -> actions.RoomEntry:
    seats = request.form.get("seats", "").strip()
    return actions.RoomEntry(
        clean_name(request.form.get("name", "")),
        request.form.get("commune_code", ""),
        int(seats) if seats.isdecimal() and len(seats) < 5 else None,
        clean_name(request.form.get("address", "")),
        request.form.get("in_use") == "y",
    )


def _busy() -> actions.BusyEntry:
    return actions.BusyEntry(
        _date("first_on"),
        _date("last_on"),
        frozenset(int(one) for one in request.form.getlist("weekdays") if one in "12345"),
        frozenset(one for one in request.form.getlist("halves") if one in HALVES),
    )


def _room(room_id: int) -> Room:
    room = db().get(Room, room_id)
    if room is None:
        raise NotFoundError
    return room


def _typed(room: Room) -> dict[str, str]:
    return {
        "name": room.name,
        "commune_code": room.commune_code,
        "seats": str(room.seats),
        "address": room.address,
        "in_use": "y" if room.in_use else "",
        "version": str(room.version),
    }


def _form(room: Room | None, typed: Mapping[str, str], refusal: DomainError | None) -> str:
    problems = refusal.problems if isinstance(refusal, InvalidError) else {}
    return render_template(
        "rooms/room.html",
        room=room,
        typed=typed,
        problems=problems,
        sentence=refusal.sentence if refusal and not problems else "",
        communes=queries.communes(db()),
        taken=queries.taken_half_days(db(), room.id, day(at())) if room else [],
        half_said=HALF,
        halves=[(half, f"le {said}" if half == MORNING else f"l’{said}") for half, said in HALF.items()],
        weekdays=WEEKDAYS,
        chosen_days=request.form.getlist("weekdays") if "first_on" in typed else [c for c, _ in WEEKDAYS],
        chosen_halves=request.form.getlist("halves") if "first_on" in typed else list(HALVES),
    )


def _date(name: str) -> date | None:
    typed = request.form.get(name, "").strip()
    try:
        return french.parse_date(typed) if typed else None
    except ValueError as fault:
        raise InvalidError({name: str(fault)}) from fault
