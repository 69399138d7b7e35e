"""What the guichet writes to a family about its demand: plain facts and sentences, no form.

Every letter says in its first line what happens, in its box who acts next and by when, and repeats the
exact demand when the demand is what the letter is about.
"""

from datetime import date, datetime

from guichet.core import french
from guichet.core.clock import day
from guichet.demands import legal_dates, words
from guichet.demands.models import Demand, Wish
from guichet.establishments.catalogue import Catalogue, Service
from guichet.families.models import ADULT, Person
from guichet.notifications.letter import Letter, NextStep, Recipient, Section, Sender, Table

NOTICE = (
    "Vos données servent à traiter votre demande d’accueil. Elles sont lues par les agents du guichet et les "
    "établissements de vos vœux, puis effacées au plus tard un an après la fermeture de la demande. Vous pouvez "
    "les consulter, les corriger ou vous y opposer en écrivant au guichet."
)
NOTICE_VERSION = "2026-11"
"""Changes with the words of NOTICE: the demand remembers which ones its family was given."""
APPEAL_WAYS = "Ces voies de recours n’enlèvent rien à votre demande : elle reste enregistrée au guichet."


def acknowledgement(demand: Demand, catalogue: Catalogue, at: datetime) -> Letter:
    """The receipt: date, service, exact demand, date of implicit rejection and remedies (CRPA R112-5)."""
    return family_letter(
        "acknowledgement",
        demand,
        catalogue,
        at,
        subject=f"Nous avons bien reçu votre demande d’accueil n° {demand.number}",
        opening=(
            f"Nous avons reçu le {french.long_date(demand.received_on)} votre demande d’accueil "
            f"pour {child_name(demand)}. Elle porte le numéro {demand.number}.",
            "Voici exactement ce que nous avons enregistré. Si une ligne n’est pas juste, dites-le-nous : "
            "nous corrigerons et vous enverrons un nouveau récapitulatif.",
        ),
        next_step=_first_step(demand, catalogue),
        tables=(demand_table(demand), wishes_table(demand, catalogue), papers_table(demand)),
        sections=(silence_section(demand, catalogue), CALLS_SECTION),
    )


def need_recap(demand: Demand, catalogue: Catalogue, at: datetime) -> Letter:
    """The dated recap of the exact demand after a change: the family's proof of what it asked."""
    return family_letter(
        "need_recap",
        demand,
        catalogue,
        at,
        subject=f"Votre demande n° {demand.number} a été modifiée",
        opening=(
            f"À votre demande, nous avons modifié le {french.long_date(day(at))} votre demande d’accueil "
            f"pour {child_name(demand)}. Votre date d’ancienneté ne change pas : "
            f"{french.long_date(demand.seniority_on)}.",
            "Voici exactement ce qui est maintenant enregistré. Gardez cette lettre.",
        ),
        next_step=NextStep("Vous", "relisez ce récapitulatif et signalez-nous toute erreur"),
        tables=(demand_table(demand), wishes_table(demand, catalogue)),
        sections=(silence_section(demand, catalogue),),
    )


def missing_papers(
    demand: Demand, papers: tuple[str, ...], catalogue: Catalogue, at: datetime, by: date, reminder: int
) -> Letter:
    """Which papers are missing, and that the demand keeps its date meanwhile."""
    again = "Rappel : il" if reminder else "Il"
    return family_letter(
        "missing_papers",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : {'rappel, ' if reminder else ''}des justificatifs manquent",
        opening=(
            f"{again} manque {french.count(len(papers), 'justificatif')} à votre dossier "
            f"pour {child_name(demand)}. Votre demande reste enregistrée et garde sa date d’ancienneté.",
            "Un dossier incomplet ne peut pas être examiné par une commission.",
        ),
        next_step=NextStep("Vous", "apportez ou envoyez ces justificatifs au guichet", french.long_date(by)),
        tables=(Table("Justificatifs attendus", tuple((paper, "à fournir") for paper in papers)),),
        sections=(
            Section(
                "Vous ne pouvez pas fournir un document ?",
                ("Appelez le guichet : nous chercherons avec vous une autre preuve.",),
            ),
        ),
    )


def orientation(demand: Demand, catalogue: Catalogue, at: datetime) -> Letter:
    """What was decided with the family after the interview, and what happens next."""
    return family_letter(
        "orientation",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : la suite de votre demande",
        opening=(
            f"Votre demande d’accueil pour {child_name(demand)} est orientée vers : "
            f"{words.ORIENTATION[demand.orientation]}.",
        ),
        next_step=_after_orientation(demand),
        tables=(demand_table(demand), wishes_table(demand, catalogue)),
        sections=(OTHER_CARE_SECTION,),
    )


