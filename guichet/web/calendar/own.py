"""A member's own dates, opened by the link of the letter, without an account: GET shows, POST acts."""

from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core.actor import Actor
from guichet.core.errors import DomainError, InvalidError
from guichet.scheduling.campaigns import consulting
from guichet.scheduling.campaigns.files import half_day_from
from guichet.scheduling.campaigns.words import ANSWER
from guichet.scheduling.members import links as member_links
from guichet.scheduling.members.models import Member
from guichet.scheduling.planning.problem import HalfDay
from guichet.web.calendar import showing
from guichet.web.calendar.blueprint import bp
from guichet.web.door import at, commit, db, open_to_all

TOLD = {
    "not": "C’est noté : vous ne pouvez pas le {}.",
    "if_needed": "C’est noté : le {}, seulement si besoin.",
    "free": "C’est noté : vous pouvez le {}.",
}


@bp.get("/vos-dates/<token>")
@open_to_all
def own(token: str) -> ResponseReturnValue:
    """Her dates and what she answered; nothing of the others."""
    return _page(_member(token), token)


@bp.post("/vos-dates/<token>")
@open_to_all
def say(token: str) -> ResponseReturnValue:
    """Keep one answer, or that all the dates suit; an answer to an old date is not taken, and says so."""
    member = _member(token)
    try:
        told = _act(member)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _page(_member(token), token, refusal.sentence), refusal.status
    flash(told, "success")
    return redirect(url_for("campaigns.own", token=token), 303)


def _act(member: Member) -> str:
    word = request.form.get("word", "")
    if word == "all":
        consulting.all_suit(db(), member, at=at())
        return "C’est noté : toutes ces dates vous conviennent. Merci."
    try:
        half_day = half_day_from(request.form.get("half_day", ""))
    except ValueError as error:
        raise InvalidError({"half_day": "Cette date n’existe pas."}) from error
    key = request.form.get("session", "")
    consulting.answer(db(), member, key, half_day, word, actor=Actor(None, member.name), at=at())
    return TOLD[word].format(showing.in_words(half_day))


def _by_half_day(dates: tuple[consulting.OwnDate, ...]) -> list[tuple[HalfDay, list[consulting.OwnDate]]]:
    """Two sessions of one half-day are one question."""
    return [(half_day, list(found)) for half_day, found in groupby(dates, key=lambda one: one.half_day)]


def _member(token: str) -> Member:
    return member_links.holder_of(db(), token, consulting.PURPOSE, at=at())


def _page(member: Member, token: str, sentence: str = "") -> str:
    asked = consulting.asked_of(db(), member)
    return render_template(
        "calendar/own.html",
        member=member,
        asked=asked,
        days=_by_half_day(asked.dates) if asked else [],
        token=token,
        sentence=sentence,
        answers=ANSWER,
        in_words=showing.in_words,
    )
