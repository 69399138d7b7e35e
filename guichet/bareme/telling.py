"""Calm: a barème as a parent reads it, and what changes from one to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guichet.bareme.bareme import (
    NAMES,
    Assessed,
    Bareme,
    Bracket,
    Brackets,
    Condition,
    Criterion,
    Flag,
    Group,
    Quota,
    Repeat,
    Rule,
    facts_of,
    is_local,
    is_restricted,
)
from guichet.bareme.sayings import in_points, signed
from guichet.bareme.vocabulary import BY_CODE, TIES
from guichet.core import french
from guichet.core.french import NBSP

Towns = Mapping[str, str]
"""Names of communes by INSEE code."""


@dataclass(frozen=True)
class ToldLine:
    """One situation and what it gives, in words."""

    words: str
    points: str


@dataclass(frozen=True)
class ToldCriterion:
    """A criterion in words. `proofs` says what supports it; empty when the guichet knows by itself."""

    code: str
    label: str
    kind: str
    note: str
    lines: tuple[ToldLine, ...]
    proofs: tuple[str, ...]
    local: bool
    restricted: bool
    uncollected: bool


@dataclass(frozen=True)
class Difference:
    """What changes under one label, from one barème to another; an empty side: it was or will not be there."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def tell(bareme: Bareme, towns: Towns) -> tuple[ToldCriterion, ...]:
    """The criteria in words, in order."""
    return tuple(tell_criterion(criterion, towns) for criterion in bareme.criteria)


def tell_criterion(criterion: Criterion, towns: Towns) -> ToldCriterion:
    """One criterion in words."""
    kinds = [BY_CODE[fact] for fact in facts_of(criterion) if fact in BY_CODE]
    proofs = tuple(dict.fromkeys(kind.proof for kind in kinds if kind.proof))
    if isinstance(criterion, Assessed) and criterion.proof:
        proofs = (criterion.proof,)
    return ToldCriterion(
        criterion.code,
        criterion.label,
        NAMES[type(criterion)],
        criterion.note,
        tuple(_lines(criterion, towns)),
        proofs,
        is_local(criterion),
        is_restricted(criterion),
        any(not kind.collected for kind in kinds),
    )


def tell_rule(rule: Rule, towns: Towns) -> str:
    """The conditions of a rule: « A et B », « A ou B »; nothing when a person decides."""
    said = [tell_condition(condition, towns) for condition in rule.when]
    return " ou ".join(said) if rule.any else french.join_and(said)


def tell_quota(quota: Quota, towns: Towns) -> str:
    """« 15 % des places : … »."""
    return f"{quota.share}{NBSP}% des places : {tell_rule(quota, towns)}"


def tell_ties(ties: Sequence[str]) -> tuple[str, ...]:
    """How ties are settled, in order."""
    return tuple(TIES[tie] for tie in ties)


def tell_condition(condition: Condition, towns: Towns) -> str:
    """One condition in words."""
    kind = BY_CODE[condition.fact]
    if condition.op == "is":
        return kind.label if condition.value else f"sans : {kind.label}"
    if isinstance(condition.value, tuple):
        if kind.shape == "commune":
            names = [towns.get(code, f"la commune de code Insee {code}") for code in condition.value]
            return f"{kind.label} : {' ou '.join(names)}"
        # In the order of the vocabulary: the file sorts the codes, which says nothing to a reader.
        return " ou ".join(words for code, words in kind.values.items() if code in condition.value)
    bound = "au moins" if condition.op == "at_least" else "au plus"
    return f"{kind.label} : {_number(condition.fact, int(condition.value))} {bound}"


def differences(before: Bareme, after: Bareme, towns: Towns) -> tuple[Difference, ...]:
    """What changes from one barème to another, label by label; empty when they decide alike."""
    left, right = _flat(before, towns), _flat(after, towns)
    found = []
    for key in dict.fromkeys([*left, *right]):
        label = (right.get(key) or left[key])[0]
        old, new = left.get(key, ("", ()))[1], right.get(key, ("", ()))[1]
        if old != new:
            found.append(Difference(label, old, new))
    return tuple(found)


def _flat(bareme: Bareme, towns: Towns) -> dict[str, tuple[str, tuple[str, ...]]]:
    flat: dict[str, tuple[str, tuple[str, ...]]] = {}
    for told in tell(bareme, towns):
        lines = tuple(f"{line.words} : {line.points}" if line.words else line.points for line in told.lines)
        flat[f"criterion.{told.code}"] = (told.label, lines)
    for sort, title, rules in (
        ("access", "Condition d’accès", bareme.eligibility),
        ("bypass", "Priorité", bareme.bypasses),
    ):
        for rule in rules:
            words = tell_rule(rule, towns) or "décidée par une personne"
            flat[f"{sort}.{rule.code}"] = (f"{title} : {rule.label}", (words,))
    for quota in bareme.quotas:
        flat[f"quota.{quota.code}"] = (f"Quota : {quota.label}", (tell_quota(quota, towns),))
    flat["ties"] = ("Départage", tell_ties(bareme.ties))
    return flat


def _lines(criterion: Criterion, towns: Towns) -> list[ToldLine]:
    if isinstance(criterion, Flag):
        words = tell_rule(Rule("", "", criterion.when, criterion.any), towns)
        return [ToldLine("" if words == criterion.label else words, in_points(criterion.points))]
    if isinstance(criterion, Group):
        return [ToldLine(option.label, in_points(option.points)) for option in criterion.options]
    if isinstance(criterion, Brackets):
        return [ToldLine(_bracket(criterion.fact, one), in_points(one.points)) for one in criterion.brackets]
    if isinstance(criterion, Repeat):
        kind = BY_CODE[criterion.fact]
        capped = f", {criterion.most} fois au plus" if criterion.most is not None else ""
        return [
            ToldLine(
                f"{kind.label}, pour chaque {kind.unit[0] or 'unité'}{capped}", in_points(criterion.points)
            )
        ]
    if criterion.lowest == criterion.highest:
        return [ToldLine("apprécié par une personne, avec un motif écrit", in_points(criterion.highest))]
    span = f"de {signed(criterion.lowest)} à {in_points(criterion.highest)}"
    return [ToldLine("apprécié par une personne, avec un motif écrit", span)]


def _bracket(fact: str, bracket: Bracket) -> str:
    low = None if bracket.at_least is None else _number(fact, bracket.at_least)
    high = None if bracket.below is None else _number(fact, bracket.below)
    if low and high:
        return f"de {low} à moins de {high}"
    if high:
        return f"moins de {high}"
    return f"{low} et plus" if low else "quel que soit le nombre"


def _number(fact: str, number: int) -> str:
    unit = BY_CODE[fact].unit
    if number < 0:
        return f"−{NBSP}{_number(fact, -number)}"
    return french.count(number, *unit) if unit[0] else french.amount(number)
