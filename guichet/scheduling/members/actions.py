"""Know again who is named on a seat, or know them for the first time. The caller commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from guichet.accounts.models import User
from guichet.accounts.queries import id_of
from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, InvalidError
from guichet.core.names import search_key
from guichet.scheduling.members.models import Member

LONGEST_EMAIL = 254


@dataclass(frozen=True)
class MemberEntry:
    """Somebody as a seat names them: `email` may be empty, `user_id` is the account chosen, if any."""

    name: str
    email: str = ""
    user_id: int | None = None


def recognise(
    session: Session, entry: MemberEntry, before: Member | None, *, actor: Actor, at: datetime
) -> Member | None:
    """The member somebody is, whatever the seat: by their address, by their account, or by their name alone.

    `before` is who was on the seat: the same name with a new address is the same person, who moved. Without an
    address, two seats of one name are one person, called on paper. None when nobody is named. Raises InvalidError
    with its sentence under `email`.
    """
    if not entry.name:
        return None
    email, account = _address(session, entry)
    found = _found(session, email, account, search_key(entry.name))
    if found is None and before is not None and before.sort_key == search_key(entry.name):
        found = before
    if found is not None:
        return _brought_up_to_date(session, found, entry, email, account)
    made = Member(name=entry.name, sort_key=search_key(entry.name), email=email or None, user_id=account)
    session.add(made)
    _flush(session)
    journal.note(session, "member", made.id, "create_member", actor=actor, at=at)
    return made


def _address(session: Session, entry: MemberEntry) -> tuple[str, int | None]:
    """The address, that of the account when none is typed; and the account, that of the address when none is chosen."""
    email = entry.email.strip().lower()
    if len(email) > LONGEST_EMAIL:
        raise InvalidError({"email": f"C’est trop long : {LONGEST_EMAIL} caractères au plus."})
    if not email and entry.user_id:
        email = (session.scalar(select(User.email).where(User.id == entry.user_id)) or "").lower()
    return email, entry.user_id or (id_of(session, email) if email else None)


def _found(session: Session, email: str, account: int | None, name: str) -> Member | None:
    by_address = session.scalar(select(Member).where(Member.email == email)) if email else None
    by_account = session.scalar(select(Member).where(Member.user_id == account)) if account else None
    if by_address is not None and account is not None and by_address.user_id not in (None, account):
        raise InvalidError({"email": f"Cette adresse est celle de {by_address.name}, qui a un autre compte."})
    if by_address is not None and by_account is not None and by_address is not by_account:
        raise InvalidError(
            {
                "email": f"Le compte choisi est celui de {by_account.name}, qui est convoqué à une autre adresse."
            }
        )
    if email or account:
        return by_address or by_account
    on_paper = select(Member).where(
        Member.sort_key == name, Member.email.is_(None), Member.user_id.is_(None), Member.leaves_on.is_(None)
    )
    return session.scalar(on_paper.order_by(Member.id).limit(1))


def _brought_up_to_date(
    session: Session, found: Member, entry: MemberEntry, email: str, account: int | None
) -> Member:
    """The last name and address written hold, for all the seats of the person."""
    found.name, found.sort_key = entry.name, search_key(entry.name)
    found.email, found.user_id = email or None, account or found.user_id
    found.leaves_on = None
    _flush(session)
    return found


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(
            "Une autre personne vient d’enregistrer cette adresse : recommencez, le membre sera reconnu."
        ) from error
