"""The tasks: each opens its room, does one thing of a lower room, and ends."""

from datetime import timedelta

from celery import shared_task

from workers import room

DRAIN = timedelta(minutes=1)
"""Then it makes place for the other tasks; the next sweep goes on."""


@shared_task(name="workers.drain_outbox")
def drain_outbox() -> None:
    """Hand over the letters that are due."""
    room.relay().drain(DRAIN)
