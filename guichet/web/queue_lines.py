"""A line of the queue as it is read: words and dates ready for the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from guichet.core import french
from guichet.core.week import Week
from guichet.demands import words
from guichet.demands.lines import number_of
from guichet.demands.models import Wish
from guichet.demands.states import CLOSED_STATES, OPEN_STATES
from guichet.establishments.catalogue import Catalogue
from guichet.families.words import child_called

SHOWN_WISHES = 2
TAG_TONES = {"urgent": "urgent", "incomplete": "warning", "to_renew": "warning", "birth_to_confirm": "info"}
MEANWHILE = "solution d’attente"
EXPORTED = (
    "Numéro",
    "État",
    "Reçue le",
    "Ancienneté au",
    "Enfant",
    "Naissance",
    "Naissance prévue",
    "Parent",
    "Commune",
    "Accueil",
    "Entrée souhaitée",
    "Heures par semaine",
    "Semaine",
    "Vœux",
    "À noter",
    "Commission du",
    "Accueil à partir du",
)
"""The columns of the export. No phone, no mail, no address: a file leaves the guichet."""


@dataclass(frozen=True)
class Line:
    """One demand in a list."""

    id: int
    number: str
    child: str
    age: str
    parent: str
    town: str
    week: Week
    need_word: str
    """What the drawing does not say: hours that vary, occasional or urgent care."""
    entry_on: date
    wishes: tuple[str, ...]
    state: str
    tags: tuple[tuple[str, str], ...]
    """(label, tone)"""
    waiting: str
    date_word: str
    date_shown: str

    @property
    def first_wishes(self) -> str:
        """The first wishes, by the names families know."""
        return ", ".join(self.wishes[:SHOWN_WISHES])

    @property
    def other_wishes(self) -> int:
        """How many are not named."""
        return max(0, len(self.wishes) - SHOWN_WISHES)


def line_of(
    row: Row[Any], wishes: Sequence[Wish], catalogue: Catalogue, today: date, *, meanwhile: bool = False
) -> Line:
    """Put a row of demands/lines.py into words. `meanwhile`: a childminder cares for the child while it waits."""
    tags = [(words.TAG[code], TAG_TONES.get(code, "plain")) for code in tags_of(row, today)]
    word, shown = _next_date(row)
    town = catalogue.towns.get(row.home_code)
    return Line(
        id=row.id,
        number=number_of(row.received_on, row.id),
        child=child_name(row),
        age=age_at_entry(row),
        parent=row.parent or "",
        town=town.name if town else row.city,
        week=Week.from_json(row.week_pattern),
        need_word=_need_word(row),
        entry_on=row.entry_on,
        wishes=tuple(wish_word(wish, catalogue) for wish in wishes),
        state=row.state,
        tags=(*tags, *([(MEANWHILE, "success")] if meanwhile else [])),
        waiting=french.lapse_in_words(row.seniority_on, today) if row.state in OPEN_STATES else "",
        date_word=word,
        date_shown=shown,
    )


def child_name(row: Row[Any]) -> str:
    """The child's name; before birth a first name may be missing."""
    return child_called(row.first_name, row.last_name)


def age_at_entry(row: Row[Any]) -> str:
    """« 18 mois » on the day of entry; from the expected date for a child to come."""
    born = row.birth_date or row.due_date
    return french.age_in_words(born, row.entry_on) if born else ""


def tags_of(row: Row[Any], today: date) -> list[str]:
    """The tags of a line, the most pressing first."""
    holds = {
        "urgent": row.urgent,
        "incomplete": row.papers_missing > 0 and row.state in OPEN_STATES,
        "birth_to_confirm": row.birth_to_confirm,
        "to_renew": row.state in OPEN_STATES and row.renewal_due_on <= today,
        "sibling": row.has_sibling,
        "linked": row.linked_to_id is not None,
    }
    return [code for code, held in holds.items() if held]


def wish_word(wish: Wish, catalogue: Catalogue) -> str:
    """A wish in a word or two."""
    if wish.establishment_id is not None:
        house = catalogue.houses.get(wish.establishment_id)
        return house.name if house else "établissement fermé"
    town = catalogue.towns.get(wish.commune_code or "")
    label = words.MODE_SHORT[wish.mode or ""]
    return f"{label} {french.to_place(town.name)}" if town else label


def _need_word(row: Row[Any]) -> str:
    said = [] if row.care == "regular" else [words.CARE_SHORT[row.care]]
    return ", ".join([*said, "variable"] if row.variable_hours else said)


def _next_date(row: Row[Any]) -> tuple[str, str]:
    """The next date of a demand and what it is: a session, an appointment, a deadline, or how it ended."""
    if row.state in CLOSED_STATES:
        return "fermeture", french.short_date(row.closed_on)
    if row.state == "placed":
        return "entrée", french.short_date(row.placed_from)
    if row.appointment is not None:
        return "rendez-vous", french.short_at(row.appointment)
    if row.session_on is not None and row.state == "commission":
        return "commission", french.short_date(row.session_on)
    return "renouvellement", french.short_date(row.renewal_due_on)


def exported(row: Row[Any], wishes: Sequence[Wish], catalogue: Catalogue, today: date) -> tuple[object, ...]:
    """One line of the export, in the order of EXPORTED."""
    line = line_of(row, wishes, catalogue, today)
    return (
        line.number,
        words.STATE[row.state],
        row.received_on,
        row.seniority_on,
        line.child,
        row.birth_date,
        row.due_date if row.birth_date is None else None,
        line.parent,
        line.town,
        words.CARE[row.care],
        row.entry_on,
        french.hours(row.weekly_minutes),
        line.week.describe(),
        ", ".join(line.wishes),
        ", ".join(label for label, _tone in line.tags),
        row.session_on,
        row.placed_from,
    )
