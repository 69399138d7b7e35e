"""The letters of the childminder track: the list handed to a family, the question put to a professional."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from guichet.core import french
from guichet.core.clock import day
from guichet.demands.letter_parts import child_name, demand_table, family_letter, sender_of
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminders import Childminder
from guichet.notifications.letter import Letter, NextStep, Recipient, Section, Table

ASK_THE_DESK = "coordonnées à demander au guichet, qui transmettra votre appel"
NOTICE = (
    "Votre nom, vos places libres et, avec votre accord, vos coordonnées servent à informer les familles qui "
    "cherchent un accueil. Vous pouvez les consulter, les corriger ou retirer votre accord en écrivant au guichet."
)
CONTRACT = Section(
    "Comment faire",
    (
        "Ces professionnels sont agréés par le Département. Vous les rencontrez et choisissez librement. Vous "
        "signez ensuite un contrat dont vous êtes l’employeur : le guichet vous aide à le préparer, et la Caf "
        "vous verse une aide (complément de libre choix du mode de garde).",
        "Les distances sont à vol d’oiseau, de centre à centre des communes. Les places libres sont celles que "
        "les professionnels nous ont dites : elles peuvent avoir changé depuis.",
    ),
)
STILL_WAITING = Section(
    "Votre demande reste enregistrée",
    (
        "Chercher une assistante ou un assistant maternel ne retire pas votre demande. Si vous en trouvez un, "
        "dites-nous si vous attendez encore une place en crèche.",
    ),
)


@dataclass(frozen=True)
class Proposal:
    """One professional of the list, in words. `contact` is what she or he agreed to give, or who to ask."""

    childminder_id: int
    name: str
    where: str
    fits: str
    contact: str
    more: str = ""


def contact_words(one: Childminder) -> str:
    """What a family may be given: nothing the professional did not agree to."""
    # A number cut at the end of a line is read wrong.
    phone = one.phone.replace(" ", french.NBSP)
    shown = [phone if one.shows_phone else "", one.email if one.shows_email else ""]
    return ", ".join(detail for detail in shown if detail) or ASK_THE_DESK


def where_words(town: str, distance_km: float | None, *, at_home: bool = False, mam: str = "") -> str:
    """« Blanzy, à 3 km », « MAM Le Nid douillet, Blanzy, votre commune »."""
    if at_home:
        away = ", votre commune"
    elif distance_km is None:
        away = ""
    else:
        away = f", à {max(1, round(distance_km))}{french.NBSP}km"
    return f"MAM {mam}, {town}{away}" if mam else f"{town}{away}"


def handed_list(
    demand: Demand, proposals: Sequence[Proposal], catalogue: Catalogue, at: datetime, answer_by: date
) -> Letter:
    """The professionals who have room, the nearest first, and what the family does next."""
    number = french.count(len(proposals), "professionnel")
    return family_letter(
        "childminders",
        demand,
        catalogue,
        at,
        subject=f"Demande n° {demand.number} : des assistantes et assistants maternels près de chez vous",
        opening=(
            f"Voici {number} qui {french.plural(len(proposals), 'a', 'ont')} de la place pour "
            f"{child_name(demand)}, à domicile ou en maison d’assistants maternels (MAM), d’après ce que nous "
            "savons aujourd’hui.",
        ),
        next_step=NextStep(
            "Vous",
            "appeler ces professionnels, puis nous dire leur réponse et votre choix",
            french.long_date(answer_by),
        ),
        tables=(
            Table("Des places près de chez vous", tuple((one.name, _line(one)) for one in proposals)),
            demand_table(demand),
        ),
        sections=(CONTRACT, STILL_WAITING),
    )


def confirm_places(one: Childminder, catalogue: Catalogue, at: datetime, by: date) -> Letter:
    """Ask a professional whether what families are told of the free places is still right."""
    service = catalogue.service_for(one.commune_code)
    return Letter(
        kind="childminder_confirm",
        subject="Vos places libres : sont-elles toujours justes ?",
        sender=sender_of(service),
        recipient=Recipient(one.name, (), one.email),
        reference=one.code,
        dated=f"{service.city}, le {french.long_date(day(at))}",
        greeting="Bonjour,",
        opening=(
            "Le guichet donne vos places libres aux familles qui cherchent un accueil. Vous les avez confirmées "
            f"pour la dernière fois le {french.plain_date(one.confirmed_on)}.",
            "Voici ce qui est écrit aujourd’hui.",
        ),
        next_step=NextStep(
            "Vous",
            "répondre à ce message ou appeler le relais : « c’est juste », ou ce qui a changé",
            french.long_date(by),
        ),
        tables=(
            Table("Vos places libres", _openings(one)),
            Table("Ce que les familles reçoivent", _shown(one, catalogue)),
        ),
        sections=(
            Section(
                "Sans réponse",
                (
                    "Vous restez sur la liste, avec la date de votre dernière confirmation. Le relais vous appellera.",
                ),
            ),
        ),
        closing="Le relais reste à votre écoute.",
        signatory=(service.name,),
        notice=NOTICE,
    )


def _line(one: Proposal) -> str:
    parts = [one.where, one.fits, one.contact, one.more]
    return f"{french.NBSP}; ".join(part for part in parts if part)


def _openings(one: Childminder) -> tuple[tuple[str, str], ...]:
    if not one.openings:
        return (("Places libres", "aucune"),)
    return tuple(
        (
            french.count(opening.places, "place"),
            f"à partir du {french.plain_date(opening.from_on)}"
            + (f", jusqu’au {french.plain_date(opening.until_on)}" if opening.until_on else "")
            + f" : {opening.week.describe()}",
        )
        for opening in one.openings
    )


def _shown(one: Childminder, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    return (
        ("Votre nom", one.name),
        ("Votre commune", catalogue.towns[one.commune_code].name),
        ("Vos coordonnées", contact_words(one)),
    )
