"""What the pages of the convocations share: the session, and one person of its list."""

from guichet.commissions.convocations.actions import Calling
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.convocations.queries import called
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sessions.queries import opened_session
from guichet.core.clock import day
from guichet.core.errors import NotFoundError
from guichet.web.door import at, catalogue, db, is_reading, not_for_them, person, settings

RIGHT = "prepare_sessions"


def sitting_of(session_id: int) -> CommissionSession:
    """The session, ours alone when something will change. Raises NotFoundError when it is not for them."""
    found = opened_session(db(), person(), session_id, day(at()), RIGHT, lock=not is_reading())
    if found is None:
        raise not_for_them("session", session_id)
    return found


def one_called(session_id: int, convocation_id: int) -> tuple[Convocation, list[Convocation]]:
    """One person of the list, and the whole list. Raises NotFoundError."""
    there = called(db(), session_id, lock=not is_reading())
    one = next((one for one in there if one.id == convocation_id), None)
    if one is None:
        raise NotFoundError
    return one, there


def calling() -> Calling:
    """What writing to the members takes."""
    return Calling(catalogue(), settings().public_url, settings().reads_replies)


def reglement_of(sitting: CommissionSession) -> Reglement:
    """The règlement of the day of the convocation, or the one in force."""
    return Reglement.from_json(sitting.rules) if sitting.rules else sitting.commission.reglement
