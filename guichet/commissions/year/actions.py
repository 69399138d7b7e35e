"""Write the settings of a campaign: its period, what it prefers, the pace of each commission. The caller commits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.commissions.commission_models import Commission
from guichet.commissions.year.models import CampaignCommission
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.workflow import expect_version
from guichet.scheduling.campaigns.models import Campaign
from guichet.scheduling.campaigns.settings import MONTHS_CHOSEN, Pace, Settings, pace_refusals, refusals
from guichet.scheduling.places.models import Room, Team


@dataclass(frozen=True)
class LineEntry:
    """A commission of the campaign as typed."""

    commission_id: int
    pace: Pace
    team_id: int | None = None
    rooms: tuple[int, ...] = ()


@dataclass(frozen=True)
class CampaignEntry:
    """A campaign as typed."""

    title: str
    starts_on: date | None
    ends_on: date | None
    settings: Settings
    lines: tuple[LineEntry, ...]


def save(
    session: Session,
    known: Campaign | None,
    entry: CampaignEntry,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Campaign:
    """A new campaign, or other settings for one. Raises InvalidError with a sentence a field.

    The fields of a commission are named by it: `cadence-3`, `months-3`, `main_on-3`, `min_days-3`.
    """
    if known is not None:
        expect_version(known, version)
    problems = refusals(entry.title, entry.starts_on, entry.ends_on, entry.settings)
    problems |= _lines_refused(session, entry)
    if "title" not in problems and _is_taken(session, entry.title, known):
        problems["title"] = "Une autre campagne porte déjà ce nom."
    if problems or entry.starts_on is None or entry.ends_on is None:
        raise InvalidError(problems)
    made = known or Campaign()
    made.title, made.starts_on, made.ends_on = entry.title, entry.starts_on, entry.ends_on
    made.settings = entry.settings.to_json()
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("Une autre campagne vient de prendre ce nom : choisissez-en un autre.") from error
    _write(session, made.id, entry.lines)
    journal.note(session, "campaign", made.id, "change" if known else "create", actor=actor, at=at)
    return made


def keep_cadences(session: Session, campaign_id: int, tried: Iterable[Mapping[str, object]]) -> None:
    """The cadences tried in a calendar become those of the campaign, once it is published."""
    for one in tried:
        line = session.get(CampaignCommission, (campaign_id, int(str(one["commission"])[1:])))
        if line is not None:
            months = one.get("months")
            line.cadence = str(one["cadence"])
            line.months = list(months) if isinstance(months, list) and line.cadence == MONTHS_CHOSEN else []


def _write(session: Session, campaign_id: int, lines: Iterable[LineEntry]) -> None:
    session.execute(delete(CampaignCommission).where(CampaignCommission.campaign_id == campaign_id))
    session.add_all(
        CampaignCommission(
            campaign_id=campaign_id,
            commission_id=one.commission_id,
            cadence=one.pace.cadence,
            months=list(one.pace.months) if one.pace.cadence == MONTHS_CHOSEN else [],
            main_on=one.pace.main_on,
            min_days=one.pace.min_days,
            team_id=one.team_id,
            rooms=list(one.rooms),
        )
        for one in lines
    )
    session.flush()


def _lines_refused(session: Session, entry: CampaignEntry) -> dict[str, str]:
    if not entry.lines:
        return {"commissions": "Choisissez au moins une commission."}
    known = set(session.scalars(select(Commission.id)))
    teams, rooms = set(session.scalars(select(Team.id))), set(session.scalars(select(Room.id)))
    found = {}
    for one in entry.lines:
        if one.commission_id not in known:
            found["commissions"] = "Une des commissions n’existe plus : rechargez la page."
        if one.team_id is not None and one.team_id not in teams:
            found[f"team-{one.commission_id}"] = "Cette équipe n’existe plus : choisissez-en une autre."
        if not set(one.rooms) <= rooms:
            found[f"rooms-{one.commission_id}"] = "Une de ces salles n’existe plus : choisissez-en une autre."
        if entry.starts_on and entry.ends_on:
            said = pace_refusals(one.pace, entry.starts_on, entry.ends_on)
            found |= {f"{name}-{one.commission_id}": sentence for name, sentence in said.items()}
    return found


def _is_taken(session: Session, title: str, known: Campaign | None) -> bool:
    other = select(Campaign.id).where(Campaign.title == title, Campaign.id != (known.id if known else 0))
    return session.scalar(other.limit(1)) is not None
