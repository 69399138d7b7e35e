"""Calm: a barème as data: criteria, conditions of access, priorities, quotas, and how ties are settled.

Everything the published barèmes of French towns need (exclusive groups, flags, brackets, repeats with a cap,
negative points, ranges set by a person, local and dated conditions, residence as points or as a condition).
What a value means is in `vocabulary.py`, what it gives in `score.py`, its file in `file.py`, what is refused
in `checks.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guichet.bareme.vocabulary import BY_CODE, Value

Read = Callable[[str], Value | None]
"""Gives the value of a fact, None when it is not known."""


@dataclass(frozen=True)
class Condition:
    """One thing that must hold of a fact: `op` is « is », « among », « at_least » or « at_most »."""

    fact: str
    op: str
    value: bool | int | tuple[str, ...]

    def holds(self, read: Read) -> bool:
        """Whether it holds; what is not known never does."""
        value = read(self.fact)
        if value is None:
            return False
        if self.op == "is":
            return bool(value) is self.value
        if isinstance(self.value, tuple):
            return str(value) in self.value
        return int(value) >= self.value if self.op == "at_least" else int(value) <= self.value


@dataclass(frozen=True)
class Rule:
    """Conditions under a name: all must hold, or any of them. Without condition, it never holds by itself.

    An eligibility (who may ask at all), a bypass (decided before the scoring) or an option of a group.
    """

    code: str
    label: str
    when: tuple[Condition, ...] = ()
    any: bool = False

    def holds(self, read: Read) -> bool:
        """Whether the conditions hold."""
        if not self.when:
            return False
        asked = (condition.holds(read) for condition in self.when)
        return any(asked) if self.any else all(asked)


@dataclass(frozen=True)
class Option(Rule):
    """One line of an exclusive group, with its points."""

    points: int = 0


@dataclass(frozen=True)
class Quota(Rule):
    """A share of the seats, in percent, kept for those who meet the conditions."""

    share: int = 0

    def seats(self, seats: int) -> int:
        """How many of `seats` are kept: the share, rounded down (a slot at a time)."""
        return self.share * seats // 100


@dataclass(frozen=True)
class Named:
    """What every criterion has. `note` says how it is read; it is shown under the label."""

    code: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Flag(Named):
    """Points given once, when the conditions hold."""

    points: int = 0
    when: tuple[Condition, ...] = ()
    any: bool = False


@dataclass(frozen=True)
class Group(Named):
    """Lines that exclude each other: the first that holds counts, in the order written."""

    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Bracket:
    """Points when the number is at least `at_least` and below `below`; None: no bound on that side."""

    points: int
    at_least: int | None = None
    below: int | None = None

    def holds(self, number: int) -> bool:
        """Whether the number falls in it."""
        return (self.at_least is None or number >= self.at_least) and (
            self.below is None or number < self.below
        )


@dataclass(frozen=True)
class Brackets(Named):
    """Points by brackets of a number: quotient, months before the birth, rank of the wish."""

    fact: str = ""
    brackets: tuple[Bracket, ...] = ()


@dataclass(frozen=True)
class Repeat(Named):
    """Points for each unit of a number (each passage in commission, each month), `most` units at most."""

    fact: str = ""
    points: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Assessed(Named):
    """Points within a range, set by a person with a written reason; equal bounds: given or not."""

    lowest: int = 0
    highest: int = 0
    proof: str = ""
    """What the person looks at, in words."""
    restricted: bool = False
    """The reason is read only by those who may read the referral of a social or health service."""


Criterion = Flag | Group | Brackets | Repeat | Assessed
NAMES = {Flag: "flag", Group: "group", Brackets: "brackets", Repeat: "repeat", Assessed: "assessed"}


@dataclass(frozen=True)
class Bareme:
    """A whole barème. `extract`: a fragment of a published one, never put in force."""

    code: str
    title: str
    criteria: tuple[Criterion, ...]
    ties: tuple[str, ...]
    source: str = ""
    deliberation: str = ""
    extract: bool = False
    note: str = ""
    eligibility: tuple[Rule, ...] = ()
    bypasses: tuple[Rule, ...] = ()
    quotas: tuple[Quota, ...] = ()
    draw_key: str = ""
    """What the recorded draw mixes with the number of the demand."""

    def criterion(self, code: str) -> Criterion | None:
        """The criterion of that code."""
        return next((one for one in self.criteria if one.code == code), None)

    @property
    def by_hand(self) -> dict[str, tuple[int, int]]:
        """What a person sets, by code, with its bounds: assessed criteria, and priorities without condition."""
        ranges = {one.code: (one.lowest, one.highest) for one in self.criteria if isinstance(one, Assessed)}
        return ranges | {one.code: (0, 0) for one in self.bypasses if not one.when}


def facts_of(criterion: Criterion) -> tuple[str, ...]:
    """The codes of the facts a criterion reads, each once, in the order written."""
    return tuple(dict.fromkeys(_facts_of(criterion)))


def is_local(criterion: Criterion) -> bool:
    """Whether its points depend on the establishment."""
    return any(BY_CODE[fact].local for fact in facts_of(criterion) if fact in BY_CODE)


def is_restricted(criterion: Criterion) -> bool:
    """Whether it tells of a referral by a social or health service."""
    if isinstance(criterion, Assessed):
        return criterion.restricted
    return any(BY_CODE[fact].restricted for fact in facts_of(criterion) if fact in BY_CODE)


def most_points(criterion: Criterion) -> int | None:
    """The most it can give; None for a repeat without a cap."""
    if isinstance(criterion, Flag):
        return max(criterion.points, 0)
    if isinstance(criterion, Group):
        return max(0, *(option.points for option in criterion.options))
    if isinstance(criterion, Brackets):
        return max(0, *(bracket.points for bracket in criterion.brackets))
    if isinstance(criterion, Repeat):
        if criterion.points < 0:
            return 0
        return None if criterion.most is None else criterion.points * criterion.most
    return max(criterion.highest, 0)


def _facts_of(criterion: Criterion) -> Iterator[str]:
    if isinstance(criterion, Flag):
        yield from (condition.fact for condition in criterion.when)
    elif isinstance(criterion, Group):
        yield from (condition.fact for option in criterion.options for condition in option.when)
    elif isinstance(criterion, Brackets | Repeat):
        yield criterion.fact
