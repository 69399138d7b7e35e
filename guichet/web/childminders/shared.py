"""What the pages of the register share: who may write, which professional, which days make a word too old."""

from datetime import date

from flask import request

from guichet.accounts.policy import Reach
from guichet.core.clock import day
from guichet.core.errors import NotAllowedError
from guichet.demands.delays import CONFIRM_CHILDMINDERS
from guichet.establishments import childminder_queries as queries
from guichet.establishments.childminders import Childminder
from guichet.web.door import at, db, delays, not_for_them, person

RIGHT = "keep_childminders"
ELSEWHERE = "Cette personne travaille dans une commune qui n’est pas des vôtres : son relais tient sa fiche."


def keeps(commune_code: str) -> bool:
    """Whether the person writes about the professionals of this commune."""
    return Reach.ALL in person().reaches(RIGHT) or commune_code in person().communes


def found(childminder_id: int) -> Childminder:
    """The professional, ours alone when the request changes something."""
    one = queries.one(db(), childminder_id, lock=request.method == "POST")
    if one is None:
        raise not_for_them("childminder", childminder_id)
    return one


def kept(childminder_id: int) -> Childminder:
    """The same, refused when the professional is of a commune the person does not serve."""
    one = found(childminder_id)
    expect_kept(one.commune_code)
    return one


def expect_kept(commune_code: str) -> None:
    """Raise NotAllowedError outside the person's communes."""
    if not keeps(commune_code):
        raise NotAllowedError(ELSEWHERE)


def too_old() -> date:
    """The last day of confirmation that is too old today."""
    return queries.stale_before(day(at()), delays()[CONFIRM_CHILDMINDERS.key])


def version() -> int:
    """The version the form saw; a form without one is compared to a version that never exists."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
