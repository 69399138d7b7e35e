"""The page of somebody called to a session: a personal link, no account. Looking answers nothing; sending does."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.convocations import answers, feeds, words
from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.answers import Opened
from guichet.commissions.convocations.choices import ABSENT, DEPUTY, hours, reply_by
from guichet.commissions.convocations.queries import SUBJECT, VISIT
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.web.door import at, catalogue, commit, db, needs, open_to_all, person, settings, trace

bp = Blueprint("invited", __name__, url_prefix="/convocation")
Find = Callable[[bool], Opened]
"""Opens the page, ours alone when told so: by the link of a mail, or by the account of a member."""


@bp.get("/<token>")
@open_to_all
def page(token: str) -> ResponseReturnValue:
    """What she is called to, and the answers open to her."""
    found = answers.opened(db(), token, at=at())
    trace(VISIT, SUBJECT, found.convocation.id)
    return _page(found)


@bp.post("/<token>")
@open_to_all
def reply(token: str) -> ResponseReturnValue:
    """Keep her answer."""
    return _reply(_behind(token))


@bp.post("/<token>/agenda")
@open_to_all
def subscribe(token: str) -> ResponseReturnValue:
    """A new address for her calendar, shown this once; the former one opens nothing any more."""
    return _subscribe(_behind(token))


@bp.post("/<token>/agenda/fermer")
@open_to_all
def unsubscribe(token: str) -> ResponseReturnValue:
    """Close that address."""
    return _unsubscribe(_behind(token), url_for("invited.page", token=token))


@bp.get("/seance/<int:session_id>")
@needs("read_commissions")
def mine(session_id: int) -> ResponseReturnValue:
    """The same page for a member who signed in."""
    return _page(_of_account(session_id)(False))


@bp.post("/seance/<int:session_id>")
@needs("read_commissions")
def reply_mine(session_id: int) -> ResponseReturnValue:
    """Keep her answer."""
    return _reply(_of_account(session_id))


@bp.post("/seance/<int:session_id>/agenda")
@needs("read_commissions")
def subscribe_mine(session_id: int) -> ResponseReturnValue:
    """A new address for her calendar."""
    return _subscribe(_of_account(session_id))


@bp.post("/seance/<int:session_id>/agenda/fermer")
@needs("read_commissions")
def unsubscribe_mine(session_id: int) -> ResponseReturnValue:
    """Close it."""
    return _unsubscribe(_of_account(session_id), url_for("invited.mine", session_id=session_id))


def _behind(token: str) -> Find:
    return lambda lock: answers.opened(db(), token, at=at(), lock=lock)


def _of_account(session_id: int) -> Find:
    return lambda lock: answers.opened_by(db(), person().user_id or 0, session_id, lock=lock)


def _reply(find: Find) -> ResponseReturnValue:
    found = find(True)
    chosen, carrier = request.form.get("answer", ""), request.form.get("proxy_seat", type=int)
    sequence = request.form.get("sequence", type=int)
    calling = Calling(catalogue(), settings().public_url, settings().reads_replies)
    try:
        answers.take(db(), found, chosen, carrier, calling, actor=_herself(found), at=at(), sequence=sequence)
        commit()
    except DomainError as refusal:
        db().rollback()
        return _page(find(False), refusal), refusal.status
    flash("Votre réponse est enregistrée. Vous pouvez la changer jusqu’à la séance.", "success")
    return redirect(request.path, 303)


def _subscribe(find: Find) -> ResponseReturnValue:
    found = find(True)
    made = feeds.renew(db(), found.convocation.member_id, actor=_herself(found), at=at())
    commit()
    return _page(find(False), feed=f"{settings().public_url}{url_for('feeds.feed', token=made)}")


def _unsubscribe(find: Find, back: str) -> ResponseReturnValue:
    found = find(True)
    feeds.revoke(db(), found.convocation.member_id, actor=_herself(found), at=at())
    commit()
    flash("L’adresse d’abonnement est fermée : votre agenda ne sera plus mis à jour.", "success")
    return redirect(back, 303)


def _herself(found: Opened) -> Actor:
    return Actor(found.convocation.member.user_id, found.convocation.name)


def _choices(found: Opened) -> list[tuple[str, str]]:
    """What may be said. Where there is a deputy, who does not come is replaced: one answer, not two."""
    deputy = found.ways.deputy
    said = {DEPUTY: f"Je ne pourrai pas venir : {deputy} me supplée"} if deputy else {}
    return [
        (code, said.get(code, words.SAY[code]))
        for code in found.ways.answers
        if not deputy or code != ABSENT or found.convocation.answer == ABSENT
    ]


def _page(found: Opened, refusal: DomainError | None = None, feed: str = "") -> str:
    one, sitting = found.convocation, found.sitting
    problems = refusal.problems if isinstance(refusal, InvalidError) else {}
    ends = hours(sitting.sits_on, sitting.starts_at, sitting.duration).ends
    names = {other.seat_id: other.name for other in found.others}
    return render_template(
        "convocations/answer.html",
        address=request.path.removesuffix("/agenda"),
        one=one,
        sitting=sitting,
        ends_at=ends.hour * 60 + ends.minute,
        stale=found.stale,
        choices=_choices(found),
        ways=found.ways,
        answer=words.ANSWER.get(one.answer, ""),
        mailed=words.MAILED_TAG.get(one.mail_said, ""),
        reads_replies=settings().reads_replies,
        carrier=names.get(one.proxy_seat_id or 0, ""),
        quality=words.quality(one.seat.voting, as_deputy=one.as_deputy),
        reply_by=reply_by(sitting.sits_on, day(at())),
        typed=request.form,
        problems=problems,
        sentence="" if problems or refusal is None else refusal.sentence,
        feed=feed,
        subscribed=feeds.of(db(), one.member_id),
    )
