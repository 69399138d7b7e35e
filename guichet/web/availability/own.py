"""A member says her time: by a link that needs no account, by her account, or through the coordination for her."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from guichet.commissions.sessions.queries import known_uids
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import DomainError, NotFoundError
from guichet.scheduling.availability.queries import member_of_account
from guichet.scheduling.members import links as member_links
from guichet.scheduling.members.models import Member
from guichet.web.availability.acting import act, sent_calendar
from guichet.web.availability.blueprint import bp
from guichet.web.availability.showing import Frame, page
from guichet.web.door import at, commit, database, db, needs, open_to_all, person

Find = Callable[[Session], Member]


@bp.get("/mes-disponibilites")
@needs("say_time")
def mine() -> ResponseReturnValue:
    """Who has an account opens it from the menu."""
    member = member_of_account(db(), person().user_id or 0)
    if member is None:
        return render_template("availability/nobody.html")
    return page(Frame(member, url_for("availability.mine"), True, {}))


@bp.post("/mes-disponibilites")
@needs("say_time")
def say_mine() -> ResponseReturnValue:
    """Keep what she says."""
    if member_of_account(db(), person().user_id or 0) is None:
        return redirect(url_for("availability.mine"), 303)
    return _say(_of_account, person(), url_for("availability.mine"))


@bp.get("/mes-disponibilites/<token>")
@open_to_all
def by_link(token: str) -> ResponseReturnValue:
    """Who has no account opens it from the letter she received."""
    member = member_links.holder_of(db(), token, member_links.AVAILABILITY, at=at())
    return page(Frame(member, url_for("availability.by_link", token=token), True, {}))


@bp.post("/mes-disponibilites/<token>")
@open_to_all
def say_by_link(token: str) -> ResponseReturnValue:
    """Keep what she says."""

    def find(session: Session) -> Member:
        return member_links.holder_of(session, token, member_links.AVAILABILITY, at=at())

    return _say(find, None, url_for("availability.by_link", token=token))


@bp.get("/calendrier/disponibilites/<int:member_id>")
@needs("keep_commissions")
def of_member(member_id: int) -> ResponseReturnValue:
    """The coordination reads it, and writes down what was said on paper or by phone."""
    member = _of_id(member_id)(db())
    return page(Frame(member, url_for("availability.of_member", member_id=member_id), False, {}))


@bp.post("/calendrier/disponibilites/<int:member_id>")
@needs("keep_commissions")
def say_of_member(member_id: int) -> ResponseReturnValue:
    """Keep what she was told."""
    return _say(_of_id(member_id), person(), url_for("availability.of_member", member_id=member_id))


def _say(find: Find, actor: Actor | None, url: str) -> ResponseReturnValue:
    """Read the file first, in another process and before the database is locked; then act, commit, tell."""
    with database().reading() as reading:
        member = find(reading)
        known = known_uids(reading, day(at()))
    own = actor is None or member.user_id == actor.user_id
    try:
        busy = sent_calendar(member, known)
        told = act(find(db()), actor or Actor(None, member.name), busy)
        commit()
    except NotFoundError:
        raise
    except DomainError as refusal:
        db().rollback()
        return page(Frame(find(db()), url, own, request.form, refusal)), refusal.status
    flash(told, "success")
    return redirect(url, 303)


def _of_account(session: Session) -> Member:
    member = member_of_account(session, person().user_id or 0)
    if member is None:
        raise NotFoundError
    return member


def _of_id(member_id: int) -> Find:
    def find(session: Session) -> Member:
        member = session.get(Member, member_id)
        if member is None:
            raise NotFoundError
        return member

    return find
