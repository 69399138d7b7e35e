"""Calm: what a barème may not be, each fault one French sentence that says where it stands.

`refusals` holds for a draft; `refusals_in_force` adds what a barème that decides must have.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise

from guichet.bareme.bareme import (
    Assessed,
    Bareme,
    Brackets,
    Condition,
    Criterion,
    Flag,
    Group,
    Repeat,
    Rule,
    facts_of,
)
from guichet.bareme.file import INSEE
from guichet.bareme.reach import TOO_MANY, never_reached
from guichet.bareme.vocabulary import BY_CODE, FactKind, forbidden
from guichet.core.french import NBSP
from guichet.core.shapes import MisshapenError

_OPS = {"flag": ("is",), "choice": ("among",), "commune": ("among",), "number": ("at_least", "at_most")}
_OP_WORDS = {
    "flag": "un oui ou un non (« is »)",
    "choice": "une liste de valeurs (« among »)",
    "commune": "une liste de codes Insee (« among »)",
    "number": "un nombre au moins ou au plus (« at_least », « at_most »)",
}


def refusals(bareme: Bareme) -> list[str]:
    """Everything that forbids to keep this barème, even as a draft; empty when it is sound."""
    faults = [*_forbidden(bareme), *_same_codes(bareme), *_ties(bareme)]
    faults += [fault for criterion in bareme.criteria for fault in criterion_refusals(criterion)]
    for where, rules in (
        ("Condition d’accès", bareme.eligibility),
        ("Priorité", bareme.bypasses),
        ("Quota", bareme.quotas),
    ):
        faults += [fault for rule in rules for fault in _rule(rule, f"{where} {quoted(rule.label)}")]
    faults += [*_access(bareme), *_shares(bareme)]
    # What a fact gives can only be followed once every fact and value is known.
    return faults or _unreachable(bareme)


def refusals_in_force(bareme: Bareme) -> list[str]:
    """Everything that forbids to decide with this barème."""
    faults = refusals(bareme)
    if bareme.extract:
        faults.append(
            "Ce barème est un extrait : recopiez-le dans une nouvelle version, complétez-la, puis mettez-la en vigueur."
        )
    if not bareme.criteria:
        faults.append("Ce barème n’a aucun critère.")
    if not bareme.deliberation:
        faults.append("Indiquez la délibération qui adopte ce barème.")
    for criterion in bareme.criteria:
        absent = [fact for fact in facts_of(criterion) if fact in BY_CODE and not BY_CODE[fact].collected]
        if absent:
            label = BY_CODE[absent[0]].label
            faults.append(
                f"Critère {quoted(criterion.label)} : le guichet ne recueille pas cette donnée ({label})."
            )
    return faults


def criterion_refusals(criterion: Criterion) -> list[str]:
    """What is wrong with one criterion taken alone."""
    where = f"Critère {quoted(criterion.label)}"
    if isinstance(criterion, Flag):
        return [*_zero(criterion.points, where), *_conditions(criterion.when, where)]
    if isinstance(criterion, Group):
        return list(_group(criterion, where))
    if isinstance(criterion, Assessed):
        return list(_range(criterion, where))
    if isinstance(criterion, Repeat):
        return [*_zero(criterion.points, where), *_number(criterion.fact, where)]
    return list(_number(criterion.fact, where)) or list(_brackets(criterion, where))


def quoted(label: str) -> str:
    """« … », with spaces that do not break."""
    return f"«{NBSP}{label}{NBSP}»"


def _forbidden(bareme: Bareme) -> Iterator[str]:
    """What a word of a code, a label or a note says that may not be weighed."""
    for criterion in bareme.criteria:
        yield from _words(
            f"Critère {quoted(criterion.label)}", criterion.code, criterion.label, criterion.note
        )
        if isinstance(criterion, Group):
            for option in criterion.options:
                where = f"Critère {quoted(criterion.label)}, ligne {quoted(option.label)}"
                yield from _words(where, option.code, option.label)
        if isinstance(criterion, Assessed):
            yield from _words(f"Critère {quoted(criterion.label)}", criterion.proof)
    for where, rules in (
        ("Condition d’accès", bareme.eligibility),
        ("Priorité", bareme.bypasses),
        ("Quota", bareme.quotas),
    ):
        for rule in rules:
            yield from _words(f"{where} {quoted(rule.label)}", rule.code, rule.label)


def _words(where: str, *said: str) -> Iterator[str]:
    refusal = next((found for text in said if (found := forbidden(text))), None)
    if refusal:
        yield f"{where} : {refusal}."


def _same_codes(bareme: Bareme) -> Iterator[str]:
    codes = Counter(
        one.code for one in (*bareme.criteria, *bareme.eligibility, *bareme.bypasses, *bareme.quotas)
    )
    yield from (f"Le code {quoted(code)} sert deux fois." for code, times in codes.items() if times > 1)


def _ties(bareme: Bareme) -> Iterator[str]:
    if len(set(bareme.ties)) < len(bareme.ties):
        yield "Départage : la même règle est écrite deux fois."
    if not bareme.ties or bareme.ties[-1] != "draw":
        yield "Départage : la dernière règle est le tirage enregistré (« draw »), qui ne laisse aucune égalité."
    if "wish_rank" in bareme.ties[1:]:
        yield "Départage : le rang du vœu (« wish_rank ») ne départage qu’en premier."


def _group(group: Group, where: str) -> Iterator[str]:
    if not group.options:
        yield f"{where} : un groupe a au moins une ligne."
    elif not any(option.points for option in group.options):
        yield f"{where} : toutes les lignes valent zéro point."
    codes = Counter(option.code for option in group.options)
    yield from (
        f"{where} : le code {quoted(code)} sert deux fois." for code, times in codes.items() if times > 1
    )
    for option in group.options:
        yield from _conditions(option.when, f"{where}, ligne {quoted(option.label)}")


def _range(criterion: Assessed, where: str) -> Iterator[str]:
    if criterion.lowest > criterion.highest:
        yield f"{where} : la fourchette commence à {criterion.lowest} et finit à {criterion.highest}."
    if criterion.lowest == criterion.highest == 0:
        yield f"{where} : il vaut zéro point."


def _zero(points: int, where: str) -> Iterator[str]:
    if not points:
        yield f"{where} : il vaut zéro point."


def _brackets(criterion: Brackets, where: str) -> Iterator[str]:
    if not any(bracket.points for bracket in criterion.brackets):
        yield f"{where} : aucune tranche ne donne de points."
    lowest, highest = BY_CODE[criterion.fact].bounds
    spans = []
    for bracket in criterion.brackets:
        first = lowest if bracket.at_least is None else bracket.at_least
        last = highest if bracket.below is None else bracket.below - 1
        if last < lowest or first > highest:
            yield f"{where} : une tranche ne peut jamais être atteinte, le nombre va de {lowest} à {highest}."
        elif first > last:
            yield f"{where} : la tranche de {first} à moins de {last + 1} est vide."
        else:
            spans.append((first, last))
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        if start <= end:
            yield f"{where} : deux tranches se recouvrent à partir de {start}."


def _number(fact: str, where: str) -> Iterator[str]:
    if fact not in BY_CODE:
        yield _unknown(fact, where)
    elif BY_CODE[fact].shape != "number":
        yield f"{where} : {quoted(BY_CODE[fact].label)} n’est pas un nombre."


def _rule(rule: Rule, where: str) -> Iterator[str]:
    if rule.when or not where.startswith("Priorité"):
        yield from _conditions(rule.when, where)
    if not where.startswith("Condition"):
        local = [c.fact for c in rule.when if c.fact in BY_CODE and BY_CODE[c.fact].local]
        if local:
            yield f"{where} : {quoted(BY_CODE[local[0]].label)} dépend de l’établissement et ne peut pas servir ici."


def _conditions(when: Sequence[Condition], where: str) -> Iterator[str]:
    if not when:
        yield f"{where} : aucune condition n’est écrite, elle ne peut jamais être atteinte."
    for condition in when:
        if condition.fact not in BY_CODE:
            yield _unknown(condition.fact, where)
        else:
            yield from _value(condition, BY_CODE[condition.fact], where)


def _value(condition: Condition, kind: FactKind, where: str) -> Iterator[str]:
    if condition.op not in _OPS[kind.shape]:
        yield f"{where} : {quoted(kind.label)} se compare à {_OP_WORDS[kind.shape]}."
        return
    if isinstance(condition.value, tuple):
        for one in condition.value:
            if kind.shape == "choice" and one not in kind.values:
                yield f"{where} : {quoted(one)} n’est pas une valeur de {quoted(kind.label)} ({', '.join(kind.values)})."
            if kind.shape == "commune" and not _is_insee(one):
                yield f"{where} : {quoted(one)} n’est pas un code Insee de commune."
    elif kind.shape == "number" and not kind.bounds[0] <= condition.value <= kind.bounds[1]:
        low, high = kind.bounds
        yield f"{where} : {quoted(kind.label)} va de {low} à {high}, {condition.value} ne peut jamais être atteint."


def _is_insee(code: str) -> bool:
    try:
        return bool(INSEE(code))
    except MisshapenError:
        return False


def _unknown(fact: str, where: str) -> str:
    if refusal := forbidden(fact):
        return f"{where} : {refusal}."
    close = get_close_matches(fact, BY_CODE, n=1)
    meant = f" ; vouliez-vous écrire {quoted(close[0])} ?" if close else "."
    return f"{where} : le fait {quoted(fact)} est inconnu{meant}"


def _access(bareme: Bareme) -> Iterator[str]:
    for rule in bareme.eligibility:
        if any(condition.fact in ("activity", "returns_to_work") for condition in rule.when):
            yield (
                f"Condition d’accès {quoted(rule.label)} : l’activité des parents peut valoir des points, pas fermer "
                "l’accès : un établissement financé par la prestation de service unique est ouvert à tous."
            )


def _shares(bareme: Bareme) -> Iterator[str]:
    asked = sum(quota.share for quota in bareme.quotas)
    if asked > 100:
        yield f"Quotas : ensemble ils gardent {asked}{NBSP}% des places."


def _unreachable(bareme: Bareme) -> list[str]:
    faults = []
    for criterion in bareme.criteria:
        where = f"Critère {quoted(criterion.label)}"
        lost = never_reached(criterion, bareme.eligibility)
        if lost == TOO_MANY:
            faults.append(
                f"{where} : il croise trop de situations pour être vérifié ; séparez-le en plusieurs."
            )
            continue
        for label in lost:
            line = f", ligne {quoted(label)}" if isinstance(criterion, Group) else ""
            faults.append(
                f"{where}{line} : elle ne peut jamais être atteinte ; ses conditions se contredisent, ou une ligne "
                "plus haute compte toujours avant elle."
            )
    return faults
