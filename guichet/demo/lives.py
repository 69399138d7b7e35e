"""The life of one demand of the demonstration, played by the real actions until today.

The story of a demand stops where today begins: `Line.later` raises `NotYetError` when the next instant has not come.
"""

from datetime import date, datetime
from random import Random

from guichet.commissions.actions import DecisionEntry, confirm_decision, record_decision
from guichet.core.clock import day
from guichet.core.months import add_months
from guichet.core.week import Week
from guichet.demands import actions
from guichet.demands.models import Demand
from guichet.demo import childminding
from guichet.demo.answering import answer
from guichet.demo.calendar import Sitting, next_sitting
from guichet.demo.desk import Desk
from guichet.demo.line import Line, NotYetError, World
from guichet.demo.needs import pick
from guichet.demo.said import NOTES, PROOFS, REFUSALS


def live(world: World, demand: Demand, chance: Random) -> None:
    """Everything that happened to a registered demand until now."""
    try:
        story_of(world, demand, chance).tell()
    except NotYetError:
        return


def story_of(world: World, demand: Demand, chance: Random) -> "Story":
    """The story of a demand that has just been registered, told by the agent of its desk."""
    line = Line(demand.received_at, world.now, chance)
    return Story(world, demand, line, chance, world.agent_for(demand.desk_commune_code))


