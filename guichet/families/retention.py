"""Calm: from which day a demand, then a family, may be anonymised.

No text fixes a period for a demand that never led to a place: one year after it is closed covers the
appeal (CJA R421-1) and a next demand. After a place, the CNIL recommended three years at most once the child
has left (former norm NS-058, a guide since 2018). Anonymised, not deleted: the figures survive.
Public archives keep their say before anything is eliminated (code du patrimoine).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from guichet.core.months import add_months

CLOSED_MONTHS = 12
LEFT_MONTHS = 36
# A child leaves a crèche at six at the latest (CSP L2324-1): the end to assume when nobody wrote one.
LEAVES_AT_MONTHS = 72
UNUSED_PAPER_DAYS = 30


@dataclass(frozen=True)
class DemandEnd:
    """What ended a demand. `left_on` is the day the placed child left; `in_dispute` while an appeal is open.

    An open demand has no `closed_on`. A `birth_date` gives an end to a place whose end nobody wrote.
    """

    closed_on: date | None
    placed: bool = False
    left_on: date | None = None
    birth_date: date | None = None
    in_dispute: bool = False


def demand_from(end: DemandEnd) -> date | None:
    """The first day when a demand may be anonymised; None while it may not be known or an appeal is open."""
    if end.in_dispute:
        return None
    if end.placed:
        left = end.left_on or (end.birth_date and add_months(end.birth_date, LEAVES_AT_MONTHS))
        return add_months(left, LEFT_MONTHS) if left else None
    return add_months(end.closed_on, CLOSED_MONTHS) if end.closed_on else None


def family_from(created_on: date, demands: Iterable[DemandEnd]) -> date | None:
    """The first day when a family may be anonymised: the last of its demands' days.

    None when one demand holds it back. A family without a demand waits as a closed demand does.
    """
    days = [demand_from(end) for end in demands]
    if not days:
        return add_months(created_on, CLOSED_MONTHS)
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def paper_from(checked_on: date | None, closed_on: date | None) -> date | None:
    """The first day when the file of a paper may be erased: once checked and the demand closed, thirty days on.

    None before: an appeal or a correction may need it. The line « checked on, by » stays with the demand.
    """
    if checked_on is None or closed_on is None:
        return None
    return max(checked_on, closed_on) + timedelta(days=UNUSED_PAPER_DAYS)


def is_due(since: date | None, today: date) -> bool:
    """Whether the day has come."""
    return since is not None and since <= today
