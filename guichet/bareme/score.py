"""Calm: the points of a demand at an establishment, line by line, and where it ranks.

How to call it:

    facts = facts_of_demands(session, [demand_id, …], catalogue, on=day)   # demands/facts_reading.py, by id
    bareme = bareme_in_force(session, day)                                  # bareme/queries.py; None when there is none
    score(bareme, facts[demand_id], establishment_id)      # Score: total, lines, missing, excluded, bypass…
    total(bareme, facts[demand_id], establishment_id)      # the same total, without the words: for thousands

To rank demands at an establishment, sort by `Score.rank_key` (lowest first). For the engine, which takes one
integer score by wish and one order by demand: give `Score.weight` as the score, and the place of the demand
once sorted by `ties(bareme, facts)` as its order; the two say exactly what `rank_key` says. `excluded` demands
are not proposed there; `bypass` ones are pinned with their reason; `quotas` names the shares they may use.

Everything is an integer, and the same facts give the same score in any process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from guichet.bareme.bareme import (
    Assessed,
    Bareme,
    Criterion,
    Flag,
    Group,
    Read,
    Repeat,
    facts_of,
    is_local,
    is_restricted,
    most_points,
)
from guichet.bareme.facts import Facts, Given, Known, Proof
from guichet.bareme.sayings import awaited_sentence, line_sentence, proof_words, signed, unknown_sentence
from guichet.bareme.vocabulary import BY_CODE, Value
from guichet.core.french import NBSP

LATEST = 10**9
"""Where an unknown date or quotient stands when ties are settled: after the others."""
MOST_WISHES = 64


@dataclass(frozen=True)
class Line:
    """One criterion and what it gives here: the fact used, its proof, the points."""

    criterion: str
    label: str
    fact: str
    proof: str
    points: int
    local: bool
    restricted: bool
    proofs: tuple[Proof, ...] = ()

    @property
    def sentence(self) -> str:
        """The line as a parent reads it."""
        return line_sentence(self.label, self.fact, self.proof, self.points)


@dataclass(frozen=True)
class Missing:
    """Points the demand would have if something were proved or said."""

    criterion: str
    label: str
    points: int
    sentence: str
    restricted: bool


@dataclass(frozen=True)
class Score:
    """The points of one demand at one establishment."""

    demand_id: int
    at: int | None
    total: int
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    excluded: str
    """The condition of access that is not met, in words; empty when all are."""
    bypass: str
    """The priority decided before the scoring; empty when there is none."""
    bypass_reason: str
    """What the person who decided it wrote; may tell of a referral."""
    quotas: tuple[str, ...]
    weight: int
    rank_key: tuple[int, ...]

    @property
    def counted(self) -> tuple[Line, ...]:
        """The lines that give or take points."""
        return tuple(line for line in self.lines if line.points)


@dataclass(frozen=True)
class _Mark:
    points: int = 0
    facts: tuple[str, ...] = ()
    words: str = ""


def score(bareme: Bareme, facts: Facts, at: int | None = None) -> Score:
    """The whole score at an establishment; without one, what does not depend on the establishment."""
    proven, declared = _proven(facts, at), _declared(facts, at)
    lines: list[Line] = []
    missing: list[Missing] = []
    for criterion in bareme.criteria:
        mark = _mark(criterion, proven, facts, at)
        lines.append(_line(criterion, mark, facts, at))
        if lack := _missing(criterion, mark, _mark(criterion, declared, facts, at), facts, at):
            missing.append(lack)
    points = sum(line.points for line in lines)
    weight = weight_of(bareme, facts, at, points)
    bypass, reason = _bypass(bareme, facts, proven)
    return Score(
        facts.demand_id,
        at,
        points,
        tuple(lines),
        tuple(missing),
        # A condition of access is judged on what is declared: a paper that is late closes no door.
        next((rule.label for rule in bareme.eligibility if not rule.holds(declared)), ""),
        bypass,
        reason,
        tuple(quota.code for quota in bareme.quotas if quota.holds(proven)),
        weight,
        (-weight, *ties(bareme, facts)),
    )


def total(bareme: Bareme, facts: Facts, at: int | None = None) -> int:
    """The total of `score`, and nothing else."""
    proven = _proven(facts, at)
    return sum(_mark(criterion, proven, facts, at).points for criterion in bareme.criteria)


def totals(bareme: Bareme, facts: Facts, houses: Sequence[int]) -> dict[int, int]:
    """The totals at several establishments; what does not depend on them is worked out once."""
    local = [criterion for criterion in bareme.criteria if is_local(criterion)]
    anywhere = _proven(facts, None)
    common = sum(_mark(one, anywhere, facts, None).points for one in bareme.criteria if one not in local)
    found = {}
    for at in houses:
        here = _proven(facts, at)
        found[at] = common + sum(_mark(one, here, facts, at).points for one in local)
    return found


def ties(bareme: Bareme, facts: Facts) -> tuple[int, ...]:
    """What settles ties between demands, lowest first. The rank of the wish is in `Score.weight`."""
    keys = {
        "seniority": lambda: facts.seniority_on.toordinal(),
        "quotient": lambda: _number(facts.known.get("quotient")),
        "older_child": lambda: facts.child_on.toordinal() if facts.child_on else LATEST,
        "draw": lambda: draw(bareme.draw_key, facts.number),
    }
    return (*(keys[tie]() for tie in bareme.ties if tie in keys), facts.demand_id)


def weight_of(bareme: Bareme, facts: Facts, at: int | None, points: int) -> int:
    """One integer that says the points, and the rank of the wish when it settles ties first."""
    if "wish_rank" not in bareme.ties:
        return points
    known = facts.of("wish_rank", at)
    rank = int(known.value) if known and known.value is not None else MOST_WISHES
    return points * MOST_WISHES + MOST_WISHES - min(rank, MOST_WISHES)


def draw(key: str, number: str) -> int:
    """The number drawn for a demand: anyone finds it again (first 15 hexadecimal figures of SHA-256 of « key|number »)."""
    return int(sha256(f"{key}|{number}".encode()).hexdigest()[:15], 16)


def _proven(facts: Facts, at: int | None) -> Read:
    def read(fact: str) -> Value | None:
        known = facts.of(fact, at)
        return None if known is None else known.value

    return read


def _declared(facts: Facts, at: int | None) -> Read:
    def read(fact: str) -> Value | None:
        known = facts.of(fact, at)
        return None if known is None else known.declared

    return read


def _mark(criterion: Criterion, read: Read, facts: Facts, at: int | None) -> _Mark:
    if isinstance(criterion, Flag):
        return _flag(criterion, read, facts, at)
    if isinstance(criterion, Group):
        for option in criterion.options:
            if option.holds(read):
                used = tuple(dict.fromkeys(condition.fact for condition in option.when))
                return _Mark(option.points, used, option.label)
        return _Mark()
    if isinstance(criterion, Assessed):
        given = _given(criterion, facts)
        return _Mark(given.points, (), given.reason.rstrip(".")) if given else _Mark()
    value = read(criterion.fact)
    if value is None:
        return _Mark()
    number, said = int(value), _say(criterion.fact, value, facts.of(criterion.fact, at))
    if isinstance(criterion, Repeat):
        units = max(number if criterion.most is None else min(number, criterion.most), 0)
        capped = (
            f", {criterion.most} au plus" if criterion.most is not None and number > criterion.most else ""
        )
        words = (
            f"{said}{capped} : {units} × {signed(criterion.points).removeprefix('+' + NBSP)}"
            if units
            else said
        )
        return _Mark(units * criterion.points, (criterion.fact,), words)
    points = next((one.points for one in criterion.brackets if one.holds(number)), 0)
    return _Mark(points, (criterion.fact,), said)


def _flag(criterion: Flag, read: Read, facts: Facts, at: int | None) -> _Mark:
    held = [condition for condition in criterion.when if condition.holds(read)]
    if not held or (not criterion.any and len(held) < len(criterion.when)):
        return _Mark()
    used = tuple(dict.fromkeys(condition.fact for condition in held))
    said = dict.fromkeys(_say(fact, read(fact), facts.of(fact, at)) for fact in used)
    return _Mark(criterion.points, used, ", ".join(said))


def _say(fact: str, value: Value | None, known: Known | None) -> str:
    if known and known.words:
        return known.words
    return "" if value is None else BY_CODE[fact].say(value)


def _given(criterion: Assessed, facts: Facts) -> Given | None:
    """What a person set, unless the range has moved away from it since."""
    given = facts.given.get(criterion.code)
    return given if given and criterion.lowest <= given.points <= criterion.highest else None


def _line(criterion: Criterion, mark: _Mark, facts: Facts, at: int | None) -> Line:
    known = [one for fact in mark.facts if (one := facts.of(fact, at))]
    proofs = tuple(dict.fromkeys(proof for one in known for proof in one.proofs))
    words = proof_words(proofs)
    if isinstance(criterion, Assessed) and (given := _given(criterion, facts)):
        words = proof_words(proofs, given)
    return Line(
        criterion.code,
        criterion.label,
        mark.words,
        words if mark.points else "",
        mark.points,
        is_local(criterion),
        is_restricted(criterion),
        proofs,
    )


def _missing(criterion: Criterion, mark: _Mark, hoped: _Mark, facts: Facts, at: int | None) -> Missing | None:
    restricted = is_restricted(criterion)
    if hoped.points > mark.points:
        known = [one for fact in hoped.facts if (one := facts.of(fact, at))]
        papers = tuple(dict.fromkeys(paper for one in known for paper in one.awaited))
        more = hoped.points - mark.points
        sentence = awaited_sentence(criterion.label, hoped.words, papers, more)
        return Missing(criterion.code, criterion.label, more, sentence, restricted)
    most = most_points(criterion)
    unknown = [fact for fact in facts_of(criterion) if _is_silent(fact, facts, at)]
    if unknown and most and not mark.points:
        sentence = unknown_sentence(criterion.label, BY_CODE[unknown[0]].label, most)
        return Missing(criterion.code, criterion.label, most, sentence, restricted)
    return None


def _is_silent(fact: str, facts: Facts, at: int | None) -> bool:
    """Whether the family could still say it: the guichet asks for it, and nothing was said."""
    kind, known = BY_CODE[fact], facts.of(fact, at)
    return kind.collected and not kind.local and known is not None and known.declared is None


def _bypass(bareme: Bareme, facts: Facts, proven: Read) -> tuple[str, str]:
    for rule in bareme.bypasses:
        if given := facts.given.get(rule.code):
            return rule.label, given.reason
        if rule.holds(proven):
            return rule.label, ""
    return "", ""


def _number(known: Known | None) -> int:
    return LATEST if known is None or known.value is None else int(known.value)
