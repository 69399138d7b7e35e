"""An independent reading of what is about to be signed: each finding is one sentence, to mend or to answer in writing.

Nothing is taken from what the sitting screen allowed: places are counted again with every draft, the quorum of each
item from what was noted, the proposal by the second program that checks it.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guichet.allocation.checker import check
from guichet.allocation.engine import allocate
from guichet.allocation.explaining.checked_words import in_plain_words
from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.files import problem_from
from guichet.allocation.inputs.frozen import with_pins
from guichet.allocation.runs.actions import frozen_inputs
from guichet.allocation.runs.queries import pins
from guichet.commissions.models import PLACED, Decision
from guichet.commissions.sessions.agenda import DEMAND_ITEM
from guichet.commissions.signing.dry_run_facts import Trial, undecided_items
from guichet.commissions.signing.settling import HOLD, OFFER
from guichet.commissions.sitting.choosing import CHANGE
from guichet.commissions.sitting.queries import room_of
from guichet.commissions.sitting.quorum import in_words
from guichet.commissions.words import ROLE
from guichet.core import french
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demands.letter_parts import recipient_of
from guichet.demands.models import Demand, NeedVersion
from guichet.establishments.capacity import Ask, Colour, House, Verdict, fits
from guichet.establishments.catalogue import Catalogue
from guichet.placements.stays import load_houses


@dataclass(frozen=True)
class Finding:
    """What is not clean. One that blocks must be mended; the others may be answered with a reason."""

    key: str
    subject: str
    """A demand's number, an establishment, or an item."""
    sentence: str
    blocks: bool = False
    reason: str = ""
    """Written already, while the session sat: the finding is answered."""

    def to_json(self) -> dict[str, Any]:
        """As the dry run keeps it."""
        return asdict(self)


def findings(session: Session, trial: Trial, catalogue: Catalogue, at: datetime) -> list[Finding]:
    """All that is found, in the order in which it is read."""
    return [
        *_undecided(session, trial),
        *_gone(session, trial),
        *_quorum(session, trial),
        *_unexplained(trial),
        *_changed(session, trial),
        *_too_full(session, trial, catalogue, day(at)),
        *_not_the_proposal(session, trial),
        *_out_of_reach(trial),
    ]


def _undecided(session: Session, trial: Trial) -> Iterator[Finding]:
    numbers = {item.id: item.position for item in trial.sitting.items}
    for item_id, _demand_id in undecided_items(session, trial.sitting.id):
        point = f"Point {numbers[item_id]}"
        yield Finding(
            f"undecided:{item_id}",
            point,
            "Cette demande n’a pas encore de décision de la séance.",
            blocks=True,
        )


def _gone(session: Session, trial: Trial) -> Iterator[Finding]:
    """Those that left the commission; one that the round itself settled needs no other reason."""
    gone = [one.demand_id for one in trial.own if trial.demands[one.demand_id].state != "commission"]
    of_round = select(Decision.demand_id, Decision.session_name).where(
        Decision.demand_id.in_(gone),
        Decision.state == "confirmed",
        Decision.session_id.in_([one.id for one in trial.round if one.id != trial.sitting.id]),
    )
    signed = {row.demand_id: row.session_name for row in session.execute(of_round)} if gone else {}
    for one in trial.own:
        demand = trial.demands[one.demand_id]
        if demand.state != "commission":
            said = "Elle n’est plus en commission : sa décision sera écartée à la signature."
            by = signed.get(one.demand_id)
            reason = f"Ce tour y a déjà répondu : {by}, séance signée." if by else ""
            yield Finding(f"gone:{one.id}", demand.number, said, reason=reason)


def _quorum(session: Session, trial: Trial) -> Iterator[Finding]:
    room = room_of(session, trial.sitting)
    for item in trial.sitting.items:
        decided = item.kind == DEMAND_ITEM and any(one.item_id == item.id for one in trial.own)
        found = room.quorum(item.position)
        if decided and not found.met:
            yield Finding(f"quorum:{item.id}", f"Point {item.position}", in_words(found, ROLE))


def _unexplained(trial: Trial) -> Iterator[Finding]:
    """A place other than the one proposed says why; « other » is no reason by itself."""
    for one in trial.own:
        bare = one.choice == CHANGE and not one.why.strip()
        if bare or (one.reason == "other" and not one.detail.strip()):
            number = trial.demands[one.demand_id].number
            yield Finding(
                f"reason:{one.id}", number, "La décision s’écarte de la proposition sans dire pourquoi."
            )


