"""What the proposals' pages open: a run, for whoever may read it."""

from guichet.allocation.runs.actions import frozen_inputs
from guichet.allocation.runs.models import AllocationRun
from guichet.web.door import db, not_for_them


def frozen(run_id: int) -> AllocationRun:
    """The run with its frozen files; NotFoundError when there is none."""
    run = frozen_inputs(db(), run_id)
    if run is None:
        raise not_for_them("proposal", run_id)
    return run


def opened(run_id: int) -> AllocationRun:
    """The run, without its frozen files; NotFoundError when there is none."""
    run = db().get(AllocationRun, run_id)
    if run is None:
        raise not_for_them("proposal", run_id)
    return run
