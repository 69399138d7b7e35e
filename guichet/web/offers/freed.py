"""The seats that free between two sessions: the list, who fits, and the proposal that a mandated person confirms."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts.policy import Reach
from guichet.commissions.actions import WAITING, waiting_decision
from guichet.commissions.between import freed_seats as between
from guichet.commissions.between import mandate
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.core.week import PRESETS, Week
from guichet.demands import reading
from guichet.demands import words as demand_words
from guichet.demands.models import Demand
from guichet.establishments.supply import section_at
from guichet.placements import freed_seats
from guichet.placements.freed_seats import FreedEntry, seat_of
from guichet.placements.offers import words
from guichet.placements.offers.models import FreedSeat
from guichet.placements.ranking import called_in_order, standings
from guichet.placements.stays import load_houses
from guichet.placements.waiting import Match, candidates, matches
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace
from guichet.web.family_typed import seen_version
from guichet.web.offers.blueprint import bp
from guichet.web.offers.giving import GiveForm, blank, entry_day, entry_of
from guichet.web.registration.typed import Typed
from guichet.web.week_form import typed_from_week, week_from_form

SHOWN = 30
DETAIL = 300
RIGHT = "propose_seat"


@bp.get("/places-liberees")
@needs(RIGHT, mandate.RIGHT)
def freed() -> ResponseReturnValue:
    """The seats still to give, the soonest first, and those that wait for a confirmation."""
    houses = followed_houses()
    seats = freed_seats.open_seats(db(), houses)
    proposed = {
        seat.id: waiting_decision(db(), seat.given_demand_id) for seat in seats if seat.given_demand_id
    }
    trace("read", "freed_seats", None)
    return render_template(
        "offers/freed.html",
        seats=seats,
        proposed=proposed,
        houses=catalogue().houses,
        words=words,
        today=day(at()),
        me=person().user_id,
        may_propose=person().may(RIGHT),
    )


@bp.get("/places-liberees/signaler")
@needs(RIGHT)
def new_freed() -> ResponseReturnValue:
    """The form of a seat that will be free."""
    first = next(iter(followed_houses()), None)
    shown = {"establishment_id": str(first or ""), "since": french.short_date(day(at()))}
    return _tell_page(shown | typed_from_week(PRESETS[0].week, "heures"), {})


@bp.post("/places-liberees/signaler")
@needs(RIGHT)
def tell_freed() -> ResponseReturnValue:
    """Keep it."""
    typed = Typed(request.form)
    house = typed.choice("establishment_id", [str(one) for one in followed_houses()])
    if not house:
        typed.refuse("establishment_id", "Choisissez l’établissement.")
    since, born_on = typed.day("since"), typed.day("born_on")
    if since is None:
        typed.refuse("since", "Indiquez à partir de quel jour la place est libre.")
    detail, hours = typed.words("detail", DETAIL), Week()
    try:
        hours = week_from_form(request.form, "heures")
    except InvalidError as refusal:
        typed.problems |= refusal.problems
    try:
        typed.done()
        entry = FreedEntry(int(house), since or day(at()), hours, detail, born_on)
        made = freed_seats.tell_freed(db(), entry, actor=person(), at=at())
        commit()
    except InvalidError as refusal:
        db().rollback()
        return _tell_page(request.form, refusal.problems), refusal.status
    flash("La place libérée est notée. Voici qui convient.", "success")
    return redirect(url_for("offers.seat", seat_id=made.id), 303)


@bp.get("/places-liberees/<int:seat_id>")
@needs(RIGHT)
def seat(seat_id: int) -> ResponseReturnValue:
    """Who fits, in the order where families are called."""
    one = _seat(seat_id)
    trace("search", "establishment", one.establishment_id, "place libérée")
    return _seat_page(one, {}, "")


@bp.post("/places-liberees/<int:seat_id>/clore")
@needs(RIGHT)
def close_seat(seat_id: int) -> ResponseReturnValue:
    """It is not to be given."""
    one = _seat(seat_id, lock=True)
    typed = Typed(request.form)
    try:
        freed_seats.close_seat(
            db(),
            one,
            typed.raw("outcome"),
            typed.words("detail", DETAIL),
            actor=person(),
            at=at(),
            version=seen_version(request.form),
        )
        commit()
    except DomainError as refusal:
        db().rollback()
        problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        return _seat_page(_seat(seat_id), problems, refusal.sentence), refusal.status
    flash("La place n’est plus dans la liste.", "success")
    return redirect(url_for("offers.freed"), 303)


@bp.get("/places-liberees/<int:seat_id>/proposer/<int:demand_id>")
@needs(RIGHT)
def propose(seat_id: int, demand_id: int) -> ResponseReturnValue:
    """The form of the place proposed, prefilled with what fits."""
    one = _seat(seat_id)
    demand = reading.open_demand(db(), person(), demand_id, day(at()))
    if demand is None:
        raise not_for_them("demand", demand_id)
    asked = demand.demand
    part = _inside(asked.week, one.week)
    form = blank(asked, one.establishment_id, entry_day(asked, one.since), part)
    trace("read", "demand", demand_id, "place libérée")
    return _propose_page(one, asked, form)


@bp.post("/places-liberees/<int:seat_id>/proposer/<int:demand_id>")
@needs(RIGHT)
def keep_proposal(seat_id: int, demand_id: int) -> ResponseReturnValue:
    """Record the proposal: nothing is told to the family before its confirmation."""
    today = day(at())
    demand = reading.lock_demand(db(), person(), demand_id, today, "read_demand")
    if demand is None:
        raise not_for_them("demand", demand_id)
    one = _seat(seat_id, lock=True)
    form = GiveForm(request.form.to_dict())
    try:
        entry = entry_of(request.form, one.establishment_id)
        made = between.give_freed(
            db(),
            one,
            demand,
            entry,
            catalogue(),
            person=person(),
            at=at(),
            version=seen_version(request.form),
        )
        commit()
    except DomainError as refusal:
        db().rollback()
        db().expunge_all()
        opened = reading.open_demand(db(), person(), demand_id, today)
        if opened is None:
            raise
        form.problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        form.sentence = "" if form.problems else refusal.sentence
        return _propose_page(_seat(seat_id), opened.demand, form), refusal.status
    trace("change", "demand", demand_id, "place libérée")
    flash("La proposition est enregistrée. La coordination ou la présidence la confirme.", "success")
    return redirect(url_for("decisions.read", decision_id=made.id), 303)


def followed_houses() -> list[int]:
    """The establishments whose freed seats the person follows."""
    mine = [
        one.id
        for one in catalogue().houses.values()
        if one.is_collective and one.is_open and person().reaches_house(RIGHT, one.id, one.commune_code)
    ]
    if Reach.COMMISSION in person().reaches(mandate.RIGHT):
        mine += [one for one in db().scalars(mandate.presided(person(), day(at()))) if one not in mine]
    return mine


def _seat(seat_id: int, *, lock: bool = False) -> FreedSeat:
    found = seat_of(db(), seat_id, lock=lock)
    if found is None or found.establishment_id not in followed_houses():
        raise not_for_them("freed_seat", seat_id)
    return found


def _seat_page(one: FreedSeat, problems: Mapping[str, str], sentence: str) -> str:
    found, total = _who_fits(one)
    points = standings(db(), found, one.establishment_id, catalogue(), day(at()))
    return render_template(
        "offers/seat.html",
        seat=one,
        house=catalogue().houses[one.establishment_id],
        found=called_in_order(found, points)[:SHOWN],
        total=total,
        points=points,
        words=words,
        demand_words=demand_words,
        today=day(at()),
        outcomes=[(code, word) for code, word in words.FREED_OUTCOME.items() if code != "given"],
        days_named=lambda days: french.join_and([french.weekday_name(each) for each in days]),
        problems=dict(problems),
        sentence="" if problems else sentence,
        typed=request.form,
    )


def _who_fits(one: FreedSeat) -> tuple[list[Match], int]:
    if one.outcome or one.given_demand_id:
        return [], 0
    today = day(at())
    since = max(one.since, today)
    house = load_houses(db(), [one.establishment_id], since)[one.establishment_id]
    section = section_at(house.supply.groups, one.born_on, since) if one.born_on else None
    waiting, _more = candidates(db(), person(), one.establishment_id, since, today)
    found = matches(house.supply, house.periods, one.week, section, since, waiting)
    return found, len(found)


def _propose_page(one: FreedSeat, demand: Demand, form: GiveForm) -> str:
    return render_template(
        "offers/give.html",
        title="Proposer la place libérée",
        lead="Rien ne part à la famille avant que la coordination ou la présidence de la commission confirme.",
        demand=demand,
        house=catalogue().houses[one.establishment_id],
        choices=[],
        form=form,
        presets=PRESETS,
        waiting=WAITING,
        back=url_for("offers.seat", seat_id=one.id),
        back_label="Revenir à la place libérée",
        counts=[],
        freed=one,
        may_insist=_may_insist(one.establishment_id),
    )


def _may_insist(house_id: int) -> bool:
    return "coordinator" in person().roles or house_id in person().houses


def _tell_page(typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    houses = catalogue().houses
    return render_template(
        "offers/tell.html",
        choices=[(one, houses[one].label) for one in followed_houses()],
        typed=dict(typed),
        problems=dict(problems),
        presets=PRESETS,
    )


def _inside(asked: Week, freed: Week) -> Week | None:
    """The days asked that the freed hours hold, when they do not hold them all."""
    kept = tuple(
        one
        for one in asked.intervals
        if any(
            free.weekday == one.weekday and free.start <= one.start and one.end <= free.end
            for free in freed.intervals
        )
    )
    return Week(kept) if kept and kept != asked.intervals else None
