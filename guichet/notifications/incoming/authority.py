"""Calm: whether our own mail server vouches for the author of a mail (Authentication-Results, RFC 8601)."""

import re
from email.message import Message

COMMENT = re.compile(r"\([^()]*\)")
DMARC, DKIM = "dmarc", "dkim"
DOMAINS = {DMARC: ("header.from",), DKIM: ("header.d", "header.i")}
"""What each method names as the domain it proved."""


def vouched(mail: Message, authority: str, sender: str) -> bool:
    """Whether the server called `authority` proved the domain of `sender`; true when no server is named.

    Only its first word counts, the last one added: whoever writes may have put others below. An aligned DKIM
    signature is enough, as DMARC itself accepts it.
    """
    if not authority:
        return True
    domain = sender.rpartition("@")[2]
    for header in mail.get_all("Authentication-Results", []):
        server, *results = COMMENT.sub(" ", str(header)).split(";")
        if server.split()[:1] and server.split()[0].lower() == authority:
            return bool(domain) and any(_proves(one, domain) for one in results)
    return False


def _proves(result: str, domain: str) -> bool:
    """« dkim=pass header.d=mairie.example »."""
    words = dict(word.lower().split("=", 1) for word in result.split() if "=" in word)
    for method, names in DOMAINS.items():
        if words.get(method) != "pass":
            continue
        for proved in (words.get(name, "").rpartition("@")[2] for name in names):
            if proved and (domain == proved or domain.endswith(f".{proved}")):
                return True
    return False
