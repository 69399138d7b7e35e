"""The tasks: each opens its room, does one thing of a lower room, and ends."""

from datetime import timedelta

from celery import shared_task

from guichet.core import clock
from guichet.placements.offers.answer_links import AnswerLinks
from workers import convocations, mailbox, milestones, room, session_sweeps, sweeps
from workers.aside import run_aside

DRAIN = timedelta(minutes=1)
"""Then it makes place for the other tasks; the next sweep goes on."""


@shared_task(name="workers.drain_outbox")
def drain_outbox() -> None:
    """Hand over the letters that are due."""
    room.relay().drain(DRAIN)


@shared_task(name="workers.compute_proposals")
def compute_proposals() -> None:
    """Compute the proposals that were asked for; the next sweep goes on when many wait."""
    room.bench().work(most=1)


@shared_task(name="workers.compute_calendars")
def compute_calendars() -> None:
    """Compute a calendar of commissions that was asked for, beside the other tasks; the next sweep goes on."""
    bench = room.calendars()
    # One: what its process gives back when told to stop, it must not take again.
    run_aside("calendars", bench.waits, lambda: bench.work(most=1))


@shared_task(name="workers.prepare_signatures")
def prepare_signatures() -> None:
    """Try the signatures that were asked for, then print the papers of the sessions."""
    room.trials().work(most=1)
    room.papers().work(most=4)


@shared_task(name="workers.turn_timers")
def turn_timers() -> None:
    """Remind, ask to renew, use the second channel, close what ended."""
    sweeps.turn_timers(room.database(), clock.now())


@shared_task(name="workers.keep_milestones")
def keep_milestones() -> None:
    """Keep the dated tasks of the sessions, and remind their owners once."""
    milestones.keep(room.database(), room.settings().public_url, clock.now())


@shared_task(name="workers.turn_offers")
def turn_offers() -> None:
    """Remind the families that were offered a place; note the silences."""
    known = room.settings()
    links = AnswerLinks(known.public_url, known.secret_key)
    sweeps.turn_offers(room.database(), links, clock.now())


@shared_task(name="workers.chase_childminders")
def chase_childminders() -> None:
    """Have the free places of the childminders confirmed."""
    sweeps.chase_childminders(room.database(), clock.now())


@shared_task(name="workers.remind_members")
def remind_members() -> None:
    """Remind the members who did not answer their convocation."""
    convocations.remind_members(room.database(), room.settings().public_url, clock.now())


@shared_task(name="workers.read_mailbox")
def read_mailbox() -> None:
    """Read the answers and the mails that came back, beside the other tasks: a server may be slow."""
    known = room.settings()
    run_aside(
        "mailbox",
        lambda: known.reads_mailbox,
        lambda: mailbox.read_mailbox(room.database(), known, clock.now),
    )


@shared_task(name="workers.chase_sheets")
def chase_sheets() -> None:
    """Have the old sheets of the establishments read again."""
    sweeps.chase_sheets(room.database(), clock.now())


@shared_task(name="workers.forget")
def forget() -> None:
    """Purge drafts, sign-ins and papers; anonymise the families whose day has come."""
    sweeps.forget(room.database(), clock.now())


@shared_task(name="workers.follow_sessions")
def follow_sessions() -> None:
    """Warn the families left out of an agenda; close what was answered."""
    session_sweeps.follow_sessions(room.database(), clock.now())
