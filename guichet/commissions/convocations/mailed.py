"""Calm: what the reply of a calendar program means here, where only some of what it may say is an answer.

A program knows four words; the règlement knows deputies and proxies, which only the page of the answer offers.
"""

from dataclasses import dataclass
from datetime import datetime

from guichet.commissions.convocations.choices import ABSENT, DEPUTY, PRESENT, PROXY
from guichet.core import french
from guichet.notifications.incoming.said import (
    ACCEPTED,
    COUNTER,
    DECLINED,
    DELEGATED,
    TENTATIVE,
    Reply,
)

OLD_DATE, PERHAPS, OTHER_DATE, SOMEBODY = "old_date", "perhaps", "other_date", "somebody"
MAIL_SAYS = (OLD_DATE, PERHAPS, OTHER_DATE, SOMEBODY)
"""What is no answer: for a former date, perhaps, another date, somebody else in her place."""
AWAY = (ABSENT, DEPUTY, PROXY)
ANSWERS = {ACCEPTED: PRESENT, DECLINED: ABSENT}


@dataclass(frozen=True)
class Meant:
    """One of the answers, or one of MAIL_SAYS; and what she wrote with it."""

    answer: str = ""
    said: str = ""
    remark: str = ""


def meaning(reply: Reply, sequence: int, answer: str) -> Meant | None:
    """What a reply means for somebody whose present date is `sequence` and who had answered `answer`.

    « Decline » of whoever already said that she is represented leaves it so: she only tidies her calendar. None for
    a word that says nothing.
    """
    if reply.sequence < sequence:
        return Meant(said=OLD_DATE, remark=reply.comment)
    if reply.method == COUNTER:
        other = f"Propose le {french.at(reply.proposed)}." if reply.proposed else ""
        return Meant(said=OTHER_DATE, remark=_together(other, reply.comment))
    if reply.part == DECLINED and answer in AWAY:
        return Meant(answer, remark=reply.comment)
    if reply.part in ANSWERS:
        return Meant(ANSWERS[reply.part], remark=reply.comment)
    if reply.part == TENTATIVE:
        return Meant(said=PERHAPS, remark=reply.comment)
    if reply.part == DELEGATED:
        named = f"Nomme {reply.delegate}." if reply.delegate else ""
        return Meant(said=SOMEBODY, remark=_together(named, reply.comment))
    return None


def is_older(stamped: datetime, *known: datetime | None) -> bool:
    """Whether something later is known. Calendars count in whole seconds."""
    return any(stamped < one.replace(microsecond=0) for one in known if one is not None)


def _together(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)
