"""Have the sheets of the establishments read again: a letter to each whose sheet nobody has reviewed for long.

The establishment reads and corrects; the guichet then notes the sheet as reviewed, which stops the letters.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from guichet.core import french, journal
from guichet.core.actor import THE_CLOCK
from guichet.core.clock import day
from guichet.core.week import Week
from guichet.demands.letter_parts import sender_of
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.kinds import COLLECTIVE, Kind
from guichet.establishments.models import Establishment, Sheet
from guichet.establishments.words import PRICE_RULE
from guichet.notifications import outbox
from guichet.notifications.letter import Letter, NextStep, Recipient, Section, Table

BATCH = 50
ANSWER_WITHIN = timedelta(days=15)
KEPT_BY_THE_DESK = (Kind.CHILDMINDERS,)
"""A network of childminders is kept by the desk itself: it does not write to itself."""

COUNTED = (
    "à l’agrément, aux sections et aux fermetures de l’année : les places libres montrées aux commissions en "
    "dépendent."
)


def due(
    session: Session,
    today: date,
    review_every_days: int,
    chase_every_days: int,
    *,
    after: int = 0,
    limit: int = BATCH,
) -> list[int]:
    """The ids of the establishments to write to, in order, from the one after `after`. Delays are in days."""
    wanted = (
        select(Establishment.id)
        .join(Sheet, Sheet.establishment_id == Establishment.id)
        .where(_is_due(today, review_every_days, chase_every_days), Establishment.id > after)
    )
    return list(session.scalars(wanted.order_by(Establishment.id).limit(limit)))


def chase(
    session: Session,
    establishment_id: int,
    catalogue: Catalogue,
    *,
    at: datetime,
    review_every_days: int,
    chase_every_days: int,
) -> bool:
    """Write to one of them, if it is still due. Whether a letter was posted."""
    found = session.execute(
        select(Establishment, Sheet)
        .join(Sheet, Sheet.establishment_id == Establishment.id)
        .where(Establishment.id == establishment_id, _is_due(day(at), review_every_days, chase_every_days))
        .with_for_update(of=Sheet, skip_locked=True)
    ).one_or_none()
    if found is None:
        return False
    house, sheet = found
    sheet.chased_on = day(at)
    outbox.post(
        session,
        sheet_to_read_again(house, sheet, catalogue, at, day(at) + ANSWER_WITHIN),
        key=f"establishment:{house.id}:sheet:{day(at).isoformat()}",
        subject_type="establishment",
        subject_id=house.id,
        at=at,
    )
    journal.note(session, "establishment", house.id, "chase_sheet", actor=THE_CLOCK, at=at)
    return True


def sheet_to_read_again(
    house: Establishment, sheet: Sheet, catalogue: Catalogue, at: datetime, by: date
) -> Letter:
    """What the sheet says today, and what to do about it."""
    service = catalogue.service_for(house.commune_code)
    since = (
        f"Elle a été relue pour la dernière fois le {french.plain_date(sheet.reviewed_on)}."
        if sheet.reviewed_on
        else "Elle n’a encore jamais été relue."
    )
    rows = (
        ("Fonctionnement", house.how_it_works),
        ("Âges", house.ages),
        ("Places", str(house.capacity) if house.capacity is not None else ""),
        ("Tarif", PRICE_RULE.get(sheet.price_rule, "")),
        ("Langues", sheet.languages),
        ("Accessible", "oui" if sheet.accessible else "non"),
        ("Horaires", Week.from_json(sheet.hours).describe()),
        ("Adresse", house.address),
        ("Téléphone", house.phone),
        ("Personne à joindre", sheet.contact_name),
    )
    return Letter(
        kind="sheet_review",
        subject=f"La fiche {french.of_place(house.name)} est-elle toujours juste ?",
        sender=sender_of(service),
        recipient=Recipient(house.name, (), house.email),
        reference=house.code,
        dated=f"{service.city}, le {french.long_date(day(at))}",
        greeting="Bonjour,",
        opening=(
            f"Le guichet renseigne les familles avec la fiche de votre établissement. {since}",
            "Voici ce qui y est écrit aujourd’hui.",
        ),
        next_step=NextStep(
            "Vous",
            "relire la fiche dans « Places », la corriger, ou répondre à ce message que tout est juste",
            french.long_date(by),
        ),
        tables=(Table("La fiche", tuple((label, value or "non renseigné") for label, value in rows)),),
        sections=(Section("Pensez aussi", (COUNTED,)),) if house.kind in COLLECTIVE else (),
        closing="Le guichet reste à votre écoute.",
        signatory=(service.name,),
    )


def _is_due(today: date, review_every_days: int, chase_every_days: int) -> ColumnElement[bool]:
    old = today - timedelta(days=review_every_days)
    return and_(
        Establishment.is_open,
        Establishment.email != "",
        Establishment.kind.not_in([str(kind) for kind in KEPT_BY_THE_DESK]),
        or_(Sheet.reviewed_on.is_(None), Sheet.reviewed_on < old),
        or_(Sheet.chased_on.is_(None), Sheet.chased_on <= today - timedelta(days=chase_every_days)),
    )
