"""The convocations of the demonstration: the next session whose delay is kept is convened, and two members answered."""

from datetime import date, timedelta

from sqlalchemy import select

from guichet.commissions.convocations import answers as convocation_answers
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.answers import Opened
from guichet.commissions.convocations.choices import DEPUTY, PRESENT
from guichet.commissions.convocations.queries import called
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.demo.line import World
from guichet.scheduling.days.calendar import notice

SOON = timedelta(days=10)


def convene_the_next(world: World) -> None:
    """Convene it; its presidency will come, and a councillor sends his deputy."""
    found = _next(world, day(world.now) + SOON)
    if found is None or day(world.now) > notice(found.sits_on, found.commission.reglement.delay).limit:
        return
    calling = Calling(world.catalogue, world.links.public_url, reads_replies=True)
    by, at = world.coordinator, world.now
    session_actions.convene(world.session, found, "", actor=by, at=at, calling=calling)
    for one in called(world.session, found.id):
        there = called(world.session, found.id)
        said = _answer(one.seat.role, bool(one.seat.deputy), one.as_deputy)
        if said:
            page = Opened(one, found, there, "")
            who = Actor(None, one.name)
            convocation_answers.take(world.session, page, said, None, calling, actor=who, at=at)


def _answer(role: str, has_deputy: bool, as_deputy: bool) -> str:
    if role == "president" and not as_deputy:
        return PRESENT
    return DEPUTY if has_deputy and not as_deputy else ""


def _next(world: World, after: date) -> CommissionSession | None:
    world.session.flush()
    world.session.expire_all()
    wanted = select(CommissionSession.id).where(
        CommissionSession.state == "planned", CommissionSession.sits_on >= after
    )
    first = world.session.scalar(wanted.order_by(CommissionSession.sits_on, CommissionSession.id).limit(1))
    return opened_session(world.session, world.coordinator, first, day(world.now)) if first else None
