"""Two papers of a session: the attendance sheet to sign, and the proofs that its members were called."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.commission_models import Seat
from guichet.commissions.commission_queries import seats_in_order
from guichet.commissions.convocations import queries, words
from guichet.commissions.convocations.answers import BY_MAIL, BY_PAGE
from guichet.commissions.convocations.choices import PROXY
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.convocations.replies import REMARK_STEP
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.words import ROLE
from guichet.core import french
from guichet.notifications.words import EVENTS

Section = dict[str, Any]
SIGN = (
    "Chaque personne présente signe sur la ligne de son siège. Un suppléant signe à la place du titulaire et écrit "
    "son nom. Un pouvoir remis au guichet est joint à cette feuille."
)
PROOF = (
    "« Accepté » est la réponse du serveur de messagerie du destinataire, avec son numéro ; elle ne dit pas que le "
    "courriel a été lu. Une page de réponse ouverte peut l’avoir été par un antivirus."
)


def attendance(session: Session, sitting: CommissionSession) -> list[Section]:
    """One line a seat whose mandate runs that day, with room to sign, and what was answered."""
    wanted = select(Seat).where(Seat.commission_id == sitting.commission_id)
    seats = [one for one in seats_in_order(session.scalars(wanted).all()) if one.holds_on(sitting.sits_on)]
    answers = {one.seat_id: one for one in queries.called(session, sitting.id) if not one.as_deputy}
    names = {one.id: one.called for one in seats}
    rows = [
        [
            f"{one.called}{f', {one.title}' if one.holder and one.title else ''}",
            f"{ROLE[one.role]}, voix {'délibérative' if one.voting else 'consultative'}",
            _expected(one, answers.get(one.id), names),
            "",
        ]
        for one in seats
    ]
    return [
        {
            "heading": "Membres",
            "paragraphs": [SIGN],
            "columns": ["Membre", "En qualité de", "Annoncé", "Signature"],
            "rows": rows,
            "tall": True,
        }
    ]


def proofs(session: Session, sitting: CommissionSession) -> list[Section]:
    """Everything that happened to each convocation, in order."""
    rows = [[french.short_at(one.at), one.name, said(one)] for one in queries.proofs(session, sitting.id)]
    paragraphs = [PROOF] if rows else ["Le guichet n’a convoqué personne : les membres l’ont été autrement."]
    return [
        {
            "heading": "Envois, remises et réponses",
            "paragraphs": paragraphs,
            "columns": ["Quand", "Personne", "Quoi"] if rows else [],
            "rows": rows,
        }
    ]


def said(one: queries.Proof) -> str:
    """One line of proof, in words."""
    kind, _, code = one.what.partition(":")
    if kind == "mail":
        prepared = f"{words.MAIL.get(code, code)} préparée"
        return f"{prepared} pour {one.detail}" if one.detail else f"{prepared} sur papier"
    if kind == "way":
        told = "Accepté" if code == "sent" else EVENTS.get(code, code).capitalize()
        return f"{told} : {one.detail}" if one.detail else told
    if kind == queries.VISIT:
        return "Page de réponse ouverte"
    if one.what in (BY_PAGE, BY_MAIL):
        way = " par courriel" if one.what == BY_MAIL else ""
        return f"Réponse{way} : {words.ANSWER.get(one.detail, one.detail)}"
    if one.what == REMARK_STEP:
        return f"Courriel de sa messagerie, {words.MAILED.get(one.detail, one.detail)}"
    return words.STEP.get(one.what, one.what).capitalize()


def _expected(seat: Seat, answer: Convocation | None, names: dict[int, str]) -> str:
    """What was answered; the deputy's name shows beside it, since she may come without notice."""
    told = words.ANSWER.get(answer.answer, "") if answer else ""
    if answer is not None and answer.answer == PROXY:
        told = f"{told} à {names.get(answer.proxy_seat_id or 0, 'un autre membre')}"
    return " ; ".join(part for part in (told, f"suppléant : {seat.deputy}" if seat.deputy else "") if part)
