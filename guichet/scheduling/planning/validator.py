"""Calm: checks a plan against the words of the format, sharing nothing with the solver but the dataclasses.

`findings(problem, plan)` answers one French sentence for each fault; a sound plan has none.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from guichet.scheduling.planning.plan import Lost, Plan, PlannedSession
from guichet.scheduling.planning.problem import Commission, HalfDay, Problem, Seat, Session

TOLERANCE = 1e-6
Broken = tuple[str, tuple[str, ...]]


def findings(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Every fault of the plan, in French; empty when it keeps all the rules and counts its points right."""
    return tuple(_Check(problem, plan).run())


class _Check:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.people = {person.id: person for person in problem.people}
        self.commissions = {commission.id: commission for commission in problem.commissions}
        self.asked = {session.id: (c, session) for c in problem.commissions for session in c.sessions}
        self.at: dict[HalfDay, list[PlannedSession]] = {}
        for one in plan.sessions:
            self.at.setdefault(one.half_day, []).append(one)

    def run(self) -> Iterator[str]:
        """The faults, the plainest first: when sessions are missing or unknown, nothing else can be checked."""
        astray = list(self._astray())
        if astray:
            yield from astray
            return
        broken = list(self._broken())
        yield from self._excused(broken)
        for one in self.plan.sessions:
            yield from self._presence(one)
        for missing in self.plan.unplaced:
            lost, total = self._waterfall(*self.asked[missing.id])
            if (lost, total) != (missing.lost, missing.half_days):
                yield f"« {missing.id} » : les demi-journées perdues sont {total}, {lost}."
        yield from self._points()

    def _astray(self) -> Iterator[str]:
        said = [one.id for one in self.plan.sessions] + [one.id for one in self.plan.unplaced]
        yield from (f"« {name} » n’est pas une séance demandée." for name in said if name not in self.asked)
        yield from (f"« {name} » est absente du plan." for name in self.asked if name not in said)
        yield from (
            f"« {name} » est dite {said.count(name)} fois." for name in set(said) if said.count(name) > 1
        )
        for one in self.plan.sessions:
            if one.id in self.asked and self.asked[one.id][0].id != one.commission:
                yield f"« {one.id} » n’est pas une séance de « {one.commission} »."
        for name, (_, session) in self.asked.items():
            if session.pinned and (name, *session.pinned) not in {
                (one.id, one.half_day, one.room) for one in self.plan.sessions
            }:
                yield f"« {name} » est fixée au {session.pinned.half_day} et n’y est pas."

    def _excused(self, broken: list[Broken]) -> Iterator[str]:
        """Rules broken by pinned sessions alone are theirs; each of those is marked, and no other."""
        guilty = {name for _, names in broken for name in names}
        for sentence, names in broken:
            if any(self.asked[name][1].pinned is None for name in names):
                yield sentence
        for one in self.plan.sessions:
            pinned = self.asked[one.id][1].pinned is not None
            if one.forced and not (pinned and one.id in guilty):
                yield f"« {one.id} » est marquée forcée sans raison."
            if pinned and one.id in guilty and not one.forced:
                yield f"« {one.id} » enfreint une règle et n’est pas marquée forcée."

    def _broken(self) -> Iterator[Broken]:
        """Each rule not kept, and the sessions that break it together."""
        for one in self.plan.sessions:
            yield from ((sentence, (one.id,)) for sentence in self._alone(one, *self.asked[one.id]))
        for half_day, then in self.at.items():
            for team in {self._team(one) for one in then}:
                tour = [one for one in then if self._team(one) == team]
                if len(tour) > self.problem.rules.per_half_day:
                    yield f"{half_day} : {len(tour)} séances de « {team} ».", tuple(one.id for one in tour)
            for one, other in combinations(then, 2):
                same = self._team(one) == self._team(other)
                if same and not self._near(one.room, other.room):
                    yield (
                        f"{half_day} : « {one.room} » et « {other.room} » sont trop loin.",
                        (one.id, other.id),
                    )
                if not same and one.room == other.room:
                    yield f"{half_day} : « {one.room} » sert deux équipes.", (one.id, other.id)
        for commission in self.problem.commissions:
            held = [one for one in self.plan.sessions if one.commission == commission.id]
            for one, other in combinations(held, 2):
                apart = abs((one.half_day.day - other.half_day.day).days)
                if apart < commission.min_days_between:
                    yield f"« {one.id} » et « {other.id} » : {apart} jours d’écart.", (one.id, other.id)

    def _alone(self, one: PlannedSession, commission: Commission, session: Session) -> Iterator[str]:
        here = f"« {one.id} » ({one.half_day})"
        room = next((room for room in self.problem.rooms if room.id == one.room), None)
        if one.half_day not in self.problem.half_days:
            yield f"{here} : cette demi-journée n’est pas utilisable."
        if not session.start <= one.half_day.day <= session.end:
            yield f"{here} : hors de sa fenêtre."
        if one.room not in commission.rooms or room is None:
            yield f"{here} : « {one.room} » n’est pas une de ses salles."
        elif one.half_day in room.busy:
            yield f"{here} : « {one.room} » est prise."
        for required in commission.required:
            if not set(required) & set(one.present):
                yield f"{here} : personne de {', '.join(required)} n’est là."
        voices = sum(1 for seat in commission.seats if seat.voting and self._fillers(seat, one))
        if voices < commission.quorum:
            yield f"{here} : {voices} voix pour un quorum de {commission.quorum}."

    def _presence(self, one: PlannedSession) -> Iterator[str]:
        """Who is listed may be there; who is not listed could not."""
        commission, here = self.commissions[one.commission], f"« {one.id} » ({one.half_day})"
        elsewhere = {
            person
            for other in self.at[one.half_day]
            if self._team(other) != self._team(one)
            for person in other.present
        }
        holders = [seat.person for seat in commission.seats]
        for person in one.present:
            called = person in holders or any(
                person in seat.deputies and seat.person not in one.present for seat in commission.seats
            )
            if person not in self.people or one.half_day in self.people[person].busy:
                yield f"{here} : « {person} » est prise ailleurs."
            elif not called:
                yield f"{here} : « {person} » n’y est pas appelée."
            if person in elsewhere:
                yield f"{here} : « {person} » siège avec deux équipes."
        for seat in commission.seats:
            could = [
                person
                for person in (seat.person, *seat.deputies)
                if one.half_day not in self.people[person].busy and person not in elsewhere
            ]
            if seat.person in could and seat.person not in one.present:
                yield f"{here} : « {seat.person} » pouvait venir et n’est pas comptée."
            if could and not self._fillers(seat, one):
                yield f"{here} : le siège de « {seat.person} » pouvait être tenu."

    def _waterfall(self, commission: Commission, session: Session) -> tuple[Lost, int]:
        """The half-days of the window, each counted at the first thing that removes it."""
        counts = dict.fromkeys(("room", "required", "quorum", "taken"), 0)
        window = [one for one in self.problem.half_days if session.start <= one.day <= session.end]
        rooms = [room for room in self.problem.rooms if room.id in commission.rooms]
        for half_day in window:
            free = {person.id for person in self.problem.people if half_day not in person.busy}
            held = [
                seat for seat in commission.seats if seat.person in free or free.intersection(seat.deputies)
            ]
            if all(half_day in room.busy for room in rooms):
                counts["room"] += 1
            elif not all(self._may_have(commission, required, free) for required in commission.required):
                counts["required"] += 1
            elif sum(seat.voting for seat in held) < commission.quorum:
                counts["quorum"] += 1
            else:
                counts["taken"] += 1
        return Lost(**counts), len(window)

    def _may_have(self, commission: Commission, required: tuple[str, ...], free: set[str]) -> bool:
        """Somebody of the list is free and holds a seat, or stands in for one who is absent or may sit elsewhere."""
        for person in free.intersection(required):
            for seat in commission.seats:
                if person == seat.person:
                    return True
                if person in seat.deputies and (seat.person not in free or self._teams(seat.person) > 1):
                    return True
        return False

    def _teams(self, person: str) -> int:
        return len(
            {
                commission.team
                for commission in self.problem.commissions
                for seat in commission.seats
                if person == seat.person or person in seat.deputies
            }
        )

    def _points(self) -> Iterator[str]:
        rules = self.problem.rules
        total = Fraction(0)
        for one in self.plan.sessions:
            commission, session = self.asked[one.id]
            for seat in commission.seats:
                fillers = self._fillers(seat, one)
                if fillers:
                    needed = all(one.half_day in self.people[person].if_needed for person in fillers)
                    total += seat.weight - (rules.if_needed_cost if needed else 0)
            days = abs((one.half_day.day - session.target).days)
            total -= Fraction(days) / Fraction(rules.days_per_point)
            if session.previous and (one.half_day, one.room) != tuple(session.previous):
                total -= rules.move_cost
        total -= rules.tour_cost * len({(self._team(one), one.half_day) for one in self.plan.sessions})
        total -= rules.unplaced_cost * len(self.plan.unplaced)
        if abs(self.plan.objective - float(total)) > TOLERANCE:
            yield f"L’objectif écrit est {self.plan.objective}, il vaut {float(total)}."
        if self.plan.bound is not None:
            yield from self._gap(rules.unplaced_cost * len(self.plan.unplaced))

    def _gap(self, unplaced: int | Fraction) -> Iterator[str]:
        objective, bound = self.plan.objective, self.plan.bound or 0.0
        if bound < objective - TOLERANCE:
            yield f"La borne {bound} est sous l’objectif {objective}."
        if self.plan.status == "optimal" and abs(bound - objective) > TOLERANCE:
            yield f"Le plan est dit optimal, mais la borne {bound} n’est pas atteinte."
        gap = abs(bound - objective) / max(1.0, abs(objective + float(unplaced)))
        if abs(gap - (self.plan.gap or 0.0)) > TOLERANCE:
            yield f"L’écart écrit est {self.plan.gap}, il vaut {gap}."

    def _fillers(self, seat: Seat, one: PlannedSession) -> list[str]:
        """The holder when she is present, otherwise her deputies who are."""
        if seat.person in one.present:
            return [seat.person]
        return [deputy for deputy in seat.deputies if deputy in one.present]

    def _team(self, one: PlannedSession) -> str:
        return self.commissions[one.commission].team

    def _near(self, room: str, other: str) -> bool:
        communes = [
            found.commune for name in (room, other) for found in self.problem.rooms if found.id == name
        ]
        if communes[0] == communes[1]:
            return True
        return any(
            line.minutes <= self.problem.rules.max_travel_minutes
            for line in self.problem.travel
            if {line.start, line.end} == set(communes)
        )
