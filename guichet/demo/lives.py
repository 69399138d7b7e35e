"""The life of one demand of the demonstration, played by the real actions until today.

The story of a demand stops where today begins: `Line.later` raises `NotYetError` when the next instant has not come.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.commissions.actions import DecisionEntry, confirm_decision, record_decision
from guichet.core.clock import PARIS, day
from guichet.core.months import add_months
from guichet.core.week import Week
from guichet.demands import actions
from guichet.demands.models import Contact, Demand
from guichet.demo.calendar import LARGEST, Sitting, next_sitting
from guichet.demo.families import pick
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Fact

RENEW_DAYS = 180


class NotYetError(Exception):
    """The next thing that happens to this demand has not happened yet."""


@dataclass(frozen=True)
class World:
    """What every story needs. `staff` are the accounts by email; `houses` the ids of establishments by code."""

    session: Session
    catalogue: Catalogue
    staff: dict[str, Person]
    sittings: dict[str, tuple[Sitting, ...]]
    now: datetime

    def director_of(self, house_id: int) -> Person:
        """Who directs an establishment, or the coordinator."""
        heads = [one for one in self.staff.values() if house_id in one.houses]
        return heads[0] if heads else self.coordinator

    @property
    def coordinator(self) -> Person:
        """The person who may do everything on demands."""
        return next(one for one in self.staff.values() if "coordinator" in one.roles)

    def agent_for(self, commune: str | None) -> Person:
        """The agent of a commune's desk, or the one of the whole territory."""
        agents = [one for one in self.staff.values() if "rpe_agent" in one.roles]
        return next((one for one in agents if commune in one.communes), agents[0])


class Line:
    """The time line of one demand: it only goes forward, in office hours, and never passes now."""

    def __init__(self, start: datetime, now: datetime, chance: Random) -> None:
        self.at, self.now, self.chance = start, now, chance

    def later(self, low: int, high: int) -> datetime:
        """Some office hour between `low` and `high` days later. Raises NotYetError when that is to come."""
        return self.on(day(self.at) + timedelta(days=self.chance.randint(low, high)))

    def on(self, wanted: date) -> datetime:
        """Some office hour of that day, or of the Monday after a week-end."""
        while wanted.weekday() > 4:
            wanted += timedelta(days=1)
        at = max(office_hour(self.chance, wanted), self.at + timedelta(minutes=20))
        if at > self.now:
            raise NotYetError
        self.at = at
        return at


