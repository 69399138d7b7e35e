"""The life of a demand, on one screen. House rule: this table permits, `actions.py` changes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from guichet.core.clock import day
from guichet.core.workflow import NEW, Step, Workflow
from guichet.demands.models import Demand
from guichet.demands.states import MERGED, OPEN_STATES, STATES


@dataclass(frozen=True)
class StepFacts:
    """What a guard must know and the demand does not hold: the room above passes plain values."""

    reachable_adult: bool = False
    missing_papers: tuple[str, ...] = ()
    decision_signed: bool = False
    """Recorded by one person and confirmed by another."""
    decision_waits: bool = False
    """Recorded by one person, and nobody has confirmed it or set it aside yet."""
    solution_proof: str = ""
    letters_left: bool = False
    reason: str = ""
    today: date | None = None
    reopen_within_days: int = 60
    continues_as: str = ""
    """The number of the demand that a merged one joined."""


DECISION_WAITS = (
    "Une décision de la commission attend sa confirmation : confirmez-la ou écartez-la d’abord, "
    "depuis « À décider »."
)
LETTER_GONE = "Le courrier de la décision est parti : la décision ne peut plus être annulée ici."


def _register(demand: Demand, facts: StepFacts, _at: datetime) -> str | None:
    if demand.child is None:
        return "Indiquez l’enfant concerné."
    if not facts.reachable_adult:
        return "Indiquez au moins un adulte que le guichet peut joindre : téléphone, courriel ou adresse."
    if not demand.week_pattern and not demand.variable_hours:
        return "Décrivez le besoin : au moins un jour de la semaine, ou des horaires variables."
    return None


def _orient(demand: Demand, _facts: StepFacts, _at: datetime) -> str | None:
    if not demand.interview_on and not demand.orientation_note.strip():
        return "Notez l’entretien ou écrivez l’orientation donnée à la famille."
    return None


def _enlist(demand: Demand, facts: StepFacts, at: datetime) -> str | None:
    today = day(at)
    if demand.birth_to_confirm:
        return "La naissance n’est pas confirmée : le dossier garde sa date, mais n’est pas examiné avant."
    if facts.missing_papers:
        return "Il manque au dossier : " + ", ".join(facts.missing_papers) + "."
    if demand.renewal_due_on < today:
        return "La demande est à renouveler avant de passer en commission."
    if demand.session_on is None or demand.session_on < today:
        return "Choisissez une commission à venir."
    return None


def _postpone(_demand: Demand, facts: StepFacts, _at: datetime) -> str | None:
    if facts.decision_waits:
        return DECISION_WAITS
    return None if facts.reason.strip() else "Indiquez pourquoi la demande quitte la commission."


def _place(demand: Demand, facts: StepFacts, _at: datetime) -> str | None:
    if facts.decision_waits:
        return DECISION_WAITS
    if demand.solution == "establishment" and not facts.decision_signed:
        return "Une place en établissement demande une décision enregistrée puis confirmée par une autre personne."
    if demand.solution != "establishment" and not facts.solution_proof.strip():
        return "Indiquez la preuve de la solution trouvée (contrat, attestation, appel de la famille…)."
    return None


def _leave_unplaced(_demand: Demand, facts: StepFacts, _at: datetime) -> str | None:
    return None if facts.decision_signed else "La décision doit être confirmée par une autre personne."


def _release(_demand: Demand, facts: StepFacts, _at: datetime) -> str | None:
    return None if facts.reason.strip() else "Indiquez pourquoi la place est libérée."


def _annul(demand: Demand, facts: StepFacts, _at: datetime) -> str | None:
    if demand.state == "oriented" and not facts.decision_signed:
        return "Aucune décision de commission n’a mis cette demande à part : il n’y a rien à annuler."
    if facts.letters_left:
        return LETTER_GONE
    return None if facts.reason.strip() else "Indiquez pourquoi la décision est annulée."


def _close(demand: Demand, facts: StepFacts, _at: datetime) -> str | None:
    if facts.decision_waits:
        return DECISION_WAITS
    return None if demand.closed_reason else "Indiquez pourquoi la demande est fermée."


def _reopen(demand: Demand, facts: StepFacts, at: datetime) -> str | None:
    if demand.closed_reason == MERGED:
        other = f"la demande n° {facts.continues_as}" if facts.continues_as else "une autre demande"
        return f"Cette demande a été réunie avec {other}, qui continue : ouvrez plutôt celle-là."
    if demand.closed_on and day(at) > demand.closed_on + timedelta(days=facts.reopen_within_days):
        return f"Le délai pour rouvrir ({facts.reopen_within_days} jours) est passé : enregistrez une nouvelle demande."
    return None


DEMAND = Workflow[Demand, StepFacts](
    "demand",
    STATES,
    facts=StepFacts,
    steps=(
        # step            label                          from                                   to             guard
        Step("register", "Enregistrer", (NEW,), "received", _register),
        Step("orient", "Orienter", ("received", "unplaced"), "oriented", _orient),
        Step("enlist", "Inscrire en commission", ("oriented", "unplaced"), "commission", _enlist),
        Step("postpone", "Retirer de la commission", ("commission",), "oriented", _postpone),
        Step("place", "Placer", ("commission", "oriented", "unplaced"), "placed", _place),
        Step("leave_unplaced", "Laisser sans place", ("commission",), "unplaced", _leave_unplaced),
        Step("release", "Libérer la place", ("placed",), "oriented", _release),
        Step("annul", "Annuler la décision", ("placed", "unplaced", "oriented"), "commission", _annul),
        Step("withdraw", "Retirer la demande", OPEN_STATES, "withdrawn", _close),
        Step("expire", "Faire expirer", OPEN_STATES, "expired", _close),
        Step("reopen", "Rouvrir", ("withdrawn", "expired"), "received", _reopen),
    ),
)
