"""What asks for a proposal and what a person decides inside one. A worker computes it (computing.py). The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, undefer

from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.files import problem_from
from guichet.allocation.inputs.choices import Choices, refuse_faults
from guichet.allocation.inputs.frozen import with_pins
from guichet.allocation.runs.models import (
    FRESH,
    PINNED,
    REPLAYED,
    AllocationLine,
    AllocationPin,
    AllocationRun,
)
from guichet.allocation.runs.queries import may_exceed
from guichet.core import journal, nudge
from guichet.core.actor import Actor
from guichet.core.db import WAITS
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.french import join_and
from guichet.core.leased import ASKED, DONE, FAILED

LONGEST_REASON = 500
FULL = (
    "Cet établissement n’a pas assez de places pour cette semaine, une fois comptés les enfants présents et les "
    "autres décisions. Choisissez-en un autre, ou ouvrez d’abord des places."
)


@dataclass(frozen=True)
class PinEntry:
    """What a person decides for a demand: an establishment, nothing (None), or to leave it to the points again."""

    establishment_id: int | None
    reason: str
    lift: bool = False


def ask_run(session: Session, title: str, choices: Choices, *, actor: Actor, at: datetime) -> AllocationRun:
    """Ask for a proposal on the files of the day. Raises InvalidError at the fields."""
    refuse_faults(title, choices)
    _refuse_peak_not_opened(session, choices)
    return _ask(session, title.strip(), FRESH, None, choices.to_json(), actor, at)


def pin(
    session: Session, run: AllocationRun, demand_id: int, entry: PinEntry, *, actor: Actor, at: datetime
) -> AllocationRun:
    """Decide a demand by hand, with a reason: the same frozen files are computed again as a child of the run.

    `run` comes with its inputs (`frozen_inputs`). Raises InvalidError when the reason is missing or the establishment is not one of the demand's wishes.
    """
    _refuse_unfinished(run)
    line = session.get(AllocationLine, (run.id, demand_id))
    if line is None:
        raise StepRefusedError("Cette demande n’est pas examinée dans cette proposition.")
    _refuse_pin(entry, line)
    kept = [one for one in pins_of(session, run.id) if one.demand_id != demand_id]
    pins = {one.demand_id: one.establishment_id for one in kept}
    if not entry.lift:
        pins[demand_id] = entry.establishment_id
    made = _again(session, run, PINNED, _with_room(run, pins), actor, at)
    rows = [_pin_row(made.id, one) for one in kept]
    if not entry.lift:
        rows.append(
            {
                "run_id": made.id,
                "demand_id": demand_id,
                "establishment_id": entry.establishment_id,
                "reason": entry.reason.strip(),
                "from_bareme": False,
                "by": actor.name,
                "at": at,
            }
        )
    if rows:
        session.execute(insert(AllocationPin), rows)
    detail = {"run": made.id, "establishment": entry.establishment_id, "lift": entry.lift}
    step = "lift_pin" if entry.lift else "pin_proposal"
    journal.note(
        session, "demand", demand_id, step, actor=actor, at=at, reason=entry.reason.strip(), detail=detail
    )
    return made


def replay(session: Session, run: AllocationRun, *, actor: Actor, at: datetime) -> AllocationRun:
    """Compute the very same files again: the answer must have the same digest. `run` comes with its inputs."""
    _refuse_unfinished(run)
    made = _again(session, run, REPLAYED, run.inputs or {}, actor, at)
    if rows := [_pin_row(made.id, one) for one in pins_of(session, run.id)]:
        session.execute(insert(AllocationPin), rows)
    return made


def retry(session: Session, run: AllocationRun, *, actor: Actor, at: datetime) -> None:
    """Ask again for a run that failed; what was already frozen stays."""
    if run.state != FAILED:
        raise StepRefusedError("Seul un calcul arrêté peut être relancé.")
    run.state, run.failure, run.attempts, run.percent, run.step = ASKED, "", 0, 0, ""
    journal.note(session, "allocation_run", run.id, "retry", actor=actor, at=at)
    session.info[WAITS.format(nudge.PROPOSALS)] = True


def pins_of(session: Session, run_id: int) -> Sequence[AllocationPin]:
    """The decisions that a run takes as they are, those of the barème included."""
    wanted = select(AllocationPin).where(AllocationPin.run_id == run_id).order_by(AllocationPin.demand_id)
    return session.scalars(wanted).all()


def frozen_inputs(session: Session, run_id: int) -> AllocationRun | None:
    """The run with its frozen inputs and its result; None when there is none."""
    wanted = (
        select(AllocationRun)
        .where(AllocationRun.id == run_id)
        .options(undefer(AllocationRun.inputs), undefer(AllocationRun.result))
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one_or_none()


def _ask(
    session: Session,
    title: str,
    kind: str,
    parent: AllocationRun | None,
    choices: dict[str, object],
    actor: Actor,
    at: datetime,
    **kept: Any,  # noqa: ANN401 - columns of the run
) -> AllocationRun:
    made = AllocationRun(
        title=title,
        kind=kind,
        parent_id=parent.id if parent else None,
        choices=choices,
        asked_by_id=actor.user_id,
        asked_by=actor.name,
        asked_at=at,
        state=ASKED,
        **kept,
    )
    session.add(made)
    session.flush()
    journal.note(session, "allocation_run", made.id, "ask", actor=actor, at=at, detail={"kind": kind})
    session.info[WAITS.format(nudge.PROPOSALS)] = True
    return made


def _again(
    session: Session,
    run: AllocationRun,
    kind: str,
    inputs: dict[str, Any],
    actor: Actor,
    at: datetime,
) -> AllocationRun:
    """A child of a run, on frozen files: a worker has nothing to read again."""
    kept = {
        "inputs": inputs,
        "bareme": run.bareme,
        "bareme_digest": run.bareme_digest,
        "demands": run.demands,
    }
    return _ask(session, run.title, kind, run, run.choices, actor, at, **kept)


def _with_room(run: AllocationRun, pins: dict[int, int | None]) -> dict[str, Any]:
    """The frozen files with these decisions. Raises InvalidError when one of them finds no place."""
    inputs = with_pins(run.inputs or {}, pins)
    try:
        problem_from(inputs["problem"])
    except InvalidProblemError as fault:
        raise InvalidError({"establishment": FULL}) from fault
    return inputs


def _refuse_unfinished(run: AllocationRun) -> None:
    if run.state != DONE:
        raise StepRefusedError("Cette proposition n’est pas encore calculée.")


def _refuse_peak_not_opened(session: Session, choices: Choices) -> None:
    """Seats above the licence enter a run only when the director opened them for a month of it at least."""
    first, last = choices.months[0], choices.horizon
    shut = [
        one.name
        for one in may_exceed(session)
        if one.id in choices.amber
        and not (one.peak_from and one.peak_from <= last and one.peak_until >= first)
    ]
    if shut:
        raise InvalidError(
            {"amber": f"La direction n’a pas ouvert le surnombre pour cette période : {join_and(shut)}."}
        )


def _refuse_pin(entry: PinEntry, line: AllocationLine) -> None:
    problems: dict[str, str] = {}
    if not entry.reason.strip():
        problems["reason"] = "Écrivez le motif de cette décision : il reste dans l’historique."
    elif len(entry.reason) > LONGEST_REASON:
        problems["reason"] = f"Le motif ne peut pas dépasser {LONGEST_REASON} caractères."
    wished = {wish["house"] for wish in line.wishes if "points" in wish}
    if not entry.lift and entry.establishment_id is not None and entry.establishment_id not in wished:
        problems["establishment"] = "Choisissez un des établissements que la famille souhaite."
    if problems:
        raise InvalidError(problems)


def _pin_row(run_id: int, pin: AllocationPin) -> dict[str, object]:
    return {
        "run_id": run_id,
        "demand_id": pin.demand_id,
        "establishment_id": pin.establishment_id,
        "reason": pin.reason,
        "from_bareme": pin.from_bareme,
        "by": pin.by,
        "at": pin.at,
    }
