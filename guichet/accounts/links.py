"""Links that open an account once: made here, written to their holder, answered on a page.

Only the hash of a link is kept with the account. The letter that carries it is stored like any other until
it leaves: it is why a link lives shortly, serves once, and why letters about accounts are read by nobody else.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from guichet.accounts import entry as entries
from guichet.accounts import letters, signing_in
from guichet.accounts.models import AccountLink, User
from guichet.accounts.words import ROLES
from guichet.core import french, journal
from guichet.core.actor import Actor
from guichet.core.errors import DomainError, NotFoundError
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.notifications.letter import Letter

INVITE, RESET = "invite", "reset"
LASTING = {INVITE: timedelta(days=7), RESET: timedelta(hours=1)}
PATHS = {INVITE: "/invitation/", RESET: "/mot-de-passe/"}


class LinkGoneError(DomainError):
    """The link was used, replaced or is too old."""

    status = 410


def make(session: Session, user: User, purpose: str, at: datetime) -> str:
    """A new link's token; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    session.add(
        AccountLink(
            token_hash=signing_in.digest(token),
            user_id=user.id,
            purpose=purpose,
            created_at=at,
            expires_at=at + LASTING[purpose],
        )
    )
    return token


def send_invitation(session: Session, user: User, catalogue: Catalogue, public_url: str, at: datetime) -> str:
    """Write an invitation, the former links of the account opening nothing any more: the absolute address."""
    session.execute(delete(AccountLink).where(AccountLink.user_id == user.id, AccountLink.used_at.is_(None)))
    token = make(session, user, INVITE, at)
    link = public_url + PATHS[INVITE] + token
    held = {line.role for line in user.memberships}
    roles = french.join_and([ROLES[role] for role in entries.ROLES if role in held])
    post(session, user, letters.invitation(user, roles, link, at + LASTING[INVITE], catalogue, at), token, at)
    return link


def holder_of(session: Session, token: str, *, at: datetime) -> User:
    """Who may choose a password with this link. Raises LinkGoneError."""
    user = session.scalar(
        select(User)
        .join(AccountLink, AccountLink.user_id == User.id)
        .where(
            AccountLink.token_hash == signing_in.digest(token),
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > at,
        )
    )
    if user is None or not signing_in.is_open(user, at):
        raise LinkGoneError("Ce lien a déjà servi, ou il n’est plus valable. Demandez-en un autre.")
    return user


def use_up(session: Session, token: str, *, at: datetime) -> str:
    """Mark a link as used and give its purpose. Of two answers at once, one raises LinkGoneError."""
    purpose = session.scalars(
        update(AccountLink)
        .where(AccountLink.token_hash == signing_in.digest(token), AccountLink.used_at.is_(None))
        .values(used_at=at)
        .returning(AccountLink.purpose)
    ).one_or_none()
    if purpose is None:
        raise LinkGoneError("Ce lien vient de servir.")
    return purpose


def post(session: Session, user: User, letter: Letter, token: str, at: datetime) -> None:
    """Post a letter about an account, once for a token."""
    key = f"account:{user.id}:{letter.kind}:{signing_in.digest(token)[:16]}"
    outbox.post(session, letter, key=key, subject_type="account", subject_id=user.id, at=at)


def record(
    session: Session,
    user: User,
    step: str,
    actor: Actor,
    at: datetime,
    detail: dict[str, object] | None = None,
) -> None:
    """Write a change of an account in its journal and among the traces."""
    journal.note(session, "account", user.id, step, actor=actor, at=at, detail=detail)
    journal.trace(session, "change", "account", user.id, actor=actor, at=at, detail=step)


def known(session: Session, user_id: int) -> User:
    """An account with its memberships, locked until the end of the transaction. Raises NotFoundError."""
    user = session.scalar(
        select(User).where(User.id == user_id).options(selectinload(User.memberships)).with_for_update()
    )
    if user is None:
        raise NotFoundError
    return user
