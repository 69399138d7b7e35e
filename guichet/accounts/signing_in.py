"""Open and close sign-ins. A sign-in is a row: it can be ended from elsewhere, and a copy of it opens nothing."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from guichet.accounts import passwords
from guichet.accounts.models import Membership, SignIn, SignInAttempt, User
from guichet.accounts.policy import Person
from guichet.core.clock import day
from guichet.core.errors import DomainError, TooManyAttemptsError

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=10)
SEEN_EVERY = timedelta(minutes=5)
WINDOW = timedelta(minutes=15)
MOST_BY_ACCOUNT = 8
MOST_BY_ADDRESS = 60
WRONG = "Adresse ou mot de passe inconnu."

_TABLES = User.metadata.tables
_OPENED, _USER, _LINE = (_TABLES[one.__tablename__] for one in (SignIn, User, Membership))
_WHO = (
    select(
        *(_OPENED.c.expires_at, _OPENED.c.seen_at),
        *(_USER.c.id, _USER.c.name, _USER.c.email, _USER.c.closes_on, _USER.c.has_links),
        *(_LINE.c.role, _LINE.c.commune_code, _LINE.c.establishment_id),
    )
    .join_from(_OPENED, _USER, _OPENED.c.user_id == _USER.c.id)
    .outerjoin(_LINE, _LINE.c.user_id == _USER.c.id)
    .where(_OPENED.c.token_hash == bindparam("token_hash"))
)
"""Written once, and read as plain rows: every page sends it."""


def digest(text: str) -> str:
    """What is stored in place of a token or an address."""
    return hashlib.sha256(text.encode()).hexdigest()


def sign_in(
    session: Session,
    email: str,
    password: str,
    address: str,
    *,
    at: datetime,
    reading: Session | None = None,
) -> tuple[str, Person]:
    """Check a password and open a sign-in: the token for the cookie, and the person.

    Checking is long on purpose: with a `reading` session nobody's writing waits for it. Raises
    TooManyAttemptsError before any hashing, DomainError with one sentence for every kind of failure:
    the caller commits in both cases, so that the attempt counts.
    """
    mail = email.strip().casefold()
    look = reading or session
    refuse_too_many(look, mail, address, at)
    user = look.scalar(select(User).where(User.email == mail))
    if (
        not passwords.matches(user.password_hash if user else None, password)
        or user is None
        or not is_open(user, at)
    ):
        session.add(SignInAttempt(at=at, email_hash=digest(mail), address=address))
        raise DomainError(WRONG, "password")
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(token_hash=digest(token), user_id=user.id, created_at=at, seen_at=at, expires_at=at + LONGEST)
    )
    # Not through the object: signing in must neither age the page an administrator has open nor make two
    # sign-ins of one account refuse each other.
    session.execute(
        update(User)
        .where(User.id == user.id)
        .values(last_signed_in_at=at)
        .execution_options(synchronize_session=False)
    )
    memberships = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
    return token, person_of(user, list(memberships))


def who(session: Session, token: str, *, at: datetime) -> tuple[Person, bool] | None:
    """The person behind a token, and whether `touch` is due. One statement. None when it opens nothing."""
    rows = session.execute(_WHO, {"token_hash": digest(token)}).all()
    if not rows:
        return None
    first = rows[0]
    if at >= first.expires_at or at >= first.seen_at + IDLE or not is_open(first, at):
        return None
    return person_of(first, [row for row in rows if row.role is not None]), at >= first.seen_at + SEEN_EVERY


def touch(session: Session, token: str, *, at: datetime) -> None:
    """The sign-in is in use."""
    session.execute(update(_OPENED).where(_OPENED.c.token_hash == digest(token)).values(seen_at=at))


def sign_out(session: Session, token: str) -> None:
    """End a sign-in."""
    session.execute(delete(SignIn).where(SignIn.token_hash == digest(token)))


def sign_out_everywhere(session: Session, user_id: int, *, keep: str = "") -> None:
    """End all sign-ins of an account: closed, or its password changed. `keep` is a token that stays open."""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id, SignIn.token_hash != digest(keep)))


def forget_old(session: Session, *, at: datetime) -> None:
    """Delete what no longer serves: expired sign-ins and old attempts."""
    session.execute(delete(SignIn).where(or_(SignIn.expires_at < at, SignIn.seen_at < at - IDLE)))
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - 4 * WINDOW))


def person_of(
    user: User | Row[*tuple[Any, ...]], memberships: Sequence[Membership | Row[*tuple[Any, ...]]]
) -> Person:
    """A user with the reach of its memberships: stored objects, or rows that carry their columns."""
    return Person(
        user_id=user.id,
        name=user.name,
        email=user.email,
        roles=frozenset(line.role for line in memberships),
        communes=frozenset(line.commune_code for line in memberships if line.commune_code),
        houses=frozenset(line.establishment_id for line in memberships if line.establishment_id),
        has_links=user.has_links,
    )


def is_open(user: User | Row[*tuple[Any, ...]], at: datetime) -> bool:
    """Whether the account is not closed on this day."""
    return user.closes_on is None or day(at) < user.closes_on


def refuse_too_many(session: Session, mail: str, address: str, at: datetime) -> None:
    """Raise TooManyAttemptsError before any costly work. An empty address counts for the account alone."""
    since = at - WINDOW
    by_account, by_address = session.execute(
        select(
            func.count().filter(SignInAttempt.email_hash == digest(mail)),
            func.count().filter(SignInAttempt.address == address),
        ).where(
            SignInAttempt.at > since,
            or_(SignInAttempt.email_hash == digest(mail), SignInAttempt.address == address),
        )
    ).one()
    if by_account >= MOST_BY_ACCOUNT or (address and by_address >= MOST_BY_ADDRESS):
        raise TooManyAttemptsError(
            "Trop d’essais : patientez un quart d’heure avant de recommencer.", "password"
        )
