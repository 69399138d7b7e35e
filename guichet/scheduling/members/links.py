"""Links by which a member without an account opens what is hers; only their hash is kept. The caller commits."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guichet.accounts.links import LinkGoneError
from guichet.accounts.signing_in import digest
from guichet.core.clock import day
from guichet.scheduling.availability.models import MemberLink
from guichet.scheduling.members.models import Member

AVAILABILITY = "availability"
LASTING = timedelta(days=60)


def make(
    session: Session, member_id: int, purpose: str, *, at: datetime, lasting: timedelta = LASTING
) -> str:
    """A new link's token; those sent before stay good until they expire, since a calendar is given many times."""
    token = secrets.token_urlsafe(32)
    session.add(
        MemberLink(
            token_hash=digest(token),
            member_id=member_id,
            purpose=purpose,
            created_at=at,
            expires_at=at + lasting,
        )
    )
    return token


def holder_of(session: Session, token: str, purpose: str, *, at: datetime) -> Member:
    """The member this link opens. Raises LinkGoneError when it is too old, revoked, or opens something else."""
    member = session.scalar(
        select(Member)
        .join(MemberLink, MemberLink.member_id == Member.id)
        .where(
            MemberLink.token_hash == digest(token), MemberLink.purpose == purpose, MemberLink.expires_at > at
        )
    )
    if member is None or (member.leaves_on is not None and member.leaves_on <= day(at)):
        raise LinkGoneError("Ce lien n’est plus valable. Demandez-en un autre au guichet.")
    return member


def revoke(session: Session, member_id: int, purpose: str) -> int:
    """No link of the member for this purpose opens anything any more; how many there were."""
    gone = delete(MemberLink).where(MemberLink.member_id == member_id, MemberLink.purpose == purpose)
    return len(session.scalars(gone.returning(MemberLink.token_hash)).all())
