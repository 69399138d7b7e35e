"""What the members of a commission read: convocation, second convocation, new date, cancellation, reminder.

The mail says everything by itself, since some calendars do not take the invitation of an unknown sender. It names
no child and no family: the papers of the session are behind a sign-in, or on the table that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from guichet.accounts.letters import office
from guichet.commissions import words
from guichet.commissions.commission_queries import seats_in_order
from guichet.commissions.convocations.choices import Hours, reply_by
from guichet.commissions.convocations.models import Convocation
from guichet.commissions.convocations.words import quality
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions.agenda import DEMAND_ITEM
from guichet.commissions.sessions.arrangement import Arrangement
from guichet.commissions.sessions.models import AgendaItem, CommissionSession
from guichet.core import french
from guichet.core.clock import day
from guichet.demands.words import commission_called
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.invited import CANCEL, OPTIONAL, REQUEST, REQUIRED, Invitation
from guichet.notifications.letter import Letter, NextStep, Recipient, Section, Table

NOTICE = (
    "Votre nom et votre adresse servent à vous convoquer aux commissions dont vous êtes membre. Vos réponses sont "
    "gardées avec le dossier de la séance. Vous pouvez les consulter et les faire corriger en écrivant au guichet."
)
CONFIDENTIAL = Section(
    "Confidentialité et liens personnels",
    (
        "Ce qui est dit en séance reste confidentiel. Si vous avez un lien avec une famille dont la demande est "
        "examinée, signalez-le avant la séance : vous ne prenez part ni à la préparation ni à la décision de ce point.",
    ),
)
BY_LINK_ONLY = (
    "Répondez par le bouton de ce courriel : le guichet ne lit pas la réponse que votre messagerie propose "
    "d’envoyer (« Accepter », « Refuser »). Ce lien est personnel : ne le transférez pas."
)
BY_CALENDAR_TOO = (
    "Répondez par le bouton de ce courriel, ou par « Accepter » ou « Refuser » dans votre agenda : le guichet lit cette "
    "réponse si elle part de l’adresse à laquelle ce courriel est envoyé. « Peut-être » ne vaut pas réponse. Le lien est "
    "personnel : ne le transférez pas."
)
HOW = {
    False: "Pour répondre, ouvrez le lien personnel du courriel.",
    True: "Pour répondre : « Accepter », « Refuser », ou le lien personnel du courriel.",
}
"""In the calendar itself: whether its own buttons are heard."""


@dataclass(frozen=True)
class Call:
    """What every mail about a session needs. `link` is the page of the answer, empty on paper."""

    sitting: CommissionSession
    convocation: Convocation
    email: str | None
    reglement: Reglement
    hours: Hours
    catalogue: Catalogue
    at: datetime
    link: str = ""
    site: str = ""
    reads_replies: bool = False


def convocation(call: Call, *, moved_from: date | None = None, reason: str = "") -> Letter:
    """Come to this session, and say whether you will. `moved_from`: the day it was first to be held."""
    sitting, when = call.sitting, _when(call)
    if moved_from is not None:
        kind, subject = "convocation_moved", f"Nouvelle date : {_short(call)}"
        opening = [f"La séance du {french.long_date(moved_from)} est reportée. Elle se tiendra {when}."]
        if reason:
            opening.append(f"Motif : {reason}")
        opening.append(
            "Si vous aviez répondu pour l’ancienne date, répondez de nouveau : cette réponse ne vaut plus."
        )
    elif sitting.second:
        kind, subject = "convocation_second", f"Seconde convocation : {_short(call)}"
        opening = [
            f"La séance précédente n’a pas réuni le quorum. La commission vous convoque de nouveau {when}, sur le même ordre "
            "du jour."
        ]
        if call.reglement.second_without_quorum:
            opening.append(
                "Selon le règlement, cette séance se tient quel que soit le nombre de membres présents."
            )
    else:
        kind = "convocation_deputy" if call.convocation.as_deputy else "convocation"
        subject = f"Convocation : {_short(call)}"
        opening = [f"La {commission_called(sitting.commission.name)} vous convoque {when}."]
        if call.convocation.as_deputy:
            opening.append(f"{call.convocation.seat.called} ne pourra pas venir : vous siégez à sa place.")
    if sitting.urgency:
        opening.append(f"Le délai de convocation est abrégé : {sitting.urgency}")
    return _letter(
        call,
        kind,
        subject=subject,
        opening=tuple(opening),
        next_step=NextStep("Vous", _what_to_say(call), french.long_date(_reply_by(call))),
        tables=(_session_table(call), _agenda_table(sitting.items)),
        sections=tuple(one for one in (_answers(call), _papers(call), CONFIDENTIAL) if one.paragraphs),
        invitation=_invitation(call, REQUEST),
    )


def changed_hours(call: Call, before: Arrangement) -> Letter:
    """Same day, another hour, length or place than `before`: it asks for an answer again."""
    return _letter(
        call,
        "convocation_moved",
        subject=f"Changement : {_short(call)}",
        opening=(
            f"Changement pour la séance : {_changes(before, Arrangement.of(call.sitting))}. Elle se tiendra {_when(call)}.",
            "Si vous aviez déjà répondu, répondez de nouveau : cette réponse ne vaut plus.",
        ),
        next_step=NextStep("Vous", _what_to_say(call), french.long_date(_reply_by(call))),
        tables=(_session_table(call), _agenda_table(call.sitting.items)),
        sections=tuple(one for one in (_answers(call), CONFIDENTIAL) if one.paragraphs),
        invitation=_invitation(call, REQUEST),
    )


def cancelled(call: Call, reason: str, *, later: bool = False, alone: bool = False) -> Letter:
    """Do not come. `later`: another convocation will follow; `alone`: the session is held without her."""
    if alone:
        said = f"La convocation à la séance prévue {_when(call)} est retirée."
    else:
        said = f"La séance prévue {_when(call)} n’aura pas lieu."
    opening = [said]
    if reason:
        opening.append(f"Motif : {reason}")
    done = ", si ce courriel ne l’a pas déjà fait" if call.email else ""
    if later:
        opening.append("Une autre date est prévue : vous recevrez une nouvelle convocation.")
    return _letter(
        call,
        "convocation_cancelled",
        subject=f"Annulation : {_short(call)}",
        opening=tuple(opening),
        next_step=NextStep(
            "Le guichet" if later else "Vous",
            "vous convoquer à la nouvelle date" if later else f"retirer cette date de votre agenda{done}",
            None if later else french.long_date(call.sitting.sits_on),
        ),
        invitation=_invitation(call, CANCEL),
    )


def reminder(call: Call) -> Letter:
    """We do not know yet whether you come."""
    return _letter(
        call,
        "convocation_reminder",
        subject=f"Rappel : {_short(call)}",
        opening=(f"Une séance vous attend {_when(call)}. Le guichet n’a pas encore votre réponse.",),
        next_step=NextStep("Vous", _what_to_say(call), french.long_date(_reply_by(call))),
        tables=(_session_table(call),),
    )


def _letter(
    call: Call,
    kind: str,
    *,
    subject: str,
    opening: tuple[str, ...],
    next_step: NextStep,
    tables: tuple[Table, ...] = (),
    sections: tuple[Section, ...] = (),
    invitation: Invitation | None = None,
) -> Letter:
    sender, city = office(call.catalogue)
    presidency = next(
        (one for one in seats_in_order(call.sitting.commission.seats) if one.role == "president"), None
    )
    return Letter(
        kind=kind,
        subject=subject,
        sender=sender,
        recipient=Recipient(call.convocation.name, (), call.email),
        reference=f"séance n° {call.sitting.id}",
        dated=f"{city}, le {french.long_date(day(call.at))}",
        greeting="Madame, Monsieur,",
        opening=opening,
        next_step=next_step,
        tables=tuple(table for table in tables if table.rows),
        sections=sections,
        signatory=(f"{presidency.called}, présidence de la commission",) if presidency else (sender.name,),
        action=("Répondre à la convocation", call.link)
        if call.link and kind != "convocation_cancelled"
        else None,
        notice=NOTICE,
        invitation=invitation if call.email else None,
    )


def _invitation(call: Call, method: str) -> Invitation:
    voting = call.convocation.seat.voting
    return Invitation(
        method=method,
        uid=call.sitting.uid,
        sequence=call.convocation.sequence,
        starts=call.hours.starts.isoformat(timespec="minutes"),
        ends=call.hours.ends.isoformat(timespec="minutes"),
        summary=call.sitting.commission.name,
        place=call.sitting.place,
        description=f"Convocation envoyée par le guichet petite enfance. {HOW[call.reads_replies]}",
        attendee=call.email or "",
        attendee_name=call.convocation.name,
        part=REQUIRED if voting else OPTIONAL,
        stamped=call.at.isoformat(timespec="seconds"),
    )


def _changes(before: Arrangement, now: Arrangement) -> str:
    """« l’heure passe de 14 h à 9 h, et le lieu est désormais « Salle des fêtes » »."""
    found = []
    if before.starts_at != now.starts_at:
        found.append(
            f"l’heure passe de {french.clock_time(before.starts_at)} à {french.clock_time(now.starts_at)}"
        )
    elif before.duration != now.duration:
        found.append(
            f"la fin prévue passe de {french.clock_time(before.ends_at)} à {french.clock_time(now.ends_at)}"
        )
    if before.place != now.place:
        found.append(f"le lieu est désormais « {now.place} »" if now.place else "le lieu sera précisé")
    return french.join_and(found)


def _session_table(call: Call) -> Table:
    sitting = call.sitting
    ends = call.hours.ends.hour * 60 + call.hours.ends.minute
    rows = (
        ("Commission", sitting.commission.name),
        ("Jour", french.long_date(sitting.sits_on)),
        ("Heure", f"{french.clock_time(sitting.starts_at)}, fin prévue vers {french.clock_time(ends)}"),
        ("Lieu", sitting.place or "précisé par le guichet"),
        (
            "Vous siégez comme",
            quality(call.convocation.seat.voting, as_deputy=call.convocation.as_deputy),
        ),
        ("Quorum", words.quorum_in_words(call.reglement)),
    )
    return Table("La séance", rows)


def _agenda_table(items: Sequence[AgendaItem]) -> Table:
    """The items written by hand, and the demands counted by age: nobody is told apart."""
    said = []
    for (kind, section), group in groupby(items, key=lambda one: (one.kind, one.section)):
        found = list(group)
        if kind == DEMAND_ITEM:
            age = words.SECTION.get(section, "Demandes")
            said.append(f"Examen des demandes : {age.lower()}, {french.count(len(found), 'demande')}")
        else:
            said += [one.title for one in found]
    return Table("Ordre du jour", tuple((f"Point {rank}", one) for rank, one in enumerate(said, 1)))


def _answers(call: Call) -> Section:
    said = []
    if call.link:
        said.append(BY_CALENDAR_TOO if call.reads_replies else BY_LINK_ONLY)
    else:
        said.append("Répondez au guichet par téléphone ou par courriel.")
    seat = call.convocation.seat
    if seat.deputy and not call.convocation.as_deputy:
        said.append(f"Si vous ne pouvez pas venir, {seat.deputy} vous supplée : le guichet lui écrira.")
    if seat.voting and call.reglement.proxies and not call.convocation.as_deputy:
        college = ", de votre collège" if call.reglement.proxies_in_college else ""
        many = french.count(call.reglement.proxies, "pouvoir")
        said.append(
            f"Vous pouvez aussi donner pouvoir à un autre membre à voix délibérative{college} ; il porte {many} au plus."
        )
    return Section("Répondre, se faire suppléer, donner pouvoir", tuple(said))


def _papers(call: Call) -> Section:
    if call.convocation.member.user_id is None or not call.site:
        return Section("Les documents", ("Le dossier de la séance vous est remis sur place.",))
    address = f"{call.site}/commissions/seances/{call.sitting.id}"
    return Section(
        "Les documents", (f"Le dossier de la séance se lit dans le guichet, après connexion : {address}",)
    )


def _what_to_say(call: Call) -> str:
    return (
        "dire si vous viendrez, par le lien ci-dessous" if call.link else "dire au guichet si vous viendrez"
    )


def _reply_by(call: Call) -> date:
    return reply_by(call.sitting.sits_on, day(call.at))


def _when(call: Call) -> str:
    where = f", {call.sitting.place}" if call.sitting.place else ""
    return f"le {french.long_date(call.sitting.sits_on)} à {french.clock_time(call.sitting.starts_at)}{where}"


def _short(call: Call) -> str:
    return f"{call.sitting.commission.name}, {french.plain_date(call.sitting.sits_on)}"