def _changed(session: Session, trial: Trial) -> Iterator[Finding]:
    """The family changed its need after the commission had decided on it."""
    since = {one.demand_id: one for one in trial.own}
    last = (
        select(NeedVersion.demand_id, func.max(NeedVersion.replaced_at))
        .where(NeedVersion.demand_id.in_(since))
        .group_by(NeedVersion.demand_id)
    )
    for demand_id, replaced_at in session.execute(last):
        if replaced_at > since[demand_id].recorded_at:
            said = "Le besoin de la famille a changé depuis la décision : relisez-la."
            yield Finding(f"changed:{since[demand_id].id}", trial.demands[demand_id].number, said)


def _too_full(session: Session, trial: Trial, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    """Each place given, counted with the children present, those of the other sessions, and every other draft."""
    given = [
        (trial.demands[demand_id], trial.decisions[one.by])
        for demand_id, one in trial.settled.items()
        if one.kind in (OFFER, HOLD) and one.by
    ]
    places = {one.establishment_id for _, one in given if one.establishment_id is not None}
    freed = {(demand_id, house) for demand_id, one in trial.settled.items() for house in one.freed}
    houses = load_houses(session, places, today)
    for demand, decision in given:
        house = houses.get(decision.establishment_id or 0)
        if house is None or not house.supply.opened:
            continue
        verdict = _verdict(_without(house, freed), demand, decision)
        if verdict is not None and verdict.colour is not Colour.GREEN:
            where = catalogue.houses[decision.establishment_id or 0].label
            insisted = (
                f"{decision.insisted_by} : {decision.why}" if decision.insisted_by and decision.why else ""
            )
            yield Finding(
                f"full:{decision.id}", demand.number, _full_sentence(verdict, where), reason=insisted
            )


def _without(house: House, freed: set[tuple[int, int]]) -> House:
    """The establishment without the seats that the signature frees."""
    left = tuple(stay for stay in house.stays if (stay.demand, house.supply.house) not in freed)
    return house if len(left) == len(house.stays) else replace(house, stays=left)


def _verdict(house: House, demand: Demand, decision: Decision) -> Verdict | None:
    week = Week.from_json(decision.pattern) if decision.pattern else demand.week
    born_on = demand.child.birth_date or demand.child.due_date
    if not week or born_on is None or decision.entry_on is None:
        return None
    ask = Ask(week, born_on, demand.id)
    entry = max(decision.entry_on, house.since)
    return fits(house.supply, house.periods_for(ask), ask, entry)


def _full_sentence(found: Verdict, where: str) -> str:
    if found.section is None:
        return f"{where} n’a pas de section pour cet âge au {french.plain_date(found.entry)}."
    if found.colour is Colour.AMBER:
        return f"{where} : la place passe par le surnombre ; la direction confirme l’encadrement."
    hours = found.blocked.describe() or found.closed.describe()
    why = "l’établissement n’ouvre pas à ces heures" if found.closed else "plus de place à ces heures"
    return f"{where} : {why}, {hours}, à partir du {french.plain_date(found.entry)}."


def _not_the_proposal(session: Session, trial: Trial) -> Iterator[Finding]:
    """The decisions taken as they are, seated again slot by slot on the frozen places of the proposal."""
    run_id = trial.sitting.round.run_id if trial.sitting.round else None
    run = frozen_inputs(session, run_id) if run_id is not None else None
    if run is None or run.inputs is None:
        return
    for number, sentence in enumerate(in_plain_words(map(str, run.findings), run.inputs)):
        yield Finding(f"proposal:{number}", f"Proposition n° {run.id}", sentence)
    known = {one["id"] for one in run.inputs["demands"].values()}
    houses = {one["id"] for one in run.inputs["houses"].values()}
    decided = {one.demand_id: one.establishment_id for one in pins(session, run.id).values()} | {
        one.demand_id: one.establishment_id if one.outcome == PLACED else None
        for one in trial.own
        # Part of a week takes fewer slots than those that were frozen: the places above are counted on it.
        if one.demand_id in known
        and one.pattern is None
        and (one.outcome != PLACED or one.establishment_id in houses)
    }
    try:
        problem = problem_from(with_pins(run.inputs, decided)["problem"])
    except InvalidProblemError:
        said = (
            "Les décisions, prises ensemble, ne tiennent pas dans les places que la proposition avait lues."
        )
        yield Finding("checker:0", f"Proposition n° {run.id}", said)
        return
    for number, sentence in enumerate(in_plain_words(check(problem, allocate(problem)), run.inputs)):
        yield Finding(f"checker:{number}", f"Proposition n° {run.id}", sentence)


def _out_of_reach(trial: Trial) -> Iterator[Finding]:
    for demand_id, one in trial.settled.items():
        demand = trial.demands[demand_id]
        if not one.is_final:
            continue
        to = recipient_of(demand)
        if not to.email and not any(line.strip() for line in to.address):
            said = "La famille n’a ni courriel ni adresse : sa lettre ne peut pas partir."
            yield Finding(f"unreachable:{demand_id}", demand.number, said)
