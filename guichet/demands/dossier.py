"""Calm: a demand as it is typed, before anything is stored."""

from dataclasses import dataclass
from datetime import date

from guichet.core.week import Week
from guichet.families.dossier import ChildEntry, FamilyEntry


@dataclass(frozen=True)
class NeedEntry:
    """What care is asked for, from when, on which hours."""

    care: str
    entry_on: date
    week: Week
    entry_earliest: date | None = None
    entry_latest: date | None = None
    duration_months: int | None = None
    variable_hours: bool = False
    variable_note: str = ""
    days_min: int | None = None
    days_max: int | None = None
    weeks_a_year: int | None = None
    school_holidays: str = "all"
    meals: bool = True
    urgency_reason: str = ""
    other_days: bool = False
    fewer_days: bool = False
    other_establishment: bool = False
    waits_months_for_first: int | None = None


@dataclass(frozen=True)
class WishEntry:
    """One wish, in rank order: an establishment, or a mode in one commune or anywhere."""

    establishment_id: int | None = None
    mode: str | None = None
    commune_code: str | None = None


@dataclass(frozen=True)
class Registration:
    """Everything one registration at the desk records."""

    submission: str
    channel: str
    child: ChildEntry
    family: FamilyEntry
    need: NeedEntry
    wishes: tuple[WishEntry, ...]
    notice_version: str
    received_on: date
    seniority_on: date | None = None
    seniority_rule: str = "received"
    desk_commune_code: str | None = None
    interview_on: date | None = None
    linked_to_id: int | None = None
    birth_rank: int = 1
    """2 for the second of twins: what tells them apart before they have a first name."""
    joins: str = ""
    """The submission whose family, already recorded, this child joins: the other child of the same birth."""
    reason: str = ""
    """What the person wrote or ticked while registering, for the journal."""
    different_from: tuple[int, ...] = ()
    """The demands looked at while registering, whose child was found to be another."""
