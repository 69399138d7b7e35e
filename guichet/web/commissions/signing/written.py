"""What an item written by hand shows on the screen of a session: the minutes to approve, what is still to follow."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.follow_up.queries import open_of_commission
from guichet.commissions.papers.documents import to_approve
from guichet.commissions.sessions.agenda import APPROVAL, DEMAND_ITEM, FOLLOW_UP, NEEDS, SECTIONS
from guichet.commissions.sessions.agenda_queries import wished_on
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting.queries import ItemLine
from guichet.commissions.words import SECTION
from guichet.core import french
from guichet.core.clock import day
from guichet.web.door import at, catalogue, db, person


@dataclass(frozen=True)
class Written:
    """What goes under the title of the item. `minutes` are (session, number, day), the oldest first."""

    minutes: tuple[tuple[int, str, date], ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    needs: tuple[str, ...] = ()
    """How many demands of the agenda there are by age, then by establishment."""
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
    if line is not None and line.kind == NEEDS:
        return Written(needs=(*_by_age(sitting), *_by_house(sitting)))
    return Written()


def _by_age(sitting: CommissionSession) -> list[str]:
    many = Counter(one.section for one in sitting.items if one.kind == DEMAND_ITEM)
    return [
        f"{SECTION[section]} : {french.count(many[section], 'demande')}"
        for section in SECTIONS
        if many[section]
    ]


def _by_house(sitting: CommissionSession) -> list[str]:
    found = wished_on(db(), sitting)
    ordered = sorted(found, key=lambda house: -found[house][0])
    return [
        f"{catalogue().houses[house].name} : souhaité par {french.count(found[house][0], 'demande')}, dont "
        f"{french.amount(found[house][1])} en premier vœu"
        for house in ordered
        if house in catalogue().houses
    ]