def commission_date(demand: Demand, catalogue: Catalogue, at: datetime) -> Letter:
    """When the commission sits, who decides, and when the answer leaves."""
    session_on = demand.session_on or day(at)
    return family_letter(
        "commission_date",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : examen en commission le {french.plain_date(session_on)}",
        opening=(
            f"Votre demande d’accueil pour {child_name(demand)} sera examinée par la commission "
            f"« {demand.session_name} » le {french.long_date(session_on)}.",
            "La commission examine les demandes sans les familles. Vous n’avez pas à vous déplacer.",
        ),
        next_step=NextStep(
            "La commission",
            "examine votre demande ; le guichet vous écrit ensuite, que la réponse soit oui ou non",
            french.long_date(session_on),
        ),
        tables=(demand_table(demand), wishes_table(demand, catalogue)),
        sections=(
            Section(
                "Votre situation a changé ?",
                ("Prévenez le guichet avant la commission : nous mettrons votre dossier à jour.",),
            ),
            OTHER_CARE_SECTION,
        ),
    )


def renewal(demand: Demand, catalogue: Catalogue, at: datetime, by: date, second: bool) -> Letter:
    """Ask whether the demand still stands; nobody is closed without a second channel."""
    return family_letter(
        "renewal_second" if second else "renewal",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : avez-vous toujours besoin d’un accueil ?",
        opening=(
            f"Votre demande d’accueil pour {child_name(demand)} est toujours enregistrée. Pour qu’elle reste "
            "à jour, dites-nous si vous en avez encore besoin.",
            "Si vous la renouvelez, elle garde sa date d’ancienneté : "
            f"{french.long_date(demand.seniority_on)}.",
        ),
        next_step=NextStep(
            "Vous",
            "appelez le guichet, écrivez-nous ou répondez à ce message : « je renouvelle » ou « j’ai une solution »",
            french.long_date(by),
        ),
        tables=(demand_table(demand), wishes_table(demand, catalogue)),
        sections=(
            Section(
                "Et sans réponse ?",
                (
                    "Nous vous contacterons par un autre moyen avant toute fermeture. Une demande fermée faute de "
                    "réponse peut être rouverte : appelez-nous.",
                ),
            ),
        ),
    )


def closed(demand: Demand, catalogue: Catalogue, at: datetime, reopen_until: date) -> Letter:
    """The demand is withdrawn or has expired, why, and until when it may be reopened."""
    return family_letter(
        "closed",
        demand,
        catalogue,
        at,
        subject=f"Votre demande n° {demand.number} est fermée",
        opening=(
            f"Votre demande d’accueil pour {child_name(demand)} est fermée depuis le "
            f"{french.long_date(demand.closed_on or day(at))}. Motif : {words.CLOSED_REASON[demand.closed_reason]}.",
        ),
        next_step=NextStep(
            "Vous",
            "si vous avez de nouveau besoin d’un accueil, appelez le guichet : la demande peut être rouverte "
            "avec sa date d’ancienneté",
            french.long_date(reopen_until),
        ),
        tables=(demand_table(demand),),
    )


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
    return Sender(service.name, service.address, service.phone, service.email)


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


def papers_table(demand: Demand) -> Table:
    """How many papers are expected: the list follows in its own letter or was handed at the desk."""
    if not demand.papers_missing:
        return Table("Justificatifs", ())
    return Table("Justificatifs", (("Encore attendus", french.count(demand.papers_missing, "justificatif")),))


def silence_section(demand: Demand, catalogue: Catalogue) -> Section:
    """One implicit-rejection date per public manager wished for; none for a private one (rules.md)."""
    keepers = {
        keeper.id: keeper
        for wish in demand.wishes
        if wish.establishment_id
        for keeper in [catalogue.keeper_of(wish.establishment_id)]
    }
    lines = legal_dates.implicit_rejections(
        tuple(
            legal_dates.PublicManager(keeper.name, keeper.is_public, keeper.implicit_rejection_months)
            for keeper in keepers.values()
        ),
        demand.received_on,
    )
    courts = {keeper.name: keeper.tribunal for keeper in keepers.values()}
    paragraphs = [
        sentence
        for line in lines
        for sentence in (
            legal_dates.silence_sentence(line),
            legal_dates.remedies_sentence(line, courts[line.manager]),
        )
    ]
    paragraphs += [
        legal_dates.private_sentence(keeper.name) for keeper in keepers.values() if not keeper.is_public
    ]
    return Section("Si vous ne recevez pas de réponse", tuple(paragraphs))


CALLS_SECTION = Section(
    "Qui vous appellera ?",
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


def _first_step(demand: Demand, catalogue: Catalogue) -> NextStep:
    service = catalogue.services[demand.desk_id]
    if demand.papers_missing:
        return NextStep(
            "Vous",
            f"apportez ou envoyez les justificatifs demandés ; ensuite {service.name} vous propose un entretien",
        )
    return NextStep("Le guichet", "étudie votre demande et vous propose un entretien pour vous orienter")


def _after_orientation(demand: Demand) -> NextStep:
    if demand.orientation == "commission":
        return NextStep(
            "Le guichet", "inscrit votre demande à une prochaine commission et vous en donne la date"
        )
    if demand.orientation in ("childminder", "home_care"):
        return NextStep(
            "Vous",
            "contactez les professionnels dont le guichet vous a donné la liste, puis dites-nous votre choix",
        )
    return NextStep("Le guichet", "revient vers vous pour organiser cet accueil")


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
