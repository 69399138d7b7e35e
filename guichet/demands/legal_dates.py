"""Calm: the dates that the law attaches to a demand, and the sentences that say them to a family.

Sources: code des relations entre le public et l’administration (CRPA) and code de justice administrative
(CJA). A private manager takes no administrative decision: none of these dates exists for it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from guichet.core.french import long_date, plain_date
from guichet.core.months import add_months

ACKNOWLEDGEMENT_DAYS = 7
APPEAL_MONTHS = 2
# CRPA L231-5 and L231-6, decree 2016-625 of 19 May 2016 (a public service whose places are limited): two months, four
# when the manager’s own rules ask for the opinion of a commission.
REJECTION_MONTHS = (2, 4)
SATURDAY = 6
SILENCE_LAW = (
    "(articles L. 231-5 et L. 231-6 du code des relations entre le public et l’administration, décret "
    "n° 2016-625 du 19 mai 2016)"
)


@dataclass(frozen=True)
class PublicManager:
    """Who would answer a wish. `months` is 2 or 4, as the manager's rules say; unused for a private one."""

    name: str
    public: bool
    months: int = 2


@dataclass(frozen=True)
class ImplicitRejection:
    """For one public manager: the day when its silence becomes a refusal, and the last day to contest it."""

    manager: str
    months: int
    on: date
    appeal_until: date


def acknowledgement_deadline(received_on: date) -> date:
    """The last day to send the acknowledgement of an electronic demand: seven days (CRPA L112-11, R112-11-1 and following)."""
    return received_on + timedelta(days=ACKNOWLEDGEMENT_DAYS)


def registration_receipt_deadline(received_on: date, closed: Collection[date] = ()) -> date:
    """The last day to say that the demand has arrived: the next working day (CRPA L112-11, R112-11-1 and following).

    `closed` holds the public holidays; Saturdays and Sundays are never working days here.
    """
    return _working_day_from(received_on + timedelta(days=1), closed)


def implicit_rejection_date(
    received_on: date, months: int, public: bool, suspended_days: int = 0
) -> date | None:
    """The day when silence becomes a refusal, or None for a private manager (CRPA L231-5, L231-6).

    The time runs from the receipt by the first public service reached, whichever it is (L114-3), so the day
    of the guichet holds for every manager. `suspended_days` are those left to the family to bring missing
    papers (L114-5). Raises ValueError when `months` is neither 2 nor 4.
    """
    if not public:
        return None
    if months not in REJECTION_MONTHS:
        raise ValueError(f"Le silence vaut refus après 2 ou 4 mois, pas {months}.")
    return add_months(received_on, months) + timedelta(days=suspended_days)


def appeal_deadline(refused_on: date, closed: Collection[date] = ()) -> date:
    """The last day to bring a refusal before the administrative court (CJA R421-1; R421-2 for a silent one).

    Two months in full, neither the first day nor the last one counted; a Saturday, a Sunday or a public
    holiday (`closed`) carries it to the next working day. It only runs if the remedies were told (R421-5).
    """
    return _working_day_from(add_months(refused_on, APPEAL_MONTHS) + timedelta(days=1), closed)


def implicit_rejections(
    managers: Iterable[PublicManager],
    received_on: date,
    closed: Collection[date] = (),
    suspended_days: int = 0,
) -> tuple[ImplicitRejection, ...]:
    """One line per public manager wished for, each once, in the order of the wishes; none for a private one."""
    lines: dict[str, ImplicitRejection] = {}
    for manager in managers:
        day = implicit_rejection_date(received_on, manager.months, manager.public, suspended_days)
        if day is not None and manager.name not in lines:
            lines[manager.name] = ImplicitRejection(
                manager.name, manager.months, day, appeal_deadline(day, closed)
            )
    return tuple(lines.values())


def silence_sentence(line: ImplicitRejection, today: date) -> str:
    """What a letter of `today` must say of silence, for one public manager (CRPA R112-5)."""
    if line.on <= today:
        return (
            f"{line.manager} : sans réponse écrite le {long_date(line.on)}, {line.months} mois après la réception "
            f"de votre demande, ce silence a valu refus {SILENCE_LAW}. Votre demande reste enregistrée."
        )
    return (
        f"{line.manager} : sans réponse le {long_date(line.on)}, {line.months} mois après la réception de votre "
        f"demande, considérez que la réponse est non {SILENCE_LAW}."
    )


def remedies_sentence(line: ImplicitRejection, court: str, today: date) -> str:
    """The remedies against a silent refusal, and until when (CRPA R112-5, L411-2; CJA R421-2).

    `court` is the name and the address of the administrative court; the manager of `line` reads after « écrire à ».
    """
    until = plain_date(line.appeal_until)
    if line.appeal_until < today:
        return f"Ce silence pouvait être contesté jusqu’au {until}."
    may = "Vous pouvez" if line.on <= today else "Vous pourrez alors"
    return (
        f"{may}, jusqu’au {until}, écrire à {line.manager} pour demander "
        f"un nouvel examen, ou saisir le tribunal : {court} (article R. 421-2 du code de justice "
        "administrative). Écrire d’abord au gestionnaire ne vous fait pas perdre votre droit de saisir le "
        "tribunal : un nouveau délai de deux mois court après sa réponse, ou après deux mois de silence."
    )


def private_sentence(manager: str) -> str:
    """Why no date is given for a private manager."""
    return (
        f"{manager} : ce gestionnaire est privé, la loi ne fixe donc pas de date à laquelle son silence "
        "vaudrait refus. Le guichet vous donne sa réponse dès qu’il la connaît."
    )


def decision_remedies_sentence(authority: str, court: str) -> str:
    """The remedies against a written refusal, counted by the reader from the day it arrives (CJA R421-1, R421-5).

    `authority` reads after « écrire à »: « la maire de Blanzy », « l’adjoint chargé de la petite enfance ».
    """
    return (
        "Si vous n’êtes pas d’accord, vous avez deux mois à partir du jour où vous recevez cette lettre pour "
        f"écrire à {authority} et demander un nouvel examen, ou pour saisir le tribunal : {court} "
        "(article R. 421-1 du code de justice administrative). Si vous écrivez d’abord, un nouveau délai de "
        "deux mois court après la réponse, ou après deux mois de silence."
    )


def _working_day_from(day: date, closed: Collection[date]) -> date:
    while day.isoweekday() >= SATURDAY or day in closed:
        day += timedelta(days=1)
    return day
