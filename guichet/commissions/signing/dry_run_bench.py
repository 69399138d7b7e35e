"""A worker at the dry runs: reads the round, checks, writes the letters held, and says how far it is.

The letters are written in small transactions, each under a key of its own: killed at any line, the work is taken again
and no letter is written twice. Those of the former trials of the session are thrown away: nobody will receive them.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from guichet.commissions.authorities import Answer
from guichet.commissions.between.offering import from_key
from guichet.commissions.models import UNPLACED, Decision
from guichet.commissions.reglement import COMMISSION_DECIDES, Reglement
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.signing.dry_run import LASTS
from guichet.commissions.signing.dry_run_checks import findings
from guichet.commissions.signing.dry_run_facts import Trial, digest_of, trial_of, wishes_of
from guichet.commissions.signing.letters import Answered, key_of, letter_for, prefix_of
from guichet.commissions.signing.models import DryRun
from guichet.commissions.signing.settling import HOLD, OFFER, Settled
from guichet.core.clock import day
from guichet.core.db import Database
from guichet.core.errors import DomainError
from guichet.core.leased import DONE, UNFORESEEN, Hold, LostError
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue, load_catalogue
from guichet.notifications import outbox
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.placements.offers.letters import AnswerAsked

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
AT_A_TIME = 25


@dataclass(frozen=True)
class TrialBench:
    """A worker at the dry runs: its database, its clock and its own name."""

    database: Database
    clock: Callable[[], datetime]
    owner: str
    links: AnswerLinks
    """What makes the links by which the families answer."""

    @property
    def hold(self) -> Hold[DryRun]:
        """Its hold on the rows."""
        return Hold(DryRun, self.owner, LEASE)

    def work(self, most: int = 5) -> int:
        """Do the trials that wait, at most `most`. Returns how many ended, well or not."""
        return self.hold.work_through(self.database, self.clock, self._try, most)

    def _try(self, run_id: int) -> None:
        try:
            self._work(run_id)
        except LostError:
            log.warning("Essai %d : repris par un autre travailleur", run_id)
        except OperationalError:
            # The database is away: the lease will end, and the trial be taken again.
            raise
        except DomainError as refusal:
            self.hold.give_up(self.database, run_id, refusal.sentence)
        except Exception:  # one trial that fails must not stop the others
            log.exception("Essai %d : échec", run_id)
            self.hold.give_up(self.database, run_id, UNFORESEEN)

    def _work(self, run_id: int) -> None:
        self._stage(run_id, "read", 5)
        with self.database.reading() as session:
            run = session.get_one(DryRun, run_id)
            trial = trial_of(session, run.session_id)
            digest = digest_of(session, trial.sitting)
            catalogue = load_catalogue(session)
        self._stage(run_id, "check", 20)
        with self.database.reading() as session:
            found = [one.to_json() for one in findings(session, trial, catalogue, run.asked_at)]
        families = families_of(trial, run.asked_at, self.links)
        self._write_letters(run, families, catalogue)
        with self.database.transaction() as session:
            self.hold.end(
                session,
                run_id,
                state=DONE,
                step="done",
                percent=100,
                done_at=self.clock(),
                digest=digest,
                letters=len(families),
                moves=moves_of(trial, run),
                seats=seats_of(trial),
                findings=found,
            )

    def _write_letters(
        self, run: DryRun, families: Mapping[int, Sequence[Answered]], catalogue: Catalogue
    ) -> None:
        written = 0
        with self.database.transaction() as session:
            kept = key_of(run.session_id, run.id, 0).removesuffix("0")
            outbox.discard_held(session, prefix_of(run.session_id), kept=kept)
        told = list(families.items())
        for start in range(0, len(told), AT_A_TIME):
            some = told[start : start + AT_A_TIME]
            with self.database.transaction() as session:
                for family_id, answers in some:
                    _hold_letter(session, run, family_id, answers, catalogue)
                written += len(some)
                percent = 30 + 60 * written // len(families)
                self.hold.go_on(session, run.id, self.clock(), step="letters", percent=percent)

    def _stage(self, run_id: int, step: str, percent: int) -> None:
        with self.database.transaction() as session:
            self.hold.go_on(session, run_id, self.clock(), step=step, percent=percent)


def families_of(trial: Trial, at: datetime, links: AnswerLinks) -> dict[int, list[Answered]]:
    """What each family is told: the demands that are settled for good, by family."""
    rules = rules_of(trial)
    said: dict[int, list[Decision]] = defaultdict(list)
    for one in trial.decisions.values():
        said[one.demand_id].append(one)
    found: dict[int, list[Answered]] = {}
    for demand, settled in final_of(trial):
        decision = trial.decisions[settled.by]
        own = rules[decision.session_id or 0]
        asked = AnswerAsked(answer_by(trial, own, at), links.address(from_key(decision)), own.silence)
        found.setdefault(demand.family_id, []).append(
            Answered(
                demand,
                decision,
                settled,
                asked,
                own.decides == COMMISSION_DECIDES,
                refused_of(trial, said[demand.id], demand, settled),
            )
        )
    return found


def refused_of(
    trial: Trial, decisions: Sequence[Decision], demand: Demand, settled: Settled
) -> tuple[Answer, ...]:
    """What each commission of the round refused of the wishes: all of them, or those before the place offered."""
    wished = wishes_of(demand)
    if settled.house in wished:
        wished = wished[: wished.index(settled.house)]
    elif settled.house is not None:
        wished = []
    sessions = {one.id: one for one in trial.round}
    found = []
    for decision in decisions:
        sitting = sessions.get(decision.session_id or 0)
        if decision.outcome != UNPLACED or sitting is None:
            continue
        houses = {one.establishment_id for one in sitting.commission.houses}
        asked = tuple(house for house in wished if house in houses)
        if asked:
            found.append(Answer(decision, asked, settings_of(sitting).decides == COMMISSION_DECIDES))
    return tuple(found)


def rules_of(trial: Trial) -> dict[int, Reglement]:
    """The règlement of each session of the round: a place is answered under that of the commission that gives it."""
    return {one.id: settings_of(one) for one in (*trial.round, trial.sitting)}


def answer_by(trial: Trial, rules: Reglement, at: datetime) -> date:
    """The last day to answer: never less than the règlement gives, were it signed on the last day of the trial.

    The letters leave as the session that signs last says; `rules` are those of the commission that gives the place.
    """
    wait = settings_of(trial.sitting).letters_wait_days
    return day(at) + LASTS + timedelta(days=wait + rules.answer_days)


def final_of(trial: Trial) -> list[tuple[Demand, Settled]]:
    """The demands that are settled for good and still before the commission."""
    found = [(trial.demands[demand_id], one) for demand_id, one in trial.settled.items()]
    return [(demand, one) for demand, one in found if one.is_final and demand.state == "commission"]


def moves_of(trial: Trial, run: DryRun) -> list[dict[str, Any]]:
    """Each demand in plain JSON: what the round leaves to it, and the key of its letter."""
    told = {demand.id for demand, _ in final_of(trial)}
    rules = rules_of(trial)
    found = []
    for demand_id, one in trial.settled.items():
        demand = trial.demands[demand_id]
        if demand.state == "commission":
            found.append(
                {
                    "demand": demand_id,
                    "number": demand.number,
                    "kind": one.kind,
                    "decision": one.by,
                    "house": one.house,
                    "freed": list(one.freed),
                    "awaited": list(one.awaited),
                    "letter": key_of(run.session_id, run.id, demand.family_id) if demand_id in told else "",
                    "answer_by": _last_day(trial, rules, one, run.asked_at) if one.kind == OFFER else "",
                }
            )
    return found


def _last_day(trial: Trial, rules: Mapping[int, Reglement], one: Settled, at: datetime) -> str:
    own = rules[trial.decisions[one.by].session_id or 0]
    return answer_by(trial, own, at).isoformat()


def seats_of(trial: Trial) -> list[dict[str, int]]:
    """The places of each establishment that the signature moves."""
    counts: dict[int, dict[str, int]] = {}
    for one in trial.settled.values():
        for house in one.freed:
            counts.setdefault(house, {"offered": 0, "held": 0, "freed": 0})["freed"] += 1
        if one.house is not None and one.kind in (OFFER, HOLD):
            line = counts.setdefault(one.house, {"offered": 0, "held": 0, "freed": 0})
            line["offered" if one.kind == OFFER else "held"] += 1
    return [{"house": house} | line for house, line in sorted(counts.items())]


def _hold_letter(
    session: Session, run: DryRun, family_id: int, answers: Sequence[Answered], catalogue: Catalogue
) -> None:
    outbox.post(
        session,
        letter_for(answers, catalogue, run.asked_at),
        key=key_of(run.session_id, run.id, family_id),
        subject_type="demand",
        subject_id=answers[0].demand.id,
        at=run.asked_at,
        held=True,
    )
