"""The letters' screens: what was not delivered, what waits to be printed, and any letter with its story."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.convocations.queries import SUBJECT as CONVOCATION
from guichet.commissions.convocations.queries import sessions_of
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import InvalidError, NotFoundError
from guichet.demands import mailings
from guichet.demands.mailings import Mailing
from guichet.demands.words import LETTER
from guichet.notifications import actions, queries, words
from guichet.placements.offers.answer_links import unlinked
from guichet.web import door, exports, incoming
from guichet.web.addresses import asked_id

bp = Blueprint("letters", __name__)

BODY_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""For a page that is a mail's own HTML: nothing runs, nothing is fetched."""
MOST_EXPORTED = 5_000
HANDLERS = ("handle_letters", "manage_accounts")
"""Who manages accounts follows the letters about accounts, and sees no letter to a family."""


@bp.get("/courriers")
@door.needs(*HANDLERS)
def undelivered() -> str:
    """What nobody received, with its reason."""
    return _tray("undelivered", "letters_pages/undelivered.html")


@bp.get("/courriers/a-imprimer")
@door.needs(*HANDLERS)
def print_tray() -> str:
    """What waits to be printed and posted."""
    return _tray("to_print", "letters_pages/print_tray.html")


@bp.get("/courriers/en-attente")
@door.needs(*HANDLERS)
def waiting() -> str:
    """What the workers have not sent yet."""
    return _tray("waiting", "letters_pages/waiting.html")


@bp.get("/courriers/export.csv")
@door.needs(*HANDLERS)
def export() -> Response:
    """The undelivered letters, for a spreadsheet."""
    found = mailings.page(door.db(), door.person(), "undelivered", _today(), limit=MOST_EXPORTED)
    door.trace("export", "letter", None, "courriers non remis")
    head = ("Demande", "Destinataire", "Adresse électronique", "Courrier", "Écrit le", "État", "Raison")
    return exports.csv_response("courriers-non-remis.csv", head, [_cells(one) for one in found])


@bp.post("/courriers/a-imprimer/pdf")
@door.needs(*HANDLERS)
def batch() -> ResponseReturnValue:
    """The chosen letters as one PDF, each on its own sheet."""
    # The typesetter is heavy, and most web processes never print.
    from guichet.notifications.paper import print_letters  # noqa: PLC0415

    chosen = mailings.to_print(door.db(), door.person(), _ticked(), _today())
    if not chosen:
        flash("Choisissez au moins un courrier à imprimer.", "warning")
        return redirect(url_for("letters.print_tray"))
    for one in chosen:
        door.trace("read", "demand", one.demand_id, f"courrier {one.letter.id} imprimé")
    return _pdf(print_letters([one.letter.facts for one in chosen]), "courriers")


@bp.post("/courriers/a-imprimer/postes")
@door.needs(*HANDLERS)
def posted() -> ResponseReturnValue:
    """Take the chosen letters out of the tray: they are in the mail."""
    reached = mailings.to_print(door.db(), door.person(), _ticked(), _today())
    done = actions.mark_printed(
        door.db(), [one.letter.id for one in reached], actor=door.person(), at=door.at()
    )
    door.commit()
    _tell_posted(done)
    return redirect(url_for("letters.print_tray"))


@bp.get("/courriers/<int:letter_id>")
@door.needs(*HANDLERS)
def read(letter_id: int) -> str:
    """One letter: where it stands, its text, what happened to it."""
    return _page(_reached(letter_id), {}, "")


@bp.get("/courriers/<int:letter_id>/html")
@door.needs(*HANDLERS)
def body(letter_id: int) -> Response:
    """The letter's own HTML, shut in a sandbox."""
    mailing = _reached(letter_id)
    if not mailing.is_readable:
        raise NotFoundError
    return Response(
        unlinked(mailing.letter.html),
        mimetype="text/html",
        headers={"Content-Security-Policy": BODY_POLICY},
    )


@bp.get("/courriers/<int:letter_id>/pdf")
@door.needs(*HANDLERS)
def printed(letter_id: int) -> Response:
    """The printed form of one letter."""
    mailing = _reached(letter_id)
    content = queries.printed_form(door.db(), letter_id) if mailing.is_readable else None
    if content is None:
        raise NotFoundError("Ce courrier n’a pas encore de forme imprimée.")
    return _pdf(content, f"courrier-{mailing.number}")


