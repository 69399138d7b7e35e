"""Who refused what, in the letter of a decision: each authority by name, and where to go for each of them.

A child may be refused by several commissions of a round, and one commission decides for several managers: a refusal
stands against a family only when its authority and its remedies are told (CRPA L212-1, CJA R421-1 and R421-5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guichet.commissions.models import BETWEEN, EMERGENCY, Decision
from guichet.core import french
from guichet.demands import legal_dates
from guichet.demands.letter_parts import APPEAL_WAYS
from guichet.demands.words import commission_called
from guichet.establishments.catalogue import Catalogue, Keeper
from guichet.notifications.letter import Section

WHO_DECIDED = "Qui a décidé ?"
DISAGREE = "Si vous n’êtes pas d’accord"
OUTSIDE = (BETWEEN, EMERGENCY)


@dataclass(frozen=True)
class Answer:
    """What one decision answers: the establishments it speaks of. `collegial` when the commission itself decides."""

    decision: Decision
    houses: tuple[int, ...]
    collegial: bool = False


def alone(decision: Decision, *, collegial: bool = False) -> tuple[Answer, ...]:
    """A decision that speaks of its own establishment only."""
    house = decision.establishment_id
    return (Answer(decision, (house,), collegial),) if house is not None else ()


def who_decided(answers: Sequence[Answer], catalogue: Catalogue) -> Section:
    """Each authority and its day; with its establishments when there are several."""
    said = [(one, keeper, houses) for one in answers for keeper, houses in _keepers(one.houses, catalogue)]
    return Section(
        WHO_DECIDED,
        tuple(
            _decided(one, keeper, _names(houses, catalogue) if len(said) > 1 else "")
            for one, keeper, houses in said
        ),
    )


def remedies(answers: Sequence[Answer], catalogue: Catalogue) -> Section:
    """Where to ask again, and the court of each: authorities of one court in one sentence."""
    keepers = list(_keepers([house for one in answers for house in one.houses], catalogue))
    courts: dict[str, list[str]] = {}
    said = []
    for keeper, houses in keepers:
        of = f" pour {_names(houses, catalogue)}" if len(keepers) > 1 else ""
        if keeper.is_public:
            courts.setdefault(keeper.tribunal, []).append(f"{keeper.deciding_authority}{of}")
        else:
            said.append(f"Écrivez à {keeper.name}{of} pour demander un nouvel examen, ou appelez le guichet.")
    written = [
        legal_dates.decision_remedies_sentence(" ou à ".join(names), court) for court, names in courts.items()
    ]
    found = (*written, *said)
    return Section(DISAGREE, (*found, APPEAL_WAYS) if found else ())


def signatories(answers: Sequence[Answer], catalogue: Catalogue) -> tuple[str, ...]:
    """Who signs for each authority, once."""
    keepers = _keepers([house for one in answers for house in one.houses], catalogue)
    return tuple(dict.fromkeys(line for keeper, _ in keepers for line in keeper.signatory))


def _keepers(houses: Iterable[int], catalogue: Catalogue) -> list[tuple[Keeper, list[int]]]:
    found: dict[int, tuple[Keeper, list[int]]] = {}
    for house in houses:
        keeper = catalogue.keeper_of(house)
        known = found.setdefault(keeper.id, (keeper, []))[1]
        if house not in known:
            known.append(house)
    return list(found.values())


def _names(houses: Iterable[int], catalogue: Catalogue) -> str:
    return french.join_and([catalogue.houses[house].name for house in houses])


def _decided(one: Answer, keeper: Keeper, houses: str) -> str:
    authority = f"{keeper.deciding_authority[:1].upper()}{keeper.deciding_authority[1:]}"
    of = f", pour {houses}" if houses else ""
    on = french.plain_date(one.decision.session_on)
    if one.decision.basis in OUTSIDE:
        return f"{authority}, le {on}{of}."
    name = commission_called(one.decision.session_name)
    if one.collegial:
        return f"La {name}, le {on}{of}. {authority} signe sa décision."
    return f"{authority}, après l’avis de la {name} du {on}{of}."
