"""Who is called to a session: where each mail stands, what each person answered, and the proofs for the file."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.convocations import actions as convocations
from guichet.commissions.convocations import feeds, papers, queries, words
from guichet.commissions.convocations.answers import Opened, take, ways_of
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting import quorum
from guichet.commissions.words import ROLE
from guichet.core.errors import ConflictError, DomainError, StepRefusedError
from guichet.core.french import count
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.convocations.opening import (
    RIGHT,
    calling,
    one_called,
    reglement_of,
    sitting_of,
)
from guichet.web.commissions.opening import told
from guichet.web.door import at, commit, db, needs, person, trace

NOT_NOW = "La liste ne change qu’entre la convocation et l’ouverture de la séance."


@bp.get("/seances/<int:session_id>/convocations")
@needs(RIGHT)
def convocations_page(session_id: int) -> ResponseReturnValue:
    """The list, and what the answers let expect of the quorum."""
    return _list(sitting_of(session_id))


@bp.post("/seances/<int:session_id>/convocations")
@needs(RIGHT)
def update_convocations(session_id: int) -> ResponseReturnValue:
    """Call who is not yet, withdraw who holds no seat any more."""
    found = sitting_of(session_id)
    _expect_open(found)
    made = convocations.call(db(), found, calling(), actor=person(), at=at())
    commit()
    flash(
        f"La liste est à jour : {count(made, 'personne appelée', 'personnes appelées')} en plus.", "success"
    )
    return _back(session_id)


@bp.get("/seances/<int:session_id>/convocations/<int:convocation_id>")
@needs(RIGHT)
def convocation(session_id: int, convocation_id: int) -> ResponseReturnValue:
    """One person: her mails, and the form of what she said by telephone."""
    found = sitting_of(session_id)
    return _one(found, *one_called(session_id, convocation_id))


@bp.post("/seances/<int:session_id>/convocations/<int:convocation_id>")
@needs(RIGHT)
def note_answer(session_id: int, convocation_id: int) -> ResponseReturnValue:
    """Write down what she said."""
    found = sitting_of(session_id)
    one, there = one_called(session_id, convocation_id)
    said, carrier = request.form.get("answer", ""), request.form.get("proxy_seat", type=int)
    try:
        page = Opened(one, found, there, "")
        take(db(), page, said, carrier, calling(), actor=person(), at=at(), sequence=_sequence())
        commit()
    except DomainError as refusal:
        db().rollback()
        return _one(sitting_of(session_id), *one_called(session_id, convocation_id), refusal), refusal.status
    flash(f"La réponse de {one.name} est notée.", "success")
    return _back(session_id)


@bp.post("/seances/<int:session_id>/convocations/<int:convocation_id>/renvoyer")
@needs(RIGHT)
def call_again(session_id: int, convocation_id: int) -> ResponseReturnValue:
    """One more mail to somebody who lost hers, or whose address was corrected."""
    found = sitting_of(session_id)
    _expect_open(found)
    one, _ = one_called(session_id, convocation_id)
    convocations.invite(db(), found, one.seat, one.member, calling(), at(), as_deputy=one.as_deputy)
    commit()
    flash(f"Une nouvelle convocation part vers {one.name}. Sa réponse est demandée de nouveau.", "success")
    return _back(session_id)


@bp.post("/seances/<int:session_id>/convocations/<int:convocation_id>/retirer")
@needs(RIGHT)
def withdraw_one(session_id: int, convocation_id: int) -> ResponseReturnValue:
    """Take one person off the list; her calendar is told, and nobody else's."""
    found = sitting_of(session_id)
    _expect_open(found)
    one, _ = one_called(session_id, convocation_id)
    convocations.withdraw(db(), one, found, calling(), actor=person(), at=at())
    commit()
    flash(f"{one.name} n’est plus convoqué. Son agenda en est averti.", "success")
    return _back(session_id)


@bp.post("/seances/<int:session_id>/convocations/<int:convocation_id>/agenda/fermer")
@needs(RIGHT)
def close_feed(session_id: int, convocation_id: int) -> ResponseReturnValue:
    """Close the address of her calendar: it was shown to somebody else, or she left."""
    sitting_of(session_id)
    one, _ = one_called(session_id, convocation_id)
    feeds.revoke(db(), one.member_id, actor=person(), at=at())
    commit()
    flash("L’adresse d’abonnement est fermée : elle n’ouvre plus rien.", "success")
    return _back(session_id)


@bp.get("/seances/<int:session_id>/convocations/preuves")
@needs(RIGHT)
def proofs(session_id: int) -> ResponseReturnValue:
    """Each sending and its end, each visit, each answer: for the file of the session."""
    found = sitting_of(session_id)
    trace("print", "session", session_id, "convocations")
    lines = [(one, papers.said(one)) for one in queries.proofs(db(), session_id)]
    return render_template("convocations/proofs.html", sitting=found, lines=lines, at=at())


def _list(found: CommissionSession, sentence: str = "") -> str:
    lines = queries.lines(db(), found.id)
    there = [one.convocation for one in lines if one.convocation.withdrawn_at is None]
    forecast = queries.expected_quorum(found, reglement_of(found), there)
    return render_template(
        "convocations/list.html",
        sitting=found,
        lines=lines,
        tally=queries.tally(there),
        forecast=quorum.in_words(forecast, ROLE),
        met=forecast.met,
        empty_seats=queries.without_address(found),
        names={one.seat_id: one.name for one in there if not one.as_deputy},
        words=words,
        roles=ROLE,
        is_open=found.state == "convened",
        sentence=sentence,
    )


def _one(
    found: CommissionSession, one: Convocation, there: list[Convocation], refusal: DomainError | None = None
) -> str:
    problems, sentence = told(refusal) if refusal else ({}, "")
    line = next(line for line in queries.lines(db(), found.id) if line.convocation.id == one.id)
    ways = ways_of(one, reglement_of(found), there)
    return render_template(
        "convocations/one.html",
        sitting=found,
        one=one,
        line=line,
        ways=ways,
        choices=[(code, words.ANSWER[code].capitalize()) for code in ways.answers],
        words=words,
        quality=words.quality(one.seat.voting, as_deputy=one.as_deputy),
        feed=feeds.of(db(), one.member_id),
        is_open=found.state == "convened",
        typed=request.form,
        problems=problems,
        sentence=sentence,
    )


def _expect_open(found: CommissionSession) -> None:
    if found.state != "convened":
        raise StepRefusedError(NOT_NOW)


def _sequence() -> int:
    """The date that the page showed."""
    shown = request.form.get("sequence", type=int)
    if shown is None:
        raise ConflictError("Rechargez la page : elle n’est pas complète.")
    return shown


def _back(session_id: int) -> ResponseReturnValue:
    return redirect(url_for("commissions.convocations_page", session_id=session_id), 303)
