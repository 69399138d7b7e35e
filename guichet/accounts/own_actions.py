"""What the holder of an account does with the password: choose it, forget it, change it."""

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from guichet.accounts import letters, links, passwords, signing_in
from guichet.accounts.links import RESET, holder_of, known, post, record
from guichet.accounts.models import AccountLink, SignInAttempt, User
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import InvalidError
from guichet.establishments.catalogue import Catalogue

MOST_LINKS = 3
"""Letters with a link that an account may receive in an hour: nobody's mailbox is flooded."""


def request_reset(
    session: Session, email: str, address: str, catalogue: Catalogue, public_url: str, *, at: datetime
) -> None:
    """Write to the holder of this email, if there is one; the caller answers the same in every case.

    `address` is the network's. Raises TooManyAttemptsError, whether the account exists or not.
    """
    mail = email.strip().casefold()
    signing_in.refuse_too_many(session, f"reset {mail}", address, at)
    session.add(SignInAttempt(at=at, email_hash=signing_in.digest(f"reset {mail}"), address=address))
    user = session.scalar(select(User).where(User.email == mail).options(selectinload(User.memberships)))
    if user is None or not signing_in.is_open(user, at):
        return
    recent = select(func.count()).where(
        AccountLink.user_id == user.id, AccountLink.created_at > at - links.LASTING[RESET]
    )
    sent = session.scalar(recent) or 0
    if user.password_hash is None and not sent:
        links.send_invitation(session, user, catalogue, public_url, at)
    if user.password_hash is None or sent >= MOST_LINKS:
        return
    token = links.make(session, user, RESET, at)
    link = public_url + links.PATHS[RESET] + token
    post(session, user, letters.reset(user, link, at + links.LASTING[RESET], catalogue, at), token, at)
    journal.note(session, "account", user.id, "ask_reset", actor=_self(user), at=at)


def choose_password(
    session: Session, token: str, password: str, again: str, catalogue: Catalogue, *, at: datetime
) -> User:
    """Answer an invitation or a reset: the link is used up, every open sign-in of the account ends.

    Raises links.LinkGoneError, or InvalidError when the password is weak or was not typed twice the same.
    """
    user = holder_of(session, token, at=at)
    _check_password(password, again, user)
    used = links.use_up(session, token, at=at)
    _set_password(session, user, password)
    record(session, user, "accept_invitation" if used == links.INVITE else "reset_password", _self(user), at)
    if used == RESET:
        post(session, user, letters.password_changed(user, catalogue, at), token[:16], at)
    return user


def change_password(
    session: Session,
    user_id: int,
    present: str,
    password: str,
    again: str,
    catalogue: Catalogue,
    *,
    keep: str,
    at: datetime,
) -> None:
    """Change one's own password. Every other sign-in ends; `keep` is the token of the one in use.

    Raises InvalidError at the field, TooManyAttemptsError: guessing the present one is slowed down too.
    """
    user = known(session, user_id)
    signing_in.refuse_too_many(session, user.email, "", at)
    if not passwords.matches(user.password_hash, present):
        session.add(SignInAttempt(at=at, email_hash=signing_in.digest(user.email), address=""))
        raise InvalidError({"present": "Ce n’est pas votre mot de passe actuel."})
    _check_password(password, again, user)
    _set_password(session, user, password, keep=keep)
    record(session, user, "change_password", _self(user), at)
    post(session, user, letters.password_changed(user, catalogue, at), secrets.token_hex(8), at)


def _check_password(password: str, again: str, user: User) -> None:
    passwords.check_strength(password, user.email)
    if password != again:
        raise InvalidError({"again": "Les deux mots de passe ne sont pas les mêmes."})


def _set_password(session: Session, user: User, password: str, keep: str = "") -> None:
    user.password_hash = passwords.hashed(password)
    signing_in.sign_out_everywhere(session, user.id, keep=keep)
    session.execute(delete(AccountLink).where(AccountLink.user_id == user.id, AccountLink.used_at.is_(None)))
    # Whoever locked the account by guessing must not keep its holder outside.
    session.execute(delete(SignInAttempt).where(SignInAttempt.email_hash == signing_in.digest(user.email)))


def _self(user: User) -> Actor:
    return Actor(user.id, user.name)
