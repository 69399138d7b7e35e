"""Calm: what a registration must respect. Each refusal is one sentence, at its field; warnings let pass."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from guichet.core.months import add_months
from guichet.demands.dossier import NeedEntry, Registration, WishEntry
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import AdultEntry, ChildEntry

FURTHEST_DUE_MONTHS = 10
OLDEST_CHILD_YEARS = 18
SCHOOL_FROM_YEARS = 3
CRECHE_UNTIL_YEARS = 6
"""Article L2324-1 CSP: these establishments care for children under six."""
FURTHEST_ENTRY_YEARS = 3
MOST_WISHES = 12
MAX_BACKDATE_YEARS = 3


@dataclass
class Findings:
    """Problems by field, which refuse; warnings, which a person may pass."""

    problems: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def refuse(self, where: str, sentence: str) -> None:
        """Keep the first sentence of a field."""
        self.problems.setdefault(where, sentence)


def check_registration(registration: Registration, catalogue: Catalogue, today: date) -> Findings:
    """Everything that can be said without the database."""
    findings = Findings()
    check_child(registration.child, today, findings)
    check_adults(registration.family.adults, registration.family.household.channel, today, findings)
    check_need(registration.need, today, findings)
    check_wishes(registration.wishes, catalogue, findings)
    child, entry_on = registration.child, registration.need.entry_on
    birth = child.birth_date or child.due_date
    if birth:
        check_age_at_entry(birth, entry_on, registration.wishes, catalogue, findings, adopted=child.adoption)
    if registration.received_on > today:
        findings.refuse("received_on", "La date de réception ne peut pas être dans le futur.")
    if registration.received_on < add_months(today, -12 * MAX_BACKDATE_YEARS):
        findings.refuse("received_on", "La date de réception remonte à plus de trois ans : vérifiez l’année.")
    return findings


def check_child(child: ChildEntry, today: date, findings: Findings) -> None:
    """A child is born or expected, at a possible date."""
    if not child.last_name:
        findings.refuse(
            "child_last_name", "Indiquez le nom de l’enfant (celui d’un parent s’il n’est pas né)."
        )
    if child.birth_date and child.due_date:
        findings.refuse("due_date", "Indiquez la date de naissance ou la date prévue, pas les deux.")
    if not child.birth_date and not child.due_date:
        findings.refuse(
            "birth_date", "Indiquez la date de naissance, ou la date prévue si l’enfant n’est pas né."
        )
    if child.birth_date and child.birth_date > today:
        findings.refuse(
            "birth_date",
            "Cette date de naissance est dans le futur. Pour un enfant à naître, indiquez plutôt la date prévue.",
        )
    if child.birth_date and not child.first_name:
        findings.refuse("child_first_name", "Indiquez le prénom de l’enfant.")
    if child.birth_date and child.birth_date < add_months(today, -12 * OLDEST_CHILD_YEARS):
        findings.refuse("birth_date", "Cette date de naissance est trop ancienne : vérifiez l’année.")
    if child.due_date and child.due_date > add_months(today, FURTHEST_DUE_MONTHS):
        findings.refuse(
            "due_date", "La date prévue est trop lointaine : au plus dix mois à partir d’aujourd’hui."
        )
    if child.due_date and child.due_date < add_months(today, -1):
        findings.refuse("due_date", "La date prévue est passée : indiquez la date de naissance.")


def check_adults(adults: tuple[AdultEntry, ...], channel: str, today: date, findings: Findings) -> None:
    """At least one adult with a name, and a way to reach the family that matches the chosen channel."""
    if not adults or not adults[0].last_name:
        findings.refuse("adult1_last_name", "Indiquez le nom d’au moins un parent ou responsable.")
    for position, adult in enumerate(adults, 1):
        if adult.birth_date and not add_months(today, -12 * 90) < adult.birth_date < add_months(
            today, -12 * 12
        ):
            findings.refuse(
                f"adult{position}_birth_date",
                "Cette date de naissance n’est pas celle d’un parent : vérifiez l’année.",
            )
    if channel == "email" and not any(adult.email for adult in adults):
        findings.refuse(
            "adult1_email",
            "Indiquez une adresse électronique, ou choisissez le courrier postal pour cette famille.",
        )


def check_need(need: NeedEntry, today: date, findings: Findings) -> None:
    """Dates in order, hours that exist, an emergency with its reason."""
    if not need.week.intervals and not need.variable_hours:
        findings.refuse(
            "week-1", "Indiquez au moins un jour avec ses heures, ou cochez les horaires variables."
        )
    if need.variable_hours and not need.variable_note and not need.week.intervals:
        findings.refuse(
            "variable_note", "Décrivez les horaires variables : jours possibles, rythme, délai de prévenance."
        )
    if need.entry_on < add_months(today, -6):
        findings.refuse(
            "entry_on", "La date d’entrée souhaitée est passée depuis longtemps : vérifiez l’année."
        )
    elif need.entry_on < today:
        findings.warnings.append("La date d’entrée souhaitée est déjà passée.")
    if need.entry_on > today + timedelta(days=366 * FURTHEST_ENTRY_YEARS):
        findings.refuse(
            "entry_on", "La date d’entrée souhaitée est dans plus de trois ans : vérifiez l’année."
        )
    if need.entry_earliest and need.entry_earliest > need.entry_on:
        findings.refuse("entry_earliest", "L’entrée au plus tôt est après l’entrée souhaitée.")
    if need.entry_latest and need.entry_latest < need.entry_on:
        findings.refuse("entry_latest", "L’entrée au plus tard est avant l’entrée souhaitée.")
    if need.days_min and need.days_max and need.days_min > need.days_max:
        findings.refuse("days_max", "Le nombre maximal de jours est plus petit que le nombre minimal.")
    if need.care == "emergency" and not need.urgency_reason:
        findings.refuse(
            "urgency_reason", "Indiquez en quelques mots pourquoi l’accueil est urgent, sans détail de santé."
        )


def check_wishes(wishes: tuple[WishEntry, ...], catalogue: Catalogue, findings: Findings) -> None:
    """At least one wish, each once, over establishments that exist and are open."""
    if not wishes:
        findings.refuse("wish1", "Indiquez au moins un vœu : un établissement ou un mode d’accueil.")
    if len(wishes) > MOST_WISHES:
        findings.refuse("wish1", f"Indiquez au plus {MOST_WISHES} vœux.")
    seen: set[WishEntry] = set()
    for rank, wish in enumerate(wishes, 1):
        if wish in seen:
            findings.refuse(f"wish{rank}", "Ce vœu figure déjà plus haut dans la liste.")
        seen.add(wish)
        house = catalogue.houses.get(wish.establishment_id) if wish.establishment_id else None
        if wish.establishment_id and (house is None or not house.is_open):
            findings.refuse(f"wish{rank}", "Cet établissement n’accueille pas de demandes.")


def check_age_at_entry(
    birth: date,
    entry_on: date,
    wishes: tuple[WishEntry, ...],
    catalogue: Catalogue,
    findings: Findings,
    *,
    adopted: bool = False,
    field: str = "birth_date",
) -> None:
    """Past three years at entry: warned, school is open. From six, no crèche.

    `birth` may be the due date; `field` is where the refusal of a child too old is shown.
    """
    if entry_on < birth and not adopted:
        findings.refuse("entry_on", "L’entrée souhaitée est avant la naissance.")
    if entry_on >= add_months(birth, 12 * CRECHE_UNTIL_YEARS) and _wishes_a_creche(wishes, catalogue):
        findings.refuse(
            field,
            "À la date d’entrée, l’enfant aura six ans ou plus : une crèche ne peut pas l’accueillir "
            "(article L. 2324-1 du code de la santé publique).",
        )
    elif entry_on >= add_months(birth, 12 * SCHOOL_FROM_YEARS):
        findings.warnings.append(
            "À la date d’entrée, l’enfant aura plus de trois ans : l’école peut l’accueillir."
        )


def _wishes_a_creche(wishes: Iterable[WishEntry], catalogue: Catalogue) -> bool:
    return any(
        wish.mode == "any_creche"
        or (
            wish.establishment_id in catalogue.houses
            and catalogue.houses[wish.establishment_id].is_collective
        )
        for wish in wishes
    )
