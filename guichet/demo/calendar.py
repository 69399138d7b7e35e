"""Calm: the commissions of the demonstration, at a steady pace around today: some past, some to come."""

from dataclasses import dataclass
from datetime import date, timedelta

PAST_DAYS, COMING_DAYS = 440, 110


@dataclass(frozen=True)
class Sitting:
    """One session of a commission."""

    on: date
    name: str


# manager, town, every so many days, and one of its sessions in so many days (a past one is still being confirmed)
_PACE = (
    ("ville_montceau", "Montceau-les-Mines", 28, -4),
    ("ville_blanzy", "Blanzy", 56, -5),
    ("ville_saint_vallier", "Saint-Vallier", 56, -7),
    ("ville_sanvignes", "Sanvignes-les-Mines", 84, -6),
    ("ville_genelard", "Génelard", 84, -8),
)
LARGEST = "ville_montceau"


def sittings(today: date) -> dict[str, tuple[Sitting, ...]]:
    """The sessions of each manager's commission, in order, on working days."""
    return {
        manager: tuple(
            Sitting(_working(today + timedelta(days=days)), f"Commission d’admission de {town}")
            for days in range(-PAST_DAYS, COMING_DAYS)
            if (days - nearest) % every == 0
        )
        for manager, town, every, nearest in _PACE
    }


def next_sitting(planned: tuple[Sitting, ...], after: date) -> Sitting | None:
    """The first session that leaves a week to prepare it."""
    ready = after + timedelta(days=7)
    return next((sitting for sitting in planned if sitting.on >= ready), None)


def _working(on: date) -> date:
    return on - timedelta(days=max(on.weekday() - 4, 0))
