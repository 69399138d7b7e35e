"""Calm: the facts of a family's situation that may matter, whom each is about, and the papers that prove it.

The codes and the words of papers.py are used as they are; what no paper names is added here. A fact about
health or a handicap is a yes: its nature is never asked (GDPR article 9).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from guichet.core.months import add_months
from guichet.families.dossier import AdultEntry, ChildEntry, FactEntry, HouseholdEntry
from guichet.families.papers import FACTS, Paper, papers_for

About = Literal["household", "adult", "child"]
ADULT_AGE_YEARS = 18


@dataclass(frozen=True)
class Situation:
    """A kind of fact. `proof` is the code under which papers.py names what proves it; empty: no paper asked.

    `restricted` facts are read only with the right `read_referral`.
    """

    kind: str
    label: str
    about: About
    proof: str = ""
    restricted: bool = False

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers that may prove it, the usual one first."""
        return papers_for(self.proof) if self.proof else ()


def _known(kind: str, about: About) -> Situation:
    return Situation(kind, FACTS[kind], about, kind)


SITUATIONS = (
    _known("identity", "adult"),
    _known("birth", "child"),
    _known("pregnancy", "child"),
    _known("adoption", "child"),
    Situation("multiple_birth", "naissance multiple", "child", "birth"),
    _known("residence", "household"),
    _known("future_residence", "household"),
    _known("hosted", "household"),
    _known("work", "adult"),
    _known("training", "adult"),
    _known("job_seeking", "adult"),
    _known("insertion", "adult"),
    _known("benefit", "adult"),
    Situation("minor_parent", "parent mineur", "adult", "identity"),
    _known("single_parent", "household"),
    _known("custody", "household"),
    _known("resources", "household"),
    Situation("housing_difficulty", "difficulté de logement", "household"),
    Situation("handicap_in_family", "handicap ou longue maladie dans la famille", "household", "special_care"),
    _known("special_care", "child"),
    _known("sibling", "child"),
    Situation("pmi_referral", "orientation par la PMI", "household", "referral", restricted=True),
    Situation("social_referral", "orientation par un service social", "household", "referral", restricted=True),
)  # fmt: skip
BY_KIND = {situation.kind: situation for situation in SITUATIONS}
RESTRICTED = frozenset(situation.kind for situation in SITUATIONS if situation.restricted)
TICKED = ("housing_difficulty", "handicap_in_family", "pmi_referral", "social_referral")
"""What the household declares by a tick; everything else follows from the rest of the dossier."""

OF_THE_PREGNANCY = "pregnancy"
"""Proved once for all the children who are expected in a family, whichever of them it was declared for."""

_BY_ACTIVITY = {
    "employed": "work",
    "self_employed": "work",
    "training": "training",
    "student": "training",
    "job_seeking": "job_seeking",
}
_USUAL_PAPER = {"self_employed": "business_certificate"}


def label(kind: str) -> str:
    """The French words of a fact; the code itself for one that an older version knew."""
    return BY_KIND[kind].label if kind in BY_KIND else kind


def concerns(kind: str, about: int | None, other_children: Collection[int], *, expected: bool) -> bool:
    """Whether a fact matters to the demand of one child, `expected` or born; `about` is whom it was declared of.

    What concerns another child of the family does not, except the pregnancy they share.
    """
    return about not in other_children or (expected and kind == OF_THE_PREGNANCY)


def follows_from(
    child: ChildEntry,
    household: HouseholdEntry,
    adults: tuple[AdultEntry, ...],
    siblings: tuple[ChildEntry, ...],
    today: date,
) -> tuple[FactEntry, ...]:
    """The facts that follow from what was typed, each with the usual paper that proves it.

    A paper proves a fact once: a birth certificate is not asked again for twins.
    """
    found = [*_of_child(child, siblings), *_of_household(household)]
    for position, adult in enumerate(adults, 1):
        found += _of_adult(adult, position, today)
    return tuple(found)


def declared(kind: str, about: int | None = None, referral_contact: str = "") -> FactEntry:
    """A fact with the usual paper that proves it."""
    papers = BY_KIND[kind].papers
    return FactEntry(kind, papers[0].code if papers else "", about, referral_contact=referral_contact)


def _of_child(child: ChildEntry, siblings: tuple[ChildEntry, ...]) -> list[FactEntry]:
    kinds = ["adoption"] if child.adoption else ["birth" if child.birth_date else "pregnancy"]
    if child.special_care:
        kinds.append("special_care")
    if any(sibling.attends_id for sibling in siblings):
        kinds.append("sibling")
    found = [declared(kind, 0) for kind in kinds]
    if child.multiple_births > 1:
        found.append(FactEntry("multiple_birth", about=0))
    return found


def _of_household(household: HouseholdEntry) -> list[FactEntry]:
    where = "hosted" if household.hosted else "residence"
    kinds = ["future_residence" if household.moving_to_code else where]
    if household.single_parent:
        kinds.append("single_parent")
    if household.custody in ("alternating", "other"):
        kinds.append("custody")
    if household.quotient is not None:
        kinds.append("resources")
    return [declared(kind) for kind in kinds]


def _of_adult(adult: AdultEntry, position: int, today: date) -> list[FactEntry]:
    kinds = ["identity"]
    if adult.birth_date and add_months(adult.birth_date, 12 * ADULT_AGE_YEARS) > today:
        kinds = ["minor_parent"]
    found = [declared(kind, position) for kind in kinds]
    if adult.activity in _BY_ACTIVITY:
        usual = declared(_BY_ACTIVITY[adult.activity], position)
        found.append(FactEntry(usual.kind, _USUAL_PAPER.get(adult.activity, usual.paper), position))
    if adult.benefit:
        found.append(declared("benefit", position))
    return found
