"""What the proposals' pages open: a run, for whoever may read it."""

from guichet.allocation.models import AllocationRun
from guichet.web.door import db, not_for_them


def opened(run_id: int) -> AllocationRun:
    """The run, without its frozen files; NotFoundError when there is none."""
    run = db().get(AllocationRun, run_id)
    if run is None:
        raise not_for_them("proposal", run_id)
    return run
