"""Calm: what makes a calendar problem meaningless, said in one French sentence that names the path of the fault."""

from collections.abc import Iterable, Sequence

from guichet.core.errors import DomainError
from guichet.scheduling.planning.asked import Asked, Commission, Placement, Rules, Session


class InvalidProblemError(DomainError):
    """A calendar problem that cannot be computed. `path` is where: `commissions[2].seats[0].person`."""

    status = 422

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path} : {sentence}" if path else sentence, path or None)
        self.path = path


def refuse_faults(problem: Asked) -> None:
    """Raise InvalidProblemError at the first fault, in the order a reader meets them."""
    _refuse_doubles([str(half_day) for half_day in problem.half_days], "half_days", "")
    _refuse_doubles([person.id for person in problem.people], "people", ".id")
    _refuse_doubles([room.id for room in problem.rooms], "rooms", ".id")
    _refuse_travel(problem)
    _refuse_doubles([commission.id for commission in problem.commissions], "commissions", ".id")
    people = frozenset(person.id for person in problem.people)
    rooms = frozenset(room.id for room in problem.rooms)
    met: dict[str, str] = {}
    for i, commission in enumerate(problem.commissions):
        path = f"commissions[{i}]"
        _refuse_commission(commission, people, rooms, path)
        for j, session in enumerate(commission.sessions):
            here = f"{path}.sessions[{j}]"
            if session.id in met:
                raise InvalidProblemError(
                    f"{here}.id", f"« {session.id} » est déjà le nom de {met[session.id]}."
                )
            met[session.id] = here
            _refuse_session(session, rooms, here)
    _refuse_rules(problem.rules)
    if problem.work_limit <= 0:
        raise InvalidProblemError("work_limit", "il faut un nombre plus grand que zéro.")
    if problem.time_limit_s <= 0:
        raise InvalidProblemError("time_limit_s", "il faut un nombre de secondes plus grand que zéro.")


def _refuse_travel(problem: Asked) -> None:
    known: dict[frozenset[str], int] = {}
    for i, line in enumerate(problem.travel):
        path = f"travel_minutes[{i}]"
        if line.minutes < 0:
            raise InvalidProblemError(f"{path}.minutes", "une durée ne peut pas être négative.")
        if line.start == line.end and line.minutes != 0:
            raise InvalidProblemError(f"{path}.minutes", f"de « {line.start} » à elle-même, la durée est 0.")
        first = known.setdefault(frozenset((line.start, line.end)), i)
        if problem.travel[first].minutes != line.minutes:
            raise InvalidProblemError(
                f"{path}.minutes",
                f"la durée entre « {line.start} » et « {line.end} » est déjà donnée, différente, "
                f"dans travel_minutes[{first}].",
            )


def _refuse_commission(
    commission: Commission, people: frozenset[str], rooms: frozenset[str], path: str
) -> None:
    _refuse_doubles(commission.rooms, f"{path}.rooms", "")
    _refuse_unknown(commission.rooms, rooms, f"{path}.rooms", "cette salle n’est pas dans rooms")
    for j, required in enumerate(commission.required):
        _refuse_unknown(required, people, f"{path}.required[{j}]", _UNKNOWN_PERSON)
    holders = [seat.person for seat in commission.seats]
    for j, seat in enumerate(commission.seats):
        here = f"{path}.seats[{j}]"
        if seat.person not in people:
            raise InvalidProblemError(f"{here}.person", f"« {seat.person} » : {_UNKNOWN_PERSON}.")
        if seat.person in holders[:j]:
            raise InvalidProblemError(
                f"{here}.person", f"« {seat.person} » a déjà un siège dans « {commission.id} »."
            )
        _refuse_unknown(seat.deputies, people, f"{here}.deputies", _UNKNOWN_PERSON)
        _refuse_doubles(seat.deputies, f"{here}.deputies", "")
        if seat.person in seat.deputies:
            raise InvalidProblemError(
                f"{here}.deputies", f"« {seat.person} » ne peut pas être son propre suppléant."
            )
    if commission.quorum < 0:
        raise InvalidProblemError(f"{path}.quorum", "un quorum ne peut pas être négatif.")
    if commission.min_days_between < 0:
        raise InvalidProblemError(f"{path}.min_days_between", "un nombre de jours ne peut pas être négatif.")


def _refuse_session(session: Session, rooms: frozenset[str], path: str) -> None:
    if session.start > session.end:
        raise InvalidProblemError(
            f"{path}.to", f"la fenêtre finit le {session.end}, avant de commencer le {session.start}."
        )
    for word, placement in (("pinned", session.pinned), ("previous", session.previous)):
        _refuse_placement(placement, rooms, f"{path}.{word}")


def _refuse_placement(placement: Placement | None, rooms: frozenset[str], path: str) -> None:
    if placement is not None and placement.room not in rooms:
        raise InvalidProblemError(f"{path}.room", f"« {placement.room} » : cette salle n’est pas dans rooms.")


def _refuse_rules(rules: Rules) -> None:
    if rules.per_half_day < 1:
        raise InvalidProblemError("rules.per_half_day", "il faut au moins une séance par demi-journée.")
    if rules.days_per_point <= 0:
        raise InvalidProblemError("rules.days_per_point", "il faut un nombre de jours plus grand que zéro.")
    costs = ("max_travel_minutes", "tour_cost", "unplaced_cost", "if_needed_cost", "move_cost")
    for name in costs:
        if getattr(rules, name) < 0:
            raise InvalidProblemError(f"rules.{name}", "il faut un nombre positif, ou zéro.")


def _refuse_doubles(names: Sequence[str], path: str, key: str) -> None:
    first: dict[str, int] = {}
    for i, name in enumerate(names):
        if first.setdefault(name, i) != i:
            raise InvalidProblemError(
                f"{path}[{i}]{key}", f"« {name} » est déjà écrit dans {path}[{first[name]}]."
            )


def _refuse_unknown(names: Iterable[str], known: frozenset[str], path: str, sentence: str) -> None:
    for i, name in enumerate(names):
        if name not in known:
            raise InvalidProblemError(f"{path}[{i}]", f"« {name} » : {sentence}.")


_UNKNOWN_PERSON = "cette personne n’est pas dans people"