@bp.post("/courriers/<int:letter_id>/relancer")
@door.needs(*HANDLERS)
def retry(letter_id: int) -> ResponseReturnValue:
    """Send again, to the corrected address when one is typed."""
    mailing = _reached(letter_id)
    email = request.form.get("email", "").strip() or None
    try:
        actions.retry(door.db(), letter_id, actor=door.person(), at=door.at(), email=email)
    except InvalidError as error:
        return _page(mailing, error.problems, email or ""), error.status
    door.commit()
    flash("Le courrier repart dans quelques secondes.", "success")
    return redirect(url_for("letters.read", letter_id=letter_id))


@bp.post("/courriers/<int:letter_id>/papier")
@door.needs(*HANDLERS)
def on_paper(letter_id: int) -> ResponseReturnValue:
    """Print the letter instead of sending it by email."""
    _reached(letter_id)
    actions.retry_on_paper(door.db(), letter_id, actor=door.person(), at=door.at())
    door.commit()
    flash("Le courrier sera dans le bac « à imprimer » dans quelques secondes.", "success")
    return redirect(url_for("letters.read", letter_id=letter_id))


def _tray(tray: str, template: str) -> str:
    before = asked_id(request.args.get("avant", ""))
    found = mailings.page(door.db(), door.person(), tray, _today(), before=before, limit=mailings.PAGE + 1)
    shown = found[: mailings.PAGE]
    more = url_for(request.endpoint or "", avant=shown[-1].letter.id) if len(found) > len(shown) else None
    since = queries.trouble(door.db(), door.at()).since if tray == "waiting" else None
    return render_template(
        template,
        mailings=shown,
        stopped=words.STOPPED.format(since=french.short_at(since)) if since else "",
        counts=mailings.counts(door.db(), door.person(), _today()),
        older=more,
        newest=url_for(request.endpoint or "") if before else None,
        letter_states=words.STATES,
        letter_channels=words.CHANNELS,
        kinds=LETTER,
        received=incoming.count_shown(),
        sessions=_sessions(shown),
    )


def _sessions(shown: Sequence[Mailing]) -> dict[int, int]:
    """Where somebody answers for a member whose convocation did not arrive, for whoever may."""
    called = [one.letter.subject_id for one in shown if one.letter.subject_type == CONVOCATION]
    return sessions_of(door.db(), called) if called and door.person().may("prepare_sessions") else {}


def _page(mailing: Mailing, problems: dict[str, str], typed: str) -> str:
    return render_template(
        "letters_pages/read.html",
        mailing=mailing,
        letter=mailing.letter,
        text=unlinked(mailing.letter.text),
        events=queries.events(door.db(), mailing.letter.id),
        problems=problems,
        typed=typed,
        letter_states=words.STATES,
        letter_events=words.EVENTS,
        letter_channels=words.CHANNELS,
    )


def _reached(letter_id: int) -> Mailing:
    mailing = mailings.one(door.db(), door.person(), letter_id, _today())
    if mailing is None:
        raise door.not_for_them("letter", letter_id)
    about, subject = ("demand", mailing.demand_id) if mailing.is_readable else ("letter", letter_id)
    door.trace("read", about, subject, f"courrier {letter_id}")
    return mailing


def _ticked() -> list[int]:
    return [int(value) for value in request.form.getlist("courrier") if value.isdigit()]


def _tell_posted(done: int) -> None:
    if done:
        flash(
            "Un courrier est marqué comme posté."
            if done == 1
            else f"{done} courriers sont marqués comme postés.",
            "success",
        )
    else:
        flash("Choisissez au moins un courrier : ceux-ci ne sont plus à imprimer.", "warning")


def _pdf(content: bytes, name: str) -> Response:
    shown = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=shown)


def _cells(one: Mailing) -> tuple[object, ...]:
    letter = one.letter
    state = words.STATES[letter.state]
    return (
        one.number, letter.recipient_name, letter.email or "", letter.subject, day(letter.created_at), state,
        letter.last_error or "",
    )  # fmt: skip


def _today() -> date:
    return day(door.at())
