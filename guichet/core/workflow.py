"""The one door through which a state changes.

A workflow is a table of steps over one shared `transitions` machine. Objects are never attached to the
machine (attached objects stay in memory for ever) and the machine has no callback: it referees the table.
Guards answer with the reason of a refusal, in French, or nothing; effects are lines in `actions.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session
from transitions import Machine, MachineError

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, StepRefusedError

NEW = "new"
"""The state of an object that has not been recorded yet. Never stored."""


class Versioned(Protocol):
    """A stored object that two people may change: its version moves with each change."""

    version: Any


class Stateful(Versioned, Protocol):
    """What a workflow moves: a stored object with a state and a version."""

    id: Any
    state: Any


S = TypeVar("S", bound=Stateful)
F = TypeVar("F")


@dataclass(frozen=True)
class Step(Generic[S, F]):
    """One line of the table. `guard(subject, facts, at)` returns the French reason of a refusal, or None."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    guard: Callable[[S, F, datetime], str | None]


class Workflow(Generic[S, F]):
    """A table of steps, checked at import, and the only code that writes a state."""

    def __init__(
        self,
        subject_type: str,
        states: dict[str, str],
        steps: Iterable[Step[S, F]],
        facts: Callable[[], F],
        *,
        said: tuple[str, str] = ("la demande", "nouvelle"),
    ) -> None:
        """`states` maps each stored state to its French word; `facts()` makes the facts of a plain step.

        `said` are the words for what it moves, and for one that is not stored yet.
        """
        self.subject_type = subject_type
        self.states = states
        self.steps = {step.name: step for step in steps}
        self._plain_facts = facts
        self._said = said
        self._machine = Machine(
            model=None,
            states=[NEW, *states],
            initial=NEW,
            auto_transitions=False,
            transitions=[
                {"trigger": step.name, "source": list(step.sources), "dest": step.target}
                for step in self.steps.values()
            ],
        )

    def fire(
        self,
        session: Session,
        subject: S,
        name: str,
        *,
        actor: Actor,
        at: datetime,
        facts: F | None = None,
        reason: str = "",
        detail: dict[str, Any] | None = None,
    ) -> journal.JournalEntry:
        """Ask the guard, move the state, flush, write the journal line. The caller commits.

        Raises StepRefusedError with the guard's sentence, or when the table has no such move.
        """
        step = self.steps[name]
        before = subject.state
        if before not in step.sources:
            raise StepRefusedError(self._no_such_move(step, before))
        refusal = step.guard(subject, facts if facts is not None else self._plain_facts(), at)
        if refusal:
            raise StepRefusedError(refusal)
        try:
            self._machine.events[name].trigger(subject)
        except MachineError as error:
            raise StepRefusedError(self._no_such_move(step, before)) from error
        session.add(subject)
        session.flush()
        return journal.note(
            session,
            self.subject_type,
            subject.id,
            name,
            actor=actor,
            at=at,
            reason=reason,
            states=(None if before == NEW else before, subject.state),
            detail=detail,
        )

    def fire_many(
        self,
        session: Session,
        subjects: Sequence[S],
        name: str,
        *,
        actor: Actor,
        at: datetime,
        facts: F | None = None,
        reason: str = "",
        detail: dict[str, Any] | None = None,
    ) -> None:
        """The same step for hundreds at once, all or none, in a few statements. Raises StepRefusedError."""
        step, known = self.steps[name], facts if facts is not None else self._plain_facts()
        before = [subject.state for subject in subjects]
        for subject in subjects:
            if subject.state not in step.sources:
                raise StepRefusedError(self._no_such_move(step, subject.state))
            if refusal := step.guard(subject, known, at):
                raise StepRefusedError(refusal)
        for subject in subjects:
            self._machine.events[name].trigger(subject)
        session.add_all(subjects)
        session.flush()
        moved = [
            journal.Moved(subject.id, (None if was == NEW else was, subject.state), detail)
            for subject, was in zip(subjects, before, strict=True)
        ]
        journal.note_many(session, self.subject_type, moved, name, actor=actor, at=at, reason=reason)

    def open_steps(self, subject: S, names: Iterable[str]) -> list[Step[S, F]]:
        """Among `names`, the steps the table allows from the subject's state, in the table's order."""
        wanted = set(names)
        return [step for step in self.steps.values() if step.name in wanted and subject.state in step.sources]

    def _no_such_move(self, step: Step[S, F], state: str) -> str:
        what, unstored = self._said
        word = self.states.get(state, unstored)
        return f"« {step.label} » n’est pas possible : {what} est « {word} »."


def expect_version(subject: Versioned, seen: int | None) -> None:
    """Refuse to go on when the file changed since the person read it.

    `seen` is the version carried by the form; None when the caller read the subject in this transaction.
    """
    if seen is not None and subject.version != seen:
        raise ConflictError(
            "Ce dossier a changé depuis que vous l’avez ouvert. Votre saisie est conservée ci-dessous : "
            "relisez l’état actuel, puis enregistrez de nouveau si elle convient toujours."
        )
