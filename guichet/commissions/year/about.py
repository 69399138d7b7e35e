"""What the names of a campaign's problem mean, for the pages: people, rooms, teams, commissions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.year.models import CampaignCommission
from guichet.commissions.year.seats import Chairs, unknown_holders
from guichet.core.french import count, join_and
from guichet.scheduling.availability.models import MemberTime
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.models import Team

MOST_NAMED = 5


def about_of(
    session: Session,
    lines: Sequence[CampaignCommission],
    members: Sequence[Member],
    chairs: Mapping[int, Chairs],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """What the names of the problem mean, for the pages; and what was seen while it was gathered."""
    teams = {f"T{one.id}": one.name for one in session.scalars(select(Team))}
    names = {f"M{one.id}": one.name for one in members}
    behind = {f"M{one.id}": one.id for one in members}
    for seated in chairs.values():
        names |= seated.names
        behind |= seated.members
    return {
        "people": names,
        "members": behind,
        "teams": {**teams, **{f"C{line.commission_id}": line.commission.name for line in lines}},
        "commissions": {
            f"C{line.commission_id}": {
                "id": line.commission_id,
                "name": line.commission.name,
                "team": f"T{line.team_id}" if line.team_id else f"C{line.commission_id}",
                "cadence": line.cadence,
                "roles": {one.person: one.role for one in chairs[line.commission_id].seats},
            }
            for line in lines
        },
        "warnings": [
            *warnings,
            *unknown_holders(chairs.values()),
            *_silent(session, members, chairs.values()),
        ],
    }


def _silent(session: Session, members: Sequence[Member], chairs: Iterable[Chairs]) -> Iterable[str]:
    spoken = set(session.scalars(select(MemberTime.member_id)))
    seated = {member for one in chairs for member in one.members.values()}
    silent = [one.name for one in members if one.id in seated and one.id not in spoken]
    if silent:
        shown = silent[:MOST_NAMED] + (
            [f"{len(silent) - MOST_NAMED} autres"] if len(silent) > MOST_NAMED else []
        )
        yield (
            f"{silent[0]} n’a rien dit de ses disponibilités : cette personne est supposée libre."
            if len(silent) == 1
            else f"{count(len(silent), 'membre')} n’ont rien dit de leurs disponibilités et sont supposés libres : {join_and(shown)}."
        )
