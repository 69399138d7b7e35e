"""Ask a family, by one letter, for the papers its demand waits for. The caller commits."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from guichet.core import journal
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, StepRefusedError
from guichet.demands import letters
from guichet.demands.actions import line_key, tell
from guichet.demands.family_changes import recount_papers
from guichet.demands.family_file import FamilyFile
from guichet.demands.states import OPEN_STATES
from guichet.establishments.catalogue import Catalogue
from guichet.families.entries import documents_of
from guichet.families.facts import RESTRICTED
from guichet.families.models import Fact
from guichet.families.proof_actions import names_of
from guichet.families.proofs import is_missing


def ask_papers(
    session: Session,
    file: FamilyFile,
    facts: Sequence[Fact],
    until: date,
    catalogue: Catalogue,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Post the list of the papers wanted before `until`. A paper brought meanwhile is not asked again.

    Raises InvalidError when nothing is left to ask or the date is past; StepRefusedError once closed.
    """
    today = day(at)
    if file.demand.state not in OPEN_STATES:
        raise StepRefusedError("Cette demande n’est plus en cours : aucun justificatif n’est demandé.")
    wanted = [fact for fact in facts if is_missing(fact)]
    if not wanted:
        raise InvalidError({"facts": "Choisissez au moins un justificatif qui manque."})
    if until <= today:
        raise InvalidError({"until": "Laissez au moins un jour à la famille."})
    again = int(any(fact.reminded_on for fact in wanted))
    for fact in wanted:
        fact.asked_on = fact.asked_on or today
        fact.reminded_on = today
    recount_papers(file)
    line = journal.note(
        session,
        "demand",
        file.demand.id,
        "ask_papers",
        actor=actor,
        at=at,
        # Who reads the history may not be allowed to know of a referral.
        reason=", ".join(names_of([fact for fact in wanted if fact.kind not in RESTRICTED])),
        detail={"facts": [fact.id for fact in wanted], "until": until.isoformat()},
    )
    letter = letters.missing_papers(
        file.demand, documents_of(wanted, file.family), catalogue, at, until, again
    )
    tell(session, file.demand, letter, at, f"ask_papers:{line_key(line)}")
