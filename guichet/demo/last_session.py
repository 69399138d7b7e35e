"""A session of some weeks ago, signed by two: its minutes wait for approval, and something it decided is late."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.commission_models import Commission
from guichet.commissions.follow_up import actions as follow_up
from guichet.commissions.follow_up.actions import FollowEntry
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.agenda_actions import ItemEntry
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.signing import dry_run
from guichet.commissions.signing import signatures as signing
from guichet.commissions.signing.dry_run_bench import TrialBench
from guichet.commissions.sitting import actions as sitting_actions
from guichet.commissions.sitting.attendance import HOLDER
from guichet.core.clock import PARIS, day
from guichet.core.db import Database
from guichet.demo.said import TOWNS
from guichet.placements.offers.answer_links import AnswerLinks

WEEKS_AGO = 5
CALLED_DAYS = 21
STARTS_AT = 14 * 60
PLACE = "Salle des commissions, Montceau-les-Mines"
ITEMS = (
    ItemEntry("needs", "Places à pourvoir en janvier", 15),
    ItemEntry("text", "Accueil avant 7 h 30 : ce que demandent les familles", 20),
)
TO_DO = (
    (
        "Écrire aux entreprises de la zone pour connaître leurs horaires d’équipe",
        "Coordination petite enfance",
        14,
    ),
    ("Mettre à jour le livret d’accueil", "Relais petite enfance", 70),
)
"""What was decided, who does it, and how many days after the session."""


def hold_the_last_session(
    database: Database, coordinator: Person, president: Person, links: AnswerLinks, now: datetime
) -> None:
    """Plan it, hold it and sign it on its day, by the real actions."""
    on = day(now) - timedelta(weeks=WEEKS_AGO)
    on -= timedelta(days=max(on.weekday() - 4, 0))
    held = datetime.combine(on, time(14, 0), PARIS)
    called = held - timedelta(days=CALLED_DAYS)
    session_id = _called(database, coordinator, on, called)

    def act(what: Callable[..., object], at: datetime = held, person: Person = coordinator) -> None:
        with database.transaction() as session:
            found = opened_session(session, coordinator, session_id, on)
            if found is None:
                raise LookupError(session_id)
            what(session, found, person, at)

    act(lambda session, one, by, at: session_actions.convene(session, one, "", actor=by, at=at), called)
    for item in ITEMS:
        act(_added(item), called)
    act(lambda session, one, by, at: agenda_actions.build(session, one, 3, actor=by, at=at), called)
    act(lambda session, one, by, at: sitting_actions.open_session(session, one, actor=by, at=at))
    act(_everybody_there)
    for entry in TO_DO:
        act(_decided(entry, on))
    act(lambda session, one, by, at: dry_run.ask(session, one, actor=by, at=at))
    TrialBench(database, lambda: held, "demonstration", links).work()
    for person in (coordinator, president):
        act(_sign, held + timedelta(hours=1), person)


def _called(database: Database, by: Person, on: date, at: datetime) -> int:
    with database.transaction() as session:
        name = f"Commission d’admission de {TOWNS['ville_montceau']}"
        commission = session.scalars(select(Commission).where(Commission.name == name)).one()
        entry = SessionEntry(on, STARTS_AT, PLACE)
        return session_actions.plan(session, commission, entry, actor=by, at=at).id


def _added(item: ItemEntry) -> Callable[..., object]:
    return lambda session, one, by, at: agenda_actions.add_item(session, one, item, actor=by, at=at)


def _everybody_there(session: Session, one: CommissionSession, by: Person, at: datetime) -> None:
    named = {seat.id: HOLDER for seat in one.commission.seats if seat.holder}
    sitting_actions.note_presence(session, one, 0, named, actor=by, at=at)


def _decided(entry: tuple[str, str, int], on: date) -> Callable[..., object]:
    what, owner, days = entry
    typed = FollowEntry(what, owner, on + timedelta(days=days))
    return lambda session, one, by, at: follow_up.add(session, one, typed, actor=by, at=at)


def _sign(session: Session, one: CommissionSession, by: Person, at: datetime) -> None:
    run = dry_run.latest(session, one.id)
    signing.sign(session, one, run, run.digest if run else "", person=by, at=at)
