"""What is recorded on an item of a session: its decision, and that it is taken back."""

from flask import flash, request
from flask.typing import ResponseReturnValue

from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting import deciding
from guichet.commissions.sitting.deciding_checks import RIGHT
from guichet.commissions.sitting.queries import demand_of
from guichet.core.errors import ConflictError, DomainError, InvalidError, NotAllowedError
from guichet.core.french import count
from guichet.core.week import Week
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.sitting import typed
from guichet.web.commissions.sitting.opening import back, opened
from guichet.web.commissions.sitting.screen import Refusal, page
from guichet.web.door import at, commit, db, needs, person


@bp.post("/seances/<int:session_id>/points/<int:item_id>/decision")
@needs(RIGHT)
def record(session_id: int, item_id: int) -> ResponseReturnValue:
    """Record the decision of an item as a draft."""
    found = opened(session_id, RIGHT)
    item = deciding.item_of(found, item_id)
    demand = demand_of(db(), item.demand_id or 0)
    try:
        entry = typed.draft_entry(request.form, demand.week if demand else Week())
        deciding.decide(db(), found, item_id, entry, person=person(), at=at(), seen=_seen())
        commit()
    except DomainError as refusal:
        return _refused(session_id, item.position, refusal)
    return back(session_id, _browsed(item.position))


@bp.post("/seances/<int:session_id>/points/<int:item_id>/decision/retirer")
@needs(RIGHT)
def take_back(session_id: int, item_id: int) -> ResponseReturnValue:
    """Take the draft of an item back."""
    found = opened(session_id, RIGHT)
    item = deciding.item_of(found, item_id)
    try:
        deciding.undo(db(), found, item_id, person=person(), at=at(), seen=_seen())
        commit()
    except DomainError as refusal:
        return _refused(session_id, item.position, refusal)
    return back(session_id, _browsed(item.position))


@bp.post("/seances/<int:session_id>/reporter-le-reste")
@needs("run_session")
def postpone_the_rest(session_id: int) -> ResponseReturnValue:
    """Postpone every item that is still to be examined."""
    found = opened(session_id, "run_session")
    detail = request.form.get("detail_rest", "")
    try:
        many = deciding.postpone_the_rest(db(), found, detail, person=person(), at=at())
        commit()
    except InvalidError as refusal:
        moved = InvalidError({"detail_rest": refusal.sentence})
        return _refused(session_id, found.at_position, moved)
    flash(f"{count(many, 'demande est reportée', 'demandes sont reportées')}.", "success")
    return back(session_id)


def _seen() -> int:
    return request.form.get("seen", 0, type=int)


def _browsed(position: int) -> int | None:
    """The item when the person browses alone; nothing when the shared screen shows it."""
    return position if request.form.get("browsing") else None


def _refused(session_id: int, position: int, refusal: DomainError) -> ResponseReturnValue:
    db().rollback()
    problems: dict[str, str] = {}
    if isinstance(refusal, InvalidError):
        problems = typed.problems_at(refusal, request.form.get("choice", ""))
    if isinstance(refusal, NotAllowedError):
        raise refusal
    shown: CommissionSession = opened(session_id)
    return page(shown, Refusal(refusal, problems, _kept(refusal)), position)


def _kept(refusal: DomainError) -> typed.Shown:
    """What was typed stays on the page; on a conflict it is read again beside what the other recorded."""
    return typed.Shown(request.form) if isinstance(refusal, (InvalidError, ConflictError)) else typed.Shown()
