"""Read the accounts. They are a few hundred at most: one read, then chosen in memory without accents."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from guichet.accounts import signing_in
from guichet.accounts.demonstration import DOMAIN
from guichet.accounts.entry import ROLES as ROLE_ORDER
from guichet.accounts.models import Membership, User
from guichet.accounts.words import ROLES
from guichet.core.errors import NotFoundError
from guichet.core.names import search_key
from guichet.establishments.catalogue import Catalogue

PAGE = 50


@dataclass(frozen=True)
class AccountLine:
    """One account of the list. `reach` names its communes and establishments; empty for the territory."""

    id: int
    name: str
    email: str
    roles: tuple[str, ...]
    reach: tuple[str, ...]
    closes_on: date | None
    is_open: bool
    has_answered: bool
    last_signed_in_at: datetime | None


@dataclass(frozen=True)
class AccountPage:
    """A page of the list, among how many."""

    lines: tuple[AccountLine, ...]
    total: int
    first: int
    last: int
    pages: int


def accounts(
    session: Session, catalogue: Catalogue, *, at: datetime, words: str = "", role: str = "", page: int = 1
) -> AccountPage:
    """The accounts whose name or address contains each word and that hold the role, by name. Two statements."""
    users = session.scalars(select(User).options(selectinload(User.memberships))).all()
    wanted = search_key(words).split()
    found = sorted(
        (
            user
            for user in users
            if all(word in search_key(f"{user.name} {user.email}") for word in wanted)
            and (not role or role in {line.role for line in user.memberships})
        ),
        key=lambda user: (search_key(user.name), user.id),
    )
    pages = max(1, -(-len(found) // PAGE))
    start = (min(max(page, 1), pages) - 1) * PAGE
    lines = tuple(_line(user, catalogue, at) for user in found[start : start + PAGE])
    return AccountPage(lines, len(found), start + 1 if lines else 0, start + len(lines), pages)


def account(session: Session, user_id: int) -> User:
    """One account with its memberships. Raises NotFoundError."""
    user = session.scalar(select(User).where(User.id == user_id).options(selectinload(User.memberships)))
    if user is None:
        raise NotFoundError
    return user


def id_of(session: Session, email: str) -> int | None:
    """The account of an address, for the trace of a failed sign-in."""
    return session.scalar(select(User.id).where(User.email == email.strip().casefold()))


def demonstration_accounts(session: Session, catalogue: Catalogue, *, at: datetime) -> list[AccountLine]:
    """The accounts of the demonstration, in the order they were made. Two statements."""
    users = session.scalars(
        select(User)
        .where(User.email.endswith(f"@{DOMAIN}", autoescape=True), User.password_hash.is_not(None))
        .options(selectinload(User.memberships))
        .order_by(User.id)
    )
    return [_line(user, catalogue, at) for user in users if signing_in.is_open(user, at)]


def reach_in_words(memberships: list[Membership], catalogue: Catalogue) -> tuple[str, ...]:
    """The names of the communes, then of the establishments, an account is limited to."""
    towns = {line.commune_code for line in memberships} & set(catalogue.towns)
    houses = {line.establishment_id for line in memberships} & set(catalogue.houses)
    return (
        *(town.name for code, town in catalogue.towns.items() if code in towns),
        *(house.label for id_, house in catalogue.houses.items() if id_ in houses),
    )


def _line(user: User, catalogue: Catalogue, at: datetime) -> AccountLine:
    held = {line.role for line in user.memberships}
    return AccountLine(
        id=user.id,
        name=user.name,
        email=user.email,
        roles=tuple(ROLES[role] for role in ROLE_ORDER if role in held),
        reach=reach_in_words(user.memberships, catalogue),
        closes_on=user.closes_on,
        is_open=signing_in.is_open(user, at),
        has_answered=user.password_hash is not None,
        last_signed_in_at=user.last_signed_in_at,
    )
