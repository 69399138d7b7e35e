"""The uploaded papers are stored encrypted: a copy of the database alone gives none of them.

The key is derived from the secret of the installation, so that machines share nothing else. Without that
secret the papers are lost: it is saved apart from the database.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from guichet.core.errors import DomainError

PURPOSE = b"guichet papers 1"
"""Another use of the same secret would say another purpose and get another key."""


class UnreadablePaperError(DomainError):
    """The stored paper was not sealed with this secret, or was altered."""

    status = 500


def seal(secret: str, content: bytes) -> bytes:
    """What may be stored of a paper."""
    return _box(secret).encrypt(content)


def unseal(secret: str, sealed: bytes) -> bytes:
    """The paper as it was sent. Raises UnreadablePaperError when the secret is another one."""
    try:
        return _box(secret).decrypt(sealed)
    except InvalidToken as error:
        raise UnreadablePaperError(
            "Ce document ne peut pas être déchiffré : le secret de l’installation a changé, ou le document a "
            "été altéré. Prévenez l’administration du guichet."
        ) from error


@lru_cache(maxsize=4)
def _box(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
