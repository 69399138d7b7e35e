"""Calm: who may do what, as one readable table.

Rows are actions, columns are roles, cells say how far. Queries turn the reach into a WHERE clause
(`demands/queries.py`), routes ask `may`.
"""

from dataclasses import dataclass
from enum import Enum

from guichet.core.actor import Actor
from guichet.core.errors import NotAllowedError


class Reach(Enum):
    """How far a right goes."""

    ALL = "the whole territory"
    COMMUNES = (
        "the demands that live, were registered or wish in the communes of the account; all if it has none"
    )
    HOUSES = "the demands that wish for, or were proposed to, the establishments of the account"
    COMMISSION = "the demands before a commission"


AGENT, DIRECTOR, MEMBER, COORDINATOR, ADMINISTRATOR = (
    "rpe_agent",
    "director",
    "member",
    "coordinator",
    "administrator",
)

RIGHTS: dict[str, dict[str, Reach]] = {
    # action             who, and how far
    "read_demand": {
        AGENT: Reach.COMMUNES,
        DIRECTOR: Reach.HOUSES,
        MEMBER: Reach.COMMISSION,
        COORDINATOR: Reach.ALL,
    },
    "register": {AGENT: Reach.COMMUNES, DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "edit_family": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "read_referral": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "check_proof": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "orient": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "enlist": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "close": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "merge": {AGENT: Reach.ALL, COORDINATOR: Reach.ALL},
    "record_decision": {DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "confirm_decision": {DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL, AGENT: Reach.COMMUNES},
    "answer_offers": {AGENT: Reach.COMMUNES, DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "confirm_entry": {DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "propose_seat": {AGENT: Reach.COMMUNES, DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "grant_between": {MEMBER: Reach.COMMISSION, COORDINATOR: Reach.ALL},
    "keep_childminders": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "read_offer": {AGENT: Reach.ALL, DIRECTOR: Reach.ALL, COORDINATOR: Reach.ALL},
    "edit_sheet": {DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "open_peak": {DIRECTOR: Reach.HOUSES},
    "review_sheet": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "read_places": {AGENT: Reach.ALL, DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "read_presence": {DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "edit_presence": {DIRECTOR: Reach.HOUSES},
    "handle_letters": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "export": {AGENT: Reach.COMMUNES, DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "propose": {COORDINATOR: Reach.ALL},
    "read_proposals": {
        AGENT: Reach.COMMUNES,
        DIRECTOR: Reach.HOUSES,
        MEMBER: Reach.COMMISSION,
        COORDINATOR: Reach.ALL,
    },
    "assess": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "read_commissions": {
        AGENT: Reach.COMMUNES,
        DIRECTOR: Reach.HOUSES,
        MEMBER: Reach.COMMISSION,
        COORDINATOR: Reach.ALL,
    },
    "keep_commissions": {COORDINATOR: Reach.ALL},
    "say_time": {AGENT: Reach.ALL, DIRECTOR: Reach.ALL, MEMBER: Reach.ALL, COORDINATOR: Reach.ALL},
    "prepare_sessions": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "sit": {
        AGENT: Reach.COMMUNES,
        DIRECTOR: Reach.HOUSES,
        MEMBER: Reach.COMMISSION,
        COORDINATOR: Reach.ALL,
    },
    "run_session": {AGENT: Reach.COMMUNES, COORDINATOR: Reach.ALL},
    "decide_at_session": {AGENT: Reach.COMMUNES, DIRECTOR: Reach.HOUSES, COORDINATOR: Reach.ALL},
    "sign_minutes": {
        AGENT: Reach.COMMUNES,
        DIRECTOR: Reach.HOUSES,
        MEMBER: Reach.COMMISSION,
        COORDINATOR: Reach.ALL,
    },
    "read_bareme": {
        AGENT: Reach.ALL,
        DIRECTOR: Reach.ALL,
        MEMBER: Reach.ALL,
        COORDINATOR: Reach.ALL,
        ADMINISTRATOR: Reach.ALL,
    },
    "edit_bareme": {COORDINATOR: Reach.ALL, ADMINISTRATOR: Reach.ALL},
    "read_figures": {
        AGENT: Reach.ALL,
        DIRECTOR: Reach.ALL,
        MEMBER: Reach.ALL,
        COORDINATOR: Reach.ALL,
        ADMINISTRATOR: Reach.ALL,
    },
    "read_audit": {COORDINATOR: Reach.ALL, ADMINISTRATOR: Reach.ALL},
    "manage_accounts": {ADMINISTRATOR: Reach.ALL},
    "change_parameters": {ADMINISTRATOR: Reach.ALL, COORDINATOR: Reach.ALL},
}
"""A second person confirms a decision: `confirm_decision` is further refused to whoever recorded it."""

WIDEST_FIRST = (Reach.ALL, Reach.COMMUNES, Reach.COMMISSION, Reach.HOUSES)


@dataclass(frozen=True)
class Person(Actor):
    """A signed-in professional, with what the account is limited to."""

    email: str = ""
    roles: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    """INSEE codes an agent is limited to; empty means the whole territory."""
    houses: frozenset[int] = frozenset()
    """Ids of the establishments a director directs, or a member sits for."""
    has_links: bool = True
    """Whether some files may be closed to them because they know the family; not told, one looks."""

    def may(self, action: str) -> bool:
        """Whether any role of the person opens this action at all."""
        return bool(self.reaches(action))

    def reaches(self, action: str) -> tuple[Reach, ...]:
        """Every reach the person's roles give for an action, the widest first; empty when none."""
        table = RIGHTS[action]
        given = {table[role] for role in self.roles if role in table}
        if Reach.COMMUNES in given and not self.communes:
            given = (given - {Reach.COMMUNES}) | {Reach.ALL}
        return tuple(reach for reach in WIDEST_FIRST if reach in given)

    def reaches_house(self, action: str, house_id: int, commune: str) -> bool:
        """Whether an action on an establishment, in its commune, is this person's."""
        reaches = self.reaches(action)
        return (
            Reach.ALL in reaches
            or (Reach.COMMUNES in reaches and commune in self.communes)
            or (Reach.HOUSES in reaches and house_id in self.houses)
        )

    def demand(self, action: str) -> None:
        """Raise NotAllowedError, in French, unless the person may."""
        if not self.may(action):
            raise NotAllowedError("Votre compte ne donne pas accès à cette action.")
