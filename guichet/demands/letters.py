"""What the guichet writes to a family about its demand: plain facts and sentences, no form.

Every letter says in its first line what happens, in its box who acts next and by when, and repeats the
exact demand when the demand is what the letter is about.
"""

from datetime import date, datetime, timedelta

from guichet.core import french
from guichet.core.clock import day
from guichet.demands import words
from guichet.demands.delays import FOLLOW_UP_WITHIN, ORIENT_WITHIN
from guichet.demands.letter_parts import (
    CALLS_SECTION,
    OTHER_CARE_SECTION,
    child_name,
    demand_table,
    family_letter,
    papers_table,
    wishes_table,
)
from guichet.demands.models import Demand
from guichet.demands.silence import silence_section
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.letter import Letter, NextStep, Section


def acknowledgement(
    demand: Demand,
    catalogue: Catalogue,
    at: datetime,
    within_days: int = ORIENT_WITHIN.default,
    papers: tuple[str, ...] = (),
) -> Letter:
    """The receipt: date, service, exact demand, date of implicit rejection and remedies (CRPA R112-5).

    `within_days` is the delay the guichet gives itself to orient a demand; `papers` those it waits for.
    """
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
        next_step=_first_step(demand, within_days),
        tables=(demand_table(demand), wishes_table(demand, catalogue), papers_table(papers)),
        sections=(silence_section(demand, catalogue, day(at)), CALLS_SECTION),
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
        next_step=NextStep("Vous", "relire ce récapitulatif et nous signaler toute erreur"),
        tables=(demand_table(demand), wishes_table(demand, catalogue)),
        sections=(silence_section(demand, catalogue, day(at)),),
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
        next_step=NextStep("Vous", "apporter ou envoyer ces justificatifs au guichet", french.long_date(by)),
        tables=(papers_table(papers),),
        sections=(
            Section(
                "Vous ne pouvez pas fournir un document ?",
                ("Appelez le guichet : nous chercherons avec vous une autre preuve.",),
            ),
        ),
    )


def orientation(
    demand: Demand, catalogue: Catalogue, at: datetime, within_days: int = FOLLOW_UP_WITHIN.default
) -> Letter:
    """What was decided with the family after the interview, and what happens next.

    `within_days` is the delay the guichet gives itself to follow up an orientation.
    """
    return family_letter(
        "orientation",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : la suite de votre demande",
        opening=(
            f"Votre demande d’accueil pour {child_name(demand)} est orientée vers "
            f"{words.ORIENTED_TOWARDS[demand.orientation]}.",
        ),
        next_step=_after_orientation(demand, at, within_days),
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
            f"Votre demande d’accueil pour {child_name(demand)} sera examinée par la "
            f"{words.commission_called(demand.session_name)} le {french.long_date(session_on)}.",
            "La commission examine les demandes sans les familles. Vous n’avez pas à vous déplacer.",
        ),
        next_step=NextStep(
            "La commission",
            "examiner votre demande ; le guichet vous écrira ensuite, que la réponse soit oui ou non",
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
            "appeler le guichet, nous écrire ou répondre à ce message : « je renouvelle » ou « j’ai une solution »",
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
            "si vous avez de nouveau besoin d’un accueil, appeler le guichet : la demande peut être rouverte "
            "avec sa date d’ancienneté",
            french.long_date(reopen_until),
        ),
        tables=(demand_table(demand),),
    )


def merged(kept: Demand, other: Demand, catalogue: Catalogue, at: datetime) -> Letter:
    """One letter says which number to keep and what is recorded now."""
    return family_letter(
        "merged",
        kept,
        catalogue,
        at,
        subject=f"Vos deux demandes sont réunies sous le n° {kept.number}",
        opening=(
            f"Nous avions deux demandes d’accueil pour {child_name(kept)}. Nous les avons réunies : la "
            f"demande n° {kept.number} continue, la demande n° {other.number} est fermée.",
            "Vous ne perdez rien : la date d’ancienneté retenue est la plus ancienne des deux, le "
            f"{french.long_date(kept.seniority_on)}.",
        ),
        next_step=NextStep(
            "Vous", "relire ce récapitulatif et nous signaler tout ce qui manquerait de votre autre demande"
        ),
        tables=(demand_table(kept), wishes_table(kept, catalogue)),
        sections=(silence_section(kept, catalogue, day(at)),),
    )


def _first_step(demand: Demand, within_days: int) -> NextStep:
    if demand.papers_missing:
        return NextStep(
            "Vous",
            "apporter ou envoyer les justificatifs demandés ; le guichet vous proposera ensuite un entretien",
            french.long_date(demand.received_on + timedelta(days=within_days)),
        )
    return NextStep(
        "Le guichet",
        "étudier votre demande et vous proposer un entretien pour vous orienter",
        french.long_date(demand.received_on + timedelta(days=within_days)),
    )


def _after_orientation(demand: Demand, at: datetime, within_days: int) -> NextStep:
    by = french.long_date(day(at) + timedelta(days=within_days))
    if demand.orientation == "commission":
        return NextStep(
            "Le guichet", "inscrire votre demande à une prochaine commission et vous en donner la date", by
        )
    if demand.orientation in ("childminder", "home_care"):
        return NextStep(
            "Vous",
            "contacter les professionnels dont le guichet vous a donné la liste, puis nous dire votre choix",
            by,
        )
    return NextStep("Le guichet", "revenir vers vous pour organiser cet accueil", by)
