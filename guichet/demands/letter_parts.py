"""What the letters about a demand share: sender, recipient, tables, usual sections."""

from datetime import datetime

from guichet.core import french
from guichet.core.clock import day
from guichet.demands import words
from guichet.demands.models import Demand, Wish
from guichet.establishments.catalogue import Catalogue, Service
from guichet.families.models import ADULT, Person
from guichet.notifications.letter import Letter, NextStep, Recipient, Section, Sender, Table

NOTICE = (
    "Vos données servent à traiter votre demande d’accueil. Elles sont lues par les agents du guichet, les "
    "établissements de vos vœux et les membres de la commission. Elles sont effacées un an après la fermeture de la demande ou, si votre enfant "
    "a été accueilli, trois ans après son départ. Vous pouvez "
    "les consulter, les corriger ou vous y opposer en écrivant au guichet."
)
NOTICE_VERSION = "2026-11-22"
"""Changes with the words of NOTICE: the demand remembers which ones its family was given."""
APPEAL_WAYS = "Ces voies de recours n’enlèvent rien à votre demande : elle reste enregistrée au guichet."


def child_name(demand: Demand) -> str:
    """« Lina Verdoux », or « votre enfant à naître » before the first name is known."""
    child = demand.child
    return f"{child.first_name} {child.last_name}" if child.first_name else "votre enfant à naître"


def family_letter(
    kind: str,
    demand: Demand,
    catalogue: Catalogue,
    at: datetime,
    *,
    subject: str,
    opening: tuple[str, ...],
    next_step: NextStep,
    tables: tuple[Table, ...] = (),
    sections: tuple[Section, ...] = (),
    signatory: tuple[str, ...] = (),
) -> Letter:
    """What all letters to a family share: sender, recipient, date, notice."""
    service = catalogue.services[demand.desk_id]
    return Letter(
        kind=kind,
        subject=subject,
        sender=sender_of(service),
        recipient=recipient_of(demand),
        reference=demand.number,
        dated=f"{service.city}, le {french.long_date(day(at))}",
        greeting="Bonjour,",
        opening=opening,
        next_step=next_step,
        tables=tuple(table for table in tables if table.rows),
        sections=tuple(section for section in sections if section.paragraphs),
        signatory=signatory or (service.name,),
        notice=NOTICE,
    )


def sender_of(service: Service) -> Sender:
    """The desk as a letter's sender."""
    return Sender(service.name, service.address, french.phone(service.phone), service.email)


def recipient_of(demand: Demand) -> Recipient:
    """The first adult of the family; by email only when the family chose it."""
    family = demand.family
    adults = [person for person in family.persons if person.role == ADULT]
    name = french.join_and([_full(adult) for adult in adults if adult.lives_with_child]) or _full(adults[0])
    mail = next((adult.email for adult in adults if adult.email), "") if family.channel == "email" else ""
    lines = (family.address, family.address_more, f"{family.postcode} {family.city}")
    return Recipient(name, tuple(line for line in lines if line), mail or None)


def demand_table(demand: Demand) -> Table:
    """The exact demand, line by line."""
    child = demand.child
    rows = [
        ("Enfant", _full(child) if child.first_name else "à naître"),
        _birth_row(child),
        ("Type d’accueil", words.CARE[demand.care]),
        ("Entrée souhaitée", french.long_date(demand.entry_on) + _entry_bounds(demand)),
        ("Jours et heures", demand.week.describe() if demand.week_pattern else "horaires variables"),
        ("Heures par semaine", french.hours(demand.weekly_minutes) if demand.weekly_minutes else ""),
        ("Horaires variables", demand.variable_note if demand.variable_hours else ""),
        ("Période", words.SCHOOL_HOLIDAYS[demand.school_holidays]),
        ("Souplesse", french.join_and(flexibility(demand))),
        ("Reçue", words.CHANNEL[demand.channel]),
        (
            "Date d’ancienneté",
            f"{french.long_date(demand.seniority_on)} ({words.SENIORITY_RULE[demand.seniority_rule]})",
        ),
    ]
    return Table("Votre demande", tuple(row for row in rows if row[1]))


def flexibility(demand: Demand) -> list[str]:
    """What the family would also accept."""
    months = demand.waits_months_for_first
    return [
        label
        for held, label in (
            (demand.other_days, "d’autres jours"),
            (demand.fewer_days, "moins de jours"),
            (demand.other_establishment, "un autre établissement"),
            (bool(months), f"attendre {months} mois pour le premier vœu"),
        )
        if held
    ]


def wish_label(wish: Wish, catalogue: Catalogue) -> str:
    """« Les Lucioles (Blanzy) », or a mode and where."""
    if wish.establishment_id:
        return catalogue.houses[wish.establishment_id].label
    where = f" ({catalogue.towns[wish.commune_code].name})" if wish.commune_code else ""
    return words.MODE[wish.mode or ""] + where


def wishes_table(demand: Demand, catalogue: Catalogue) -> Table:
    """The wishes in order."""
    return Table(
        "Vos vœux, dans l’ordre",
        tuple((f"Vœu {wish.rank}", wish_label(wish, catalogue)) for wish in demand.wishes),
    )


def papers_table(papers: tuple[str, ...]) -> Table:
    """The papers the family is asked for, each once."""
    return Table("Justificatifs attendus", tuple((paper, "à fournir") for paper in dict.fromkeys(papers)))


CALLS_SECTION = Section(
    "Qui vous répondra ?",
    (
        "Seul le guichet vous répond, par lettre ou par courriel. Aucune place n’est promise par téléphone ni "
        "directement par un établissement.",
    ),
)
OTHER_CARE_SECTION = Section(
    "En attendant",
    (
        "Le guichet peut vous aider à chercher aussi une assistante ou un assistant maternel, ou une garde à "
        "domicile. Chercher une autre solution ne retire pas votre demande.",
    ),
)


def _birth_row(child: Person) -> tuple[str, str]:
    if child.birth_date:
        return ("Date de naissance", french.plain_date(child.birth_date))
    return ("Naissance prévue", french.plain_date(child.due_date) if child.due_date else "")


def _entry_bounds(demand: Demand) -> str:
    bounds = [
        f"au plus tôt le {french.plain_date(demand.entry_earliest)}" if demand.entry_earliest else "",
        f"au plus tard le {french.plain_date(demand.entry_latest)}" if demand.entry_latest else "",
    ]
    said = ", ".join(bound for bound in bounds if bound)
    return f" ({said})" if said else ""


def _full(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()
