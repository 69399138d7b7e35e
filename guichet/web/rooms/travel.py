"""The minutes between two communes: estimated from their distance, corrected by those who drive."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.errors import InvalidError, NotFoundError
from guichet.scheduling.places import actions, queries
from guichet.web.door import at, commit, db, needs, person
from guichet.web.rooms.blueprint import bp


@bp.get("/trajets")
@needs("keep_commissions")
def travel() -> ResponseReturnValue:
    """The times from one commune to all the others."""
    return _shown({}, {})


@bp.post("/trajets")
@needs("keep_commissions")
def change_travel() -> ResponseReturnValue:
    """Keep the times of this commune."""
    code = _commune()
    try:
        count = actions.change_travel(db(), _entered(code), actor=person(), at=at())
        commit()
    except InvalidError as refusal:
        db().rollback()
        return _shown(request.form, refusal.problems), refusal.status
    flash(f"{french.count(count, 'trajet corrigé', 'trajets corrigés')}.", "success")
    return redirect(url_for("rooms.travel", commune=code), 303)


@bp.post("/trajets/estimer")
@needs("keep_commissions")
def seed_travel() -> ResponseReturnValue:
    """Estimate the times that nobody gave."""
    count = actions.seed_travel(db(), actor=person(), at=at())
    commit()
    flash(f"{french.count(count, 'trajet estimé', 'trajets estimés')} d’après les distances.", "success")
    return redirect(url_for("rooms.travel", commune=_commune()), 303)


def _shown(typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    code = _commune()
    communes = queries.communes(db())
    times = queries.travel_from(db(), code)
    return render_template(
        "rooms/travel.html",
        commune=code,
        communes=communes,
        name=dict(communes)[code],
        lines=[(f"minutes-{_key(code, other)}", name, times.get(other)) for other, name in communes if other != code],
        missing=len(communes) - 1 - len(times),
        typed=typed,
        problems=problems,
    )  # fmt: skip


def _commune() -> str:
    """The commune asked for, the first by name otherwise."""
    known = [code for code, _name in queries.communes(db())]
    asked = request.values.get("commune") or next(iter(known), "")
    if asked not in known:
        raise NotFoundError
    return asked


def _entered(code: str) -> dict[tuple[str, str], int | None]:
    found: dict[tuple[str, str], int | None] = {}
    for other in queries.travel_from(db(), code):
        typed = request.form.get(f"minutes-{_key(code, other)}", "").strip()
        start, end = sorted((code, other))
        found[(start, end)] = int(typed) if typed.isdecimal() and len(typed) < 5 else None
    return found


def _key(one: str, other: str) -> str:
    return "-".join(sorted((one, other)))
