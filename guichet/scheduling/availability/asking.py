"""Ask a member for her availability: a letter with a link that needs no account. The caller commits."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from guichet.accounts.letters import office
from guichet.core import french, journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError
from guichet.establishments.catalogue import Catalogue
from guichet.notifications import outbox
from guichet.notifications.letter import Letter, NextStep, Recipient, Section
from guichet.scheduling.availability.models import MemberTime
from guichet.scheduling.members import links as member_links
from guichet.scheduling.members.models import Member

PATH = "/mes-disponibilites/"
ANSWER_WITHIN = timedelta(days=14)
"""The day asked for in the letter; its link opens for longer."""
NOTICE = (
    "Vos disponibilités servent à trouver des dates de commission. De votre calendrier, seules les heures occupées "
    "sont gardées, jamais les titres ; elles sont effacées une fois passées."
)


def ask(
    session: Session, member: Member, catalogue: Catalogue, public_url: str, *, actor: Actor, at: datetime
) -> bool:
    """Write to a member, once a day at most; False when a letter already left today.

    Raises InvalidError for a member who is called on paper: her answers are typed in for her.
    """
    if not member.email:
        raise InvalidError(
            {"member": f"{member.name} n’a pas d’adresse électronique : saisissez sa réponse."}
        )
    token = member_links.make(session, member.id, member_links.AVAILABILITY, at=at)
    letter = _letter(session, member, public_url + PATH + token, catalogue, at)
    key = f"member:{member.id}:availability:{day(at).isoformat()}"
    posted = outbox.post(session, letter, key=key, subject_type="member", subject_id=member.id, at=at)
    if posted is None:
        return False
    journal.note(session, "member", member.id, "ask_time", actor=actor, at=at)
    return True


def _again(said_at: datetime) -> str:
    return (
        f"Vous les avez dites le {french.plain_date(day(said_at))}. Si elles tiennent toujours, un bouton suffit : « Rien n’a "
        "changé »."
    )


def _letter(session: Session, member: Member, link: str, catalogue: Catalogue, at: datetime) -> Letter:
    sender, city = office(catalogue)
    until = day(at + ANSWER_WITHIN)
    known = session.get(MemberTime, member.id)
    said = (_again(known.said_at),) if known else ()
    return Letter(
        kind="member_availability",
        subject="Commissions d’admission : vos disponibilités",
        sender=sender,
        recipient=Recipient(member.name, (), member.email),
        reference=f"membre n° {member.id}",
        dated=f"{city}, le {french.long_date(day(at))}",
        greeting="Bonjour,",
        opening=(
            "Vous siégez dans une ou plusieurs commissions d’admission de la petite enfance. Dites une seule fois "
            "quand vous êtes libre : la réponse sert pour toutes vos commissions.",
            *said,
        ),
        next_step=NextStep(
            "Vous", "ouvrir le lien ci-dessous et indiquer vos disponibilités", french.long_date(until)
        ),
        sections=(
            Section(
                "Le plus rapide",
                (
                    "Cochez votre semaine habituelle, ou déposez un export de votre calendrier (fichier .ics). "
                    "Le lien est personnel : ne le transférez pas.",
                ),
            ),
        ),
        closing="Le guichet petite enfance",
        action=("Indiquer mes disponibilités", link),
        notice=NOTICE,
    )
