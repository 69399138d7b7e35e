"""Change what is known of a family and its child: the same fields as at the registration, a birth, its loss."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.demands import family_changes as changes
from guichet.demands.family_file import FamilyFile, open_file
from guichet.families import words
from guichet.families.actions import BirthEntry
from guichet.families.dossier import FamilyEntry
from guichet.families.entries import adult_entry, adults_of, child_entry
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace
from guichet.web.family_typed import seen_version, typed_from_child, typed_from_family
from guichet.web.registration import people
from guichet.web.registration.gathering import child_step, family_step
from guichet.web.registration.typed import Typed

bp = Blueprint("family_file", __name__, url_prefix="/demandes/<int:demand_id>")
RIGHT = "edit_family"
SAME = "Rien n’a changé."
Fields = dict[str, str]


@bp.get("/famille")
@needs(RIGHT)
def page(demand_id: int) -> ResponseReturnValue:
    """The household, the adults, the brothers and sisters."""
    file = _open(demand_id)
    trace("read", "demand", demand_id, "famille")
    return _family(file, typed_from_family(file), {})


@bp.post("/famille")
@needs(RIGHT)
def save(demand_id: int) -> ResponseReturnValue:
    """Rewrite them."""
    file, typed = _open(demand_id, lock=True), _fields()
    try:
        changed = changes.change_family(
            db(),
            file,
            _entry(file, typed),
            catalogue(),
            actor=person(),
            at=at(),
            version=seen_version(typed),
            moved=bool(typed.get("moved")),
        )
    except DomainError as refusal:
        return _family(_again(demand_id), typed, *_told(refusal)), refusal.status
    return _leave(demand_id, "La famille est à jour.", changed=changed)


@bp.get("/enfant")
@needs(RIGHT)
def child(demand_id: int) -> ResponseReturnValue:
    """The child of the demand."""
    file = _open(demand_id)
    trace("read", "demand", demand_id, "enfant")
    return _child(file, typed_from_child(file.dossier.child), {})


@bp.post("/enfant")
@needs(RIGHT)
def save_child(demand_id: int) -> ResponseReturnValue:
    """Rewrite it; the family reads the recap when what was asked changes."""
    file, typed = _open(demand_id, lock=True), _fields()
    try:
        changed = changes.change_child(
            db(),
            file,
            child_step(typed, day(at())),
            catalogue(),
            actor=person(),
            at=at(),
            version=seen_version(typed),
        )
    except DomainError as refusal:
        return _child(_again(demand_id), typed, *_told(refusal)), refusal.status
    return _leave(demand_id, "Le dossier de l’enfant est à jour.", changed=changed)


@bp.get("/naissance")
@needs(RIGHT)
def birth(demand_id: int) -> ResponseReturnValue:
    """The child is born."""
    file = _open(demand_id)
    trace("read", "demand", demand_id, "naissance")
    known = file.dossier.child
    return _birth(file, {"first_name": known.first_name, "last_name": known.last_name}, {})


@bp.post("/naissance")
@needs(RIGHT)
def confirm(demand_id: int) -> ResponseReturnValue:
    """Confirm the birth."""
    file, typed = _open(demand_id, lock=True), _fields()
    try:
        read = Typed(typed)
        entry = BirthEntry(
            read.day("birth_date"),
            read.words("first_name"),
            read.words("last_name"),
            certificate_seen=read.flag("certificate_seen"),
        )
        read.done()
        changes.confirm_birth(
            db(), file, entry, catalogue(), actor=person(), at=at(), version=seen_version(typed)
        )
    except DomainError as refusal:
        return _birth(_again(demand_id), typed, *_told(refusal)), refusal.status
    return _leave(demand_id, "La naissance est confirmée. La famille reçoit le récapitulatif de sa demande.")


@bp.post("/naissance/fermer")
@needs(RIGHT)
def close_quietly(demand_id: int) -> ResponseReturnValue:
    """The birth will not take place."""
    file, typed = _open(demand_id, lock=True), _fields()
    try:
        changes.close_quietly(db(), file, actor=person(), at=at(), version=seen_version(typed))
    except DomainError as refusal:
        return _birth(_again(demand_id), typed, *_told(refusal)), refusal.status
    return _leave(
        demand_id,
        "La demande est fermée. Aucun courrier ne part, et ceux qui attendaient sont retenus. Si vous pouvez, "
        "appelez la famille.",
    )


def _open(demand_id: int, *, lock: bool = False) -> FamilyFile:
    file = open_file(db(), demand_id, person(), RIGHT, day(at()), lock=lock)
    if file is None:
        raise not_for_them("demand", demand_id)
    return file


def _again(demand_id: int) -> FamilyFile:
    """The file as it stands, after a refusal: nothing of what was tried stays."""
    db().rollback()
    return _open(demand_id)


def _fields() -> Fields:
    return {name: value for name, value in request.form.items() if name != "csrf_token"}


def _entry(file: FamilyFile, typed: Fields) -> FamilyEntry:
    """What was typed; persons beyond those the form can show stay as they are."""
    read = family_step(typed, catalogue(), day(at()))
    more_adults = tuple(adult_entry(one) for one in adults_of(file.family)[len(people.ADULTS) :])
    more_children = tuple(child_entry(one) for one in file.siblings[people.MOST_SIBLINGS :])
    return FamilyEntry(read.household, (*read.adults, *more_adults), (*read.siblings, *more_children))


def _told(refusal: DomainError) -> tuple[dict[str, str], str]:
    if isinstance(refusal, InvalidError):
        return refusal.problems, ""
    return {}, refusal.sentence


def _leave(demand_id: int, done: str, *, changed: bool = True) -> ResponseReturnValue:
    commit()
    flash(done if changed else SAME, "success" if changed else "info")
    return redirect(f"/demandes/{demand_id}", 303)


def _family(file: FamilyFile, typed: Fields, problems: dict[str, str], conflict: str = "") -> str:
    read = Typed(typed)
    return _page(
        "family/family.html",
        file,
        typed,
        problems,
        conflict,
        towns=[(town.code, town.name) for town in catalogue().towns.values()],
        houses=[(str(house.id), house.label) for house in catalogue().houses.values()],
        second_adult=people.has_adult(read, 2),
        siblings=[
            (number, people.has_sibling(read, number)) for number in range(1, people.MOST_SIBLINGS + 1)
        ],
    )


def _child(file: FamilyFile, typed: Fields, problems: dict[str, str], conflict: str = "") -> str:
    return _page("family/child.html", file, typed, problems, conflict)


def _birth(file: FamilyFile, typed: Fields, problems: dict[str, str], conflict: str = "") -> str:
    return _page("family/birth.html", file, typed, problems, conflict)


def _page(
    template: str,
    file: FamilyFile,
    typed: Fields,
    problems: dict[str, str],
    conflict: str,
    **more: Any,  # noqa: ANN401
) -> str:
    known = file.dossier.child
    return render_template(
        template,
        demand=file.demand,
        child=known,
        child_name=words.child_called(known.first_name, known.last_name),
        present=_present(file),
        words=words,
        typed=typed,
        problems=problems,
        conflict=conflict,
        **more,
    )


def _present(file: FamilyFile) -> list[tuple[str, str]]:
    """What is recorded now, beside the form: after a conflict, it shows what the other person wrote."""
    family, known = file.family, file.dossier.child
    lines = [("Enfant", words.child_called(known.first_name, known.last_name))]
    if known.birth_date:
        lines.append(("Naissance", french.plain_date(known.birth_date)))
    elif known.due_date:
        lines.append(("Naissance prévue", french.plain_date(known.due_date)))
    for adult in adults_of(family):
        reached = ", ".join(filter(None, (french.phone(adult.phone), adult.email)))
        name = f"{adult.first_name} {adult.last_name}".strip()
        lines.append(
            (words.LINK.get(adult.link, "adulte").capitalize(), f"{name} ({reached})" if reached else name)
        )
    lines.append(("Adresse", f"{family.address}, {family.postcode} {family.city}"))
    lines.append(("Courriers", words.CHANNEL[family.channel]))
    lines += [("Frère ou sœur", f"{one.first_name} {one.last_name}".strip()) for one in file.siblings]
    return lines
