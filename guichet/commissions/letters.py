"""What a decision of a commission says to a family."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from guichet.bareme.letter import MENTION
from guichet.commissions.models import BETWEEN, EMERGENCY, Decision
from guichet.core import french
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demands import legal_dates, words
from guichet.demands.delays import FOLLOW_UP_WITHIN
from guichet.demands.letter_parts import (
    APPEAL_WAYS,
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
DISAGREE = "Si vous n’êtes pas d’accord"
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
) -> Letter:
    """The place offered: where, from when, which half-days, until when to answer and how.

    `collegial` when the règlement lets the commission itself decide. A part of the week asked is also a refusal of
    the rest: its letter says the remedies.
    """
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
            _authority_section(decision, catalogue, collegial=collegial),
            *((_remedies(decision, catalogue),) if partial else ()),
        ),
        signatory=_signatory(decision, catalogue),
    )
    return replace(letter, action=answer_action(asked)) if asked else letter


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
    collegial: bool = False,
) -> Letter:
    """No place: the reason, who decides and signs, the remedies and their delay, what happens next.

    `within_days` is the delay the guichet gives itself to call the family.
    """
    reason = words.UNPLACED_REASON[decision.reason]
    rows = (
        ("Décidé le", french.long_date(decision.session_on)),
        ("Commission", decision.session_name),
        ("Motif", reason),
        ("Précision", decision.detail),
    )
    return family_letter(
        "unplaced",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : pas de place pour le moment",
        opening=(
            f"La commission n’a pas pu attribuer de place à {child_name(demand)}. Motif : {reason}.",
            "Votre demande reste enregistrée avec sa date d’ancienneté, "
            f"{french.long_date(demand.seniority_on)}. Elle peut être présentée à une prochaine commission.",
        ),
        next_step=NextStep(
            "Le guichet",
            "vous appeler pour chercher avec vous une autre solution et préparer la suite de la demande",
            french.long_date(day(at) + timedelta(days=within_days)),
        ),
        tables=(
            Table("La décision", tuple(row for row in rows if row[1])),
            demand_table(demand),
            wishes_table(demand, catalogue),
        ),
        sections=(
            OTHER_CARE_SECTION,
            _authority_section(decision, catalogue, collegial=collegial),
            _remedies(decision, catalogue),
        ),
        signatory=_signatory(decision, catalogue),
    )


def _signatory(decision: Decision, catalogue: Catalogue) -> tuple[str, ...]:
    if decision.establishment_id is None:
        return ()
    return catalogue.keeper_of(decision.establishment_id).signatory


def _authority_section(decision: Decision, catalogue: Catalogue, *, collegial: bool) -> Section:
    if decision.establishment_id is None:
        return Section("Qui a décidé ?", ())
    keeper = catalogue.keeper_of(decision.establishment_id)
    authority = f"{keeper.deciding_authority[:1].upper()}{keeper.deciding_authority[1:]}"
    on = french.plain_date(decision.session_on)
    if decision.basis in OUT_OF_SESSION:
        return Section("Qui a décidé ?", (f"{authority}, le {on}.",))
    name = _called(decision.session_name)
    if collegial:
        return Section("Qui a décidé ?", (f"La {name}, le {on}. {authority} signe sa décision.",))
    return Section("Qui a décidé ?", (f"{authority}, après l’avis de la {name} du {on}.",))


def _called(name: str) -> str:
    """The name of a commission inside a sentence, after « la »."""
    return f"c{name[1:]}" if name.startswith("Commission") else f"commission « {name} »"


def _remedies(decision: Decision, catalogue: Catalogue) -> Section:
    if decision.establishment_id is None:
        return Section(DISAGREE, ())
    keeper = catalogue.keeper_of(decision.establishment_id)
    if not keeper.is_public:
        return Section(
            DISAGREE,
            (f"Écrivez à {keeper.name} pour demander un nouvel examen, ou appelez le guichet.", APPEAL_WAYS),
        )
    return Section(
        DISAGREE,
        (legal_dates.decision_remedies_sentence(keeper.deciding_authority, keeper.tribunal), APPEAL_WAYS),
    )
