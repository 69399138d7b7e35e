"""Receive one mail, whoever brings it: the worker from its mailbox, the demonstration from its own. The caller commits."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from guichet.commissions.convocations import replies
from guichet.commissions.convocations.actions import Calling
from guichet.notifications import bounces
from guichet.notifications.incoming import actions as incoming
from guichet.notifications.incoming import models
from guichet.notifications.incoming.actions import Outcome
from guichet.notifications.incoming.said import AUTO_REPLIED, Mail


def receive(
    session: Session, mark: str, mail: Mail, calling: Callable[[], Calling], *, at: datetime
) -> Outcome:
    """What becomes of a mail known by `mark`; what became of it when it was received before."""
    if not incoming.take(session, mark, at=at):
        return incoming.known(session, mark) or Outcome(models.UNFORESEEN)
    outcome = _made_of(session, mail, calling, at)
    incoming.keep(session, mark, outcome, at=at, sender=mail.sender, subject=mail.subject)
    return outcome


def _made_of(session: Session, mail: Mail, calling: Callable[[], Calling], at: datetime) -> Outcome:
    if mail.fault:
        return Outcome(models.UNREADABLE, note=mail.fault)
    if mail.report is not None:
        received = bounces.mark(session, mail.report, at)
        return Outcome(received.code, "letter" if received.letter_id else "", received.letter_id)
    # The reply of a calendar is often « auto-generated »; « auto-replied » is nobody's answer.
    if mail.reply is not None and mail.automatic != AUTO_REPLIED:
        return replies.hear(session, mail, mail.reply, calling(), at=at)
    return Outcome(models.AUTOMATIC if mail.automatic else models.WRITTEN)
