"""Calm: what a letter says, before any form is given to it.

A letter is written once, as facts and sentences in reading order; `render` gives it its three forms
(text, HTML, PDF), so that the three can never say different things.
"""

from dataclasses import dataclass, field

from guichet.notifications.invited import Invitation


@dataclass(frozen=True)
class NextStep:
    """The box every letter carries: who acts next, what they do, and by when."""

    who: str
    """« Vous », « Le guichet », « La commission »…"""
    what: str
    """In the infinitive, printed after « À faire : » — « vous appeler pour convenir d’un entretien »."""
    by: str | None = None
    """A date without article, printed after « Au plus tard : » — « lundi 7 décembre 2026 » —, or None when
    no date can honestly be given."""


@dataclass(frozen=True)
class Table:
    """A small table of details: (label, value) rows under a caption."""

    caption: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs, for rights, remedies and explanations."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Sender:
    """The service that writes, as article R112-5 CRPA asks: name, address, phone, email."""

    name: str
    address: tuple[str, ...]
    phone: str
    email: str


@dataclass(frozen=True)
class Recipient:
    """Who receives the letter. Without an email the letter goes to the print tray."""

    name: str
    address: tuple[str, ...]
    email: str | None


@dataclass(frozen=True)
class Letter:
    """One letter to one recipient.

    `opening` says what happens in its first sentence. `action` is an optional (label, absolute URL).
    `reference` is the demand's number, printed on every form.
    """

    kind: str
    subject: str
    sender: Sender
    recipient: Recipient
    reference: str
    dated: str
    """« Montceau-les-Mines, le lundi 23 novembre 2026 »."""
    greeting: str
    opening: tuple[str, ...]
    next_step: NextStep
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: str = "Nous restons à votre écoute au guichet."
    signatory: tuple[str, ...] = ()
    action: tuple[str, str] | None = None
    notice: str = ""
    """The short personal data notice at the foot (GDPR art. 13), or an empty string."""
    attachments: tuple[str, ...] = field(default=())
    """Names of enclosed leaflets, for the list « Pièces jointes »."""
    invitation: Invitation | None = None
    """What the mail puts in the calendar of whoever is called to a session; nothing of it is printed."""
