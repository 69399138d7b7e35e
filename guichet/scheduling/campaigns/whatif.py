"""Calm: what a coordinator tries on a calendar, one change at a time: a date fixed, a date ruled out, another cadence…

A change is kept as JSON with the run that tries it; it is applied to the frozen problem of the run before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from guichet.core.errors import DomainError
from guichet.scheduling.campaigns.files import half_day_from
from guichet.scheduling.campaigns.settings import Pace, windows_of
from guichet.scheduling.planning import changes
from guichet.scheduling.planning.problem import Commission, HalfDay, Person, Placement, Problem, Seat, Session

PIN, FREE, FORBID, CADENCE, DEPUTY, AWAY = "pin", "free", "forbid", "cadence", "deputy", "away"
KINDS = (PIN, FREE, FORBID, CADENCE, DEPUTY, AWAY)
RULED_OUT = ".closed"
"""The days ruled out of a commission are those of somebody indispensable who is never there: so the format says it."""

Change = Mapping[str, Any]


class UnknownChangeError(DomainError):
    """A change of something that the calendar does not hold."""

    status = 422


def session_key(commission: str, start: date) -> str:
    """The name of a session in every run of a campaign: its commission and the first month of its window."""
    return f"{commission}-{start:%Y-%m}"


def commission_of(key: str) -> str:
    """The commission of a session key."""
    return key.split("-", 1)[0]


def is_somebody(person: str) -> bool:
    """Whether it is a person, and not the days ruled out of a commission."""
    return not person.endswith(RULED_OUT)


def applied(problem: Problem, tried: Sequence[Change], first: date, last: date) -> Problem:
    """The problem of a campaign from `first` to `last` with these changes, in their order.

    Raises UnknownChangeError when one speaks of what is not there.
    """
    for one in tried:
        problem = _APPLIED[one["kind"]](problem, one, first, last)
    return problem


def _pin(problem: Problem, one: Change, _first: date, _last: date) -> Problem:
    _known_session(problem, one["session"])
    if one["room"] not in {room.id for room in problem.rooms}:
        raise UnknownChangeError("Cette salle n’est pas dans ce calendrier.")
    return changes.pin(problem, one["session"], Placement(half_day_from(one["half_day"]), one["room"]))


def _free(problem: Problem, one: Change, _first: date, _last: date) -> Problem:
    _known_session(problem, one["session"])
    return changes.pin(problem, one["session"], None)


def _forbid(problem: Problem, one: Change, _first: date, _last: date) -> Problem:
    day = date.fromisoformat(one["day"])
    out = frozenset(half_day for half_day in problem.half_days if half_day.day == day)
    name = one["commission"] + RULED_OUT
    known = {person.id: person for person in problem.people}
    if name in known:
        wider = replace(known[name], busy=known[name].busy | out)
        return replace(problem, people=tuple(wider if p.id == name else p for p in problem.people))
    made = replace(problem, people=(*problem.people, Person(name, out)))
    return _commission(made, one["commission"], lambda found: _ruled(found, name))


def _ruled(found: Commission, name: str) -> Commission:
    return replace(
        found, seats=(*found.seats, Seat(name, 0, voting=False)), required=(*found.required, (name,))
    )


def _cadence(problem: Problem, one: Change, first: date, last: date) -> Problem:
    main = date.fromisoformat(one["main_on"]) if one.get("main_on") else None
    found = windows_of(Pace(one["cadence"], tuple(one.get("months", ())), main), first, last)
    opens = min(problem.half_days, default=HalfDay(first, "am")).day
    sessions = tuple(
        Session(session_key(one["commission"], w.start), max(w.start, opens), w.end, max(w.target, opens))
        for w in found
        if w.end >= opens
    )
    return _commission(problem, one["commission"], lambda known: _paced(known, sessions))


def _paced(known: Commission, sessions: tuple[Session, ...]) -> Commission:
    """What was fixed stays fixed where the session is still asked for."""
    before = {one.id: one for one in known.sessions}
    return replace(
        known,
        sessions=tuple(
            replace(one, pinned=before[one.id].pinned, previous=before[one.id].previous)
            if one.id in before
            else one
            for one in sessions
        ),
    )


def _deputy(problem: Problem, one: Change, _first: date, _last: date) -> Problem:
    if one["person"] not in {person.id for person in problem.people}:
        raise UnknownChangeError("Cette personne n’est pas connue : ajoutez-la d’abord parmi les membres.")
    return _commission(problem, one["commission"], lambda found: _replaced(found, one["seat"], one["person"]))


def _replaced(found: Commission, holder: str, deputy: str) -> Commission:
    """The seat has one more deputy, who also stands for its holder where somebody of the role is asked for."""
    if holder not in {seat.person for seat in found.seats}:
        raise UnknownChangeError("Ce siège n’est pas dans cette commission.")
    if deputy in {seat.person for seat in found.seats}:
        raise UnknownChangeError("Cette personne a déjà un siège dans cette commission.")
    seats = tuple(
        replace(seat, deputies=tuple(dict.fromkeys((*seat.deputies, deputy))))
        if seat.person == holder
        else seat
        for seat in found.seats
    )
    required = tuple(
        tuple(dict.fromkeys((*names, deputy))) if holder in names else names for names in found.required
    )
    return replace(found, seats=seats, required=required)


def _away(problem: Problem, one: Change, _first: date, _last: date) -> Problem:
    start, end = date.fromisoformat(one["first"]), date.fromisoformat(one["last"])
    for person in problem.people:
        if person.id == one["person"] or person.id.startswith(f"{one['person']}."):
            problem = changes.away(problem, person.id, start, end)
    return problem


_APPLIED: dict[str, Callable[[Problem, Change, date, date], Problem]] = {
    PIN: _pin,
    FREE: _free,
    FORBID: _forbid,
    CADENCE: _cadence,
    DEPUTY: _deputy,
    AWAY: _away,
}


def _commission(problem: Problem, name: str, changed: Callable[[Commission], Commission]) -> Problem:
    if name not in {one.id for one in problem.commissions}:
        raise UnknownChangeError("Cette commission n’est pas dans ce calendrier.")
    return replace(
        problem, commissions=tuple(changed(one) if one.id == name else one for one in problem.commissions)
    )


def _known_session(problem: Problem, name: str) -> None:
    if name not in {session.id for commission in problem.commissions for session in commission.sessions}:
        raise UnknownChangeError("Cette séance n’est pas dans ce calendrier.")
