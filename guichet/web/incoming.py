"""The mails that came to the guichet and that somebody must look at; whether their mailbox is read."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts.policy import Reach
from guichet.commissions.convocations.queries import SUBJECT, sessions_of
from guichet.core.clock import day
from guichet.demands import mailings
from guichet.notifications.incoming import actions, queries, words
from guichet.web import door

bp = Blueprint("incoming", __name__)


@bp.get("/courriers/recus")
@door.needs("handle_letters", "manage_accounts")
def page() -> str:
    """The list, the oldest first. Who manages accounts reads only how the mailbox goes."""
    found = queries.to_see(door.db()) if _sees() else []
    called = [one.about_id for one in found if one.about == SUBJECT and one.about_id]
    return render_template(
        "letters_pages/received.html",
        mails=found,
        received=queries.count_to_see(door.db()) if found else 0,
        sees=_sees(),
        sessions=sessions_of(door.db(), called) if called else {},
        counts=mailings.counts(door.db(), door.person(), day(door.at())),
        why=words.WHY,
        reading=queries.reading(door.db()),
        reads=door.settings().reads_mailbox,
        address=door.settings().imap_user,
        older=None,
        newest=None,
    )


@bp.post("/courriers/recus/<int:mail_id>/vu")
@door.needs("handle_letters")
def seen(mail_id: int) -> ResponseReturnValue:
    """Take one mail off the list."""
    if not _sees():
        raise door.not_for_them("received_mail", mail_id)
    actions.see(door.db(), mail_id, actor=door.person(), at=door.at())
    door.commit()
    flash("Ce courriel ne demande plus rien.", "success")
    return redirect(url_for("incoming.page"), 303)


def count_shown() -> int | None:
    """How many wait for somebody; None for whom they do not concern, or where no mailbox is read."""
    if not door.settings().reads_mailbox or not _sees():
        return None
    return queries.count_to_see(door.db())


def _sees() -> bool:
    """They may be about anything: only whoever handles the letters of the whole territory."""
    return Reach.ALL in door.person().reaches("handle_letters")
