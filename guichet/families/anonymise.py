"""Take out of a family all that says who it is. The figures survive; nothing of this can be undone.

When this may be done is thought in `retention.py`; the demands' side is in demands/anonymise.py.
"""

from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.families.models import ADULT, Fact, Family, NotTheSame, PaperFile, Person


def anonymise_family(session: Session, family: Family, *, actor: Actor, at: datetime) -> None:
    """Empty a household, its persons, what it declared and its papers. Idempotent.

    Kept for the figures: the commune, the year of birth, what kind of facts were declared, the quotient's
    band of 100 euros.
    """
    persons = session.scalars(select(Person).where(Person.family_id == family.id)).all()
    for person in persons:
        _empty_person(person)
    facts = select(Fact.id).where(Fact.family_id == family.id)
    session.execute(delete(PaperFile).where(PaperFile.fact_id.in_(facts)))
    session.execute(
        update(Fact)
        .where(Fact.family_id == family.id)
        .values(referral_contact="", refused_because="", checked_by=None, checked_on=None)
    )
    ids = [person.id for person in persons]
    session.execute(delete(NotTheSame).where(NotTheSame.lower_id.in_(ids) | NotTheSame.upper_id.in_(ids)))
    _empty_household(family)
    family.anonymised_on = day(at)
    journal.note(session, "family", family.id, "anonymise", actor=actor, at=at)
    journal.trace(session, "anonymise", "family", family.id, actor=actor, at=at)


def _empty_household(family: Family) -> None:
    family.address = family.address_more = family.postcode = family.city = ""
    family.language = family.benefits_number = ""
    family.channel = "post"
    family.resident_since = family.moving_on = family.quotient_on = None
    if family.quotient is not None:
        family.quotient -= family.quotient % 100


def _empty_person(person: Person) -> None:
    person.first_name = person.last_name = ""
    person.phone = person.email = person.employer = person.work_place = ""
    person.adoption_on = person.returns_on = person.walks_since = None
    if person.role == ADULT:
        person.birth_date = None
        return
    person.birth_date, person.due_date = _year_of(person.birth_date), _year_of(person.due_date)


def _year_of(day_: date | None) -> date | None:
    return day_.replace(month=1, day=1) if day_ else None
