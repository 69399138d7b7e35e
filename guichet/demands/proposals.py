"""The establishments a demand was proposed to, wished for or not: their directors read it as if it were wished."""

from sqlalchemy import ColumnElement, delete, exists, insert, literal, select
from sqlalchemy.orm import Session

from guichet.demands.keys import HOUSE, house_word
from guichet.demands.models import DemandKey


def propose_to(session: Session, demand_id: int, house_id: int) -> None:
    """From now on the demand concerns this establishment. Saying it twice changes nothing."""
    word = house_word(house_id).key
    known = exists().where(DemandKey.use == HOUSE, DemandKey.key == word, DemandKey.demand_id == demand_id)
    row = select(literal(HOUSE), literal(word), literal(demand_id)).where(~known)
    session.execute(insert(DemandKey).from_select(["use", "key", "demand_id"], row))


def withdraw_proposal(session: Session, demand_id: int, house_id: int, stands: ColumnElement[bool]) -> None:
    """The proposal was a mistake: it concerns this establishment no more than before, unless another `stands`."""
    session.execute(
        delete(DemandKey)
        .where(
            DemandKey.use == HOUSE,
            DemandKey.key == house_word(house_id).key,
            DemandKey.demand_id == demand_id,
            ~stands,
        )
        .execution_options(synchronize_session=False)
    )
