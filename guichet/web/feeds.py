"""The calendar of a member, for the program she subscribed with: no account, a long address that can be closed."""

from flask import Blueprint
from werkzeug.wrappers import Response

from guichet.commissions.convocations import feeds
from guichet.core.errors import NotFoundError
from guichet.web.door import at, database, db, open_to_all

bp = Blueprint("feeds", __name__, url_prefix="/agenda")
TITLE = "Commissions petite enfance"
STATUS = {"planned": "TENTATIVE", "cancelled": "CANCELLED"}


@bp.get("/<token>.ics")
@open_to_all
def feed(token: str) -> Response:
    """The sessions of its member, as calendars read them. 404 once the address is closed."""
    # The library weighs eleven megabytes that no other page needs.
    from guichet.notifications import invitation  # noqa: PLC0415

    try:
        known = feeds.behind(db(), token)
    except NotFoundError:
        return _answer(b"", 404)
    entries = [
        invitation.Entry(
            one.uid,
            one.sequence,
            *feeds.times(one),
            one.commission.name,
            one.place,
            STATUS.get(one.state, "CONFIRMED"),
            at(),
        )
        for one in feeds.sessions_of(db(), known.member_id, at())
    ]
    if feeds.is_stale(known, at()):
        # In a transaction of its own: a reading writes nothing else, and once an hour at most.
        with database().transaction() as session:
            feeds.note_fetch(session, known.member_id, at())
    return _answer(invitation.feed_of(TITLE, entries), 200)


def _answer(content: bytes, status: int) -> Response:
    return Response(
        content,
        status,
        {
            "Content-Type": "text/calendar; charset=utf-8" if status == 200 else "text/plain; charset=utf-8",
            "Cache-Control": "private, no-store",
            "Content-Disposition": 'inline; filename="commissions.ics"',
        },
    )
