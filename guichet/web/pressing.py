"""The demonstration's mailbox plays a calendar program: the mail that such a program sends when a button is pressed."""

from datetime import datetime
from email.message import EmailMessage

from guichet.notifications.incoming import models
from guichet.notifications.incoming.said import ACCEPTED, DECLINED, REPLY, TENTATIVE
from guichet.notifications.invited import REQUEST

BUTTONS = {ACCEPTED: "Accepter", TENTATIVE: "Peut-être", DECLINED: "Refuser"}
TOLD = {
    models.ANSWERED: "La réponse est partie comme d’un agenda, et le guichet l’a notée.",
    models.SAME: "Le guichet le savait déjà : rien ne change.",
    models.REMARK: "Le guichet l’a reçue : « peut-être » ne vaut pas réponse, la coordination rappellera.",
    models.STALE: "Cette invitation donnait une ancienne date : la réponse est à reconfirmer.",
    models.OLDER: "Une réponse plus récente est connue : rien ne change.",
    models.LATE: "Cette séance n’attend plus de réponse.",
}
"""What became of it, by the outcome of the mail."""
NOT_TAKEN = "Le guichet a laissé cette réponse à une personne."


def invites(mail: EmailMessage) -> bool:
    """Whether a mail asks its reader to a session."""
    return _calendar(mail) is not None


def pressed(mail: EmailMessage, part: str, at: datetime) -> bytes:
    """The reply to an invitation (iTIP), from the address it was sent to. Raises KeyError when it is none."""
    # The library weighs eleven megabytes that no other page needs.
    from icalendar import Calendar, Event, vCalAddress, vText  # noqa: PLC0415

    content = _calendar(mail)
    if content is None or part not in BUTTONS:
        raise KeyError(part)
    asked = Calendar.from_ical(content).walk("VEVENT")[0]
    guest = vCalAddress(str(asked["ATTENDEE"]))
    guest.params["PARTSTAT"] = vText(part)
    event, calendar = Event(), Calendar()
    for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "ORGANIZER"):
        event[name] = asked[name]
    event.add("dtstamp", at)
    event.add("attendee", guest, encode=False)
    calendar.add("version", "2.0")
    calendar.add("method", REPLY)
    calendar.add_component(event)
    reply = EmailMessage()
    reply["From"], reply["To"] = str(asked["ATTENDEE"]).removeprefix("mailto:"), str(mail["From"])
    reply["Subject"] = f"{BUTTONS[part]} : {mail['Subject']}"
    reply.set_content("Réponse envoyée par la boîte de la démonstration.")
    reply.add_alternative(calendar.to_ical(), "text", "calendar", params={"method": REPLY})
    return reply.as_bytes()


def _calendar(mail: EmailMessage) -> bytes | None:
    for part in mail.walk():
        if part.get_content_type() == "text/calendar" and part.get_param("method") == REQUEST:
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else None
    return None
