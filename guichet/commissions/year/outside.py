"""The sessions that a campaign does not plan and that take its people, its rooms and its days all the same.

A commission that is not in the campaign, a session planned by hand outside the windows, another campaign: whoever
sits there cannot sit elsewhere on that half-day, and the commission itself does not sit again a week later.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from guichet.commissions.commission_models import Commission
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.year.models import CampaignCommission, PlannedSession
from guichet.commissions.year.queries import GONE, Held
from guichet.core.french import long_date
from guichet.scheduling.campaigns.models import Campaign
from guichet.scheduling.campaigns.whatif import RULED_OUT
from guichet.scheduling.planning.problem import AFTERNOON, MORNING, HalfDay, Person

NOON = 12 * 60 + 30


@dataclass(frozen=True)
class Outside:
    """Where a session of elsewhere stands: its commission, its half-days, its members, its room."""

    session_id: int
    commission_id: int
    name: str
    day: date
    half_days: frozenset[HalfDay]
    members: frozenset[int]
    room: str
    """As a calendar names it; empty when it was planned by hand."""
    place: str


def half_of(starts_at: int) -> str:
    """The half-day of an hour, in minutes from midnight."""
    return MORNING if starts_at < NOON else AFTERNOON


def outside_of(
    session: Session, campaign: Campaign, lines: Sequence[CampaignCommission], held: Mapping[str, Held]
) -> list[Outside]:
    """The sessions that stand around a campaign and are not its own, in the order of their days. Two statements."""
    own = {one.session.id for one in held.values()}
    apart = timedelta(max((line.min_days for line in lines), default=0))
    wanted = (
        select(CommissionSession, PlannedSession.room)
        .outerjoin(PlannedSession, PlannedSession.session_id == CommissionSession.id)
        .where(
            CommissionSession.state.not_in(GONE),
            CommissionSession.sits_on.between(campaign.starts_on - apart, campaign.ends_on + apart),
        )
        .options(joinedload(CommissionSession.commission).selectinload(Commission.seats))
        .order_by(CommissionSession.sits_on, CommissionSession.id)
    )
    rows = session.execute(wanted).unique()
    return [_outside(one, room or "", campaign) for one, room in rows if one.id not in own]


def taken(found: Collection[Outside]) -> dict[int, frozenset[HalfDay]]:
    """The half-days that each member owes to these sessions."""
    busy: dict[int, frozenset[HalfDay]] = {}
    for one in found:
        for member in one.members:
            busy[member] = busy.get(member, frozenset()) | one.half_days
    return busy


def rooms_taken(found: Collection[Outside], known: Mapping[str, str]) -> dict[str, frozenset[HalfDay]]:
    """The half-days of the rooms where they sit; `known` has the names of the rooms, as sessions keep them."""
    named = {name: room for room, name in known.items()}
    busy: dict[str, frozenset[HalfDay]] = {}
    for one in found:
        room = one.room or named.get(one.place, "")
        busy[room] = busy.get(room, frozenset()) | one.half_days
    return busy


def ruled_out(
    found: Collection[Outside], line: CampaignCommission, half_days: Sequence[HalfDay]
) -> Person | None:
    """The days too near to a session that the commission holds outside of the campaign, as a calendar takes them."""
    days = [one.day for one in found if one.commission_id == line.commission_id]
    near = frozenset(
        one for one in half_days if any(abs((one.day - day).days) < line.min_days for day in days)
    )
    return Person(f"C{line.commission_id}{RULED_OUT}", near) if near else None


def beside(found: Collection[Outside], lines: Sequence[CampaignCommission]) -> list[dict[str, str | int]]:
    """Those of the commissions of the campaign, for its drawing."""
    own = {line.commission_id for line in lines}
    return [
        {
            "commission": f"C{one.commission_id}",
            "session": one.session_id,
            "half_day": str(min(one.half_days)),
        }
        for one in found
        if one.commission_id in own
    ]


def said(found: Collection[Outside], lines: Sequence[CampaignCommission], first: date) -> Iterator[str]:
    """One sentence for each session of a commission of the campaign that the campaign does not plan."""
    spaced = {line.commission_id: line.min_days for line in lines}
    for one in found:
        if one.commission_id in spaced and one.day >= first:
            yield (
                f"{one.name} siège aussi le {long_date(one.day)}, en dehors de cette campagne : aucune autre séance "
                f"n’est proposée à moins de {spaced[one.commission_id]} jours."
            )


def _outside(one: CommissionSession, room: str, campaign: Campaign) -> Outside:
    halves = {half_of(one.starts_at)}
    if one.starts_at + one.duration > campaign.preferences.afternoon_starts:
        halves.add(AFTERNOON)
    return Outside(
        one.id,
        one.commission_id,
        one.commission.name,
        one.sits_on,
        frozenset(HalfDay(one.sits_on, half) for half in halves),
        frozenset(
            seat.member_id for seat in one.commission.seats if seat.member_id and seat.holds_on(one.sits_on)
        ),
        room,
        one.place,
    )
