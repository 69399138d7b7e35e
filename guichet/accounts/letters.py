"""What the guichet writes to a professional about an account."""

from datetime import datetime

from guichet.accounts.models import User
from guichet.core import french
from guichet.core.clock import day
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.letter import Letter, NextStep, Recipient, Section, Sender

SERVICE = "Guichet petite enfance"
NOTICE = (
    "Votre nom et votre adresse servent à ouvrir votre compte ; ce que vous y faites est consigné. Vous pouvez "
    "les consulter et les faire corriger en écrivant au guichet."
)


def invitation(
    user: User, roles: str, link: str, until: datetime, catalogue: Catalogue, at: datetime
) -> Letter:
    """You have an account: choose a password. `roles` are words, `link` an absolute address."""
    return _letter(
        "account_invite",
        user,
        catalogue,
        at,
        subject="Votre compte au guichet petite enfance",
        opening=(
            f"Un compte vous est ouvert au guichet petite enfance, comme {roles}.",
            "Pour l’utiliser, choisissez d’abord votre mot de passe.",
        ),
        next_step=NextStep(
            "Vous", "ouvrir le lien ci-dessous et choisir votre mot de passe", french.long_date(day(until))
        ),
        action=("Choisir mon mot de passe", link),
        sections=(
            Section(
                "Si le lien ne marche plus",
                ("Il sert une seule fois. Demandez-en un autre à l’administration du guichet.",),
            ),
        ),
    )


def reset(user: User, link: str, until: datetime, catalogue: Catalogue, at: datetime) -> Letter:
    """Choose another password; nothing changes for whoever did not ask."""
    return _letter(
        "account_reset",
        user,
        catalogue,
        at,
        subject="Choisir un nouveau mot de passe",
        opening=(
            "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte du guichet.",
            "Si ce n’est pas vous, ne faites rien : votre mot de passe actuel reste valable.",
        ),
        next_step=NextStep(
            "Vous", "ouvrir le lien ci-dessous et choisir un autre mot de passe", french.at(until)
        ),
        action=("Choisir un autre mot de passe", link),
    )


def password_changed(user: User, catalogue: Catalogue, at: datetime) -> Letter:
    """It is done; whoever did not do it must say so at once."""
    return _letter(
        "account_password",
        user,
        catalogue,
        at,
        subject="Votre mot de passe a changé",
        opening=(f"Le mot de passe de votre compte du guichet a été changé le {french.at(at)}.",),
        next_step=NextStep(
            "Vous", "si ce n’est pas vous, prévenir tout de suite l’administration du guichet ; sinon, rien"
        ),
    )


def office(catalogue: Catalogue) -> tuple[Sender, str]:
    """The first desk of the territory and its town; the bare service name while none is recorded."""
    for service in catalogue.services.values():
        return Sender(service.name, service.address, french.phone(service.phone), service.email), service.city
    return Sender(SERVICE, (), "", ""), "Au guichet"


def _letter(
    kind: str,
    user: User,
    catalogue: Catalogue,
    at: datetime,
    *,
    subject: str,
    opening: tuple[str, ...],
    next_step: NextStep,
    action: tuple[str, str] | None = None,
    sections: tuple[Section, ...] = (),
) -> Letter:
    sender, city = office(catalogue)
    return Letter(
        kind=kind,
        subject=subject,
        sender=sender,
        recipient=Recipient(user.name, (), user.email),
        reference=f"compte n° {user.id}",
        dated=f"{city}, le {french.long_date(day(at))}",
        greeting="Bonjour,",
        opening=opening,
        next_step=next_step,
        sections=sections,
        closing="Le guichet petite enfance",
        action=action,
        notice=NOTICE,
    )
