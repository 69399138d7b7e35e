"""Whether the secret told to the installation is the one its database was prepared with.

What is stored sealed can only be opened with that secret. The database keeps a mark of it, salted and slow to
compute, from which the secret cannot be found: a backup carries the mark, never the secret.
"""

import hashlib
import hmac
import secrets

from sqlalchemy import CheckConstraint, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String

from guichet.core.db import Base

ONLY = 1
SALT_BYTES = 16
COST = 2**14
"""About fifty milliseconds a guess: somebody who has a backup must not be able to try many secrets."""


class SecretMark(Base):
    """The mark of the secret: one row, written once."""

    __tablename__ = "secret_mark"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="only"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))


def keep(session: Session, secret: str) -> None:
    """Keep the mark of this secret when the database has none yet; a mark is never replaced."""
    if session.get(SecretMark, ONLY) is None:
        salt = secrets.token_hex(SALT_BYTES)
        session.add(SecretMark(id=ONLY, salt=salt, digest=_digest(secret, salt)))


def is_another(session: Session, secret: str) -> bool:
    """Whether the database was prepared with another secret than this one; not, when it does not say."""
    if not inspect(session.connection()).has_table(SecretMark.__tablename__):
        return False
    mark = session.get(SecretMark, ONLY)
    return mark is not None and not hmac.compare_digest(mark.digest, _digest(secret, mark.salt))


def _digest(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), n=COST, r=8, p=1, dklen=32).hex()
