"""Members asked about the dates of a calendar: each sees only hers, and answers without an account. The caller commits.

An answer is about a half-day: it becomes what she said by hand, which holds for all her commissions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guichet.accounts.letters import office
from guichet.core import french, journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.leased import DONE
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.notifications.letter import Letter, NextStep, Recipient, Table
from guichet.scheduling.availability.actions import say_half_days
from guichet.scheduling.availability.half_days import Word
from guichet.scheduling.campaigns.files import half_day_from
from guichet.scheduling.campaigns.models import (
    ANSWERS,
    CalendarRun,
    Campaign,
    DateAnswer,
    DateQuestion,
)
from guichet.scheduling.campaigns.queries import answered_run, asked_run, published_run
from guichet.scheduling.campaigns.words import HALF
from guichet.scheduling.members import links as member_links
from guichet.scheduling.members.models import Member
from guichet.scheduling.planning.problem import HalfDay

PURPOSE = "dates"
PATH = "/vos-dates/"
ANSWER_WITHIN = timedelta(days=10)
NOTICE = (
    "Vos réponses servent à fixer les dates des commissions. Elles sont gardées avec vos disponibilités et effacées "
    "une fois la date passée."
)


@dataclass(frozen=True)
class OwnDate:
    """A date a member is asked about; `instead` is where the session is now, when it has moved since."""

    key: str
    half_day: HalfDay
    commission: str
    room: str
    word: str = ""
    """What she answered, one of ANSWERS; empty before."""
    stands: bool = True
    instead: HalfDay | None = None


@dataclass(frozen=True)
class Asked:
    """What a member has before the eyes: the campaign, her question, its dates."""

    campaign: Campaign
    question: DateQuestion
    dates: tuple[OwnDate, ...]


def ask_members(
    session: Session, run: CalendarRun, catalogue: Catalogue, public_url: str, *, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Write to everybody whom this calendar expects somewhere: how many, and how many of them on paper.

    The run comes with its result. Raises StepRefusedError when it is not computed, or when it expects nobody known.
    """
    if run.state != DONE or run.result is None or run.about is None:
        raise StepRefusedError("Ce calendrier n’est pas encore calculé.")
    campaign = session.get_one(Campaign, run.campaign_id)
    known = {
        one.member_id for one in session.scalars(select(DateQuestion).where(DateQuestion.run_id == run.id))
    }
    expected = sorted({member for one in run.about["members"].items() for member in _expected(run, *one)})
    members = session.scalars(select(Member).where(Member.id.in_(expected)).order_by(Member.sort_key)).all()
    if not members:
        raise StepRefusedError(
            "Aucun membre connu n’est attendu à ces dates : donnez d’abord un titulaire aux sièges."
        )
    new = [one for one in members if one.id not in known]
    for one in new:
        session.add(DateQuestion(run_id=run.id, member_id=one.id, asked_at=at))
        dates = own_dates(run, one.id)
        link = ""
        if one.email:
            link = public_url + PATH + member_links.make(session, one.id, PURPOSE, at=at)
        letter = _letter(campaign, one, dates, link, catalogue, at)
        outbox.post(
            session, letter, key=f"dates:{run.id}:{one.id}", subject_type="member", subject_id=one.id, at=at
        )
    journal.note(session, "calendar_run", run.id, "consult", actor=actor, at=at, detail={"members": len(new)})
    return len(new), sum(not one.email for one in new)


def asked_of(session: Session, member: Member) -> Asked | None:
    """The last question put to a member, with what became of its dates; None when she was never asked."""
    question = session.scalars(
        select(DateQuestion)
        .where(DateQuestion.member_id == member.id)
        .order_by(DateQuestion.run_id.desc())
        .limit(1)
    ).one_or_none()
    run = answered_run(session, question.run_id) if question else None
    if question is None or run is None:
        return None
    words = _words(session, run, member.id)
    now = _in_force(session, run)
    dates = own_dates(run, member.id)
    if now is not None and now.id != run.id:
        there = {one["id"]: half_day_from(one["half_day"]) for one in _sessions(now)}
        dates = [_compared(one, there.get(one.key)) for one in dates]
    told = tuple(
        OwnDate(
            one.key,
            one.half_day,
            one.commission,
            one.room,
            words.get(one.half_day, ""),
            one.stands,
            one.instead,
        )
        for one in dates
    )
    return Asked(session.get_one(Campaign, run.campaign_id), question, told)


