"""Freezes the inputs of a run from the files of the day, once. The caller commits."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from guichet.allocation import files
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.inputs.composing import Composed, compose
from guichet.allocation.inputs.frozen import freeze
from guichet.allocation.inputs.gathering import Gathered, gather
from guichet.allocation.runs.models import AllocationPin, AllocationRun
from guichet.core.clock import day
from guichet.core.errors import StepRefusedError
from guichet.establishments.catalogue import load_catalogue

NOBODY = (
    "Aucune demande ne correspond à ces choix : élargissez les dates des séances ou des entrées, "
    "ou ajoutez les demandes orientées."
)


def freeze_now(session: Session, run: AllocationRun) -> dict[str, Any]:
    """Read the files as they are on the day of the request, and keep them with the run.

    Raises StepRefusedError when no demand answers the choices, or no barème is in force.
    """
    choices = Choices.from_json(run.choices)
    catalogue = load_catalogue(session)
    gathered = gather(session, choices, catalogue, on=day(run.asked_at))
    composed = compose(gathered.applicants, gathered.halls, choices)
    if not composed.ordered:
        raise StepRefusedError(NOBODY)
    inputs = freeze(
        files.problem_document(composed.problem),
        composed,
        gathered.halls,
        {house.id: house.name for house in catalogue.houses.values()},
        choices,
        _left_out(gathered, composed),
        gathered.lost,
    )
    inputs["groups"] = {quota.code: quota.label for quota in gathered.in_force.bareme.quotas}
    run.inputs = inputs
    run.bareme, run.bareme_digest = gathered.in_force.title, gathered.in_force.digest
    run.demands = len(composed.ordered)
    _keep_priorities(session, run, composed)
    return inputs


def _left_out(gathered: Gathered, composed: Composed) -> list[tuple[int, str, str]]:
    by_id = {one.id: one for one in gathered.applicants}
    found = [(one.id, one.number, one.why) for one in gathered.left_out]
    return found + [(one, by_id[one].number, "wishless") for one in composed.wishless]


def _keep_priorities(session: Session, run: AllocationRun, composed: Composed) -> None:
    """What the barème decides before the points is a pin like the others, with its own reason."""
    rows: list[Mapping[str, Any]] = [
        {
            "run_id": run.id,
            "demand_id": demand,
            "establishment_id": decided.house,
            "reason": decided.reason,
            "from_bareme": True,
            "by": run.bareme[:120],
            "at": run.asked_at,
        }
        for demand, decided in composed.bypassed.items()
    ]
    if rows:
        session.execute(insert(AllocationPin), rows)