def office_hour(chance: Random, on: date) -> datetime:
    """A minute between 8 h 30 and 17 h 30 in Paris."""
    minutes = chance.randint(510, 1050)
    return datetime.combine(on, time(minutes // 60, minutes % 60), PARIS)


def live(world: World, demand: Demand, chance: Random) -> None:
    """Everything that happened to a registered demand until now."""
    line = Line(demand.received_at, world.now, chance)
    story = Story(world, demand, line, chance, world.agent_for(demand.desk_commune_code))
    try:
        story.tell()
    except NotYetError:
        return


class Story:
    """One demand, its agent and its chance."""

    def __init__(self, world: World, demand: Demand, line: Line, chance: Random, agent: Person) -> None:
        self.world, self.demand, self.line, self.chance, self.agent = world, demand, line, chance, agent
        self.session, self.catalogue = world.session, world.catalogue

    def tell(self) -> None:
        """From the interview to a solution, or to where it stands today."""
        if self.chance.random() < 0.05:
            self.leave(3, 25)
            return
        self.meet()
        self.bring_papers()
        self.orient()
        if self.demand.orientation == "commission":
            self.go_through_commissions()
        else:
            self.find_another_solution()

    def meet(self) -> None:
        """The interview: an appointment planned, sometimes missed, then held."""
        if self.chance.random() < 0.04:
            raise NotYetError  # forgotten: what the list of today is for
        planned = self.line.later(1, 6)
        meeting = office_hour(
            self.chance, _working(day(planned) + timedelta(days=self.chance.randint(2, 12)))
        )
        contact = Contact(
            demand_id=self.demand.id,
            kind="appointment",
            at=planned,
            by_id=self.agent.user_id,
            by=self.agent.name,
            planned_for=meeting,
            note="Entretien d’orientation au guichet.",
        )
        self.session.add(contact)
        held = self.line.on(day(meeting))
        missed = self.chance.random() < 0.08
        contact.outcome = "missed" if missed else "held"
        if missed:
            self.call("La famille avait oublié le rendez-vous. Entretien mené au téléphone.", 1, 6)
        elif held and self.chance.random() < 0.3:
            contact.note = (
                "Entretien d’orientation au guichet. La famille connaît aussi les assistants maternels."
            )

    def bring_papers(self) -> None:
        """Most families complete their file before or soon after the interview."""
        facts = self.session.scalars(select(Fact).where(Fact.family_id == self.demand.family_id)).all()
        today = day(self.line.at)
        for fact in facts:
            if fact.paper and fact.received_on is None and self.chance.random() < 0.6:
                fact.received_on = today
            if fact.received_on:
                fact.checked_on, fact.checked_by = today, self.agent.name
        self.demand.papers_missing = sum(1 for fact in facts if fact.paper and fact.received_on is None)

    def orient(self) -> None:
        """What the interview led to."""
        urgent = self.demand.care == "emergency"
        occasional = self.demand.care == "occasional" and self.chance.random() < 0.7
        kind = "emergency" if urgent and self.chance.random() < 0.5 else "occasional" if occasional else ""
        kind = kind or pick(
            self.chance, (("commission", 84), ("childminder", 10), ("home_care", 4), ("elsewhere", 2))
        )
        met = day(self.line.at)
        at = self.line.later(0, 3)
        entry = actions.OrientationEntry(kind, self.chance.choice(NOTES[kind]), met)
        actions.orient(self.session, self.demand, entry, self.catalogue, actor=self.agent, at=at)

    def find_another_solution(self) -> None:
        """A childminder, home care, a place elsewhere; or nothing yet."""
        if self.chance.random() < 0.4:
            raise NotYetError
        self.call("La famille cherche encore, trois professionnelles contactées.", 8, 20)
        at = self.line.later(5, 40)
        solution = {"home_care": "home_care", "elsewhere": "elsewhere"}.get(
            self.demand.orientation, "childminder"
        )
        since = max(self.demand.entry_on, day(at))
        actions.place_by_other_solution(
            self.session,
            self.demand,
            solution,
            since,
            self.chance.choice(PROOFS),
            actor=self.agent,
            at=at,
        )

    def go_through_commissions(self) -> None:
        """One session after the other until a place, a withdrawal, or today."""
        if self.demand.birth_to_confirm or self.demand.papers_missing:
            self.stay_or_leave()
        for round_ in range(4):
            self.renew_when_due()
            if not self.enlist():
                self.stay_or_leave()
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
            if self.chance.random() < 0.3:
                self.stay_or_leave()
            self.line.later(3, 12)

    def enlist(self) -> bool:
        """Put on the list of the next session of the first wish's manager."""
        sitting = next_sitting(self.world.sittings[self.manager()], day(self.line.at))
        if sitting is None:
            return False
        at = self.line.later(1, 6)
        if sitting.on < day(at) or self.demand.renewal_due_on < day(at):
            return False
        actions.enlist(
            self.session, self.demand, sitting.on, sitting.name, (), self.catalogue, actor=self.agent, at=at
        )
        return True

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
        placed = self.chance.random() < (0.46, 0.38, 0.35, 0.3)[round_]
        house = self.chance.choice(self.wished_houses()) if placed else self.wished_houses()[0]
        recorded = self.line.on(held)
        decision = record_decision(
            self.session,
            self.demand,
            self.granted(house, held) if placed else self.refused(house, held),
            self.catalogue,
            person=self.world.director_of(house),
            at=recorded,
        )
        self.session.flush()
        who = self.world.coordinator if self.chance.random() < 0.5 else self.agent
        at = self.line.later(2, 9)
        confirm_decision(self.session, decision, self.demand, self.catalogue, person=who, at=at)
        return placed

    def granted(self, house: int, held: date) -> DecisionEntry:
        """A place; for one in eight, without the Wednesday."""
        week = self.demand.week
        partly = Week(tuple(one for one in week.intervals if one.weekday != 3))
        reduced = partly if self.chance.random() < 0.12 and partly and partly != week else None
        entry_on = max(self.demand.entry_on, _first_of_next_month(held))
        return DecisionEntry("placed", held, self.demand.session_name, house, entry_on, reduced)

    def refused(self, house: int, held: date) -> DecisionEntry:
        """No place, with its reason."""
        reason, detail = self.chance.choice(REFUSALS)
        return DecisionEntry("unplaced", held, self.demand.session_name, house, reason=reason, detail=detail)

    def after_the_place(self) -> None:
        """A few families decline: the demand waits again."""
        if self.chance.random() < 0.05:
            at = self.line.later(4, 15)
            reason = "La famille refuse la place : horaires d’ouverture trop courts."
            actions.release(self.session, self.demand, reason, actor=self.agent, at=at)

    def renew_when_due(self) -> None:
        """The family called in time: most do."""
        due = self.demand.renewal_due_on
        if day(self.line.at) >= due - timedelta(days=25):
            how = "Au téléphone : le besoin n’a pas changé."
            at = self.line.later(0, 5)
            actions.renew(self.session, self.demand, actor=self.agent, at=at, days=RENEW_DAYS, how=how)

    def stay_or_leave(self) -> None:
        """Waiting: renewed every six months, closed by some, until today."""
        while True:
            if self.chance.random() < 0.25:
                self.leave(30, 150)
                raise NotYetError
            at = self.line.on(max(self.demand.renewal_due_on - timedelta(days=20), day(self.line.at)))
            how = "Réponse au courriel de renouvellement."
            actions.renew(self.session, self.demand, actor=self.agent, at=at, days=RENEW_DAYS, how=how)

    def leave(self, low: int, high: int) -> None:
        """The family withdraws."""
        reason = pick(
            self.chance,
            (("found_elsewhere", 50), ("kept_by_family", 20), ("moved", 14), ("no_longer_needed", 16)),
        )
        at = self.line.later(low, high)
        actions.withdraw(self.session, self.demand, reason, "", self.catalogue, actor=self.agent, at=at)

    def call(self, note: str, low: int, high: int) -> None:
        """A phone call, noted."""
        at = self.line.later(low, high)
        self.session.add(
            Contact(
                demand_id=self.demand.id,
                kind="call",
                at=at,
                by_id=self.agent.user_id,
                by=self.agent.name,
                note=note,
            )
        )

    def wished_houses(self) -> list[int]:
        """The crèches wished for, in order; the largest one for « any crèche »."""
        wished = [wish.establishment_id for wish in self.demand.wishes if wish.establishment_id]
        return wished or [next(one.id for one in self.catalogue.houses.values() if one.code == "lucioles")]

    def manager(self) -> str:
        """Whose commission looks at the demand: the first wish's, or the largest town's for a private one."""
        keeper = self.catalogue.keeper_of(self.wished_houses()[0])
        town = next((code for code, name in TOWNS.items() if keeper.name.endswith(name)), LARGEST)
        return town if town in self.world.sittings else LARGEST


TOWNS = {
    "ville_montceau": "Montceau-les-Mines",
    "ville_blanzy": "Blanzy",
    "ville_saint_vallier": "Saint-Vallier",
    "ville_sanvignes": "Sanvignes-les-Mines",
    "ville_genelard": "Génelard",
}
NOTES = {
    "commission": (
        "Besoin confirmé à l’entretien. Les deux parents travaillent ; pas de solution dans la famille.",
        "Souhaite une place en crèche d’abord. Informée des délais et des autres modes d’accueil.",
        "Reprise du travail à la fin du congé parental. Les horaires sont ceux de la fiche.",
    ),
    "childminder": ("Liste des assistants maternels disponibles remise. Rappel prévu dans trois semaines.",),
    "home_care": ("Horaires trop tôt pour une crèche : garde à domicile étudiée avec l’association.",),
    "occasional": (
        "Quelques demi-journées, sans commission : l’établissement appelle selon ses places libres.",
    ),
    "emergency": ("Accueil d’urgence demandé aux établissements proches, hors commission.",),
    "elsewhere": ("La famille travaille près du Creusot : orientée vers le relais de ce bassin.",),
}
PROOFS = (
    "Contrat avec une assistante maternelle, vu au guichet.",
    "Appel de la famille : contrat signé, copie reçue par courriel.",
    "Attestation de l’employeur de la garde à domicile.",
)
REFUSALS = (
    ("no_seat", ""),
    ("section_full", ""),
    ("days_do_not_fit", "Des places restent le mercredi et le vendredi après-midi."),
    ("rank", ""),
    ("rank", "Douze demandes pour quatre places dans cette section."),
    ("entry_too_early", "Les places se libèrent en septembre."),
)


def _working(on: date) -> date:
    return on + timedelta(days=7 - on.weekday()) if on.weekday() > 4 else on


def _first_of_next_month(on: date) -> date:
    return add_months(on.replace(day=1), 1)