class Story(Desk):
    """One demand, its agent and its chance."""

    def tell(self) -> None:
        """From the interview to a solution, or to where it stands today."""
        if self.chance.random() < 0.05:
            self.leave(3, 25)
            return
        self.meet()
        self.bring_papers(0.6)
        self.orient()
        if self.demand.orientation == "commission":
            self.go_through_commissions()
        else:
            self.find_another_solution()

    def orient(self, towards: str = "") -> None:
        """What the interview led to; by chance when it is not said."""
        urgent = self.demand.care == "emergency"
        occasional = self.demand.care == "occasional" and self.chance.random() < 0.7
        kind = "emergency" if urgent and self.chance.random() < 0.5 else "occasional" if occasional else ""
        kind = (
            towards
            or kind
            or pick(
                self.chance, (("commission", 84), ("childminder", 10), ("home_care", 4), ("elsewhere", 2))
            )
        )
        met = day(self.line.at)
        at = self.line.later(0, 3)
        entry = actions.OrientationEntry(kind, self.chance.choice(NOTES[kind]), met)
        actions.orient(self.session, self.demand, entry, self.catalogue, actor=self.agent, at=at)

    def find_another_solution(self) -> None:
        """A childminder, home care, a place elsewhere; or nothing yet."""
        handed: list[childminding.Found] = []
        if self.demand.orientation == "childminder":
            at = self.line.at + childminding.AFTER_ORIENTING
            handed = childminding.hand(self.world, self.demand, self.agent, at)
        if self.demand.birth_to_confirm:
            self.confirm_birth()
        if self.chance.random() < 0.3:
            self.wait()
        self.call("La famille cherche encore, trois professionnelles contactées.", 8, 20)
        childminding.call(self.world, self.demand, handed, self.agent, self.line.at)
        at = self.line.later(5, 40)
        solution = {"home_care": "home_care", "elsewhere": "elsewhere"}.get(
            self.demand.orientation, "childminder"
        )
        since = max(self.demand.entry_on, day(at))
        proof = self.chance.choice(PROOFS)
        if solution == "childminder":
            childminding.settle(self.world, self.demand, handed, since, proof, self.agent, at)
            return
        actions.place_by_other_solution(
            self.session, self.demand, solution, since, proof, actor=self.agent, at=at
        )

    def go_through_commissions(self) -> None:
        """One session after the other until a place, a withdrawal, or today."""
        self.complete()
        for round_ in range(4):
            self.renew_when_due()
            if not self.enlist():
                self.wait()
            if round_ == 0 and self.chance.random() < 0.04:
                self.postpone()
                continue
            if self.decide(round_):
                self.after_the_place()
                return
            self.call("Refus expliqué, autres solutions proposées.", 2, 9)
            if self.chance.random() < 0.18:
                self.leave(4, 30)
                return
            if self.chance.random() < 0.12:
                self.wait()
            self.line.later(3, 12)

    def enlist(self) -> bool:
        """Put on the list of the next session of the first wish's manager."""
        sitting = next_sitting(self.world.sittings[self.manager()], day(self.line.at))
        if sitting is None:
            return False
        at = self.line.later(1, 6)
        if sitting.on < day(at) or self.demand.renewal_due_on < day(at):
            return False
        self.put_on_the_list(sitting, at)
        return True

    def put_on_the_list(self, sitting: Sitting, at: datetime) -> None:
        """The family is told the date of its commission."""
        actions.enlist(
            self.session, self.demand, sitting.on, sitting.name, (), self.catalogue, actor=self.agent, at=at
        )

    def postpone(self) -> None:
        """The family asks to wait for a later session."""
        actions.postpone(
            self.session,
            self.demand,
            "La famille demande à passer à la séance suivante, sa date de reprise a changé.",
            actor=self.agent,
            at=self.line.later(2, 6),
        )

    def decide(self, round_: int) -> bool:
        """The director records, the coordinator or the agent confirms. True when there is a place."""
        held = self.demand.session_on
        if held is None:
            return False
        likely = self.chance.random() < (0.46, 0.38, 0.35, 0.3)[round_]
        first = self.chance.choice(self.wished_houses()) if likely else self.wished_houses()[0]
        granted = self.granted(first, held) if likely else None
        house = granted.establishment_id if granted and granted.establishment_id else first
        recorded = self.line.on(held)
        decision = record_decision(
            self.session,
            self.demand,
            granted or self.refused(house, held),
            self.catalogue,
            person=self.world.director_of(house),
            at=recorded,
        )
        if granted and granted.entry_on:
            given = granted.week or self.demand.week
            self.world.room.hold(house, given, self.born_on(), granted.entry_on)
        self.session.flush()
        who = self.world.coordinator if self.chance.random() < 0.5 else self.agent
        at = self.line.later(1, 7)
        confirm_decision(
            self.session,
            decision,
            self.demand,
            self.catalogue,
            links=self.world.links,
            person=who,
            at=at,
        )
        return granted is not None

    def granted(self, first: int, held: date) -> DecisionEntry | None:
        """A place where there is room, in this house or another one wished for; for one in eight, without the Wednesday."""
        week = self.demand.week
        partly = Week(tuple(one for one in week.intervals if one.weekday != 3))
        asked = partly if self.chance.random() < 0.12 and partly else week
        entry_on = max(self.demand.entry_on, _first_of_next_month(held))
        for house in (first, *self.wished_houses()):
            given = self.world.room.week_given(house, asked, self.born_on(), entry_on)
            if given is not None:
                reduced = given if given != week else None
                return DecisionEntry("placed", held, self.demand.session_name, house, entry_on, reduced)
        return None

    def born_on(self) -> date:
        """The birth of the child, or the day it is due."""
        return self.demand.child.birth_date or self.demand.child.due_date or self.demand.entry_on

    def refused(self, house: int, held: date) -> DecisionEntry:
        """No place, with its reason."""
        reason, detail = self.chance.choice(REFUSALS)
        return DecisionEntry("unplaced", held, self.demand.session_name, house, reason=reason, detail=detail)

    def after_the_place(self) -> None:
        """The family answers, then the child comes."""
        answer(self.world, self.demand, self.line, self.chance, self.agent)

    def wished_houses(self) -> list[int]:
        """The crèches wished for, in order; the largest one for « any crèche »."""
        wished = [wish.establishment_id for wish in self.demand.wishes if wish.establishment_id]
        return wished or [next(one.id for one in self.catalogue.houses.values() if one.code == "lucioles")]

    def manager(self) -> str:
        """Whose commission looks at the demand: the first wish's, or the largest town's for a private one."""
        return self.world.manager_of(self.wished_houses()[0])


def _first_of_next_month(on: date) -> date:
    return add_months(on.replace(day=1), 1)
