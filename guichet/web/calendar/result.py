"""The page of a calculation that is done, and that of one of its sessions, arranged for their templates."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, url_for

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import NotFoundError
from guichet.scheduling.campaigns import queries as campaign_queries
from guichet.scheduling.campaigns import words as campaign_words
from guichet.scheduling.campaigns.files import plan_from
from guichet.scheduling.campaigns.models import CalendarRun, Campaign
from guichet.scheduling.campaigns.settings import CADENCE_WORDS
from guichet.scheduling.campaigns.whatif import commission_of
from guichet.scheduling.places.queries import closed_between
from guichet.scheduling.planning.difference import Change, difference
from guichet.scheduling.planning.plan import Plan
from guichet.web import year_drawing
from guichet.web.calendar import showing
from guichet.web.calendar.opening import opened_campaign
from guichet.web.calendar.showing import Year
from guichet.web.door import at, db


def result_page(
    found: CalendarRun,
    campaign: Campaign,
    view: str,
    problems: dict[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    """The year under one of its views; with what was refused in the forms that try something."""
    year = showing.year_of(found)
    versions = campaign_queries.versions_of(db(), campaign.id)
    return render_template(
        "calendar/result.html",
        run=found,
        campaign=campaign,
        year=year,
        view=view,
        tabs=_tabs(found, year, view),
        drawing=_drawing(found, campaign, year) if view == "annee" else "",
        versions=versions,
        own_version=next((one for one in versions if one.run_id == found.id), None),
        asked=campaign_queries.asked_run(db(), campaign.id),
        tried=tried_words(found),
        cadences=list(CADENCE_WORDS.items()),
        seats=_seats(found),
        people=sorted(_people(found).items(), key=lambda one: one[1]),
        months=[(str(number), name) for number, name in enumerate(campaign_words.MONTH, 1)],
        problems=problems or {},
        typed=typed or {},
        in_words=showing.in_words,
        words=campaign_words,
    )  # fmt: skip


def session_page(
    found: CalendarRun,
    key: str,
    problems: dict[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    """One session, with what was refused in its forms."""
    year = showing.year_of(found)
    dated, undated = year.dated(key), year.without_date(key)
    if dated is None and undated is None:
        raise NotFoundError
    about = found.about or {}
    own = about["commissions"][commission_of(key)]["rooms"]
    rooms = sorted(about["rooms"].items(), key=lambda room: (room[0] not in own, room[1]))
    return render_template(
        "calendar/session.html",
        run=found,
        campaign=opened_campaign(found.campaign_id),
        dated=dated,
        undated=undated,
        name=(dated or undated).name,  # type: ignore[union-attr]  # one of them is there
        key=key,
        rooms=rooms,
        problems=problems or {},
        typed=typed or {},
        in_words=showing.in_words,
    )  # fmt: skip


def change_lines(before: CalendarRun, after: CalendarRun) -> list[tuple[str, str, Change, str, str]]:
    """The sessions that differ, in the order of the dates: key, commission, change, room before, room after."""
    found = difference(_plan(before), _plan(after))
    names = {**_names(before), **_names(after)}
    rooms = {**(before.about or {})["rooms"], **(after.about or {})["rooms"]}
    return [
        (
            one.session,
            names.get(commission_of(one.session), ""),
            one,
            rooms.get(one.before.room, "") if one.before else "",
            rooms.get(one.after.room, "") if one.after else "",
        )
        for one in found
    ]


def tried_words(found: CalendarRun) -> list[str]:
    """What was tried up to this calculation, one sentence each."""
    return [showing.change_in_words(one, found.about or {}, CADENCE_WORDS) for one in found.changes]


def _plan(found: CalendarRun) -> Plan:
    return plan_from((found.result or {})["plan"])


def _names(found: CalendarRun) -> dict[str, str]:
    return showing.commission_names(found.about or {})


def _people(found: CalendarRun) -> dict[str, str]:
    return showing.members_names(found.about or {})


def _seats(found: CalendarRun) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every seat by commission, as one choice: « C3|M12 »."""
    about = found.about or {}
    return [
        (
            name,
            [(f"{code}|{person}", about["people"].get(person, person)) for person in _holders(about, code)],
        )
        for code, name in _names(found).items()
    ]


def _holders(about: dict[str, Any], commission: str) -> list[str]:
    """Who has a seat there, in the order of their names."""
    people: dict[str, str] = about["people"]
    return sorted(about["commissions"][commission]["roles"], key=lambda one: (people.get(one, one), one))


def _tabs(found: CalendarRun, year: Year, view: str) -> list[dict[str, Any]]:
    labels: Sequence[tuple[str, str, int | None]] = (
        ("annee", "L’année", None),
        ("seances", "Séances", len(year.sessions)),
        ("membres", "Membres", None),
        ("essayer", "Essayer autre chose", None),
    )
    return [
        {
            "label": label,
            "url": url_for("campaigns.run", run_id=found.id, vue=code),
            "count": count,
            "current": view == code,
        }
        for code, label, count in labels
    ]


def _drawing(found: CalendarRun, campaign: Campaign, year: Year) -> Any:  # noqa: ANN401 - a Markup
    teams = {code: one["team"] for code, one in (found.about or {})["commissions"].items()}

    def url(key: str) -> str:
        return url_for("campaigns.session", run_id=found.id, key=key)

    marks = [
        year_drawing.Mark(
            one.commission,
            url(one.key),
            year_drawing.label_of(one.name, one.half_day, _presence(one)),
            one.half_day,
            one.half_day.day,
            year_drawing.FIXED if one.pinned else year_drawing.MISSING if one.missing else year_drawing.PLAIN,
            teams[one.commission],
        )
        for one in year.sessions
    ] + [
        year_drawing.Mark(
            one.commission,
            url(one.key),
            year_drawing.label_of(one.name, None, "voir pourquoi"),
            None,
            one.first + (one.last - one.first) / 2,
        )
        for one in year.undated
    ]
    marks += [
        year_drawing.Mark(
            one.commission,
            url_for("commissions.session", session_id=one.session_id),
            year_drawing.label_of(one.name, one.half_day, "hors de cette campagne"),
            one.half_day,
            one.half_day.day,
            year_drawing.BESIDE,
        )
        for one in year.beside
        if campaign.starts_on <= one.half_day.day <= campaign.ends_on
    ]
    closed = closed_between(db(), campaign.starts_on, campaign.ends_on)
    words = f"{campaign.title} : {french.count(len(year.sessions), 'séance')}, {len(year.undated)} sans date"
    return year_drawing.year_svg(
        year.shorts, marks, (campaign.starts_on, campaign.ends_on), closed, words, day(at())
    )


def _presence(one: showing.Dated) -> str:
    said = f"{french.count(one.present, 'siège')} sur {len(one.chairs)}"
    return f"{said}, date fixée" if one.pinned else said
