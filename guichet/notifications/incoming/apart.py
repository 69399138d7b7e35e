"""Has a mail read by another process (see `core/apart.py`): a mail is what anybody may send."""

from guichet.core.apart import SpentError, answer_of
from guichet.notifications.incoming.said import Mail, from_json

CHILD = "guichet.notifications.incoming.child"
WALL_S = 10.0
LARGEST_BYTES = 2_000_000
"""A letter of ours that comes back weighs fifty thousand, the reply of a calendar less."""
TOO_LARGE, TOO_LONG = "il est trop volumineux", "il demande trop de calculs pour être lu"


def read_apart(content: bytes, authority: str = "") -> Mail:
    """As `reading.read_mail`, whatever the mail does."""
    if len(content) > LARGEST_BYTES:
        return Mail("", "", fault=TOO_LARGE)
    try:
        return from_json(answer_of(CHILD, authority.encode() + b"\n" + content, wall_s=WALL_S))
    except SpentError:
        return Mail("", "", fault=TOO_LONG)
