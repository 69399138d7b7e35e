"""The roll of a session: who comes and goes, proxies, recusals; and the links declared with a demand."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.commission_queries import seats_in_order
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting import actions as sitting_actions
from guichet.commissions.sitting import links
from guichet.commissions.sitting.queries import links_at, numbers_of
from guichet.core.errors import DomainError, InvalidError, NotFoundError
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.sitting import typed
from guichet.web.commissions.sitting.opening import back, opened
from guichet.web.commissions.sitting.screen import Refusal, page
from guichet.web.door import at, commit, db, needs, person

MOST_FIGURES = 9


@bp.post("/seances/<int:session_id>/presences")
@needs("run_session")
def note_presence(session_id: int) -> ResponseReturnValue:
    """Who fills each seat from the item shown on."""
    wanted = typed.presence(request.form)
    return _done(
        session_id,
        lambda found, position: sitting_actions.note_presence(
            db(), found, position, wanted, actor=person(), at=at()
        ),
    )


@bp.post("/seances/<int:session_id>/pouvoirs")
@needs("run_session")
def give_proxy(session_id: int) -> ResponseReturnValue:
    """An absent member's voice goes to a present one; or comes back."""
    giver, carrier = _seat("giver"), _seat("carrier")

    def act(found: CommissionSession, position: int) -> None:
        if request.form.get("back"):
            sitting_actions.take_proxy_back(db(), found, giver, actor=person(), at=at())
        else:
            sitting_actions.give_proxy(db(), found, giver, carrier, position, actor=person(), at=at())

    return _done(session_id, act)


@bp.post("/seances/<int:session_id>/points/<int:item_id>/deports")
@needs("run_session")
def recuse(session_id: int, item_id: int) -> ResponseReturnValue:
    """A member takes no part in an item; or the recusal is lifted."""
    act = sitting_actions.lift_recusal if request.form.get("lift") else sitting_actions.recuse
    return _done(
        session_id, lambda found, _: act(db(), found, item_id, _seat("seat"), actor=person(), at=at())
    )


@bp.get("/seances/<int:session_id>/liens")
@needs("sit")
def links_page(session_id: int) -> ResponseReturnValue:
    """The form in which a member declares a link, with those already declared that concern her."""
    return _links_page(opened(session_id))


@bp.post("/seances/<int:session_id>/liens")
@needs("sit")
def declare_link(session_id: int) -> ResponseReturnValue:
    """Declare a link with a demand of the agenda, by its number; or take one back."""
    found = opened(session_id)
    names = _names(found)
    name = request.form.get("name", "") if len(names) != 1 else next(iter(names))
    number = request.form.get("number", "")
    try:
        if name not in names:
            raise InvalidError({"name": "Choisissez de quel siège il s’agit."})
        demand_id = links.demand_numbered(db(), found, number)
        if request.form.get("back"):
            links.withdraw(db(), demand_id, name, actor=person(), at=at())
        else:
            links.declare(db(), demand_id, name, names[name], actor=person(), at=at())
        commit()
    except InvalidError as refusal:
        db().rollback()
        return _links_page(opened(session_id), refusal.problems), refusal.status
    taken = bool(request.form.get("back"))
    flash(
        "Le lien est retiré."
        if taken
        else "Le lien est déclaré : ce dossier ne s’ouvre plus avec ce compte.",
        "success",
    )
    return redirect(url_for("commissions.links_page", session_id=session_id), 303)


def _links_page(found: CommissionSession, problems: dict[str, str] | None = None) -> str:
    names = _names(found)
    declared = [one for one in links_at(db(), found) if one.name in names]
    return render_template(
        "commissions/sitting/links.html",
        sitting=found,
        names=[(one, one) for one in names],
        links=declared,
        numbers=numbers_of(db(), [one.demand_id for one in declared]),
        problems=problems or {},
        typed=request.form,
    )


def _names(found: CommissionSession) -> dict[str, int | None]:
    """Those for whom the person may declare: herself; everybody, for whoever keeps the minutes."""
    mine = links.seats_of(found.commission.seats, person())
    made: dict[str, int | None] = dict.fromkeys(mine, person().user_id)
    if person().may("run_session"):
        for one in seats_in_order([seat for seat in found.commission.seats if seat.holds_on(found.sits_on)]):
            if one.holder:
                made.setdefault(one.holder, one.user_id)
            if one.deputy:
                made.setdefault(one.deputy, one.deputy_user_id)
    return made


def _seat(name: str) -> int:
    typed_ = request.form.get(name, "")
    if not (typed_.isascii() and typed_.isdecimal() and len(typed_) <= MOST_FIGURES):
        raise NotFoundError
    return int(typed_)


def _done(session_id: int, act: Callable[[CommissionSession, int], object]) -> ResponseReturnValue:
    found = opened(session_id, "run_session")
    position = request.form.get("position", found.at_position, type=int)
    try:
        act(found, position)
        commit()
    except InvalidError as refusal:
        return _refused(session_id, position, refusal)
    return back(session_id, position if request.form.get("browsing") else None)


def _refused(session_id: int, position: int, refusal: DomainError) -> ResponseReturnValue:
    db().rollback()
    problems = refusal.problems if isinstance(refusal, InvalidError) else {}
    return page(opened(session_id), Refusal(refusal, problems, typed.Shown()), position)
