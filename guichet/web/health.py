"""Whether this process serves and its database answers: for the supervisor and the load balancer."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from guichet.web.door import db, open_to_all

bp = Blueprint("health", __name__)


@bp.get("/sante")
@open_to_all
def health() -> ResponseReturnValue:
    """200 and « ok » when the database answers."""
    db().execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
