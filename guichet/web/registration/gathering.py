"""Put the steps of a draft together: what each says, what is wrong and where, and the registration it makes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from guichet.accounts.policy import Person, Reach
from guichet.core.clock import day
from guichet.core.errors import InvalidError
from guichet.demands import words
from guichet.demands.checks import (
    Findings,
    check_adults,
    check_child,
    check_need,
    check_registration,
    check_wishes,
)
from guichet.demands.dossier import NeedEntry, Registration, WishEntry
from guichet.demands.drafts import Steps
from guichet.demands.keys import trace_of
from guichet.demands.letter_parts import NOTICE_VERSION
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import ChildEntry, FactEntry, FamilyEntry
from guichet.families.likeness import ChildTrace
from guichet.web.registration import asking, people, situation
from guichet.web.registration.typed import Typed

CHILD, FAMILY, NEED, WISHES, SITUATION, CHECK = (
    "enfant",
    "famille",
    "besoin",
    "voeux",
    "situation",
    "verification",
)
LABELS = {
    CHILD: "L’enfant",
    FAMILY: "La famille",
    NEED: "Le besoin",
    WISHES: "Les vœux",
    SITUATION: "La situation",
    CHECK: "La vérification",
}
CHANNELS = {code: label for code, label in words.CHANNEL.items() if code != "portal"}
_PREFIXES = (
    (CHILD, ("child_", "birth_date", "due_date")),
    (NEED, ("week", "entry_", "days_", "variable_", "urgency_")),
    (WISHES, ("wish",)),
    (CHECK, ("received_on", "seniority_", "interview_", "desk_", "notice_", "not_the_same")),
)
_SILENCES = {
    "due_date": ("birth_date",),
    "adult2_email": ("adult1_email",),
    "week-": ("week-1", "variable_note"),
    "entry_on": ("entry_",),
}
"""The field that cannot be read, and the fields that would wrongly be called empty or late because of it."""
T = TypeVar("T")


@dataclass(frozen=True)
class Reception:
    """How and when the demand came."""

    channel: str
    received_on: date
    seniority_rule: str
    seniority_on: date | None
    interview_on: date | None
    desk_commune_code: str | None
    notice_given: bool


@dataclass
class Gathered:
    """What a draft says so far; a step that cannot be read is None and its problems are kept."""

    child: ChildEntry | None = None
    family: people.Household | None = None
    need: NeedEntry | None = None
    wishes: tuple[WishEntry, ...] | None = None
    facts: tuple[FactEntry, ...] | None = None
    reception: Reception | None = None
    birth_rank: int = 1
    warnings: list[str] = field(default_factory=list)
    problems: dict[str, dict[str, str]] = field(default_factory=dict)
    """By step, then by field."""

    def trace(self) -> ChildTrace | None:
        """What the search for doubles compares."""
        if self.child is None or self.family is None:
            return None
        rank = self.birth_rank if self.child.multiple_births > 1 else None
        return trace_of(0, self.child, self.family.adults, rank)


def gather(steps: Steps, catalogue: Catalogue, who: Person, at: datetime) -> Gathered:
    """Read every step; the checks of the whole come when each can be read."""
    found = Gathered(birth_rank=people.rank_from(steps.get(CHILD, {})))
    today = day(at)
    found.child = _read(found, CHILD, lambda: child_step(steps.get(CHILD, {}), today))
    found.family = _read(found, FAMILY, lambda: family_step(steps.get(FAMILY, {}), catalogue, today))
    found.need = _read(found, NEED, lambda: need_step(steps.get(NEED, {}), today))
    found.wishes = _read(found, WISHES, lambda: wishes_step(steps.get(WISHES, {}), catalogue, who))
    if found.child and found.family:
        child, family = found.child, found.family
        found.facts = _read(
            found,
            SITUATION,
            lambda: situation.facts_from(steps.get(SITUATION, {}), child, family, today),
        )
    found.reception = _read(found, CHECK, lambda: reception_step(steps.get(CHECK, {}), catalogue, who, today))
    made = registration(found, "")
    if made is not None:
        findings = check_registration(made, catalogue, today)
        found.warnings = findings.warnings
        for name, sentence in findings.problems.items():
            found.problems.setdefault(step_of(name), {}).setdefault(name, sentence)
    return found


def registration(found: Gathered, submission: str, reason: str = "") -> Registration | None:
    """The registration that a complete draft makes; None while a step is missing."""
    child, family, need, reception = found.child, found.family, found.need, found.reception
    if not (child and family and need and found.wishes and reception) or found.facts is None:
        return None
    return Registration(
        submission=submission,
        channel=reception.channel,
        child=child,
        family=FamilyEntry(family.household, family.adults, family.siblings, found.facts),
        need=need,
        wishes=found.wishes,
        notice_version=NOTICE_VERSION,
        received_on=reception.received_on,
        seniority_on=reception.seniority_on,
        seniority_rule=reception.seniority_rule,
        desk_commune_code=reception.desk_commune_code,
        interview_on=reception.interview_on,
        birth_rank=found.birth_rank,
        reason=reason,
    )


def child_step(values: Mapping[str, str], today: date) -> ChildEntry:
    """The child, checked. Raises InvalidError."""
    typed = Typed(values)
    child = people.child_of(typed)
    findings = Findings()
    check_child(child, today, findings)
    if child.adoption_on and not child.adoption:
        findings.refuse("adoption_on", "Cochez « adoption » ou videz cette date.")
    _refuse(typed, findings)
    return child


def family_step(values: Mapping[str, str], catalogue: Catalogue, today: date) -> people.Household:
    """The family, checked. Raises InvalidError."""
    typed = Typed(values)
    family = people.family_of(typed, catalogue)
    findings = Findings()
    check_adults(family.adults, family.household.channel, today, findings)
    _refuse(typed, findings)
    return family


def need_step(values: Mapping[str, str], today: date) -> NeedEntry:
    """The need, checked. Raises InvalidError."""
    typed = Typed(values)
    need = asking.need_of(typed, today)
    findings = Findings()
    check_need(need, today, findings)
    _refuse(typed, findings)
    return need


def wishes_step(values: Mapping[str, str], catalogue: Catalogue, who: Person) -> tuple[WishEntry, ...]:
    """The wishes, checked, at the lines where they were typed. Raises InvalidError."""
    wishes, lines = asking.wishes_from(values, catalogue)
    findings = Findings()
    check_wishes(wishes, catalogue, findings)
    own = {wish.establishment_id for wish in wishes} & who.houses
    if who.reaches("register") == (Reach.HOUSES,) and wishes and not own:
        findings.refuse(
            "wish1", "Ajoutez un vœu pour votre établissement : vous n’enregistrez que ses demandes."
        )
    if findings.problems:
        raise InvalidError(asking.at_their_lines(findings.problems, lines))
    return wishes


def reception_step(values: Mapping[str, str], catalogue: Catalogue, who: Person, today: date) -> Reception:
    """How the demand came. Raises InvalidError."""
    typed = Typed(values)
    received_on = typed.day("received_on") if typed.raw("received_on") else today
    rule = typed.choice("seniority_rule", words.SENIORITY_RULE, "received")
    interview_on, kept_on = typed.day("interview_on"), typed.day("seniority_on")
    if interview_on and interview_on > today:
        typed.refuse("interview_on", "L’entretien ne peut pas être dans le futur.")
    if rule == "interview" and interview_on is None:
        typed.refuse("interview_on", "Indiquez la date de l’entretien qui donne l’ancienneté.")
    if rule == "kept" and kept_on is None:
        typed.refuse("seniority_on", "Indiquez la date de la demande précédente.")
    if kept_on and kept_on > today:
        typed.refuse("seniority_on", "La date d’ancienneté ne peut pas être dans le futur.")
    typed.done()
    by_rule = {"interview": interview_on, "kept": kept_on}
    return Reception(
        channel=typed.choice("channel", CHANNELS, "desk"),
        received_on=received_on or today,
        seniority_rule=rule,
        seniority_on=by_rule.get(rule),
        interview_on=interview_on,
        desk_commune_code=typed.choice("desk_commune", desk_communes(who, catalogue)) or None,
        notice_given=typed.flag("notice_given"),
    )


def desk_communes(who: Person, catalogue: Catalogue) -> dict[str, str]:
    """The communes at whose desk the person may register."""
    own = set(who.communes) | {catalogue.houses[house].commune_code for house in who.houses}
    return {town.code: town.name for town in catalogue.towns.values() if not own or town.code in own}


def fingerprint(trace: ChildTrace) -> str:
    """What the search for doubles looked at, in short: another value means that it must be done again."""
    return hashlib.sha256(repr(trace).encode()).hexdigest()[:24]


def step_of(name: str) -> str:
    """The step where a field stands."""
    for step, prefixes in _PREFIXES:
        if name.startswith(prefixes):
            return step
    return FAMILY


def _read(found: Gathered, step: str, reader: Callable[[], T]) -> T | None:
    try:
        return reader()
    except InvalidError as refusal:
        found.problems[step] = refusal.problems
        return None


def _refuse(typed: Typed, findings: Findings) -> None:
    """Everything that is wrong with a step at once: what could not be read, then what the rest lacks."""
    silenced = tuple(
        field
        for unread, fields in _SILENCES.items()
        if any(name.startswith(unread) for name in typed.problems)
        for field in fields
    )
    for name, sentence in findings.problems.items():
        if not name.startswith(silenced):
            typed.refuse(name, sentence)
    typed.problems = dict(sorted(typed.problems.items(), key=_place))
    typed.done()


def _place(problem: tuple[str, str]) -> int:
    """Where the field stands on the page of the family, so that the summary is read in its order."""
    return {"adult1": 0, "adult2": 2}.get(problem[0][:6], 3 if problem[0].startswith("sibling") else 1)
