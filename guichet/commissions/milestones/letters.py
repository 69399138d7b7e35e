"""What is written to whoever has to do something for a session."""

from collections.abc import Sequence
from datetime import datetime

from guichet.accounts.letters import office
from guichet.accounts.models import User
from guichet.commissions.milestones.models import SessionTask
from guichet.core import french
from guichet.core.clock import day
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.letter import Letter, NextStep, Recipient, Table
from guichet.scheduling.milestones import TASK, Task

PATH = "/calendrier/echeances"


def tasks_near(
    owner: User, rows: Sequence[SessionTask], catalogue: Catalogue, public_url: str, at: datetime
) -> Letter:
    """The tasks of an owner that come near or are late, in one letter; the first of them says its day."""
    sender, city = office(catalogue)
    first = rows[0]
    many = french.count(len(rows), "échéance de commission approche", "échéances de commissions approchent")
    return Letter(
        kind="session_tasks",
        subject=f"Commissions : {french.count(len(rows), 'échéance à tenir', 'échéances à tenir')}",
        sender=sender,
        recipient=Recipient(owner.name, (), owner.email),
        reference=f"compte n° {owner.id}",
        dated=f"{city}, le {french.long_date(day(at))}",
        greeting="Bonjour,",
        opening=(f"{many}. Vous en avez la charge.",),
        next_step=NextStep("Vous", TASK[Task(first.task)], french.long_date(first.due_on)),
        tables=(Table("À faire", tuple(_row(row) for row in rows)),),
        closing="Le guichet petite enfance",
        action=("Voir les échéances", public_url + PATH),
        notice="Ce message est envoyé une seule fois pour chaque échéance.",
    )


def _row(row: SessionTask) -> tuple[str, str]:
    sitting = row.session
    said = TASK[Task(row.task)]
    about = f"{sitting.commission.name}, séance du {french.plain_date(sitting.sits_on)}"
    return french.short_date(row.due_on), f"{said[:1].upper()}{said[1:]} ({about})"
