"""The points of a demand explained to its family, as a letter: data, points, rules, witness, last admitted.

The law gives the family the rules of the calculation and their application to its own case (code des relations entre
le public et l’administration, articles L311-3-1, R311-3-1-1 and R311-3-1-2). No other child is told but by points.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.allocation.explaining import telling
from guichet.allocation.explaining.lines import GRANTED
from guichet.allocation.runs import queries as runs
from guichet.allocation.runs.models import AllocationLine, AllocationRun
from guichet.bareme.letter import Explanation, explain
from guichet.bareme.queries import bareme_in_force
from guichet.bareme.score import score
from guichet.commissions.models import Decision
from guichet.core import french, journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import StepRefusedError
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.letter_parts import child_name, demand_table, family_letter, wishes_table
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.notifications.letter import Letter, NextStep, Section

NO_BAREME = "Aucun barème n’est en vigueur : aucun point n’a été compté pour cette demande."
NOT_DECIDED = "Aucune commission n’a encore décidé avec ces points : cette lettre ne promet pas de place."
PROPOSED = "Le calcul y proposait une place ; la commission a décidé ensuite."
RESERVED = "Un critère dont la lecture est réservée n’est donné ici que par ses points : le guichet vous le lit sur place."


def post_explanation(
    session: Session, demand: Demand, catalogue: Catalogue, *, actor: Actor, at: datetime
) -> int | None:
    """Post the explanation to the family, once a day at most; the letter's id, None when today's has been posted.

    `demand` comes whole (guichet/demands/reading.py). Raises StepRefusedError when no point was ever counted.
    """
    letter = explanation(session, demand, catalogue, at)
    posted = outbox.post(
        session,
        letter,
        key=f"demand:{demand.id}:explanation:{day(at).isoformat()}",
        subject_type="demand",
        subject_id=demand.id,
        at=at,
    )
    if posted is not None:
        journal.note(session, "demand", demand.id, "explain_points", actor=actor, at=at)
    return posted


def explanation(session: Session, demand: Demand, catalogue: Catalogue, at: datetime) -> Letter:
    """The letter, from what the last signed decision had before it, or from the file of the day when nobody decided.

    A proposal that no session signed, a simulation above all, is told to no family: it would read as a promise.
    """
    run_id = _run_decided(session, demand.id)
    run = session.get(AllocationRun, run_id) if run_id is not None else None
    on = day(run.asked_at) if run else day(at)
    bareme = bareme_in_force(session, on)
    if bareme is None:
        raise StepRefusedError(NO_BAREME)
    facts = facts_of_demands(session, [demand.id], catalogue, on)[demand.id]
    told: list[tuple[str, Explanation]] = []
    for house_id in facts.houses:
        house = catalogue.houses[house_id]
        if house.is_collective:
            told.append(
                (house.label, explain(bareme, score(bareme, facts, house_id), house.label, restricted=False))
            )
    line = session.get(AllocationLine, (run.id, demand.id)) if run else None
    sections = [
        Section(f"Vos points pour {label}", (one.opening, *one.lines, *one.missing)) for label, one in told
    ]
    if line is not None and run is not None:
        sections.append(_witnesses(session, run, line, catalogue))
    if told:
        sections.append(Section("Les règles", (*told[0][1].rules, RESERVED)))
    return family_letter(
        "explanation",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : comment vos points ont été comptés",
        opening=(
            f"Voici comment la demande d’accueil pour {child_name(demand)} a été classée : vos données, les points "
            f"qu’elles donnent, et ce qui a été constaté établissement par établissement, au {french.plain_date(on)}."
            if line is not None
            else f"Voici comment les points de la demande d’accueil pour {child_name(demand)} sont comptés, au "
            f"{french.plain_date(on)}. {NOT_DECIDED}",
        ),
        next_step=NextStep("Vous", "relire ces données et signaler au guichet toute erreur"),
        tables=(demand_table(demand), wishes_table(demand, catalogue)),
        sections=tuple(sections),
    )


def _run_decided(session: Session, demand_id: int) -> int | None:
    """The proposal behind the last decision that was signed; None when no decision rests on one."""
    wanted = (
        select(Decision.run_id)
        .where(Decision.demand_id == demand_id, Decision.state == "confirmed", Decision.run_id.is_not(None))
        .order_by(Decision.confirmed_at.desc(), Decision.id.desc())
        .limit(1)
    )
    return session.scalar(wanted)


def _witnesses(session: Session, run: AllocationRun, line: AllocationLine, catalogue: Catalogue) -> Section:
    """Each wish in order: granted or not, the hours that were full, the points of the last admitted."""
    last = runs.last_points(session, run.id)
    said = []
    for wish in line.wishes:
        house = catalogue.houses.get(wish["house"])
        if house is None:
            continue
        granted = wish["what"] == GRANTED
        sentence = PROPOSED if granted else telling.wish_sentence(wish, together=bool(line.together))
        said.append(f"{house.label} : {sentence}{_last(wish, last)}")
    return Section("Ce que la commission avait sous les yeux", tuple(said))


def _last(wish: Mapping[str, object], last: Mapping[int, int]) -> str:
    house = wish["house"]
    if not isinstance(house, int) or house not in last or wish.get("last") is not None:
        return ""
    return f" Points du dernier dossier admis dans cet établissement : {last[house]}."
