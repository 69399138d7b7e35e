"""The teams: who sits in several neighbouring commissions and travels from one to the next."""

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError, NotFoundError
from guichet.core.names import clean_name
from guichet.scheduling.availability.queries import people
from guichet.scheduling.places import actions, queries
from guichet.scheduling.places.models import Team
from guichet.web.door import at, commit, db, needs, person
from guichet.web.rooms.blueprint import bp


@bp.get("/equipes/nouvelle")
@needs("keep_commissions")
def new_team() -> ResponseReturnValue:
    """The form of one more team."""
    return _form(None, "", [], None)


@bp.post("/equipes/nouvelle")
@needs("keep_commissions")
def add_team() -> ResponseReturnValue:
    """Keep it."""
    return _save(None)


@bp.get("/equipes/<int:team_id>")
@needs("keep_commissions")
def team(team_id: int) -> ResponseReturnValue:
    """One team as it is."""
    found = _team(team_id)
    members = {one.id: ids for one, ids in queries.teams(db())}[team_id]
    return _form(found, found.name, members, None)


@bp.post("/equipes/<int:team_id>")
@needs("keep_commissions")
def change_team(team_id: int) -> ResponseReturnValue:
    """Keep it."""
    return _save(_team(team_id))


def _save(known: Team | None) -> ResponseReturnValue:
    name = clean_name(request.form.get("name", ""))
    chosen = [int(one) for one in request.form.getlist("members") if one.isdecimal() and len(one) < 10]
    team_id, version = (known.id, request.form.get("version", type=int)) if known else (None, None)
    try:
        actions.save_team(db(), known, name, chosen, actor=person(), at=at(), version=version)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _form(_team(team_id) if team_id else None, name, chosen, refusal), refusal.status
    flash("L’équipe est enregistrée.", "success")
    return redirect(url_for("rooms.page", _anchor="equipes"), 303)


def _team(team_id: int) -> Team:
    found = db().get(Team, team_id)
    if found is None:
        raise NotFoundError
    return found


def _form(known: Team | None, name: str, chosen: Collection[int], refusal: DomainError | None) -> str:
    problems = refusal.problems if isinstance(refusal, InvalidError) else {}
    return render_template(
        "rooms/team.html",
        team=known,
        name=name,
        chosen=[str(one) for one in chosen],
        members=[(str(member.id), member.name) for member, _time in people(db(), today=day(at()))],
        problems=problems,
        sentence=refusal.sentence if refusal and not problems else "",
    )
