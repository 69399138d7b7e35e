"""« Signer » : the dry run of a session, what it found, the letters it wrote, two signatures, and their annulment."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions import words
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import dry_run
from guichet.commissions.signing import queries as signing_queries
from guichet.commissions.signing import signatures as signing
from guichet.commissions.signing.models import DryRun
from guichet.commissions.signing.words import MOVES_TO, SETTLED, SIGNS_AS, STEP
from guichet.core import french
from guichet.core.errors import DomainError, NotAllowedError
from guichet.core.leased import ASKED, DONE, FAILED, RUNNING
from guichet.notifications.models import LetterRow
from guichet.placements.offers.answer_links import unlinked
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.opening import told
from guichet.web.commissions.sitting.opening import opened
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace
from guichet.web.letters import BODY_POLICY

AGAIN_S = 2
"""Seconds between two looks at a dry run in progress."""


@bp.get("/seances/<int:session_id>/signature")
@needs("sign_minutes")
def signature(session_id: int) -> ResponseReturnValue:
    """What will be signed, letter by letter; seen again by itself while a worker tries it."""
    found = opened(session_id, "sign_minutes")
    trace("read", "session", session_id, "signature")
    return _page(found)


@bp.post("/seances/<int:session_id>/signature/essai")
@needs("sign_minutes")
def try_signature(session_id: int) -> ResponseReturnValue:
    """Ask for the dry run."""
    found = opened(session_id, "sign_minutes")
    try:
        dry_run.ask(db(), found, actor=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    return _done(session_id, "L’essai est demandé : il écrit les lettres et contrôle chaque décision.")


@bp.post("/seances/<int:session_id>/signature/points")
@needs("sign_minutes")
def answer_finding(session_id: int) -> ResponseReturnValue:
    """Write why the session may be signed although something was found."""
    found = opened(session_id, "sign_minutes")
    key = request.form.get("key", "")
    try:
        run = _run(found)
        dry_run.answer_finding(db(), run, key, request.form.get("reason", ""), person=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal, key)
    return _done(session_id, "Le motif est noté.")


@bp.post("/seances/<int:session_id>/signature")
@needs("sign_minutes")
def sign(session_id: int) -> ResponseReturnValue:
    """One person signs, with their own account."""
    found = opened(session_id, "sign_minutes")
    try:
        if request.form.get("signs") != "y":
            raise DomainError("Cochez « Je signe » : c’est votre signature.", "signs")
        digest = request.form.get("digest", "")
        done = signing.sign(db(), found, dry_run.latest(db(), found.id), digest, person=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    if done.done and done.letters_on:
        leave = french.long_date(done.letters_on)
        return _done(
            session_id,
            f"La séance est signée. Les lettres partent le {leave} ; d’ici là, tout peut s’annuler.",
        )
    return _done(
        session_id, "Votre signature est notée. Une autre personne signe à son tour, avec son compte."
    )


@bp.post("/seances/<int:session_id>/signature/annuler")
@needs("sign_minutes")
def annul_signature(session_id: int) -> ResponseReturnValue:
    """Undo the signature while the letters wait."""
    found = opened(session_id, "sign_minutes")
    try:
        if not _may_annul(found):
            raise NotAllowedError("La présidence, ou qui tient la séance, annule une signature.")
        run = dry_run.signed_run(db(), session_id) or _run(found)
        signing.annul(db(), found, run, request.form.get("reason", ""), person=person(), at=at())
        commit()
    except DomainError as refusal:
        return _refused(session_id, refusal)
    return _done(
        session_id, "La signature est annulée : aucune lettre ne part, la séance est de nouveau ouverte."
    )


@bp.get("/seances/<int:session_id>/signature/lettres/<int:letter_id>")
@needs("sign_minutes")
def held_letter(session_id: int, letter_id: int) -> str:
    """One letter as its family will read it, with the next one to read."""
    found = opened(session_id, "sign_minutes")
    run, letter = _letter(found, letter_id)
    trace("read", "demand", letter.subject_id, f"lettre de la séance {session_id}")
    ids = [one.id for one in _readable(found, list(signing_queries.letters_of(db(), run)))]
    place = ids.index(letter_id)
    return render_template(
        "commissions/signing/letter.html",
        sitting=found,
        letter=letter,
        text=unlinked(letter.text),
        rank=place + 1,
        total=len(ids),
        previous=ids[place - 1] if place else None,
        following=ids[place + 1] if place + 1 < len(ids) else None,
    )


@bp.get("/seances/<int:session_id>/signature/lettres/<int:letter_id>/forme")
@needs("sign_minutes")
def held_letter_body(session_id: int, letter_id: int) -> Response:
    """The mail as the family will see it, in a frame where nothing runs."""
    _, letter = _letter(opened(session_id, "sign_minutes"), letter_id)
    response = make_response(unlinked(letter.html))
    response.headers["Content-Security-Policy"] = BODY_POLICY
    return response


def _letter(found: CommissionSession, letter_id: int) -> tuple[DryRun, LetterRow]:
    run = _run(found)
    letter = signing_queries.letter_of(db(), run, letter_id)
    if letter is None or letter not in _readable(found, [letter]):
        raise not_for_them("letter", letter_id)
    return run, letter


def _readable(found: CommissionSession, letters: list[LetterRow]) -> list[LetterRow]:
    """A member recused from a demand does not read its letter."""
    closed = signing_queries.recused_from(db(), found, person().user_id)
    return [one for one in letters if one.subject_id not in closed]


def _run(found: CommissionSession) -> DryRun:
    run = dry_run.latest(db(), found.id)
    if run is None:
        raise not_for_them("session", found.id)
    return run


def _may_annul(found: CommissionSession) -> bool:
    return person().may("run_session") or signing.role_of(found, person()) == "president"


def _done(session_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("commissions.signature", session_id=session_id), 303)


def _refused(session_id: int, refusal: DomainError, key: str = "") -> ResponseReturnValue:
    db().rollback()
    db().expire_all()
    return _page(opened(session_id, "sign_minutes"), refusal, key)


def _page(found: CommissionSession, refusal: DomainError | None = None, key: str = "") -> ResponseReturnValue:
    problems, sentence = told(refusal) if refusal else ({}, "")
    run = dry_run.latest(db(), found.id)
    letters = _readable(found, list(signing_queries.letters_of(db(), run))) if run else []
    signed = found.state == "signed"
    leaves = signing.letters_leave_at(found)
    why_not = dry_run.why_not(db(), run, at()) if run and not signed else ""
    answered = {one.key: one for one in run.answers} if run else {}
    page = render_template(
        "commissions/signing/page.html",
        sitting=found,
        run=run,
        letters=letters,
        moves=signing_queries.moves_in_words(db(), run, letters) if run else [],
        why_not=why_not,
        tries=found.state == "sitting"
        and (run is None or run.state == FAILED or why_not in (dry_run.STALE, dry_run.OLD)),
        tries_again=found.state == "sitting" and run is not None and run.state == DONE,
        answered=answered,
        findings=sorted(run.findings, key=lambda one: bool(one["reason"] or one["key"] in answered))
        if run
        else [],
        role=signing.role_of(found, person()),
        has_signed=run is not None and any(one.user_id == person().user_id for one in run.signatures),
        leaves=leaves,
        now=at(),
        may_annul=signed and leaves is not None and at() < leaves and _may_annul(found),
        rules=settings_of(found),
        houses=catalogue().houses,
        words=words,
        settled=SETTLED,
        moves_to=MOVES_TO,
        signs_as=SIGNS_AS,
        step=STEP,
        problems=problems,
        sentence=sentence,
        asked_key=key,
        typed=request.form,
    )
    response = make_response(page, refusal.status if refusal else 200)
    if run is not None and run.state in (ASKED, RUNNING):
        # Seen again without script.
        response.headers["Refresh"] = (
            f"{AGAIN_S}; url={url_for('commissions.signature', session_id=found.id)}"
        )
    return response
