"""What the pages of a sitting begin with: may this person, at this session."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.core.clock import day
from guichet.web.door import at, db, not_for_them, person


def opened(session_id: int, action: str = "sit", *, lock: bool = False) -> CommissionSession:
    """The session whole; 404 and a trace for the others.

    Those who record do not lock it: they take turns on its pulse (guichet/commissions/sitting/deciding.py).
    """
    found = opened_session(db(), person(), session_id, day(at()), action, lock=lock)
    if found is None:
        raise not_for_them("session", session_id)
    return found


def back(session_id: int, position: int | None = None) -> ResponseReturnValue:
    """To the shared screen, or to an item."""
    return redirect(url_for("commissions.screen", session_id=session_id, point=position), 303)
