"""What one worker process keeps open between two tasks: its database and its mail connection."""

import os
from functools import cache

from guichet.allocation.runs.computing import Bench
from guichet.commissions.papers.bench import PaperBench
from guichet.commissions.signing.dry_run_bench import TrialBench
from guichet.commissions.sitting.deciding import drop_drafts
from guichet.commissions.year.freezing import freeze_run
from guichet.core import clock
from guichet.core.db import Database, make_database
from guichet.core.process import this_process
from guichet.core.settings import Settings
from guichet.demands import leaving
from guichet.notifications.mailer import Mailer
from guichet.notifications.relay import Relay
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.scheduling.campaigns.computing import Bench as CalendarBench


@cache
def settings() -> Settings:
    """What the installation was told."""
    return Settings.from_environment(os.environ)


@cache
def database() -> Database:
    """This process's own connections."""
    # A demand closed here by a rule loses what an open session holds for it.
    leaving.bind(drop_drafts)
    return make_database(settings().database_url, pool_size=2)


@cache
def relay() -> Relay:
    """This process at the outbox."""
    return Relay(database(), Mailer(settings()), clock.now, this_process())


@cache
def bench() -> Bench:
    """This process at the proposals."""
    return Bench(database(), clock.now, this_process())


@cache
def answer_links() -> AnswerLinks:
    """What makes the links by which the families answer."""
    return AnswerLinks(settings().public_url, settings().secret_key)


@cache
def trials() -> TrialBench:
    """This process at the signatures that are tried."""
    return TrialBench(database(), clock.now, this_process(), answer_links())


@cache
def calendars() -> CalendarBench:
    """This process at the calendars."""
    return CalendarBench(database(), clock.now, this_process(), freeze_run)


@cache
def papers() -> PaperBench:
    """This process at the papers of the sessions."""
    return PaperBench(database(), clock.now, this_process())


def forget() -> None:
    """Let go of what a parent opened, without closing it: it is still the parent's."""
    if database.cache_info().currsize:
        database().engine.dispose(close=False)
    relay.cache_clear()
    bench.cache_clear()
    trials.cache_clear()
    papers.cache_clear()
    calendars.cache_clear()
    database.cache_clear()


def leave() -> None:
    """Give back what runs beside the tasks, then close everything, at the end of the process."""
    if calendars.cache_info().currsize and calendars().waits():
        calendars().hold.let_go(database())
    if relay.cache_info().currsize:
        relay().mailer.close()
    if database.cache_info().currsize:
        database().engine.dispose()
