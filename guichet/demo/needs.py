"""Draws the need of an invented family: its week, its date of entry, its flexibility."""

from datetime import date, timedelta
from random import Random
from typing import TypeVar

from guichet.core.months import add_months
from guichet.core.week import PRESETS, Week
from guichet.demands.dossier import NeedEntry
from guichet.families.dossier import ChildEntry

T = TypeVar("T")

WEEKS = (
    (PRESETS[0].week, 30),
    (PRESETS[1].week, 22),
    (PRESETS[2].week, 16),
    (Week.same_hours((1, 2, 3, 4, 5), (465, 1065)), 8),
    (Week.same_hours((1, 2, 4, 5), (510, 990)), 8),
    (Week.same_hours((1, 4), (480, 1080)), 6),
    (Week.same_hours((2, 3, 5), (480, 720)), 5),
    (PRESETS[3].week, 5),
)
OCCASIONAL = (
    Week.same_hours((2,), (510, 720)),
    Week.same_hours((1, 4), (810, 1050)),
    Week.same_hours((5,), (480, 1020)),
)
ATYPICAL = (
    Week.same_hours((1, 2, 4, 5), (300, 810)),
    Week.same_hours((1, 2, 3, 4, 5), (720, 1290)),
    Week.same_hours((2, 3, 5, 6), (390, 900)),
    Week.of([(1, 1200, 1440), (2, 0, 390), (4, 1200, 1440), (5, 0, 390)]),
)
VARIABLE_NOTES = (
    "planning connu le 20 du mois pour le mois suivant, trois ou quatre jours par semaine",
    "semaines alternées : matin une semaine, après-midi la suivante",
    "intérim : jours connus la veille, entre 5 h et 21 h",
)
URGENCIES = (
    "reprise d’un emploi la semaine prochaine",
    "hospitalisation d’un parent",
    "fin soudaine du contrat de l’assistante maternelle",
)


def pick(chance: Random, weighted: tuple[tuple[T, int], ...]) -> T:
    """One value, each as likely as its weight says."""
    return chance.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def draw_need(chance: Random, child: ChildEntry, received_on: date) -> NeedEntry:
    """A need that a family of this child could have; four in ten ask for September."""
    care = pick(chance, (("regular", 85), ("occasional", 11), ("emergency", 4)))
    if child.due_date:
        care = "regular"
    variable = care == "regular" and chance.random() < 0.07
    week = _week(chance, care)
    entry_on = _entry(chance, care, child, received_on)
    return NeedEntry(
        care=care,
        entry_on=entry_on,
        week=Week() if variable and chance.random() < 0.5 else week,
        entry_latest=add_months(entry_on, 3) if chance.random() < 0.25 else None,
        variable_hours=variable,
        variable_note=chance.choice(VARIABLE_NOTES) if variable else "",
        school_holidays=pick(chance, (("all", 84), ("except", 14), ("only", 2))),
        urgency_reason=chance.choice(URGENCIES) if care == "emergency" else "",
        other_days=chance.random() < 0.35,
        fewer_days=chance.random() < 0.22,
        other_establishment=chance.random() < 0.4,
        waits_months_for_first=3 if chance.random() < 0.12 else None,
    )


def _week(chance: Random, care: str) -> Week:
    if care == "occasional":
        return chance.choice(OCCASIONAL)
    return chance.choice(ATYPICAL) if chance.random() < 0.11 else pick(chance, WEEKS)


def _entry(chance: Random, care: str, child: ChildEntry, received_on: date) -> date:
    """September for four in ten, otherwise from two and a half months of age on."""
    if care == "emergency":
        return received_on + timedelta(days=chance.randint(3, 15))
    earliest = max(received_on, add_months(child.birth_date or child.due_date or received_on, 3))
    september = date(earliest.year + (earliest.month >= 8), 9, 1)
    if chance.random() < 0.4:
        return september
    return earliest + timedelta(days=chance.randint(20, 200))
