"""Try something on a calendar: a new calculation from the same tables, with the difference; nothing is published."""

from datetime import date

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.errors import DomainError, InvalidError
from guichet.scheduling.campaigns import actions as campaign_actions
from guichet.scheduling.campaigns.files import half_day_from
from guichet.scheduling.campaigns.models import CalendarRun
from guichet.scheduling.campaigns.queries import RIGHT
from guichet.scheduling.campaigns.settings import CADENCES, MONTHS_CHOSEN
from guichet.scheduling.campaigns.whatif import CADENCE, DEPUTY, FORBID, FREE, PIN, Change, commission_of
from guichet.scheduling.planning.problem import HalfDay
from guichet.web.calendar.blueprint import bp
from guichet.web.calendar.opening import opened_campaign, opened_run, told
from guichet.web.calendar.result import result_page, session_page
from guichet.web.door import at, commit, db, needs, person

ON_A_SESSION = (PIN, FREE)


@bp.post("/calendrier/calculs/<int:run_id>/essayer")
@needs(RIGHT)
def attempt(run_id: int) -> ResponseReturnValue:
    """One change: a worker computes the calendar again, and its page shows what moves."""
    found = opened_run(run_id)
    try:
        made = campaign_actions.try_change(db(), found, _change(found), actor=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(run_id, refusal), refusal.status
    return redirect(url_for("campaigns.run", run_id=made.id), 303)


@bp.post("/calendrier/calculs/<int:run_id>/absence")
@needs(RIGHT)
def absence(run_id: int) -> ResponseReturnValue:
    """Somebody is away: as few sessions as can be move."""
    found = opened_run(run_id)
    chosen = request.form.get("person", "")
    called = (found.about or {"people": {}})["people"].get(chosen, "")
    try:
        days = _day("first"), _day("last")
        made = campaign_actions.absorb_absence(
            db(), found, chosen if called else "", called, days, actor=person(), at=at()
        )
        commit()
    except DomainError as refusal:
        return _refused(run_id, refusal), refusal.status
    return redirect(url_for("campaigns.run", run_id=made.id), 303)


@bp.post("/calendrier/calculs/<int:run_id>/relancer")
@needs(RIGHT)
def retry(run_id: int) -> ResponseReturnValue:
    """Ask again for a calculation that stopped."""
    campaign_actions.retry(db(), opened_run(run_id), actor=person(), at=at())
    commit()
    return redirect(url_for("campaigns.run", run_id=run_id), 303)


def _refused(run_id: int, refusal: DomainError) -> str:
    db().rollback()
    found = opened_run(run_id)
    problems, sentence = told(refusal)
    shown = problems or {"change": sentence}
    key = request.form.get("session", "")
    if request.form.get("kind") in ON_A_SESSION and found.result is not None:
        return session_page(found, key, shown, request.form)
    return result_page(found, opened_campaign(found.campaign_id), "essayer", shown, request.form)


def _change(found: CalendarRun) -> Change:
    """The change typed. Raises InvalidError with a sentence at its field."""
    if found.about is None or found.result is None:
        raise InvalidError({"change": "Ce calendrier n’est pas encore calculé."})
    kind = request.form.get("kind", "")
    if kind in ON_A_SESSION:
        return _on_a_session(found, kind)
    if kind == FORBID:
        on = _within(found, _day("day"))
        return {"kind": FORBID, "commission": _commission(found, "forbidden"), "day": on.isoformat()}
    if kind == CADENCE:
        return _cadence(found)
    if kind == DEPUTY:
        return _deputy(found)
    raise InvalidError({"change": "Choisissez ce que vous voulez essayer."})


def _on_a_session(found: CalendarRun, kind: str) -> Change:
    key, windows = request.form.get("session", ""), (found.result or {})["told"]["windows"]
    if key not in windows:
        raise InvalidError({"change": "Cette séance n’est pas dans ce calendrier."})
    if kind == FREE:
        return {"kind": FREE, "session": key}
    typed = request.form.get("half_day", "")
    try:
        half_day = half_day_from(typed) if typed else HalfDay(_within(found, _day("day")), _half())
    except ValueError as error:
        raise InvalidError({"day": "Cette demi-journée n’existe pas."}) from error
    _within(found, half_day.day)
    room = request.form.get("room", "")
    if (
        room not in (found.about or {})["rooms"]
        or commission_of(key) not in (found.about or {})["commissions"]
    ):
        raise InvalidError({"room": "Choisissez une salle dans la liste."})
    return {"kind": PIN, "session": key, "half_day": str(half_day), "room": room}


def _cadence(found: CalendarRun) -> Change:
    cadence = request.form.get("cadence", "")
    if cadence not in CADENCES:
        raise InvalidError({"cadence": "Choisissez une cadence dans la liste."})
    months = sorted(
        {int(one) for one in request.form.getlist("months") if one.isdecimal() and 1 <= int(one) <= 12}
    )
    if cadence == MONTHS_CHOSEN and not months:
        raise InvalidError({"months": "Cochez au moins un mois."})
    return {"kind": CADENCE, "commission": _commission(found, "paced"), "cadence": cadence, "months": months}


def _deputy(found: CalendarRun) -> Change:
    commission, _, holder = request.form.get("seat", "").partition("|")
    about = found.about or {}
    if commission not in about["commissions"] or holder not in about["commissions"][commission]["roles"]:
        raise InvalidError({"seat": "Choisissez le siège à suppléer."})
    deputy = request.form.get("deputy", "")
    if deputy not in about["members"] or "." in deputy:
        raise InvalidError({"deputy": "Choisissez une personne parmi les membres."})
    if deputy in about["commissions"][commission]["roles"]:
        raise InvalidError({"deputy": "Cette personne a déjà un siège dans cette commission."})
    return {"kind": DEPUTY, "commission": commission, "seat": holder, "person": deputy}


def _commission(found: CalendarRun, field: str) -> str:
    chosen = request.form.get(field, "")
    if chosen not in (found.about or {})["commissions"]:
        raise InvalidError({field: "Choisissez une commission."})
    return chosen


def _within(found: CalendarRun, on: date | None) -> date:
    campaign = opened_campaign(found.campaign_id)
    if on is None:
        raise InvalidError({"day": "Indiquez une date, par exemple 04/05/2027."})
    if not campaign.starts_on <= on <= campaign.ends_on:
        raise InvalidError({"day": "Choisissez une date de la campagne."})
    return on


def _day(name: str) -> date | None:
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    try:
        return french.parse_date(typed)
    except ValueError as refusal:
        raise InvalidError({name: str(refusal)}) from refusal


def _half() -> str:
    return "pm" if request.form.get("half") == "pm" else "am"
