"""Calm: whether each line of a criterion can be reached by some family.

The facts a criterion reads take few values that matter (each value of a list, the numbers around each bound):
all their combinations are tried, less those that no family can have.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from guichet.bareme.bareme import Condition, Criterion, Flag, Group, Rule
from guichet.bareme.vocabulary import BY_CODE, Value

MOST_TRIED = 60_000
TOO_MANY = ("*",)
"""The answer when the combinations are too many to be tried."""


def never_reached(criterion: Criterion, eligibility: Sequence[Rule]) -> tuple[str, ...]:
    """The labels of the lines (or of the criterion itself) that no family who may ask can reach."""
    if isinstance(criterion, Group):
        lines: dict[str, Rule] = {one.label: one for one in criterion.options}
    elif isinstance(criterion, Flag):
        lines = {criterion.label: Rule(criterion.code, criterion.label, criterion.when, criterion.any)}
    else:
        return ()
    asked = [condition for line in lines.values() for condition in line.when]
    facts = {condition.fact for condition in asked}
    access = [rule for rule in eligibility if facts & {condition.fact for condition in rule.when}]
    asked += [condition for rule in access for condition in rule.when]
    values = {fact: _values(fact, asked) for fact in sorted({condition.fact for condition in asked})}
    if prod(len(some) for some in values.values()) > MOST_TRIED:
        return TOO_MANY
    lost = dict.fromkeys(lines)
    for family in _families(values):
        if not all(rule.holds(family.get) for rule in access):
            continue
        first = next((label for label, line in lines.items() if line.holds(family.get)), None)
        if first is not None:
            lost.pop(first, None)
        if not lost:
            break
    return tuple(lost)


def _families(values: Mapping[str, Sequence[Value]]) -> Iterator[dict[str, Value]]:
    for combined in product(*values.values()):
        family = dict(zip(values, combined, strict=True))
        if _is_possible(family):
            yield family


def _is_possible(family: Mapping[str, Value]) -> bool:
    """What a family cannot be at once."""
    if family.get("minor_parent") and family.get("parent_under_21") is False:
        return False
    if family.get("sibling_here") and family.get("sibling_anywhere") is False:
        return False
    if "activity" in family and "single_parent" in family:
        return str(family["activity"]).startswith("single_") == family["single_parent"]
    return True


def _values(fact: str, asked: Sequence[Condition]) -> list[Value]:
    """The values that matter of one fact."""
    kind = BY_CODE[fact]
    if kind.shape == "flag":
        return [True, False]
    if kind.shape == "choice":
        return list(kind.values)
    mine = [condition.value for condition in asked if condition.fact == fact]
    if kind.shape == "commune":
        return [*sorted({one for value in mine if isinstance(value, tuple) for one in value}), "elsewhere"]
    low, high = kind.bounds
    near = {bound + step for bound in mine if not isinstance(bound, tuple) for step in (-1, 0, 1)}
    return sorted(number for number in near | {low, high} if low <= number <= high)
