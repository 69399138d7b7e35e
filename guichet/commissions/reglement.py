"""Calm: the règlement of a commission as settings, what may not be written in it, and models nobody has to take.

No text fixes how a commission that allots places of care sits: its règlement does. The models only spare typing;
each says the text it comes from.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from guichet.core.french import count
from guichet.scheduling.days.calendar import Delay, Unit

ROLES = (
    *("president", "elected", "manager", "coordinator", "director", "rpe"),
    *("pmi", "caf", "parent", "expert", "other"),
)
COLLEGES = {
    "president": "elected",
    "elected": "elected",
    "manager": "services",
    "coordinator": "services",
    "director": "services",
    "rpe": "services",
    "pmi": "partners",
    "caf": "partners",
    "parent": "families",
    "expert": "experts",
    "other": "others",
}
"""Who may stand for whom where the règlement asks for the same college."""
COMMISSION_DECIDES, MANAGER_DECIDES = "commission", "manager"
DECIDES = (COMMISSION_DECIDES, MANAGER_DECIDES)
NO_QUORUM, HALF, MAJORITY, NUMBER = "none", "half", "majority", "number"
QUORUMS = (NO_QUORUM, HALF, MAJORITY, NUMBER)
COUNTED, ABSENT, OUT = "counted", "absent", "out"
RECUSALS = (COUNTED, ABSENT, OUT)
"""A recused member stays in the count; is counted as away; leaves the count, members and present alike."""
RELEASED, CLOSED = "released", "closed"
SILENCES = (RELEASED, CLOSED)
"""An offer without an answer: the place goes on and the demand waits with its seniority, or the demand is closed."""

BOUNDS = {
    "quorum_number": (1, 60),
    "proxies": (0, 3),
    "notice_days": (0, 60),
    "agenda_closes_days": (0, 60),
    "letters_wait_days": (0, 30),
    "answer_days": (1, 60),
}
MOST_OF_A_ROLE = 9


@dataclass(frozen=True)
class Reglement:
    """How one commission sits. Delays are in days; those of the convocation in days of `notice_unit`."""

    decides: str = COMMISSION_DECIDES
    quorum: str = NO_QUORUM
    quorum_number: int = 1
    """Read when `quorum` is a number."""
    roles: dict[str, int] = field(default_factory=dict)
    """At least so many voting members of a role must be there; a role left out asks for nobody."""
    second_without_quorum: bool = False
    """A second convocation with the same agenda sits whatever the number of members."""
    proxies: int = 0
    """How many absent members one present member may stand for; 0: no proxy."""
    proxies_in_college: bool = True
    """A voice is given to somebody of the same college: an elected member to an elected member."""
    proxies_in_quorum: bool = False
    casting_vote: bool = False
    recusal: str = OUT
    silence: str = RELEASED
    answer_days: int = 10
    letters_wait_days: int = 1
    """Between the signature and the leaving of the letters: the time to undo a mistake."""
    agenda_closes_days: int = 15
    notice_days: int = 10
    notice_unit: str = "calendar"

    @property
    def delay(self) -> Delay:
        """The delay of the convocation."""
        return Delay(self.notice_days, Unit(self.notice_unit))

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Reglement":
        """As it was stored; a setting born later takes its default."""
        return cls(**{name: value for name, value in stored.items() if name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Model:
    """A règlement to begin from, and where it comes from."""

    name: str
    source: str
    reglement: Reglement


MODELS: dict[str, Model] = {
    "plain": Model("Sans quorum", "Rien n’est imposé : la commission donne un avis par consensus.", Reglement()),
    "advisory": Model(
        "Commission consultative de l’État",
        "Articles R133-3 à R133-14 du code des relations entre le public et l’administration.",
        Reglement(
            decides=MANAGER_DECIDES,
            quorum=HALF,
            second_without_quorum=True,
            proxies=1,
            proxies_in_quorum=True,
            casting_vote=True,
            notice_days=5,
        ),
    ),
    "council_small": Model(
        "Conseil municipal, moins de 3 500 habitants",
        "Articles L2121-11, L2121-17 et L2121-20 du code général des collectivités territoriales.",
        Reglement(
            quorum=MAJORITY,
            second_without_quorum=True,
            proxies=1,
            casting_vote=True,
            notice_days=3,
            notice_unit="clear",
        ),
    ),
    "council_large": Model(
        "Conseil municipal, 3 500 habitants et plus",
        "Articles L2121-12, L2121-17 et L2121-20 du code général des collectivités territoriales.",
        Reglement(
            quorum=MAJORITY,
            second_without_quorum=True,
            proxies=1,
            casting_vote=True,
            notice_days=5,
            notice_unit="clear",
        ),
    ),
}  # fmt: skip
"""None is imposed, and none binds these commissions by itself."""


@dataclass(frozen=True)
class Bench:
    """How many voting seats a commission has, in all and by role."""

    voting: int = 0
    by_role: Mapping[str, int] = field(default_factory=dict)


def needed(reglement: Reglement, members: int) -> int:
    """How many voting members must be there among so many.

    Half is rounded up (CRPA R133-10); a majority is more than half (CGCT L2121-17).
    """
    if reglement.quorum == HALF:
        return (members + 1) // 2
    if reglement.quorum == MAJORITY:
        return members // 2 + 1 if members else 0
    return reglement.quorum_number if reglement.quorum == NUMBER else 0


def refusals(reglement: Reglement, bench: Bench, role_words: Mapping[str, str]) -> dict[str, str]:
    """What cannot be kept, one French sentence a field; the seats are looked at once there are some."""
    found = {}
    for name, (lowest, highest) in BOUNDS.items():
        if not lowest <= getattr(reglement, name) <= highest:
            found[name] = f"Écrivez un nombre entre {lowest} et {highest}."
    if reglement.proxies_in_quorum and not reglement.proxies:
        found["proxies_in_quorum"] = (
            "Sans pouvoir, personne n’est représenté : le quorum ne peut pas en tenir compte."
        )
    if reglement.quorum == NO_QUORUM and not reglement.roles and reglement.second_without_quorum:
        found["second_without_quorum"] = "Sans quorum, il n’y a pas de seconde convocation à prévoir."
    if bench.voting:
        found |= beyond_the_seats(reglement, bench, role_words)
    return found


def beyond_the_seats(reglement: Reglement, bench: Bench, role_words: Mapping[str, str]) -> dict[str, str]:
    """A quorum that the seats can never reach."""
    found = {}
    if reglement.quorum == NUMBER and reglement.quorum_number > bench.voting:
        seats = count(bench.voting, "siège à voix délibérative", "sièges à voix délibérative")
        found["quorum_number"] = f"Le quorum demande {count(reglement.quorum_number, 'membre')} pour {seats}."
    for role, least in reglement.roles.items():
        if least > bench.by_role.get(role, 0):
            found[f"roles-{role}"] = (
                f"Le quorum demande plus de membres « {role_words[role]} » qu’il n’y a de sièges à voix délibérative."
            )
    return found
