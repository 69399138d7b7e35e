"""What opens the seats above the licence, up to 115 %, to the proposals: a director's word, for some days. The caller commits.

Article R2324-27 CSP: the règlement de fonctionnement must provide for it, the staff be enough at every hour, and the
week stay within 100 % of its hours, which each proposal checks (guichet/allocation/runs/answering.py).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.months import add_months
from guichet.establishments.models import Sheet
from guichet.establishments.sheet_actions import Change, opened, touch

LONGEST_MONTHS = 24
"""As far as a proposal looks."""
NOT_PROVIDED = (
    "Le règlement de fonctionnement de cet établissement ne prévoit pas d’aller jusqu’à 115 % (article R2324-27 du "
    "code de la santé publique) : notez-le d’abord dans « Agrément et places »."
)


@dataclass(frozen=True)
class PeakEntry:
    """The days, both included, and whether the director says that the staff is enough."""

    first: date | None
    last: date | None
    staffed: bool


def open_peak(session: Session, establishment_id: int, entry: PeakEntry, change: Change) -> Sheet:
    """Open the seats above the licence between two days. Raises InvalidError, ConflictError, StepRefusedError."""
    _, sheet, _ = opened(session, establishment_id, change)
    if not sheet.may_exceed:
        raise StepRefusedError(NOT_PROVIDED)
    if problems := peak_problems(entry, day(change.at)):
        raise InvalidError(problems)
    sheet.peak_from, sheet.peak_until, sheet.peak_by = entry.first, entry.last, change.actor.name
    said: dict[str, object] = {"from": str(entry.first), "until": str(entry.last)}
    touch(session, sheet, "open_peak", change, said)
    return sheet


def close_peak(session: Session, establishment_id: int, change: Change) -> Sheet:
    """Close them again: the proposals asked from now on keep to the licence. Raises ConflictError."""
    _, sheet, _ = opened(session, establishment_id, change)
    sheet.peak_from, sheet.peak_until, sheet.peak_by = None, None, ""
    touch(session, sheet, "close_peak", change, {})
    return sheet


def peak_problems(entry: PeakEntry, today: date) -> dict[str, str]:
    """What is wrong with an opening, by field."""
    problems: dict[str, str] = {}
    if entry.first is None:
        problems["first"] = "Indiquez le premier jour, par exemple 01/09/2027."
    if entry.last is None:
        problems["last"] = "Indiquez le dernier jour, par exemple 31/08/2028."
    elif entry.first and entry.last < entry.first:
        problems["last"] = "Le dernier jour est avant le premier."
    elif entry.last < today:
        problems["last"] = "Ce jour est passé."
    elif entry.first and entry.last > add_months(entry.first, LONGEST_MONTHS):
        problems["last"] = f"Le surnombre s’ouvre pour {LONGEST_MONTHS} mois au plus."
    if not entry.staffed:
        problems["staffed"] = (
            "Sans encadrement suffisant à chaque heure, l’accueil au-delà de l’agrément est interdit."
        )
    return problems
