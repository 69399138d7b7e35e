"""What a person changes in a proposal: a decision on a demand, the same computation again, a run that stopped."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from guichet.allocation.runs import actions
from guichet.allocation.runs.actions import PinEntry
from guichet.core.errors import InvalidError
from guichet.web.door import at, commit, db, needs, person, trace
from guichet.web.proposals.blueprint import bp
from guichet.web.proposals.explaining import shown
from guichet.web.proposals.opening import frozen, opened

NOTHING, LIFT = "none", "lift"


@bp.post("/propositions/<int:run_id>/demandes/<int:demand_id>")
@needs("propose")
def decide(run_id: int, demand_id: int) -> ResponseReturnValue:
    """Decide a demand by hand: the proposal is computed again around it."""
    run = frozen(run_id)
    try:
        made = actions.pin(db(), run, demand_id, _entry(), actor=person(), at=at())
        commit()
    except InvalidError as refusal:
        db().rollback()
        return shown(run_id, demand_id, dict(request.form), refusal.problems), refusal.status
    trace("change", "proposal", run_id, "decision")
    flash("La décision est notée. La proposition est calculée de nouveau autour d’elle.", "success")
    return redirect(url_for("proposals.read", run_id=made.id), 303)


@bp.post("/propositions/<int:run_id>/refaire")
@needs("propose")
def replay(run_id: int) -> ResponseReturnValue:
    """Compute the very same files again."""
    made = actions.replay(db(), frozen(run_id), actor=person(), at=at())
    commit()
    return redirect(url_for("proposals.read", run_id=made.id), 303)


@bp.post("/propositions/<int:run_id>/relancer")
@needs("propose")
def retry(run_id: int) -> ResponseReturnValue:
    """Ask again for a run that stopped."""
    actions.retry(db(), opened(run_id), actor=person(), at=at())
    commit()
    return redirect(url_for("proposals.read", run_id=run_id), 303)


def _entry() -> PinEntry:
    chosen = request.form.get("establishment", "")
    if chosen not in (NOTHING, LIFT) and not (chosen.isdecimal() and len(chosen) < 10):
        raise InvalidError({"establishment": "Choisissez ce que vous décidez."})
    house = int(chosen) if chosen.isdecimal() else None
    return PinEntry(house, request.form.get("reason", ""), lift=chosen == LIFT)
