"""What a version of the barème may become: a draft, then in force from a day, then closed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from guichet.bareme.models import BaremeVersion
from guichet.bareme.words import STATE
from guichet.core.clock import day
from guichet.core.workflow import NEW, Step, Workflow


@dataclass(frozen=True)
class BaremeFacts:
    """What the guards cannot read on the version itself: the first or the last day that was asked."""

    day: date | None = None


def _create(_version: BaremeVersion, _facts: BaremeFacts, _at: datetime) -> str | None:
    return None


def _put_in_force(_version: BaremeVersion, facts: BaremeFacts, at: datetime) -> str | None:
    if facts.day is None or facts.day < day(at):
        return "Un barème entre en vigueur aujourd’hui ou plus tard : les points déjà donnés ne changent pas."
    return None


def _close(version: BaremeVersion, facts: BaremeFacts, at: datetime) -> str | None:
    # Yesterday: another one starts today.
    if facts.day is None or facts.day < day(at) - timedelta(days=1):
        return "Le dernier jour d’un barème est aujourd’hui ou plus tard."
    if version.starts_on and facts.day < version.starts_on:
        return "Le dernier jour vient avant l’entrée en vigueur."
    return None


BAREME = Workflow[BaremeVersion, BaremeFacts](
    "bareme",
    STATE,
    facts=BaremeFacts,
    said=("le barème", "nouveau"),
    steps=(
        # step                 label                  from              to           guard
        Step("create", "Créer un brouillon", (NEW,), "draft", _create),
        Step("put_in_force", "Mettre en vigueur", ("draft",), "in_force", _put_in_force),
        Step("close", "Fermer", ("in_force",), "closed", _close),
    ),
)  # fmt: skip
