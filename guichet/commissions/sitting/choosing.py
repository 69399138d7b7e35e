"""Calm: what a session may choose for a demand, what each choice asks to be written, and what a vote says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guichet.commissions.reglement import Reglement
from guichet.commissions.sitting.quorum import outcome_of_vote
from guichet.core.french import count
from guichet.core.week import Week

ACCEPT, CHANGE, PARTIAL, WAIT, REFUSE, POSTPONE = "accept", "change", "partial", "wait", "refuse", "postpone"
CHOICES = (ACCEPT, CHANGE, PARTIAL, WAIT, REFUSE, POSTPONE)
GIVING = (ACCEPT, CHANGE, PARTIAL)
"""The choices that give a place."""
OUTCOME = {
    ACCEPT: "placed",
    CHANGE: "placed",
    PARTIAL: "placed",
    WAIT: "unplaced",
    REFUSE: "unplaced",
    POSTPONE: "postponed",
}
LATER = "postponed"
"""The reason kept with a demand examined later; its words are in the detail."""
LONGEST_DETAIL, LONGEST_WHY = 1000, 1000


@dataclass(frozen=True)
class Vote:
    """The voices of a vote somebody asked for; `presidency` is how the presidency voted when they are equal."""

    yes: int
    no: int
    abstain: int = 0
    presidency: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"yes": self.yes, "no": self.no, "abstain": self.abstain, "presidency": self.presidency}


@dataclass(frozen=True)
class DraftEntry:
    """What is recorded on an item. `week` is the hours given, None for the whole week asked.

    `detail` is read by the family; `why` by the minutes alone.
    """

    choice: str
    establishment_id: int | None = None
    entry_on: date | None = None
    week: Week | None = None
    reason: str = ""
    detail: str = ""
    why: str = ""
    insists: bool = False
    """The place is given although it is above what is free."""
    vote: Vote | None = None


@dataclass(frozen=True)
class Asked:
    """The demand of the item, as its choices are judged."""

    week: Week
    entry_on: date
    sits_on: date
    wished: tuple[int, ...]
    """The establishments of this commission that the family wishes for, in order."""
    houses: frozenset[int]
    """Every establishment of this commission."""
    proposed: int | None = None
    """The establishment of this commission that the proposal gives."""
    examined: bool = False
    """A proposal looked at it: to give what it does not propose is to decide otherwise."""

    @property
    def may_accept(self) -> bool:
        """Whether there is something to accept: what is proposed, or the first wish when nothing was computed."""
        return self.proposed is not None or (not self.examined and bool(self.wished))

    @property
    def entry(self) -> date:
        """The entry given unless somebody changes it: the one wished, never before the session."""
        return max(self.entry_on, self.sits_on)

    @property
    def first_house(self) -> int | None:
        """The establishment given unless somebody changes it: the one proposed, or the first wished for."""
        return self.proposed or next(iter(self.wished), None)


def completed(entry: DraftEntry, asked: Asked) -> DraftEntry:
    """The entry with what its choice leaves unsaid: an acceptance says nothing, a wait has a plain reason."""
    house = entry.establishment_id if entry.choice in GIVING else next(iter(asked.wished), None)
    week = entry.week if entry.choice in (CHANGE, PARTIAL) and entry.week != asked.week else None
    if entry.choice == ACCEPT:
        house = asked.first_house
    giving = entry.choice in GIVING
    entry_on = (entry.entry_on or asked.entry) if giving and entry.choice != ACCEPT else asked.entry
    reason = entry.reason or {WAIT: "no_seat", POSTPONE: LATER}.get(entry.choice, "")
    return DraftEntry(
        entry.choice,
        house or (asked.first_house if giving else None),
        entry_on if giving else None,
        week,
        "" if giving else LATER if entry.choice == POSTPONE else reason,
        entry.detail.strip(),
        entry.why.strip(),
        entry.insists and giving,
        entry.vote,
    )


def refusals(entry: DraftEntry, asked: Asked, reasons: Collection[str]) -> dict[str, str]:
    """What is missing or wrong, one sentence a field, in an entry already `completed`."""
    if entry.choice not in CHOICES:
        return {"choice": "Choisissez ce que la commission décide."}
    found = _of_a_place(entry, asked) if entry.choice in GIVING else _without_a_place(entry, reasons)
    if len(entry.detail) > LONGEST_DETAIL:
        found["detail"] = f"C’est trop long : {LONGEST_DETAIL} caractères au plus."
    if len(entry.why) > LONGEST_WHY:
        found["why"] = f"C’est trop long : {LONGEST_WHY} caractères au plus."
    return found


def departs(entry: DraftEntry, asked: Asked) -> bool:
    """Whether what is given is not what was proposed, or, without a proposal, not what was asked."""
    if asked.examined:
        return entry.establishment_id != asked.proposed or entry.entry_on != asked.entry
    return entry.establishment_id not in asked.wished or entry.entry_on != asked.entry


def refusal_of_vote(
    vote: Vote, voices: int, reglement: Reglement, presidency_votes: bool
) -> Mapping[str, str]:
    """Why a vote cannot carry the decision it is noted with; empty when it does."""
    if min(vote.yes, vote.no, vote.abstain) < 0:
        return {"vote": "Un nombre de voix ne peut pas être négatif."}
    given = vote.yes + vote.no + vote.abstain
    if not given:
        return {"vote": "Notez les voix, ou décochez le vote."}
    if given > voices:
        return {
            "vote": f"{count(given, 'voix', 'voix')} pour {count(voices, 'membre')} à voix délibérative sur ce point."
        }
    adopted = outcome_of_vote(
        reglement, vote.yes, vote.no, presidency_says_yes=vote.presidency if presidency_votes else None
    )
    if adopted is None:
        if reglement.casting_vote and presidency_votes:
            return {"vote": "Les voix sont à égalité : notez le vote de la présidence, il est prépondérant."}
        return {"vote": "Les voix sont à égalité : la décision n’est pas adoptée. Proposez-en une autre."}
    return (
        {}
        if adopted
        else {"vote": "Le vote écarte cette décision : enregistrez celle que la commission retient."}
    )


def _of_a_place(entry: DraftEntry, asked: Asked) -> dict[str, str]:
    found: dict[str, str] = {}
    if entry.establishment_id is None:
        found["establishment_id"] = "Choisissez l’établissement qui accueille l’enfant."
    elif entry.establishment_id not in asked.houses:
        found["establishment_id"] = "Cette commission ne décide que des places de ses établissements."
    if entry.entry_on is not None and entry.entry_on < asked.sits_on:
        found["entry_on"] = "L’entrée est avant la séance."
    if entry.choice == ACCEPT and not asked.may_accept:
        found["choice"] = "Rien n’est proposé ici : choisissez un établissement avec « Modifier »."
    if entry.choice == PARTIAL:
        found |= _of_a_part(entry.week, asked.week)
    elif entry.choice == CHANGE and entry.week is not None and not entry.week:
        found["week"] = "Indiquez les jours et les heures donnés."
    if (
        entry.choice in (CHANGE, PARTIAL)
        and not entry.why
        and (entry.choice == CHANGE or departs(entry, asked))
    ):
        found["why"] = "Écrivez pourquoi la commission décide autrement : le procès-verbal le dira."
    if entry.insists and not entry.why:
        found["why"] = "Écrivez pourquoi la place est donnée au-dessus des places libres."
    return found


def _of_a_part(given: Week | None, asked: Week) -> dict[str, str]:
    if given is None or not given:
        return {"week": "Indiquez la partie de la semaine qui est donnée."}
    if not asked.includes(given):
        return {
            "week": "Une semaine partielle ne contient que des heures demandées : sinon, choisissez « Modifier »."
        }
    return {}


def _without_a_place(entry: DraftEntry, reasons: Collection[str]) -> dict[str, str]:
    if entry.choice == POSTPONE:
        return {} if entry.detail else {"detail": "Écrivez pourquoi la demande est examinée plus tard."}
    if entry.reason not in reasons:
        return {"reason": "Indiquez le motif : la famille le lira dans sa lettre."}
    if entry.reason == "other" and not entry.detail:
        return {"detail": "Précisez le motif en une phrase."}
    return {}
