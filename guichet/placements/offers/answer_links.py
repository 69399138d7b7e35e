"""The link by which a family answers an offer: made of what the offer comes from, so that a letter can carry it
before the offer exists.

It is signed, not stored: whoever holds it answers for the family, and nobody can make one without the secret of the
installation. How long it serves is the offer's own matter (`answers.py`).
"""

import re
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from guichet.core.errors import NotFoundError

SALT = "guichet offer 1"
PATH = "/reponse/"
LINK = re.compile(rf"https?://[^\s\"'<>]+{PATH}[\w.-]+")
NOT_SHOWN = "(adresse personnelle de la famille)"
UNKNOWN = (
    "Ce lien n’est pas complet, ou il n’est pas le bon. Ouvrez-le depuis le courriel ou recopiez toute l’adresse de "
    "la lettre. Sinon, appelez le guichet : vous pouvez répondre par téléphone."
)


class LinkUnknownError(NotFoundError):
    """The address was cut, or made by somebody else."""

    def __init__(self) -> None:
        super().__init__(UNKNOWN)


@dataclass(frozen=True)
class AnswerLinks:
    """What makes the links of an installation: where its site is, and its secret."""

    public_url: str
    secret: str

    def address(self, from_key: str) -> str:
        """The absolute address to write in the letter of an offer."""
        return f"{self.public_url}{PATH}{self.token(from_key)}"

    def token(self, from_key: str) -> str:
        """The part of the address that says which offer."""
        made = _signer(self.secret).dumps(from_key)
        return made if isinstance(made, str) else made.decode()

    def key_of(self, token: str) -> str:
        """What an address says. Raises LinkUnknownError when this installation did not make it."""
        try:
            found = _signer(self.secret).loads(token)
        except BadSignature as error:
            raise LinkUnknownError from error
        if not isinstance(found, str):
            raise LinkUnknownError
        return found


def unlinked(text: str) -> str:
    """A letter as somebody of the guichet reads it: whoever holds the link would answer for the family."""
    return LINK.sub(NOT_SHOWN, text)


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=SALT)
