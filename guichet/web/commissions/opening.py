"""What the pages of the commissions begin with: may this person, here."""

from guichet.commissions.commission_models import Commission
from guichet.commissions.commission_queries import commission
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.web.door import at, db, is_reading, not_for_them, person


def opened(commission_id: int, action: str = "read_commissions") -> Commission:
    """The commission, ours alone when the request changes something; 404 and a trace for the others."""
    found = commission(db(), person(), commission_id, day(at()), action, lock=not is_reading())
    if found is None:
        raise not_for_them("commission", commission_id)
    return found


def told(refusal: DomainError) -> tuple[dict[str, str], str]:
    """A refusal as the form shows it: the sentences at their fields, or one sentence above them all."""
    if isinstance(refusal, InvalidError):
        return refusal.problems, ""
    return {}, refusal.sentence
