"""Plan a session, note its convocation, postpone it or cancel it. The caller commits."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions import reglement as rules
from guichet.commissions import words
from guichet.commissions.actions import decision_waits
from guichet.commissions.commission_actions import bench_of
from guichet.commissions.commission_models import Commission
from guichet.commissions.convocations import actions as convocations
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.queries import called
from guichet.commissions.sessions.agenda import LONGEST_SESSION, SHORTEST_MINUTES, USUAL_MINUTES
from guichet.commissions.sessions.arrangement import Arrangement
from guichet.commissions.sessions.models import AgendaItem, CommissionSession, Round
from guichet.commissions.sessions.workflow import SESSION, SessionFacts
from guichet.commissions.signing.queries import expect_nothing_held
from guichet.commissions.sitting.actions import expect_no_draft, quorum_is_missing
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.core.workflow import expect_version
from guichet.demands import actions as demands
from guichet.demands import letters
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.establishments.catalogue import Catalogue
from guichet.scheduling.places.queries import notice_of

LONGEST_PLACE, LONGEST_URGENCY = 200, 300


@dataclass(frozen=True)
class SessionEntry:
    """A session as typed; `starts_at` in minutes from midnight, `duration` in minutes."""

    sits_on: date | None
    starts_at: int = 14 * 60
    place: str = ""
    round_id: int | None = None
    duration: int = USUAL_MINUTES


def plan(
    session: Session, commission: Commission, entry: SessionEntry, *, actor: Actor, at: datetime
) -> CommissionSession:
    """A new session, its day chosen by hand. Raises InvalidError with a sentence a field."""
    made = _made(session, commission, entry, at)
    SESSION.fire(session, made, "plan", actor=actor, at=at)
    return made


def convene(
    session: Session,
    sitting: CommissionSession,
    urgency: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    calling: Calling | None = None,
) -> None:
    """Call the members: the règlement is from now on the one of this session.

    After the delay of the règlement, the urgency must be written. The commission must come with its seats. Without
    a `calling` nobody is written to: they were called by other means, and the guichet only notes it.
    """
    expect_version(sitting, version)
    if len(urgency) > LONGEST_URGENCY:
        raise InvalidError({"urgency": f"C’est trop long : {LONGEST_URGENCY} caractères au plus."})
    facts = _facts(session, sitting)
    _keep_the_rules(sitting, urgency, at)
    SESSION.fire(session, sitting, "convene", actor=actor, at=at, facts=facts, reason=urgency)
    if calling is not None:
        convocations.call(session, sitting, calling, actor=actor, at=at)


def rearrange(
    session: Session,
    sitting: CommissionSession,
    wanted: Arrangement,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    calling: Calling | None = None,
) -> int:
    """Another hour, length or place on the same day. Those who are called are told, and asked again; how many they are.

    Raises InvalidError, or StepRefusedError once the session is open or left.
    """
    expect_version(sitting, version)
    if sitting.state not in ("planned", "convened"):
        raise StepRefusedError(
            "L’heure, la durée et le lieu ne changent plus : la séance est ouverte, tenue ou annulée."
        )
    if problems := _arrangement_problems(wanted.place, wanted.duration):
        raise InvalidError(problems)
    known = Arrangement.of(sitting)
    if wanted == known:
        raise InvalidError({"starts_at": "L’heure, la durée et le lieu sont les mêmes : changez-en un."})
    sitting.starts_at, sitting.duration, sitting.place = wanted.starts_at, wanted.duration, wanted.place
    detail = {"before": asdict(known)}
    journal.note(session, "session", sitting.id, "rearrange", actor=actor, at=at, detail=detail)
    return convocations.tell_rearranged(session, sitting, known, calling, at=at) if calling else 0


def postpone(
    session: Session,
    sitting: CommissionSession,
    entry: SessionEntry,
    reason: str,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    calling: Calling | None = None,
) -> CommissionSession:
    """Put it off to another day: its demands and its agenda follow, and each family is told the new date.

    An open session is put off only when its quorum is missing; the next one is then a second convocation.
    Raises StepRefusedError while a decision of the session waits for its confirmation.
    """
    expect_version(sitting, version)
    waiting = _enlisted(session, sitting)
    without_quorum = quorum_is_missing(session, sitting)
    if without_quorum:
        expect_no_draft(session, sitting)
    sitting.reason = reason
    facts = SessionFacts(reason=reason, quorum_missing=without_quorum)
    SESSION.fire(session, sitting, "postpone", actor=actor, at=at, facts=facts, reason=reason)
    made = _made(session, sitting.commission, replace(entry, round_id=sitting.round_id), at)
    made.follows_id, made.agenda_built_at = sitting.id, sitting.agenda_built_at
    made.second = without_quorum
    if not made.second:
        made.uid, made.sequence = sitting.uid, sitting.sequence
    SESSION.fire(session, made, "plan", actor=actor, at=at, detail={"follows": sitting.id})
    _copy_agenda(session, sitting, made)
    for demand in waiting:
        _move(session, demand, made.sits_on, reason, catalogue, actor, at)
    if calling is not None:
        _members_follow(session, sitting, made, reason, calling, actor, at)
    return made


def cancel(
    session: Session,
    sitting: CommissionSession,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    calling: Calling | None = None,
) -> int:
    """Give it up: its demands are oriented again, and wait for another session. Their number is returned.

    With a `calling`, the calendars of the members are told.
    Raises StepRefusedError while a decision of the session waits for its confirmation, or while the round holds
    places until it has signed.
    """
    expect_version(sitting, version)
    expect_nothing_held(session, sitting)
    waiting = _enlisted(session, sitting)
    sitting.reason = reason
    SESSION.fire(
        session, sitting, "cancel", actor=actor, at=at, facts=SessionFacts(reason=reason), reason=reason
    )
    for demand in waiting:
        demands.postpone(session, demand, f"Séance annulée : {reason}", actor=actor, at=at)
    if calling is not None:
        convocations.tell_cancelled(session, sitting, reason, calling, at=at)
    return len(waiting)


def _facts(session: Session, sitting: CommissionSession) -> SessionFacts:
    """What the convocation of a session depends on: its seats and its delay."""
    settings = sitting.commission.reglement
    bench = bench_of(sitting.commission.seats, sitting.sits_on)
    limit = notice_of(session, sitting.sits_on, settings.delay)
    return SessionFacts(
        voting=bench.voting,
        out_of_reach=next(iter(rules.beyond_the_seats(settings, bench, words.ROLE).values()), ""),
        convene_by=limit.limit,
        explanation=limit.explanation,
    )


def _keep_the_rules(sitting: CommissionSession, urgency: str, at: datetime) -> None:
    sitting.urgency, sitting.convened_on = urgency, day(at)
    sitting.rules = sitting.commission.reglement.to_json()


def _members_follow(
    session: Session,
    sitting: CommissionSession,
    made: CommissionSession,
    reason: str,
    calling: Calling,
    actor: Actor,
    at: datetime,
) -> None:
    """Those who were called are called to the new day; or told to wait, when its delay is already too short.

    A session that is too near is convened by hand, with its urgency.
    """
    if not called(session, sitting.id):
        return
    facts = _facts(session, made)
    if not facts.voting or facts.out_of_reach or (facts.convene_by and day(at) > facts.convene_by):
        if not made.second:
            convocations.tell_cancelled(session, sitting, reason, calling, at=at, later=True)
            made.sequence = sitting.sequence + 1
        return
    made.sequence = 0 if made.second else sitting.sequence + 1
    session.flush()
    session.refresh(made, ["items"])
    _keep_the_rules(made, "", at)
    SESSION.fire(session, made, "convene", actor=actor, at=at, facts=facts)
    convocations.tell_moved(session, sitting, made, reason, calling, at=at)


def _made(session: Session, commission: Commission, entry: SessionEntry, at: datetime) -> CommissionSession:
    problems = {}
    if entry.sits_on is None:
        problems["sits_on"] = "Indiquez le jour de la séance."
    elif entry.sits_on < day(at):
        problems["sits_on"] = "Une séance se prévoit aujourd’hui ou plus tard."
    elif _taken(session, commission.id, entry.sits_on):
        problems["sits_on"] = "Cette commission a déjà une séance ce jour-là."
    problems |= _arrangement_problems(entry.place, entry.duration)
    if entry.round_id is not None and session.get(Round, entry.round_id) is None:
        problems["round_id"] = "Ce tour n’existe plus : choisissez-en un autre."
    if problems or entry.sits_on is None:
        raise InvalidError(problems)
    return CommissionSession(
        commission_id=commission.id,
        commission=commission,
        round_id=entry.round_id,
        state="new",
        sits_on=entry.sits_on,
        starts_at=entry.starts_at,
        place=entry.place,
        duration=entry.duration,
    )


def _arrangement_problems(place: str, duration: int) -> dict[str, str]:
    problems = {}
    if len(place) > LONGEST_PLACE:
        problems["place"] = f"C’est trop long : {LONGEST_PLACE} caractères au plus."
    if not SHORTEST_MINUTES <= duration <= LONGEST_SESSION:
        problems["duration"] = "Une séance dure entre un quart d’heure et douze heures."
    return problems


def _taken(session: Session, commission_id: int, on: date) -> bool:
    """Whether the commission already sits on this day; the index of the table keeps it when two people plan."""
    there = select(CommissionSession.id).where(
        CommissionSession.commission_id == commission_id,
        CommissionSession.sits_on == on,
        CommissionSession.state.not_in(("postponed", "cancelled")),
    )
    return session.scalar(there.limit(1)) is not None


def _enlisted(session: Session, sitting: CommissionSession) -> list[Demand]:
    """The demands that wait for this session, ours alone until the transaction ends."""
    these = (
        Demand.state == "commission",
        Demand.session_on == sitting.sits_on,
        Demand.session_name == sitting.commission.name,
    )
    undone = select(Demand.id).where(*these, decision_waits())
    if session.scalar(undone.limit(1)) is not None:
        raise StepRefusedError(
            "Une décision de cette séance attend sa confirmation : confirmez-la ou écartez-la d’abord, "
            "depuis « À décider »."
        )
    wanted = select(Demand).where(*these).options(*WHOLE).order_by(Demand.id).with_for_update(of=Demand)
    return list(session.execute(wanted).unique().scalars())


def _copy_agenda(session: Session, sitting: CommissionSession, made: CommissionSession) -> None:
    """The postponed session keeps its agenda, for whoever reads it later."""
    session.add_all(
        AgendaItem(
            session_id=made.id,
            position=one.position,
            kind=one.kind,
            title=one.title,
            duration=one.duration,
            demand_id=one.demand_id,
            section=one.section,
        )
        for one in sitting.items
    )


def _move(
    session: Session,
    demand: Demand,
    on: date,
    reason: str,
    catalogue: Catalogue,
    actor: Actor,
    at: datetime,
) -> None:
    demand.session_on = on
    line = journal.note(
        session,
        "demand",
        demand.id,
        "move_session",
        actor=actor,
        at=at,
        reason=reason,
        detail={"session_on": on.isoformat(), "session": demand.session_name},
    )
    letter = letters.commission_date(demand, catalogue, at)
    demands.tell(session, demand, letter, at, f"commission:{demands.line_key(line)}")