def answer(
    session: Session, member: Member, key: str, half_day: HalfDay, word: str, *, actor: Actor, at: datetime
) -> OwnDate:
    """What she says of one date. Raises ConflictError when the date is no longer proposed, and nothing is kept."""
    if word not in ANSWERS:
        raise InvalidError({"word": "Choisissez une des trois réponses."})
    asked = asked_of(session, member)
    found = next(
        (one for one in asked.dates if (one.key, one.half_day) == (key, half_day)) if asked else iter(()),
        None,
    )
    if asked is None or found is None or not found.stands:
        raise ConflictError(_gone(found))
    known = session.get(DateAnswer, (asked.question.run_id, member.id, half_day.day, half_day.half))
    if known is None:
        known = DateAnswer(
            run_id=asked.question.run_id, member_id=member.id, on=half_day.day, half=half_day.half
        )
        session.add(known)
    known.word, known.answered_at = word, at
    asked.question.done_at = at
    say_half_days(session, member, [half_day], Word(word), actor=actor, at=at)
    return found


def all_suit(session: Session, member: Member, *, at: datetime) -> None:
    """She has nothing against any of the dates."""
    asked = asked_of(session, member)
    if asked is not None:
        asked.question.done_at = at


def forget_past(session: Session, *, at: datetime) -> None:
    """What was answered about a day that is over serves nothing any more."""
    session.execute(delete(DateAnswer).where(DateAnswer.on < day(at)))


def own_dates(run: CalendarRun, member_id: int) -> list[OwnDate]:
    """Where this calendar expects the member, in the order of the dates. The run comes with its result."""
    about = run.about or {}
    own = {name for name, behind in about.get("members", {}).items() if behind == member_id}
    return [
        OwnDate(
            one["id"],
            half_day_from(one["half_day"]),
            about["commissions"][one["commission"]]["name"],
            about["rooms"].get(one["room"], ""),
        )
        for one in _sessions(run)
        if own & set(one["present"])
    ]


def _expected(run: CalendarRun, name: str, member: int) -> Sequence[int]:
    return [member] if any(name in one["present"] for one in _sessions(run)) else []


def _sessions(run: CalendarRun) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (run.result or {"plan": {"sessions": []}})["plan"]["sessions"]
    return found


def _words(session: Session, run: CalendarRun, member_id: int) -> dict[HalfDay, str]:
    rows = select(DateAnswer).where(DateAnswer.run_id == run.id, DateAnswer.member_id == member_id)
    return {HalfDay(one.on, one.half): one.word for one in session.scalars(rows)}


def _in_force(session: Session, run: CalendarRun) -> CalendarRun | None:
    """The last calendar of the campaign that anybody was told of: published, or sent to the members."""
    told = [published_run(session, run.campaign_id), asked_run(session, run.campaign_id)]
    last = max((one for one in told if one is not None), default=None)
    return answered_run(session, last) if last is not None else None


def _compared(one: OwnDate, there: HalfDay | None) -> OwnDate:
    return OwnDate(one.key, one.half_day, one.commission, one.room, "", there == one.half_day, there)


def _gone(found: OwnDate | None) -> str:
    if found is not None and found.instead is not None:
        on = f"{french.long_date(found.instead.day)}, {HALF[found.instead.half]}"
        return f"Cette date n’est plus proposée : la séance est maintenant prévue le {on}. Votre réponse n’a pas été prise."
    return "Cette date n’est plus proposée. Votre réponse n’a pas été prise : rechargez la page pour voir vos dates."


def _letter(
    campaign: Campaign,
    member: Member,
    dates: Sequence[OwnDate],
    link: str,
    catalogue: Catalogue,
    at: datetime,
) -> Letter:
    sender, city = office(catalogue)
    rows = tuple(
        (f"{french.long_date(one.half_day.day)}, {HALF[one.half_day.half]}", f"{one.commission}, {one.room}")
        for one in dates
    )
    settings = campaign.preferences
    hours = settings.hours_in_words({one.half_day.half for one in dates})
    how = "ouvrir le lien ci-dessous et dire quelles dates ne conviennent pas"
    return Letter(
        kind="member_dates",
        subject=f"Commissions d’admission : vos dates, {campaign.title}",
        sender=sender,
        recipient=Recipient(member.name, (), member.email),
        reference=f"membre n° {member.id}",
        dated=f"{city}, le {french.long_date(day(at))}",
        greeting="Bonjour,",
        opening=(
            f"Voici les dates où l’on compterait sur vous : {campaign.title}. Rien n’est encore fixé.",
            "Dites seulement celles qui ne vous conviennent pas : les autres sont prises comme possibles.",
            f"Une séance dure {french.duration(settings.session_minutes)} et se tient {hours}.",
        ),
        next_step=NextStep(
            "Vous",
            how if link else "téléphoner au guichet pour dire quelles dates ne conviennent pas",
            french.long_date(day(at + ANSWER_WITHIN)),
        ),
        tables=(Table("Vos dates", rows),),
        closing="Le guichet petite enfance",
        action=("Répondre pour mes dates", link) if link else None,
        notice=NOTICE,
    )
