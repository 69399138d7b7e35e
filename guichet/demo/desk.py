"""What a desk does with a demand of the demonstration: it meets, checks, calls, renews, closes."""

from datetime import date, timedelta
from random import Random

from guichet.accounts.policy import Person
from guichet.core.clock import day
from guichet.demands import actions, contacts, family_changes, timers
from guichet.demands.family_file import FamilyFile, file_of
from guichet.demands.models import Demand
from guichet.demo import history
from guichet.demo.line import Line, NotYetError, World, office_hour
from guichet.demo.names import CHILD_FIRST_NAMES
from guichet.demo.needs import pick
from guichet.demo.said import INTERVIEWS, NEWS
from guichet.families.actions import BirthEntry
from guichet.families.proof_actions import BroughtEntry, Handling, check_proof

RENEW_DAYS = 180
FORGOTTEN_FOR = timedelta(days=50)
PATIENCE = timedelta(days=30)
"""How long after its due date a birth is still awaited here."""


class Desk:
    """One demand, the agent who follows it, and chance."""

    def __init__(self, world: World, demand: Demand, line: Line, chance: Random, agent: Person) -> None:
        self.world, self.demand, self.line, self.chance, self.agent = world, demand, line, chance, agent
        self.session, self.catalogue = world.session, world.catalogue

    def meet(self) -> None:
        """The interview: an appointment planned, sometimes missed, then held."""
        recent = day(self.world.now) - self.demand.received_on < FORGOTTEN_FOR
        if recent and self.chance.random() < 0.12:
            raise NotYetError  # forgotten: what the list of today is for
        planned = self.line.later(1, 6)
        on = _working(day(planned) + timedelta(days=self.chance.randint(2, 12)))
        meeting = office_hour(self.chance, on)
        service = self.catalogue.services[self.demand.desk_id]
        contact = contacts.plan_appointment(
            self.session, self.demand, meeting, service.name[:120], actor=self.agent, at=planned
        )
        self.session.flush()
        self.line.on(on)
        missed = self.chance.random() < 0.08
        said = "Personne n’est venu." if missed else self.chance.choice(INTERVIEWS)
        contacts.record_outcome(
            self.session,
            contact,
            "missed" if missed else "held",
            said,
            actor=self.agent,
            at=max(self.line.at, meeting + timedelta(minutes=45)),
        )
        if missed:
            self.call("La famille avait oublié le rendez-vous. Entretien mené au téléphone.", 1, 6)

    def bring_papers(self, likely: float) -> None:
        """What was received is looked at; what is missing is brought, or not."""
        file = self.file()
        by = Handling(self.agent, self.line.at, ("demand", self.demand.id))
        for fact in file.facts:
            brought = fact.received_on is not None or self.chance.random() < likely
            if fact.paper and fact.checked_on is None and brought:
                check_proof(self.session, fact, BroughtEntry(), by)
        family_changes.recount_papers(file)

    def complete(self) -> None:
        """The birth is confirmed and the papers are there; until then nothing more happens."""
        if self.demand.birth_to_confirm:
            self.confirm_birth()
        for _ in range(2):
            if not self.demand.papers_missing:
                return
            self.line.later(15, 18)
            timers.turn(self.session, timers.REMIND_PAPERS, self.demand.id, self.world.tick(self.line.at))
            self.line.later(2, 12)
            self.bring_papers(0.6)
        if self.demand.papers_missing:
            self.wait()

    def confirm_birth(self) -> None:
        """The family announces the birth some days later; one in six forgets."""
        due = self.demand.child.due_date or day(self.line.at)
        born = max(due + timedelta(days=self.chance.randint(-12, 6)), day(self.line.at))
        at = self.line.on(born + timedelta(days=self.chance.randint(4, 25)))
        if self.chance.random() < 0.16 and day(self.world.now) < due + PATIENCE:
            raise NotYetError
        child = self.demand.child
        named = child.first_name or self.chance.choice(CHILD_FIRST_NAMES)
        entry = BirthEntry(min(born, due + PATIENCE), named, child.last_name, certificate_seen=True)
        family_changes.confirm_birth(
            self.session, self.file(), entry, self.catalogue, actor=self.agent, at=at
        )

    def renew_when_due(self) -> None:
        """The family called in time: most do."""
        if day(self.line.at) >= self.demand.renewal_due_on - timedelta(days=14):
            self.renew("Au téléphone : le besoin n’a pas changé.", 0, 5)

    def wait(self) -> None:
        """Waiting: asked every six months, renewed by most, closed by some, until today. Never returns."""
        while True:
            if self.chance.random() < 0.2:
                self.leave(30, 150)
                raise NotYetError
            asked = self.demand.renewal_due_on - timedelta(days=13)
            while day(self.line.at) < asked - timedelta(days=40):
                self.call(self.chance.choice(NEWS), 20, 29)
            self.line.on(max(asked, day(self.line.at)))
            self.turn(timers.ASK_RENEWAL)
            if self.chance.random() < 0.65:
                self.renew("Réponse au courrier de renouvellement.", 1, 12)
            else:
                self.insist()

    def insist(self) -> None:
        """No answer: the second channel, then an answer, or the end."""
        self.line.later(15, 17)
        if self.demand.family.channel == "post":
            self.call("Message laissé sur le répondeur pour le renouvellement.", 1, 3)
            self.line.later(1, 2)
        self.turn(timers.SECOND_CHANNEL)
        if self.chance.random() < 0.45:
            self.renew("Réponse à la lettre : le besoin n’a pas changé.", 4, 20)
            return
        self.line.later(45, 60)
        history.settle(self.session, self.line.at)
        self.turn(timers.EXPIRE_UNRENEWED)
        raise NotYetError

    def turn(self, timer: timers.Timer) -> None:
        """What the desk's clock did to this demand at this instant."""
        timers.turn(self.session, timer, self.demand.id, self.world.tick(self.line.at))

    def renew(self, how: str, low: int, high: int) -> None:
        """The family still needs care."""
        at = self.line.later(low, high)
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
        contacts.note_exchange(self.session, self.demand, "call", note, actor=self.agent, at=at)

    def file(self) -> FamilyFile:
        """The whole file of the family."""
        self.session.flush()
        found = file_of(self.session, self.demand.id)
        if found is None:
            raise LookupError(self.demand.id)
        return found


def _working(on: date) -> date:
    return on + timedelta(days=7 - on.weekday()) if on.weekday() > 4 else on
