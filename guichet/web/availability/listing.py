"""Who said when they are free, how fresh it is, and how busy each member is: for the coordination."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import NotFoundError
from guichet.scheduling.availability import asking as availability_asking
from guichet.scheduling.availability import queries as availability_queries
from guichet.scheduling.availability.freshness import Freshness
from guichet.scheduling.days.calendar import half_days
from guichet.scheduling.members import links as member_links
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.queries import closed_between
from guichet.web.availability.blueprint import bp
from guichet.web.availability.showing import FRESHNESS
from guichet.web.door import at, catalogue, commit, db, needs, person, settings

AHEAD = timedelta(days=91)
"""The rate of busy half-days is that of the three coming months."""


@bp.get("/calendrier/disponibilites")
@needs("keep_commissions")
def members() -> ResponseReturnValue:
    """The members who sit, never what keeps them busy."""
    lines = _lines()
    return render_template(
        "availability/list.html",
        lines=lines,
        freshness=FRESHNESS,
        to_ask=[line for line in lines if line.freshness is not Freshness.FRESH and line.member.email],
        on_paper=[line for line in lines if line.freshness is not Freshness.FRESH and not line.member.email],
    )


@bp.post("/calendrier/disponibilites/demander")
@needs("keep_commissions")
def ask() -> ResponseReturnValue:
    """Write to one member, or to all those who said nothing for two weeks."""
    chosen = request.form.get("member", type=int)
    if chosen is not None:
        member = db().get(Member, chosen)
        if member is None:
            raise NotFoundError
        wanted = [member]
    else:
        wanted = [
            line.member for line in _lines() if line.freshness is not Freshness.FRESH and line.member.email
        ]
    sent = sum(
        availability_asking.ask(db(), one, catalogue(), settings().public_url, actor=person(), at=at())
        for one in wanted
    )
    commit()
    if sent:
        flash(f"{french.count(sent, 'courriel')} à partir : chacun porte un lien personnel.", "success")
    else:
        flash("Personne de plus à qui écrire : ces membres ont déjà reçu un courriel aujourd’hui.", "info")
    return redirect(url_for("availability.members"), 303)


@bp.post("/calendrier/disponibilites/<int:member_id>/liens")
@needs("keep_commissions")
def revoke(member_id: int) -> ResponseReturnValue:
    """The links she received open nothing any more: one was forwarded, or went to a wrong address."""
    if db().get(Member, member_id) is None:
        raise NotFoundError
    count = member_links.revoke(db(), member_id, member_links.AVAILABILITY)
    commit()
    flash(
        f"{french.count(count, 'lien est fermé', 'liens sont fermés')} : il faut en envoyer un autre.",
        "success",
    )
    return redirect(url_for("availability.of_member", member_id=member_id), 303)


def _lines() -> list[availability_queries.MemberLine]:
    today = day(at())
    closed = closed_between(db(), today, today + AHEAD)
    return availability_queries.lines(db(), half_days(today, today + AHEAD, closed), today, at())
