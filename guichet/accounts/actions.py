"""What an administrator does with accounts: invite, change, close, open again."""

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from guichet.accounts import entry as entries
from guichet.accounts import links, signing_in
from guichet.accounts.entry import AccountEntry
from guichet.accounts.links import known, record
from guichet.accounts.models import AccountLink, Membership, User
from guichet.accounts.policy import ADMINISTRATOR
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError
from guichet.establishments.catalogue import Catalogue

SEEN_TOO_OLD = "Ce compte a changé depuis que vous avez ouvert la page : relisez-le, puis recommencez."


def invite(
    session: Session,
    entry: AccountEntry,
    catalogue: Catalogue,
    public_url: str,
    *,
    actor: Actor,
    at: datetime,
) -> tuple[User, str]:
    """Open an account and write its invitation: the account, and the absolute address of the link.

    Raises InvalidError with a sentence for each field that must be corrected.
    """
    _check(session, entry, catalogue)
    user = User(
        email=entry.mail,
        name=entry.shown_name,
        password_hash=None,
        created_at=at,
        closes_on=entry.closes_on,
        memberships=_memberships(entry),
    )
    session.add(user)
    session.flush()
    record(session, user, "invite_account", actor, at, {"after": _told(entry)})
    return user, links.send_invitation(session, user, catalogue, public_url, at)


def invite_again(
    session: Session, user_id: int, catalogue: Catalogue, public_url: str, *, actor: Actor, at: datetime
) -> str:
    """A new invitation; the former link opens nothing any more. Raises ConflictError once a password stands."""
    user = known(session, user_id)
    if user.password_hash is not None:
        raise ConflictError("Cette personne a déjà choisi son mot de passe.")
    record(session, user, "invite_again", actor, at)
    return links.send_invitation(session, user, catalogue, public_url, at)


def change_account(
    session: Session,
    user_id: int,
    entry: AccountEntry,
    catalogue: Catalogue,
    public_url: str,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> User:
    """Change the name, the address, the roles, their reach and the closing date; effective at the next click.

    A new address makes the links sent to the former one worthless. Raises NotFoundError, InvalidError, or ConflictError when `version` is not the present one or when the
    guichet would stay without an administrator.
    """
    user = known(session, user_id)
    if user.version != version:
        raise ConflictError(SEEN_TOO_OLD)
    _check(session, entry, catalogue, user.id)
    if ADMINISTRATOR not in entry.roles or entry.closes_on is not None:
        _keep_an_administrator(session, user)
    before = {"name": user.name, "email": user.email, **_told(entry_of(user))}
    moved = user.email != entry.mail
    user.email, user.name, user.closes_on = entry.mail, entry.shown_name, entry.closes_on
    if entry_of(user).limits() != entry.limits():
        user.memberships = _memberships(entry)
        # A change of roles alone must age the pages that show them too.
        flag_modified(user, "name")
    _end_if_closed(session, user, at)
    if moved:
        _forget_links(session, user, catalogue, public_url, at)
    after = {"name": user.name, "email": user.email, **_told(entry)}
    record(session, user, "change_account", actor, at, {"before": before, "after": after})
    return user


def close(session: Session, user_id: int, on: date, *, version: int, actor: Actor, at: datetime) -> None:
    """From this day on the account opens nothing; today or earlier, its sign-ins end now.

    Raises NotFoundError, or ConflictError for a page too old and for the last administrator.
    """
    user = known(session, user_id)
    if user.version != version:
        raise ConflictError(SEEN_TOO_OLD)
    _keep_an_administrator(session, user)
    user.closes_on = on
    _end_if_closed(session, user, at)
    record(session, user, "close_account", actor, at, {"on": on.isoformat()})


def reopen(session: Session, user_id: int, *, version: int, actor: Actor, at: datetime) -> None:
    """No closing date any more. Raises NotFoundError, ConflictError."""
    user = known(session, user_id)
    if user.version != version:
        raise ConflictError(SEEN_TOO_OLD)
    user.closes_on = None
    record(session, user, "reopen_account", actor, at)


def end_sign_ins(session: Session, user_id: int, *, actor: Actor, at: datetime) -> None:
    """End every sign-in of an account, for instance after a theft."""
    user = known(session, user_id)
    signing_in.sign_out_everywhere(session, user.id)
    record(session, user, "end_sign_ins", actor, at)


def _check(session: Session, entry: AccountEntry, catalogue: Catalogue, own_id: int | None = None) -> None:
    problems = entries.problems(entry, frozenset(catalogue.towns), frozenset(catalogue.houses))
    if "email" not in problems:
        holder = session.scalar(select(User.id).where(User.email == entry.mail))
        if holder is not None and holder != own_id:
            problems["email"] = "Un compte existe déjà pour cette adresse."
    if problems:
        raise InvalidError(problems)


def _forget_links(session: Session, user: User, catalogue: Catalogue, public_url: str, at: datetime) -> None:
    """What was sent to the former address opens nothing; who never answered is invited at the new one."""
    session.execute(delete(AccountLink).where(AccountLink.user_id == user.id, AccountLink.used_at.is_(None)))
    if user.password_hash is None:
        session.flush()
        links.send_invitation(session, user, catalogue, public_url, at)


def _keep_an_administrator(session: Session, leaving: User) -> None:
    """Raise ConflictError if nobody would administer the guichet without this account.

    The rows are locked in one order: two administrators who close each other cannot both succeed.
    """
    standing = session.scalars(
        select(User)
        .where(
            User.id.in_(select(Membership.user_id).where(Membership.role == ADMINISTRATOR)),
            User.closes_on.is_(None),
            User.password_hash.is_not(None),
        )
        .order_by(User.id)
        .with_for_update()
    ).all()
    if [user.id for user in standing] == [leaving.id]:
        raise ConflictError(
            "C’est le dernier compte d’administration : invitez-en un autre, et attendez qu’il ait choisi son "
            "mot de passe."
        )


def _memberships(entry: AccountEntry) -> list[Membership]:
    return [
        Membership(role=role, commune_code=commune, establishment_id=house)
        for role, commune, house in entry.limits()
    ]


def entry_of(user: User) -> AccountEntry:
    """An account as an administrator would type it today."""
    held = user.memberships
    return AccountEntry(
        email=user.email,
        name=user.name,
        roles=frozenset(line.role for line in held),
        communes=frozenset(line.commune_code for line in held if line.commune_code),
        houses=frozenset(line.establishment_id for line in held if line.establishment_id),
        closes_on=user.closes_on,
    )


def _told(entry: AccountEntry) -> dict[str, object]:
    return {
        "roles": sorted(entry.roles),
        "communes": sorted(entry.communes),
        "houses": sorted(entry.houses),
        "closes_on": entry.closes_on.isoformat() if entry.closes_on else None,
    }


def _end_if_closed(session: Session, user: User, at: datetime) -> None:
    if user.closes_on is not None and user.closes_on <= day(at):
        signing_in.sign_out_everywhere(session, user.id)
