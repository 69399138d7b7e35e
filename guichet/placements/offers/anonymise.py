"""The offers' side of anonymising: what a family said goes, what was offered and when stays for the figures."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from guichet.placements.offers.models import FreedSeat, Offer


def forget_answers(session: Session, demand_ids: Sequence[int]) -> None:
    """Erase the words of the families of these demands, and the births that told a section."""
    theirs = Offer.demand_id.in_(demand_ids)
    session.execute(update(Offer).where(theirs).values(detail=""))
    seats = update(FreedSeat).where(FreedSeat.offer_id.in_(select(Offer.id).where(theirs)))
    session.execute(seats.values(detail="", born_on=None))
