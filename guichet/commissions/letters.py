"""What a decision of a commission says to a family."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from guichet.bareme.letter import MENTION
from guichet.commissions.authorities import Answer, alone, remedies, signatories, who_decided
from guichet.commissions.models import BETWEEN, EMERGENCY, Decision
from guichet.core import french
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demands import words
from guichet.demands.delays import FOLLOW_UP_WITHIN
from guichet.demands.letter_parts import (
    OTHER_CARE_SECTION,
    child_name,
    demand_table,
    family_letter,
    wishes_table,
)
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue, House
from guichet.notifications.letter import Letter, NextStep, Section, Table
from guichet.placements.offers.letters import AnswerAsked, answer_action, answer_section, answer_step

OUT_OF_SESSION = {
    BETWEEN: "Cette place s’est libérée entre deux séances : la commission en est informée à sa prochaine séance.",
    EMERGENCY: "Cette admission est décidée en urgence, hors commission, qui en est informée à sa prochaine séance.",
}
HOW_RANKED = "Comment les demandes sont classées"
NOT_WANTED = Section(
    "Vous ne souhaitez pas cette place ?",
    ("Dites-le vite au guichet : une autre famille attend. Votre demande peut rester enregistrée.",),
)


def decided(
    demand: Demand,
    decision: Decision,
    catalogue: Catalogue,
    at: datetime,
    asked: AnswerAsked | None = None,
    *,
    ranked: bool = False,
) -> Letter:
    """The letter of a decision taken out of a session. `ranked` when points ordered the demands before it.

    The algorithmic mention then stands on it (CRPA, articles L311-3-1 and R311-3-1-1).
    """
    letter = (
        placed(demand, decision, catalogue, at, asked)
        if decision.outcome == "placed"
        else unplaced(demand, decision, catalogue, at)
    )
    return mentioned(letter) if ranked else letter


def mentioned(letter: Letter) -> Letter:
    """The same letter with the algorithmic mention."""
    return replace(letter, sections=(*letter.sections, Section(HOW_RANKED, (MENTION,))))


def placed(
    demand: Demand,
    decision: Decision,
    catalogue: Catalogue,
    at: datetime,
    asked: AnswerAsked | None = None,
    *,
    collegial: bool = False,
    refused: Sequence[Answer] = (),
) -> Letter:
    """The place offered: where, from when, which half-days, until when to answer and how.

    `collegial` when the règlement lets the commission itself decide; `refused` are the wishes that the family
    preferred and that other commissions of the round refused. Those, and the rest of a week given in part, are
    refusals: the letter says the remedies.
    """
    answers = alone(decision, collegial=collegial)
    house = catalogue.houses[decision.establishment_id or 0]
    keeper = catalogue.keeper_of(house.id)
    entry = decision.entry_on or demand.entry_on
    given = Week.from_json(decision.pattern) if decision.pattern else demand.week
    partial = decision.pattern is not None and given.total_minutes < demand.weekly_minutes
    rows = (
        ("Enfant", child_name(demand)),
        ("Établissement", house.label),
        ("Gestionnaire", keeper.name),
        ("Entrée le", french.long_date(entry)),
        ("Jours et heures", given.describe() if given.intervals else "horaires variables"),
        ("Heures par semaine", french.hours(given.total_minutes) if given.intervals else ""),
        ("Décidé le", french.long_date(decision.session_on)),
        ("Commission", decision.session_name),
        ("Précision", decision.detail),
    )
    opening = [
        f"Une place est {'proposée' if asked else 'attribuée'} à {child_name(demand)} dans l’établissement "
        f"{house.label}, à partir du {french.long_date(entry)}."
    ]
    if said := OUT_OF_SESSION.get(decision.basis):
        opening.append(said)
    if partial:
        opening.append(
            "La place couvre une partie des jours demandés. Le guichet vous appelle pour voir avec vous la suite "
            "pour les autres jours."
        )
    letter = family_letter(
        "placed",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : une place est "
        f"{f'proposée, répondez au plus tard le {french.plain_date(asked.by)}' if asked else f'attribuée, {house.name}'}",
        opening=tuple(opening),
        next_step=answer_step(asked) if asked else _prepare(house, entry),
        tables=(
            Table(
                "La place proposée" if asked else "La place attribuée", tuple(row for row in rows if row[1])
            ),
        ),
        sections=(
            answer_section(asked) if asked else NOT_WANTED,
            who_decided(answers, catalogue),
            _preferred(refused, catalogue),
            *((remedies((*answers[: int(partial)], *refused), catalogue),) if partial or refused else ()),
        ),
        signatory=signatories(answers, catalogue),
    )
    return replace(letter, action=answer_action(asked)) if asked else letter


def _preferred(refused: Sequence[Answer], catalogue: Catalogue) -> Section:
    """What became of the wishes that came before the place offered."""
    said = []
    for one in refused:
        names = french.join_and([catalogue.houses[house].label for house in one.houses])
        reason = words.UNPLACED_REASON[one.decision.reason]
        said.append(f"{names} : pas de place, {reason}.")
    return Section("Vos vœux préférés", (*said, *who_decided(refused, catalogue).paragraphs) if said else ())


def _prepare(house: House, entry: date) -> NextStep:
    return NextStep(
        "Vous",
        f"prendre contact avec l’établissement {house.name}"
        + (f" au {french.phone(house.phone)}" if house.phone else "")
        + " pour préparer l’entrée de votre enfant",
        french.long_date(entry),
    )


def unplaced(
    demand: Demand,
    decision: Decision,
    catalogue: Catalogue,
    at: datetime,
    within_days: int = FOLLOW_UP_WITHIN.default,
    *,
    refused: Sequence[Answer] = (),
) -> Letter:
    """No place: the reasons, who decides and signs, the remedies and their delay, what happens next.

    `within_days` is the delay the guichet gives itself to call the family; `refused` is all that a round refused,
    when several commissions or managers answer the same demand.
    """
    answers = refused or alone(decision)
    decisions = [one.decision for one in answers] or [decision]
    reasons = list(dict.fromkeys(words.UNPLACED_REASON[one.reason] for one in decisions))
    several = len({one.session_name for one in decisions}) > 1
    nobody = "Les commissions n’ont" if several else "La commission n’a"
    return family_letter(
        "unplaced",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : pas de place pour le moment",
        opening=(
            f"{nobody} pas pu attribuer de place à {child_name(demand)}. "
            f"{'Motif' if len(reasons) == 1 else 'Motifs'} : {' ; '.join(reasons)}.",
            "Votre demande reste enregistrée avec sa date d’ancienneté, "
            f"{french.long_date(demand.seniority_on)}. Elle peut être présentée à une prochaine commission.",
        ),
        next_step=NextStep(
            "Le guichet",
            "vous appeler pour chercher avec vous une autre solution et préparer la suite de la demande",
            french.long_date(day(at) + timedelta(days=within_days)),
        ),
        tables=(
            *(
                _decision_table(one, "La décision" if len(decisions) == 1 else one.session_name)
                for one in decisions
            ),
            demand_table(demand),
            wishes_table(demand, catalogue),
        ),
        sections=(
            OTHER_CARE_SECTION,
            who_decided(answers, catalogue),
            remedies(answers, catalogue),
        ),
        signatory=signatories(answers, catalogue),
    )


def _decision_table(decision: Decision, caption: str) -> Table:
    rows = (
        ("Décidé le", french.long_date(decision.session_on)),
        ("Commission", decision.session_name),
        ("Motif", words.UNPLACED_REASON[decision.reason]),
        ("Précision", decision.detail),
    )
    return Table(caption, tuple(row for row in rows if row[1]))
