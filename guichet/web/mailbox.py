"""The demonstration's mailbox: what its own mail server received. Does not exist in a real installation."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.convocations.actions import Calling
from guichet.core.errors import NotFoundError
from guichet.notifications.incoming.actions import mark_of
from guichet.notifications.incoming.apart import read_apart
from guichet.web import door, pressing
from guichet.web.letters import BODY_POLICY

bp = Blueprint("mailbox", __name__)

PAGE = 25
FOLDERS = ("new", "cur")


@dataclass(frozen=True)
class Received:
    """One mail as the list shows it. `key` is its file's name, which begins with the second it came."""

    key: str
    to: str
    subject: str
    at: datetime | None


@bp.get("/boite")
@door.open_to_all
def page() -> str:
    """The mails received, the latest first."""
    first = max(request.args.get("page", 1, type=int), 1)
    files = _files(door.settings().mailbox)
    shown = list(files.items())[(first - 1) * PAGE : first * PAGE]
    return render_template(
        "mailbox/list.html",
        mails=[_line(name, _parsed(file)) for name, file in shown],
        total=len(files),
        first=(first - 1) * PAGE + 1,
        last=(first - 1) * PAGE + len(shown),
        previous=url_for("mailbox.page", page=first - 1) if first > 1 else None,
        next=url_for("mailbox.page", page=first + 1) if first * PAGE < len(files) else None,
    )


@bp.get("/boite/<key>")
@door.open_to_all
def read(key: str) -> str:
    """One mail: who received it, its text, its HTML in a sandbox."""
    mail = _mail(key)
    return render_template(
        "mailbox/read.html",
        mail=_line(key, mail),
        text=_part(mail, "plain"),
        key=key,
        buttons=pressing.BUTTONS if pressing.invites(mail) else {},
    )


@bp.post("/boite/<key>/reponse")
@door.open_to_all
def press(key: str) -> ResponseReturnValue:
    """Press a button as in a calendar program: the reply is received as one that came by mail."""
    try:
        content = pressing.pressed(_mail(key), request.args.get("part", ""), door.at())
    except KeyError:
        raise NotFoundError from None
    # The calendars' library is heavy, and only the demonstration reads mails here.
    from guichet.commissions.convocations.receiving import receive  # noqa: PLC0415

    outcome = receive(door.db(), mark_of(content), read_apart(content), _calling, at=door.at())
    door.commit()
    flash(pressing.TOLD.get(outcome.code, pressing.NOT_TAKEN), "success")
    return redirect(url_for("mailbox.read", key=key), 303)


@bp.get("/boite/<key>/html")
@door.open_to_all
def body(key: str) -> Response:
    """The mail's own HTML."""
    html = _part(_mail(key), "html")
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": BODY_POLICY})


def _calling() -> Calling:
    return Calling(door.catalogue(), door.settings().public_url, door.settings().reads_replies)


def _files(box: Path) -> dict[str, Path]:
    """The files of the Maildir by name, the latest first: a name begins with the second of its arrival."""
    found = [file for folder in FOLDERS if (box / folder).is_dir() for file in (box / folder).iterdir()]
    return {file.name: file for file in sorted(found, key=lambda file: _arrival(file.name), reverse=True)}


def _arrival(name: str) -> tuple[int, str]:
    seconds = name.partition(".")[0]
    return (int(seconds) if seconds.isdigit() else 0, name)


def _mail(key: str) -> EmailMessage:
    # The name must be one that the folder itself lists: never a path made from the address.
    file = _files(door.settings().mailbox).get(key)
    if file is None:
        raise NotFoundError("Ce message n’est pas dans la boîte de la démonstration.")
    return _parsed(file)


def _parsed(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), policy=policy.default)


def _line(key: str, mail: EmailMessage) -> Received:
    return Received(
        key, str(mail["Delivered-To"] or mail["To"] or ""), str(mail["Subject"] or ""), _date(mail)
    )


def _date(mail: EmailMessage) -> datetime | None:
    try:
        dated = parsedate_to_datetime(str(mail["Date"]))
    except ValueError:
        return None
    return dated if dated.tzinfo else None


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
