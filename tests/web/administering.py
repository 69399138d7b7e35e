"""Forms of the administration sent with the version that was seen."""

from sqlalchemy import select

from guichet.accounts.models import User
from guichet.core.db import Database
from tests.web.pages import Visitor

NEW = {"name": "Odile Vernay", "email": "odile@exemple.test", "roles": ["rpe_agent"], "closes_on": ""}


def kept(database: Database, email: str = NEW["email"]) -> User:
    with database.reading() as session:
        return session.scalars(select(User).where(User.email == email)).one()


def send(admin: Visitor, url: str, data: dict | None = None, **how) -> str:
    """Open a page, so that its token is known, then post to it."""
    admin.get(how.pop("seen", url))
    return admin.post(url, data, **how)
