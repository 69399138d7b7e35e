"""What the pages of proofs show."""

from datetime import timedelta
from typing import Any

from flask import render_template

from guichet.core import french
from guichet.core.clock import day
from guichet.demands.family_file import FamilyFile
from guichet.families import queries, words
from guichet.families.entries import documents_of
from guichet.families.facts import BY_KIND, OF_THE_PREGNANCY, RESTRICTED, SITUATIONS, label
from guichet.families.models import ADULT, Fact
from guichet.families.papers import ACCEPTED
from guichet.families.proof_actions import paper_name
from guichet.families.proofs import has_aged, is_missing, proof_state
from guichet.web.door import at, db, person

LETTER_DAYS = 15


def may_read(kind: str) -> bool:
    """Whether the person may know of a fact of this kind."""
    return kind not in RESTRICTED or person().may("read_referral")


def list_page(file: FamilyFile, problems: dict[str, str], typed: Any) -> str:  # noqa: ANN401 - a form or a dict
    """Every declared fact, what is missing, what may be added."""
    facts = [fact for fact in file.facts_of(file.demand) if may_read(fact.kind)]
    return render_template(
        "papers/list.html",
        **_shown(file),
        facts=facts,
        missing=_missing(file, facts),
        files=queries.files_of(db(), [fact.id for fact in facts]),
        situations=_situations(file),
        until=french.short_date(day(at()) + timedelta(days=LETTER_DAYS)),
        problems=problems,
        typed=typed,
    )


def proof_page(
    file: FamilyFile,
    fact: Fact,
    problems: dict[str, str],
    typed: Any,  # noqa: ANN401 - a form or a dict
    conflict: str = "",
) -> str:
    """One fact and its proof."""
    papers = BY_KIND[fact.kind].papers if fact.kind in BY_KIND else ()
    return render_template(
        "papers/proof.html",
        **_shown(file),
        fact=fact,
        papers=[(paper.code, paper.label) for paper in papers],
        keeps_copy=any(paper.keep_copy for paper in papers),
        not_kept=[paper.label for paper in papers if not paper.keep_copy],
        files=queries.files_of(db(), [fact.id]).get(fact.id, []),
        accept=",".join(ACCEPTED),
        problems=problems,
        typed=typed,
        conflict=conflict,
    )


def _missing(file: FamilyFile, facts: list[Fact]) -> list[tuple[str, str]]:
    """(the facts it proves, « 4-7 »; its name) for each document that is missing."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        for name in documents_of([fact], file.family) if is_missing(fact) else ():
            found.setdefault(name, []).append(str(fact.id))
    return [("-".join(ids), name) for name, ids in found.items()]


def _shown(file: FamilyFile) -> dict[str, Any]:
    names = {
        one.id: f"{one.first_name} {one.last_name}".strip()
        if one.role == ADULT
        else words.child_called(one.first_name, one.last_name)
        for one in file.family.persons
    }
    return {
        "demand": file.demand,
        "child_name": words.child_called(file.dossier.child.first_name, file.dossier.child.last_name),
        "today": day(at()),
        "names": names,
        "words": words,
        "label": label,
        "titled": lambda kind: label(kind)[:1].upper() + label(kind)[1:],
        "paper_name": paper_name,
        "state_of": proof_state,
        "has_aged": has_aged,
    }


def _situations(file: FamilyFile) -> list[tuple[str, str]]:
    """What may still be declared, and about whom: (code, French words)."""
    concerning = file.facts_of(file.demand)
    known = {(fact.kind, fact.person_id) for fact in concerning}
    # Declared for a brother or a sister to come, the pregnancy is declared for this child too.
    known |= {(fact.kind, file.demand.child_id) for fact in concerning if fact.kind == OF_THE_PREGNANCY}
    choices = []
    for one in SITUATIONS:
        if not may_read(one.kind):
            continue
        about: list[int | None] = [None]
        if one.about == "adult":
            about = [person_.id for person_ in file.family.persons if person_.role == ADULT]
        elif one.about == "child":
            about = [file.demand.child_id]
        names = {person_.id: person_.first_name or "l’enfant" for person_ in file.family.persons}
        choices += [
            (f"{one.kind}-{who or ''}", one.label + (f" : {names[who]}" if who else ""))
            for who in about
            if (one.kind, who) not in known
        ]
    return choices
