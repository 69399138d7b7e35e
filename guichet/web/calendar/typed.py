"""The form of a campaign: what was typed as an entry, and an entry as it is shown."""

from collections.abc import Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

from guichet.commissions.commission_models import Commission
from guichet.commissions.words import ROLE
from guichet.commissions.year.actions import CampaignEntry, LineEntry
from guichet.commissions.year.models import CampaignCommission
from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.scheduling.campaigns.models import Campaign
from guichet.scheduling.campaigns.settings import BOUNDS, TIMES, Pace, Settings
from guichet.scheduling.places.models import Team

Shown = MultiDict[str, str]
NUMBERS = tuple(name for name in BOUNDS if name not in TIMES)
USUAL_CADENCE = "four"
MAIN_DAY = (5, 3)
"""The usual aim of the spring session: early May, for the entries of September."""


def campaign_entry(form: Shown) -> CampaignEntry:
    """The campaign as typed. Raises InvalidError with a sentence at each field that cannot be read."""
    problems: dict[str, str] = {}
    starts_on = _date(form, "starts_on", problems)
    ends_on = _date(form, "ends_on", problems)
    numbers = {name: _number(form, name, problems) for name in NUMBERS}
    times = {name: _time(form, name, problems) for name in TIMES}
    weights = {role: _number(form, f"weight-{role}", problems) for role in ROLE}
    span = (starts_on, ends_on) if starts_on and ends_on else None
    lines = [_line(form, int(one), span, problems) for one in form.getlist("commissions") if _is_id(one)]
    if problems:
        raise InvalidError(problems)
    settings = Settings(**numbers, **times, weights=weights)
    return CampaignEntry(form.get("title", "").strip(), starts_on, ends_on, settings, tuple(lines))


def from_campaign(campaign: Campaign, lines: Sequence[CampaignCommission]) -> Shown:
    """A campaign as its form shows it."""
    shown = _of_settings(campaign.preferences)
    shown["title"], shown["version"] = campaign.title, str(campaign.version)
    shown["starts_on"], shown["ends_on"] = (
        french.short_date(campaign.starts_on),
        french.short_date(campaign.ends_on),
    )
    for line in lines:
        shown.add("commissions", str(line.commission_id))
        _show_line(shown, line.commission_id, line.pace, line.team_id, line.rooms)
    return shown


def usual(today: date, commissions: Sequence[Commission], teams: Sequence[tuple[Team, list[int]]]) -> Shown:
    """A campaign of the next civil year, four sessions for every commission, with the team it shares most with."""
    year = today.year + 1
    shown = _of_settings(Settings())
    shown["title"] = f"Calendrier {year}"
    shown["starts_on"], shown["ends_on"] = f"01/01/{year}", f"31/12/{year}"
    for one in commissions:
        shown.add("commissions", str(one.id))
        pace = Pace(USUAL_CADENCE, (), date(year, *MAIN_DAY))
        _show_line(shown, one.id, pace, _team_of(one, teams), ())
    return shown


def _team_of(one: Commission, teams: Sequence[tuple[Team, list[int]]]) -> int | None:
    seated = {member for seat in one.seats for member in (seat.member_id, seat.deputy_member_id) if member}
    shared = [(len(seated & set(members)), -team.id) for team, members in teams]
    most, team = max(shared, default=(0, 0))
    return -team if most else None


def _of_settings(settings: Settings) -> Shown:
    shown: Shown = MultiDict({name: str(getattr(settings, name)) for name in NUMBERS})
    for name in TIMES:
        shown[name] = french.clock_time(getattr(settings, name))
    for role in ROLE:
        shown[f"weight-{role}"] = str(settings.weight(role))
    return shown


def _show_line(shown: Shown, commission_id: int, pace: Pace, team: int | None, rooms: Sequence[int]) -> None:
    shown[f"cadence-{commission_id}"] = pace.cadence
    main_on = french.short_date(pace.main_on) if pace.main_on else ""
    shown[f"main_on-{commission_id}"] = shown[f"main_was-{commission_id}"] = main_on
    shown[f"min_days-{commission_id}"] = str(pace.min_days)
    shown[f"team-{commission_id}"] = str(team or "")
    shown.setlist(f"months-{commission_id}", [str(one) for one in pace.months])
    shown.setlist(f"rooms-{commission_id}", [str(one) for one in rooms])


def _line(
    form: Shown, commission_id: int, span: tuple[date, date] | None, problems: dict[str, str]
) -> LineEntry:
    def named(name: str) -> str:
        return f"{name}-{commission_id}"

    months = tuple(sorted(int(one) for one in form.getlist(named("months")) if one in _MONTHS))
    main_on = _date(form, named("main_on"), problems, required=False)
    if main_on and span and form.get(named("main_on")) == form.get(named("main_was")):
        main_on = _followed(main_on, *span)
    pace = Pace(form.get(named("cadence"), ""), months, main_on, _number(form, named("min_days"), problems))
    team = form.get(named("team"), "")
    rooms = tuple(int(one) for one in form.getlist(named("rooms")) if _is_id(one))
    return LineEntry(commission_id, pace, int(team) if _is_id(team) else None, rooms)


def _followed(main_on: date, first: date, last: date) -> date | None:
    """A main day that nobody touched follows the campaign: the same day of another year, or none."""
    years = (
        main_on.replace(year=year, day=min(main_on.day, 28)) for year in range(first.year, last.year + 1)
    )
    return main_on if first <= main_on <= last else next((one for one in years if first <= one <= last), None)


_MONTHS = frozenset(str(month) for month in range(1, 13))


def _is_id(typed: str) -> bool:
    return typed.isdecimal() and len(typed) < 10


def _number(form: Shown, name: str, problems: dict[str, str]) -> int:
    typed = form.get(name, "").strip()
    if not _is_id(typed):
        problems[name] = "Écrivez un nombre entier."
        return 0
    return int(typed)


def _time(form: Shown, name: str, problems: dict[str, str]) -> int:
    try:
        return french.parse_clock(form.get(name, ""))
    except ValueError as refusal:
        problems[name] = str(refusal)
        return 0


def _date(form: Shown, name: str, problems: dict[str, str], *, required: bool = True) -> date | None:
    typed = form.get(name, "").strip()
    if not typed:
        if required:
            problems[name] = "Indiquez une date, par exemple 01/01/2027."
        return None
    try:
        return french.parse_date(typed)
    except ValueError as refusal:
        problems[name] = str(refusal)
        return None
