"""Calm: what happens next to a demand, who acts, and by when."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Standing:
    """Where a demand stands, in plain values."""

    state: str
    today: date
    received_on: date
    orientation: str = ""
    """The French words of the orientation, when one was written."""
    for_commission: bool = False
    oriented_on: date | None = None
    session_on: date | None = None
    placed_from: date | None = None
    closed_on: date | None = None
    papers_missing: int = 0
    birth_to_confirm: bool = False
    to_renew: bool = False
    waiting_decision_by: str = ""
    """Who recorded the decision that waits for its confirmation."""
    decision_waits: bool = False
    offer_state: str = ""
    """The state of the offer that is not over (guichet/placements/offers/states.py)."""
    answer_by: date | None = None
    orient_within: int = 15
    follow_up_within: int = 30
    reopen_within: int = 60


@dataclass(frozen=True)
class NextMove:
    """The thing to do, who does it, and its day (None when none can honestly be given)."""

    title: str
    who: str
    day: date | None = None
    sense: str = "by"
    """What the day means: by (at the latest), on (that very day), until (possible up to it)."""

    def late_days(self, today: date) -> int:
        """How many days the last day is behind; 0 when it is not."""
        if self.day is None or self.sense != "by":
            return 0
        return max(0, (today - self.day).days)


def next_move(standing: Standing) -> NextMove:
    """The one thing that makes a demand go on."""
    return _BY_STATE[standing.state](standing)


def _received(facts: Standing) -> NextMove:
    by = facts.received_on + timedelta(days=facts.orient_within)
    return NextMove("Rencontrer la famille, puis écrire l’orientation", "Le guichet", by)


def _confirmation(facts: Standing) -> NextMove:
    other = f"Une autre personne que {facts.waiting_decision_by}" if facts.waiting_decision_by else ""
    return NextMove("Confirmer la décision enregistrée", other or "Une deuxième personne")


def _oriented(facts: Standing) -> NextMove:
    if facts.decision_waits:
        return _confirmation(facts)
    by = facts.oriented_on + timedelta(days=facts.follow_up_within) if facts.oriented_on else None
    if not facts.for_commission:
        return NextMove(f"Chercher une solution : {facts.orientation}", "La famille et le guichet", by)
    if facts.birth_to_confirm:
        return NextMove("Faire connaître la naissance de l’enfant", "La famille")
    if facts.papers_missing:
        return NextMove("Fournir les justificatifs qui manquent", "La famille", by)
    if facts.to_renew:
        return NextMove("Demander à la famille si elle renouvelle sa demande", "Le guichet")
    return NextMove("Inscrire la demande à une commission", "Le guichet", by)


def _commission(facts: Standing) -> NextMove:
    if facts.decision_waits:
        return _confirmation(facts)
    if facts.session_on and facts.session_on > facts.today:
        return NextMove("Examiner la demande en commission", "La commission", facts.session_on, "on")
    return NextMove("Enregistrer la décision de la commission", "La direction de l’établissement")


def _placed(facts: Standing) -> NextMove:
    if facts.offer_state == "offered":
        return NextMove("Répondre à la place proposée", "La famille", facts.answer_by)
    if facts.offer_state == "postponed":
        return NextMove("Dire si la place peut attendre la date demandée", "La direction de l’établissement")
    if facts.offer_state == "accepted" and facts.placed_from and facts.placed_from <= facts.today:
        house = "La direction de l’établissement"
        return NextMove("Confirmer l’arrivée de l’enfant", house, facts.placed_from)
    if facts.placed_from and facts.placed_from > facts.today:
        return NextMove(
            "Préparer l’entrée de l’enfant", "La famille et son lieu d’accueil", facts.placed_from
        )
    return NextMove("Rien à faire : l’enfant a une solution d’accueil", "")


def _unplaced(facts: Standing) -> NextMove:
    if facts.decision_waits:
        return _confirmation(facts)
    return NextMove("Appeler la famille pour chercher une autre solution", "Le guichet")


def _closed(facts: Standing) -> NextMove:
    until = facts.closed_on + timedelta(days=facts.reopen_within) if facts.closed_on else None
    if until and until >= facts.today:
        return NextMove(
            "Demande fermée : elle peut encore être rouverte",
            "Le guichet, si la famille le demande",
            until,
            "until",
        )
    return NextMove("Demande fermée : il n’y a plus rien à faire", "")


_BY_STATE = {
    "received": _received,
    "oriented": _oriented,
    "commission": _commission,
    "placed": _placed,
    "unplaced": _unplaced,
    "withdrawn": _closed,
    "expired": _closed,
}
