"""What of a family's file may weigh on its score, and nothing else: the one file to show to the Cnil.

A fact weighs by what its checked proofs show; what is only declared is kept beside it, to say what is missing.
Left out on purpose: names, sex (never recorded), origin, language, birth place, the nature of a handicap,
papers' contents, notes of interviews, and who registered the demand.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from guichet.bareme.facts import Facts, Given, Known, Proof
from guichet.bareme.vocabulary import Value
from guichet.core.clock import day
from guichet.core.french import to_place, whole_months
from guichet.core.months import add_months
from guichet.core.names import search_key
from guichet.demands.models import Assessment, Demand
from guichet.establishments.catalogue import Catalogue, House
from guichet.families.facts import ADULT_AGE_YEARS, declared
from guichet.families.models import ADULT, CHILD, Fact, Person
from guichet.families.papers import BY_CODE as PAPERS
from guichet.families.proofs import has_aged, proof_state

ACTIVE = {"employed": "work", "self_employed": "work", "training": "training", "student": "training"}
SEEKING = {"job_seeking": "job_seeking"}
"""What each activity is proved as; the others need no proof and give no activity."""
RESIDENCE = ("residence", "hosted", "future_residence")
YOUNG_PARENT_YEARS = 21
INSERTION_BENEFITS = ("rsa", "ass")
ELSEWHERE = "elsewhere"
YES, NO = Known(True, True), Known(False, False)


class _Proofs:
    """The proofs of one file, by kind of fact and by whom they are about."""

    def __init__(self, declared_facts: Iterable[Fact], on: date) -> None:
        self._on = on
        self._by_kind: dict[str, list[Fact]] = {}
        for fact in declared_facts:
            self._by_kind.setdefault(fact.kind, []).append(fact)

    def declares(self, kind: str) -> bool:
        """Whether the family declares it."""
        return kind in self._by_kind

    def of(self, *kinds: str, about: int | None = None) -> tuple[bool, tuple[Proof, ...], tuple[str, ...]]:
        """Whether one of these kinds is proved, the checked proofs, and the papers awaited otherwise."""
        known = [
            fact for kind in kinds for fact in self._by_kind.get(kind, ()) if about in (None, fact.person_id)
        ]
        checked = [
            Proof(_label(fact.paper), fact.checked_on, has_aged(fact, self._on))
            for fact in known
            if fact.checked_on and proof_state(fact) == "checked"
        ]
        if checked:
            return True, tuple(checked), ()
        if any(proof_state(fact) == "none" for fact in known):
            return True, (), ()
        awaited = [fact.paper for fact in known] or [declared(kinds[0]).paper]
        return False, (), tuple(dict.fromkeys(_label(paper) for paper in awaited if paper))


def facts_of(
    demand: Demand,
    declared_facts: Sequence[Fact],
    passages: int,
    catalogue: Catalogue,
    on: date,
) -> Facts:
    """The facts of a demand on one day.

    `demand` comes with its family, persons, child, wishes and assessments; `declared_facts` with those of
    restricted reading; `passages` are the times a commission left it without a place.
    """
    family, child = demand.family, demand.child
    adults = [one for one in family.persons if one.role == ADULT and one.lives_with_child]
    siblings = [one for one in family.persons if one.role == CHILD and one.id != child.id]
    proofs = _Proofs(declared_facts, on)
    child_on = child.birth_date or child.due_date
    known = {
        **_parents(demand, adults, proofs, on),
        **_household(demand, proofs, catalogue),
        **_child(demand, adults, siblings, proofs),
        **_request(demand, child_on, passages, on),
    }
    return Facts(
        demand.id,
        demand.number,
        on,
        demand.seniority_on,
        child_on,
        known,
        _by_house(demand, adults, siblings, proofs, catalogue),
        {one.criterion: _given(one) for one in demand.assessments},
    )


def activity_code(single: bool, activities: Sequence[str]) -> str:
    """What the parents do, as one code of the vocabulary (bareme/vocabulary.py).

    A second parent of whom nothing is known counts as without activity, so that silence brings no point.
    """
    if single:
        only = activities[0] if activities else ""
        return (
            "single_active" if only in ACTIVE else "single_seeking" if only in SEEKING else "single_inactive"
        )
    active = sum(one in ACTIVE for one in activities[:2])
    seeking = any(one in SEEKING for one in activities[:2])
    if active:
        return "two_active" if active > 1 else f"one_active_one_{'seeking' if seeking else 'inactive'}"
    return "two_seeking" if seeking else "two_inactive"


def _parents(demand: Demand, adults: list[Person], proofs: _Proofs, on: date) -> dict[str, Known]:
    known = {"activity": _activity(demand.family.single_parent, adults, proofs)}
    known["single_parent"] = _proved(demand.family.single_parent, proofs.of("single_parent"))
    for code, years in (("minor_parent", ADULT_AGE_YEARS), ("parent_under_21", YOUNG_PARENT_YEARS)):
        young = [one for one in adults if one.birth_date and add_months(one.birth_date, 12 * years) > on]
        known[code] = _any_of([(one, ("minor_parent", "identity")) for one in young], proofs)
    returning = [one for one in adults if one.returns_on]
    known["returns_to_work"] = _any_of([(one, ("work", "training")) for one in returning], proofs)
    helped = [one for one in adults if one.benefit]
    known["social_minimum"] = _any_of([(one, ("benefit",)) for one in helped], proofs)
    known["insertion"] = _insertion(helped, proofs)
    return known


def _activity(single: bool, adults: list[Person], proofs: _Proofs) -> Known:
    said = [one.activity for one in adults]
    if not any(said):
        return Known(None, None)
    proved: list[str] = []
    checked: list[Proof] = []
    awaited: list[str] = []
    for one in adults:
        kind = (ACTIVE | SEEKING).get(one.activity)
        sure, papers, lacking = proofs.of(kind, about=one.id) if kind else (True, (), ())
        proved.append(one.activity if sure else "")
        checked += papers
        awaited += lacking
    alone, papers, lacking = proofs.of("single_parent") if single else (False, (), ())
    return Known(
        activity_code(alone, proved),
        activity_code(single, said),
        tuple(dict.fromkeys([*checked, *papers])),
        tuple(dict.fromkeys([*awaited, *lacking])),
    )


def _insertion(helped: list[Person], proofs: _Proofs) -> Known:
    """A path towards work (article L214-7 CASF): declared, or a job seeker or trainee with a minimum income."""
    if proofs.declares("insertion"):
        return _proved(True, proofs.of("insertion"))
    on_the_way = [
        one
        for one in helped
        if one.benefit in INSERTION_BENEFITS and one.activity in (*SEEKING, "training", "student")
    ]
    return _any_of([(one, ("benefit",)) for one in on_the_way], proofs)


def _household(demand: Demand, proofs: _Proofs, catalogue: Catalogue) -> dict[str, Known]:
    family = demand.family
    home = family.moving_to_code or family.commune_code or ELSEWHERE
    sure, papers, awaited = proofs.of(*RESIDENCE)
    town = catalogue.towns.get(home)
    words = f"la famille vit {to_place(town.name)}" if town else ""
    known = {
        "home_commune": Known(home if sure else None, home, papers, awaited, words),
        "in_territory": _proved(town is not None, (sure, papers, awaited)),
        "children_at_home": Known(family.children_at_home, family.children_at_home),
        "quotient": _number(family.quotient, proofs.of("resources")),
        "housing_difficulty": _proved(proofs.declares("housing_difficulty"), proofs.of("housing_difficulty")),
    }
    for kind in ("handicap_in_family", "pmi_referral", "social_referral"):
        known[kind] = _proved(proofs.declares(kind), proofs.of(kind))
    return known


def _child(demand: Demand, adults: list[Person], siblings: list[Person], proofs: _Proofs) -> dict[str, Known]:
    child = demand.child
    sure, papers, awaited = proofs.of("multiple_birth", "birth", "pregnancy")
    together = child.multiple_births
    attending = [one for one in siblings if _attends(one, demand.entry_on)]
    return {
        "births": Known(together if sure else 1, together, papers if together > 1 else (), awaited),
        "adoption": _proved(child.adoption, proofs.of("adoption")),
        "special_care": _proved(child.special_care, proofs.of("special_care")),
        "current_care": _current_care(child, adults),
        "sibling_anywhere": _proved(bool(attending), proofs.of("sibling")),
    }


def _current_care(child: Person, adults: list[Person]) -> Known:
    care: str | None = {"": None, "school": "other"}.get(child.current_care, child.current_care)
    if care is None and child.birth_date is None:
        care = "none"
    if care == "parents" and any(one.activity == "parental_leave" for one in adults):
        care = "parental_leave"
    return Known(care, care)


def _request(demand: Demand, child_on: date | None, passages: int, on: date) -> dict[str, Known]:
    days = len(demand.week.days) or demand.days_max
    told: dict[str, Value | None] = {
        "care": demand.care,
        "atypical_hours": demand.week.is_atypical(),
        "days_asked": days,
        "months_waiting": max(whole_months(demand.seniority_on, on), 0),
        "commission_passages": passages,
    }
    if child_on:
        told["age_at_entry"] = max(whole_months(child_on, demand.entry_on), 0)
        told["months_before_birth"] = whole_months(demand.received_on, child_on)
    return {fact: Known(value, value) for fact, value in told.items()}


def _by_house(
    demand: Demand, adults: list[Person], siblings: list[Person], proofs: _Proofs, catalogue: Catalogue
) -> dict[int, dict[str, Known]]:
    """What depends on each establishment wished for, « any crèche » included, in the order of the wishes."""
    home = demand.family.moving_to_code or demand.family.commune_code
    lives, attends = proofs.of(*RESIDENCE), proofs.of("sibling")
    workers = [(one, search_key(one.work_place)) for one in adults if one.work_place]
    found: dict[int, dict[str, Known]] = {}
    for house, rank in _wished(demand, catalogue):
        town = search_key(house.commune_name)
        near = [(one, tuple(ACTIVE.values())) for one, place in workers if f" {town} " in f" {place} "]
        sibling = any(one.attends_id == house.id and _attends(one, demand.entry_on) for one in siblings)
        found[house.id] = {
            "wish_rank": Known(rank, rank),
            "same_commune": _proved(home == house.commune_code, lives),
            "sibling_here": _proved(sibling, attends),
            "works_near": _any_of(near, proofs),
        }
    return found


def _wished(demand: Demand, catalogue: Catalogue) -> list[tuple[House, int]]:
    named = [wish for wish in demand.wishes if wish.establishment_id in catalogue.houses]
    found = {
        wish.establishment_id: (catalogue.houses[wish.establishment_id or 0], wish.rank) for wish in named
    }
    for wish in demand.wishes:
        if wish.mode != "any_creche":
            continue
        for house in catalogue.houses.values():
            if house.is_collective and wish.commune_code in (None, house.commune_code):
                found.setdefault(house.id, (house, wish.rank))
    return list(found.values())


def _attends(sibling: Person, entry_on: date) -> bool:
    return sibling.attends_id is not None and (
        sibling.attends_until is None or sibling.attends_until >= entry_on
    )


def _any_of(about: Sequence[tuple[Person, tuple[str, ...]]], proofs: _Proofs) -> Known:
    """A fact that one adult is enough to make true."""
    if not about:
        return NO
    found = [proofs.of(*kinds, about=one.id) for one, kinds in about]
    proved = [one for one in found if one[0]]
    return _proved(True, proved[0] if proved else found[0])


def _proved(told: bool, proof: tuple[bool, tuple[Proof, ...], tuple[str, ...]]) -> Known:
    if not told:
        return NO
    sure, papers, awaited = proof
    return Known(sure, True, papers, awaited) if papers or awaited else (YES if sure else Known(False, True))


def _number(told: int | None, proof: tuple[bool, tuple[Proof, ...], tuple[str, ...]]) -> Known:
    sure, papers, awaited = proof
    return Known(told if sure else None, told, papers, awaited)


def _given(one: Assessment) -> Given:
    return Given(one.points, one.reason, day(one.at), one.by_role)


def _label(paper: str) -> str:
    return PAPERS[paper].label if paper in PAPERS else paper
