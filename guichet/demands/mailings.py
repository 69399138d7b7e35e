"""The letters of the guichet as the desk lists them: with their demand, within what a person may reach.

Letters about accounts carry a personal link: only who manages accounts sees that they exist, nobody their text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, undefer

from guichet.accounts.policy import Person as Reader
from guichet.accounts.policy import Reach
from guichet.demands.lines import number_of
from guichet.demands.models import Demand
from guichet.demands.queries import visible_to
from guichet.families.models import Person
from guichet.families.words import child_called
from guichet.notifications import models
from guichet.notifications.models import LetterRow

PAGE = 25
ABOUT_DEMAND, ABOUT_ACCOUNT = "demand", "account"
ABOUT_OFFER = ("establishment", "childminder")
"""Letters to those who care for children: whoever handles the letters of the whole territory reads them."""
ABOUT_MEMBER = ("member", "convocation")
"""Letters to those who sit: handled like the others; by email each carries a personal link, on paper none."""
TRAYS: dict[str, tuple[str, ...]] = {
    "undelivered": models.UNDELIVERED,
    "to_print": (models.TO_PRINT,),
    "waiting": (models.PENDING, models.SENDING),
}


@dataclass(frozen=True)
class Mailing:
    """A letter, and the demand it is about when it is about one."""

    letter: LetterRow
    demand_id: int | None
    number: str
    child: str

    @property
    def is_readable(self) -> bool:
        """Whether its text may be shown: never the one that carries a personal link."""
        on_paper = self.letter.subject_type in ABOUT_MEMBER and self.letter.email is None
        return on_paper or self.demand_id is not None or self.letter.subject_type in ABOUT_OFFER

    @property
    def subject(self) -> str:
        """What it is about when that is not a demand."""
        if self.letter.subject_type in ABOUT_MEMBER:
            return "membre d’une commission"
        return "offre d’accueil" if self.letter.subject_type in ABOUT_OFFER else "compte professionnel"


def page(
    session: Session, reader: Reader, tray: str, today: date, *, before: int | None = None, limit: int = PAGE
) -> list[Mailing]:
    """The letters of a tray, the latest first; `before` is the last id of the page already seen."""
    chosen = _mailings(reader, today).where(LetterRow.state.in_(TRAYS[tray]))
    if before is not None:
        chosen = chosen.where(LetterRow.id < before)
    return [_mailing(row) for row in session.execute(chosen.order_by(LetterRow.id.desc()).limit(limit))]


def counts(session: Session, reader: Reader, today: date) -> dict[str, int]:
    """How many letters are in each tray, in one statement."""
    rows = session.execute(
        select(LetterRow.state, func.count())
        .select_from(LetterRow)
        .outerjoin(Demand, _about())
        .where(LetterRow.state.in_([state for states in TRAYS.values() for state in states]))
        .where(_reach(reader, today))
        .group_by(LetterRow.state)
    )
    by_state: dict[str, int] = dict(rows.all())
    return {tray: sum(by_state.get(state, 0) for state in states) for tray, states in TRAYS.items()}


def one(session: Session, reader: Reader, letter_id: int, today: date) -> Mailing | None:
    """A letter with its text and HTML, or None when it does not exist for this person."""
    bodies = (undefer(LetterRow.text), undefer(LetterRow.html))
    chosen = _mailings(reader, today).where(LetterRow.id == letter_id).options(*bodies)
    row = session.execute(chosen).one_or_none()
    return _mailing(row) if row else None


def to_print(session: Session, reader: Reader, letter_ids: Sequence[int], today: date) -> list[Mailing]:
    """Among these letters, those of the print tray that the person reaches, with the facts to print them."""
    chosen = (
        _mailings(reader, today)
        .where(LetterRow.id.in_(letter_ids), LetterRow.state == models.TO_PRINT)
        .options(undefer(LetterRow.facts))
        .order_by(LetterRow.id)
    )
    return [_mailing(row) for row in session.execute(chosen)]


def _mailings(reader: Reader, today: date) -> Select[*tuple[Any, ...]]:
    return (
        select(LetterRow, Demand.id, Demand.received_on, Person.first_name, Person.last_name)
        .select_from(LetterRow)
        .outerjoin(Demand, _about())
        .outerjoin(Person, Person.id == Demand.child_id)
        .where(_reach(reader, today))
    )


def _about() -> ColumnElement[bool]:
    return and_(LetterRow.subject_type == ABOUT_DEMAND, LetterRow.subject_id == Demand.id)


def _reach(reader: Reader, today: date) -> ColumnElement[bool]:
    accounts = LetterRow.subject_type == ABOUT_ACCOUNT if reader.may("manage_accounts") else false()
    everywhere = Reach.ALL in reader.reaches("handle_letters")
    offer = LetterRow.subject_type.in_((*ABOUT_OFFER, *ABOUT_MEMBER)) if everywhere else false()
    return or_(and_(Demand.id.is_not(None), visible_to(reader, "handle_letters", today)), accounts, offer)


def _mailing(row: Row[*tuple[Any, ...]]) -> Mailing:
    letter, demand_id, received_on, first_name, last_name = row
    if demand_id is None:
        return Mailing(letter, None, "", "")
    child = child_called(first_name, last_name)
    return Mailing(letter, demand_id, number_of(received_on, demand_id), child)
