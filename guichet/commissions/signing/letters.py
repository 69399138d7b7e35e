"""The letters of a signature: one a family, brothers and sisters included, rendered before anybody signs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from guichet.commissions import letters
from guichet.commissions.authorities import Answer
from guichet.commissions.models import Decision
from guichet.commissions.signing import settling
from guichet.commissions.signing.settling import Settled
from guichet.core import french
from guichet.demands.letter_parts import OTHER_CARE_SECTION, child_name, demand_table, family_letter
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.letter import Letter, NextStep, Section, Table
from guichet.placements.offers.letters import EACH_CHILD, AnswerAsked


@dataclass(frozen=True)
class Answered:
    """One demand of a family, the decision that settles it, and what is asked of the family."""

    demand: Demand
    decision: Decision
    settled: Settled
    asked: AnswerAsked
    collegial: bool = False
    """The règlement lets the commission itself decide."""
    refused: tuple[Answer, ...] = ()
    """What the commissions of the round refused: all that was wished, or what was preferred to the place offered."""


def key_of(session_id: int, dry_run_id: int, family_id: int) -> str:
    """The key under which the letter of a family is held: another dry run writes another letter."""
    return f"{prefix_of(session_id)}{dry_run_id}:{family_id}"


def prefix_of(session_id: int) -> str:
    """What the keys of all the letters of a session begin with."""
    return f"session:{session_id}:"


def letter_for(answers: Sequence[Answered], catalogue: Catalogue, at: datetime) -> Letter:
    """What a family reads: one answer as it is, several in one letter, each under the name of its child."""
    written = [(one.demand, _letter(one, catalogue, at)) for one in answers]
    first = written[0][1] if len(written) == 1 else _together(written)
    if not any(one.decision.run_id for one in answers):
        return first
    return letters.mentioned(first)


def postponed(demand: Demand, decision: Decision, catalogue: Catalogue, at: datetime) -> Letter:
    """The commission examines the demand later: why, and that it keeps its date."""
    rows = (
        ("Séance du", french.long_date(decision.session_on)),
        ("Commission", decision.session_name),
        ("Précision", decision.detail),
    )
    return family_letter(
        "postponed",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : examen reporté à une prochaine commission",
        opening=(
            f"La commission n’a pas encore répondu à votre demande d’accueil pour {child_name(demand)} : elle "
            "l’examinera à une prochaine séance.",
            "Votre demande reste enregistrée avec sa date d’ancienneté, "
            f"{french.long_date(demand.seniority_on)}.",
        ),
        next_step=NextStep(
            "Le guichet", "inscrire votre demande à une prochaine commission et vous en donner la date"
        ),
        tables=(
            Table("La séance", tuple(row for row in rows if row[1])),
            demand_table(demand),
        ),
        sections=(OTHER_CARE_SECTION,),
    )


def _letter(one: Answered, catalogue: Catalogue, at: datetime) -> Letter:
    if one.settled.kind == settling.OFFER:
        return letters.placed(
            one.demand, one.decision, catalogue, at, one.asked, collegial=one.collegial, refused=one.refused
        )
    if one.settled.kind == settling.ORIENTED:
        return postponed(one.demand, one.decision, catalogue, at)
    return letters.unplaced(one.demand, one.decision, catalogue, at, refused=one.refused)


def _together(written: Sequence[tuple[Demand, Letter]]) -> Letter:
    """The letters of brothers and sisters in one: what is said twice is said once, each table names its child."""
    first = written[0][1]
    several = sum(one.action is not None for _, one in written) > 1
    numbers = french.join_and([demand.number for demand, _ in written])
    return replace(
        first,
        kind="decided_together",
        subject=f"Demandes n° {numbers} : la réponse de la commission",
        opening=tuple(dict.fromkeys(said for _, one in written for said in one.opening)),
        next_step=_one_step([one.next_step for _, one in written]),
        tables=tuple(
            replace(table, caption=f"{table.caption}, {child_name(demand)}")
            for demand, one in written
            for table in one.tables
        ),
        sections=_sections([*(one.sections for _, one in written), (EACH_CHILD,) if several else ()]),
        action=next((one.action for _, one in written if one.action), None),
        signatory=tuple(dict.fromkeys(line for _, one in written for line in one.signatory)),
    )


def _one_step(steps: Sequence[NextStep]) -> NextStep:
    """What the family has to do comes before what the guichet will do."""
    yours = [one for one in steps if one.who == "Vous"] or list(steps)
    what = " ; ".join(dict.fromkeys(one.what for one in yours))
    return replace(yours[0], what=what)


def _sections(written: Sequence[Sequence[Section]]) -> tuple[Section, ...]:
    found: dict[str, list[str]] = {}
    for one in written:
        for section in one:
            said = found.setdefault(section.heading, [])
            said += [paragraph for paragraph in section.paragraphs if paragraph not in said]
    return tuple(Section(heading, tuple(said)) for heading, said in found.items())
