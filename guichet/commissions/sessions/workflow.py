"""The life of a session, on one screen: planned, convened, sitting, signed; or postponed, or cancelled."""

from dataclasses import dataclass
from datetime import date, datetime

from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.words import SESSION_STATE
from guichet.core.clock import day
from guichet.core.workflow import NEW, Step, Workflow


@dataclass(frozen=True)
class SessionFacts:
    """What a guard must know and the session does not hold."""

    voting: int = 0
    """The voting seats whose mandate runs on the day of the session."""
    out_of_reach: str = ""
    """Why the quorum can never be met with these seats, in a sentence."""
    convene_by: date | None = None
    """The last day to convene, by the règlement."""
    explanation: str = ""
    quorum_missing: bool = False
    reason: str = ""
    signatories: tuple[int, ...] = ()
    """The accounts that signed, the presidency first."""
    undecided: int = 0


def _plan(sitting: CommissionSession, _facts: SessionFacts, at: datetime) -> str | None:
    return None if sitting.sits_on >= day(at) else "Une séance se prévoit aujourd’hui ou plus tard."


def _convene(sitting: CommissionSession, facts: SessionFacts, at: datetime) -> str | None:
    if not facts.voting:
        return "Aucun siège à voix délibérative n’a de mandat ce jour-là : complétez d’abord les sièges."
    if facts.out_of_reach:
        return facts.out_of_reach
    if sitting.sits_on < day(at):
        return "Le jour de la séance est passé : reportez-la."
    if facts.convene_by and day(at) > facts.convene_by and not sitting.urgency.strip():
        return f"{facts.explanation} Indiquez l’urgence qui l’abrège, ou reportez la séance."
    return None


def _open(sitting: CommissionSession, _facts: SessionFacts, at: datetime) -> str | None:
    return None if sitting.sits_on == day(at) else "Une séance s’ouvre le jour où elle se tient."


def _sign(_sitting: CommissionSession, facts: SessionFacts, _at: datetime) -> str | None:
    if len(set(facts.signatories)) < 2:
        return "Le procès-verbal est signé par la présidence et par une seconde personne."
    if facts.undecided:
        return "Des demandes de l’ordre du jour n’ont pas de décision."
    return None


def _postpone(sitting: CommissionSession, facts: SessionFacts, _at: datetime) -> str | None:
    if not facts.reason.strip():
        return "Indiquez pourquoi la séance est reportée : les familles ont une nouvelle date."
    if sitting.state == "sitting" and not facts.quorum_missing:
        return "Une séance ouverte n’est reportée que si le quorum manque."
    return None


def _reopen(_sitting: CommissionSession, facts: SessionFacts, _at: datetime) -> str | None:
    return None if facts.reason.strip() else "Indiquez pourquoi la signature est annulée."


def _cancel(_sitting: CommissionSession, facts: SessionFacts, _at: datetime) -> str | None:
    return None if facts.reason.strip() else "Indiquez pourquoi la séance est annulée."


SESSION = Workflow[CommissionSession, SessionFacts](
    "session",
    SESSION_STATE,
    facts=SessionFacts,
    said=("la séance", "nouvelle"),
    steps=(
        # step            label                    from                                to           guard
        Step("plan", "Prévoir la séance", (NEW,), "planned", _plan),
        Step("convene", "Convoquer les membres", ("planned",), "convened", _convene),
        Step("open", "Ouvrir la séance", ("convened",), "sitting", _open),
        Step("sign", "Signer le procès-verbal", ("sitting",), "signed", _sign),
        Step("reopen", "Annuler la signature", ("signed",), "sitting", _reopen),
        Step("postpone", "Reporter la séance", ("planned", "convened", "sitting"), "postponed", _postpone),
        Step("cancel", "Annuler la séance", ("planned", "convened"), "cancelled", _cancel),
    ),
)  # fmt: skip
