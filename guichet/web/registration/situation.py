"""The facts of the family's situation on the screen: those that follow from the dossier, those that are ticked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from guichet.core.errors import InvalidError
from guichet.families.dossier import ChildEntry, FactEntry
from guichet.families.facts import BY_KIND, TICKED, declared, follows_from
from guichet.families.papers import BY_CODE, Paper
from guichet.web.registration.people import Household
from guichet.web.registration.typed import LONG, Typed

REFERRALS = ("pmi_referral", "social_referral")


@dataclass(frozen=True)
class Line:
    """One fact: what is declared, about whom, and the papers that may prove it."""

    fact: FactEntry
    label: str
    who: str
    papers: tuple[Paper, ...]

    @property
    def key(self) -> str:
        """The end of the names of its fields."""
        return f"{self.fact.kind}-{'' if self.fact.about is None else self.fact.about}"

    @property
    def title(self) -> str:
        """The label at the beginning of a line."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The papers as a select takes them."""
        return [(paper.code, paper.label) for paper in self.papers]


def lines_of(child: ChildEntry, family: Household, today: date) -> list[Line]:
    """The facts that follow from the child and the family, those that a paper proves."""
    found = follows_from(child, family.household, family.adults, family.siblings, today)
    return [_line(fact, child, family) for fact in found]


def ticks_of(child: ChildEntry, family: Household) -> list[Line]:
    """The facts that a family declares by a tick."""
    facts = [declared(kind) for kind in TICKED]
    facts += [declared("insertion", position) for position, _adult in enumerate(family.adults, 1)]
    return [_line(fact, child, family) for fact in facts]


def facts_from(
    values: Mapping[str, str], child: ChildEntry, family: Household, today: date
) -> tuple[FactEntry, ...]:
    """Every fact to record, with the paper chosen and whether it was brought. Raises InvalidError."""
    typed = Typed(values)
    contact = typed.words("referral_contact", LONG)
    ticked = [line for line in ticks_of(child, family) if typed.flag(f"fact-{line.key}")]
    if contact and not any(line.fact.kind in REFERRALS for line in ticked):
        typed.refuse("referral_contact", "Cochez l’orientation à laquelle ce contact se rapporte.")
    if typed.problems:
        raise InvalidError(typed.problems)
    return tuple(_read(typed, line, contact) for line in [*lines_of(child, family, today), *ticked])


def _read(typed: Typed, line: Line, contact: str) -> FactEntry:
    offered = {paper.code for paper in line.papers}
    return FactEntry(
        kind=line.fact.kind,
        paper=typed.choice(f"paper-{line.key}", offered, line.fact.paper),
        about=line.fact.about,
        received=typed.flag(f"received-{line.key}") and bool(line.fact.paper),
        referral_contact=contact if line.fact.kind in REFERRALS else "",
    )


def _line(fact: FactEntry, child: ChildEntry, family: Household) -> Line:
    who = ""
    if fact.about:
        adult = family.adults[fact.about - 1]
        who = f"{adult.first_name} {adult.last_name}".strip()
    elif fact.about == 0:
        who = child.first_name or "l’enfant"
    known = BY_KIND[fact.kind]
    papers = known.papers if fact.paper else ()
    if fact.paper and BY_CODE[fact.paper] in papers:
        papers = (BY_CODE[fact.paper], *(paper for paper in papers if paper.code != fact.paper))
    return Line(fact, known.label, who, papers)
