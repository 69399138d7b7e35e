"""Read the campaigns: their commissions, the sessions that already stand, their versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from guichet.commissions.commission_models import Commission, Seat
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.year.models import CampaignCommission, PlannedSession
from guichet.establishments.models import Establishment
from guichet.scheduling.campaigns.models import Campaign
from guichet.scheduling.campaigns.settings import windows_of
from guichet.scheduling.campaigns.whatif import session_key

GONE = ("postponed", "cancelled")


def commissions_of(session: Session, campaign_id: int) -> Sequence[CampaignCommission]:
    """The commissions of a campaign with their seats and establishments, by name. Six statements."""
    wanted = (
        select(CampaignCommission)
        .join(Commission, Commission.id == CampaignCommission.commission_id)
        .where(CampaignCommission.campaign_id == campaign_id)
        .options(
            selectinload(CampaignCommission.commission).options(
                selectinload(Commission.houses),
                selectinload(Commission.seats).options(
                    selectinload(Seat.member), selectinload(Seat.deputy_member)
                ),
            )
        )
        .order_by(Commission.sort_key)
    )
    return session.scalars(wanted).all()


def communes_of(session: Session, lines: Sequence[CampaignCommission]) -> dict[int, list[str]]:
    """The communes of the establishments of each commission, by its id."""
    houses = {house.establishment_id for line in lines for house in line.commission.houses}
    wanted = select(Establishment.id, Establishment.commune_code).where(Establishment.id.in_(houses))
    commune = {row.id: row.commune_code for row in session.execute(wanted)}
    return {
        line.commission_id: sorted({commune[house.establishment_id] for house in line.commission.houses})
        for line in lines
    }


def published(session: Session, campaign_id: int) -> dict[str, PlannedSession]:
    """The sessions that the published calendar became, by key, each with the session that stands."""
    wanted = (
        select(PlannedSession)
        .where(PlannedSession.campaign_id == campaign_id)
        .options(selectinload(PlannedSession.session))
    )
    return {one.key: one for one in session.scalars(wanted)}


@dataclass(frozen=True)
class Held:
    """The session that stands for a key; `room` as a calendar names it, empty when it was planned by hand."""

    session: CommissionSession
    room: str = ""
    is_published: bool = False


def held_sessions(
    session: Session, campaign: Campaign, lines: Sequence[CampaignCommission]
) -> dict[str, Held]:
    """The session that stands for each key of the campaign. Three statements.

    One that was postponed by hand gives its key to the one that follows it; one planned by hand in a window of its
    commission holds the key of that window.
    """
    commissions = [line.commission_id for line in lines]
    wanted = select(CommissionSession).where(CommissionSession.commission_id.in_(commissions))
    rows = session.scalars(wanted.order_by(CommissionSession.sits_on)).all()
    follower = {one.follows_id: one for one in rows if one.follows_id}
    found = {
        key: Held(_last(one.session, follower), one.room, is_published=True)
        for key, one in published(session, campaign.id).items()
    }
    taken = {one.session.id for one in found.values()}
    alone = [one for one in rows if one.state not in GONE and one.id not in taken]
    for line in lines:
        for window in windows_of(line.pace, campaign.starts_on, campaign.ends_on):
            inside = (
                one
                for one in alone
                if one.commission_id == line.commission_id and window.start <= one.sits_on <= window.end
            )
            key = session_key(f"C{line.commission_id}", window.start)
            if key not in found and (first := next(inside, None)) is not None:
                found[key] = Held(first)
    return found


def _last(one: CommissionSession, follower: Mapping[int, CommissionSession]) -> CommissionSession:
    while one.state == "postponed" and one.id in follower:
        one = follower[one.id]
    return one


def all_commissions(session: Session) -> Sequence[Commission]:
    """Every commission with its seats, by name. Two statements."""
    wanted = select(Commission).options(selectinload(Commission.seats)).order_by(Commission.sort_key)
    return session.scalars(wanted).all()
