"""What an item written by hand shows on the screen of a session: the minutes to approve, what is still to follow."""

from dataclasses import dataclass
from datetime import date

from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.follow_up.queries import open_of_commission
from guichet.commissions.papers.documents import to_approve
from guichet.commissions.sessions.agenda import APPROVAL, FOLLOW_UP
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting.queries import ItemLine
from guichet.core.clock import day
from guichet.web.door import at, db, person


@dataclass(frozen=True)
class Written:
    """What goes under the title of the item. `minutes` are (session, number, day), the oldest first."""

    minutes: tuple[tuple[int, str, date], ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    today: date | None = None
    approves: bool = False


def written_of(sitting: CommissionSession, line: ItemLine | None) -> Written:
    """The matter of an approval or of a follow-up; nothing for the others."""
    if line is not None and line.kind == APPROVAL:
        waiting = to_approve(db(), sitting)
        return Written(
            tuple((one.session_id, one.number, on) for one, on in waiting),
            approves=sitting.state == "sitting" and person().may("run_session"),
        )
    if line is not None and line.kind == FOLLOW_UP:
        return Written(follow_ups=tuple(open_of_commission(db(), sitting)), today=day(at()))
    return Written()
