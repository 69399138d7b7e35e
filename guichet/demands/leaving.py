"""The port through which a demand that leaves its commission tells the rooms above, in the same transaction.

A session may hold a draft and a seat for a family that has just withdrawn: whoever knows of them says so at start
(`bind`), and every step that takes a demand out of the commission calls it. Unbound, nothing is held.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from guichet.core.actor import Actor
from guichet.demands.models import Demand

Undo = Callable[[Session, Demand, Actor, datetime], None]

_undo: Undo | None = None


def bind(undo: Undo) -> None:
    """Say what is undone when a demand leaves its commission otherwise than by a signed decision."""
    global _undo
    _undo = undo


def left_commission(session: Session, demand: Demand, actor: Actor, at: datetime) -> None:
    """Undo what a session holds for a demand that is, until now, in commission."""
    if _undo is not None and demand.state == "commission":
        _undo(session, demand, actor, at)
