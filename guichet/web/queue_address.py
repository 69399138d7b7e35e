"""The queue's address: what a view is called in it, so that it can be kept, shared and returned to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for

from guichet.core import french
from guichet.demands.keys import search_words
from guichet.demands.queue import Cursor, View
from guichet.establishments.catalogue import Catalogue

TAB_SLUGS = {
    "en-cours": "open",
    "recues": "received",
    "orientees": "oriented",
    "en-commission": "commission",
    "placees": "placed",
    "sans-place": "unplaced",
    "fermees": "closed",
    "toutes": "all",
}
TAG_SLUGS = {
    "urgente": "urgent",
    "incomplete": "incomplete",
    "naissance": "birth_to_confirm",
    "a-renouveler": "to_renew",
    "fratrie": "sibling",
}
CASE_SLUGS = {
    "rendez-vous": "appointment",
    "a-orienter": "orient",
    "sans-suite": "follow_up",
    "refus-implicite": "rejection",
    "justificatifs": "papers",
    "renouvellement-a-appeler": "renewal_call",
    "renouvellement": "renewal",
    "naissance": "birth",
}
SORT_SLUGS = {"anciennete": "oldest", "recentes": "newest", "entree": "entry"}
CARE_SLUGS = {"regulier": "regular", "occasionnel": "occasional", "urgence": "emergency"}
AGE_SLUGS = {"a-naitre": "unborn", "0": "0", "1": "1", "2": "2", "3": "3"}
LISTED = ("commune", "etablissement", "accueil", "age", "guichet", "du", "au")
"""The filters of the bar, as named in the address; the tab, the tag, the search and the sort stand apart."""
KEPT = ("etat", "note", "afaire", "q", *LISTED, "tri")
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Asked:
    """An address read: the view, what was typed as typed, and a sentence for each field not understood."""

    view: View
    typed: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    rank: int = 1
    """The place of the first row shown, for « 26 à 50 »."""

    def address(self, endpoint: str = "queue.page", /, **changes: str | int | None) -> str:
        """The same view with some changes, from its first page; None or "" takes a filter away."""
        kept: dict[str, Any] = {**self.typed, **changes}
        return url_for(endpoint, **{name: value for name, value in kept.items() if value})

    def without(self, name: str) -> str:
        """The same view without one of its filters."""
        changed: dict[str, str | int | None] = {name: None}
        return self.address("queue.page", **changed)


def read_address(args: Mapping[str, str], catalogue: Catalogue) -> Asked:
    """Read the address. What it does not understand filters nothing; a mistyped date is said."""
    typed = {name: _clean(args.get(name, "")) for name in KEPT}
    typed = {name: value for name, value in typed.items() if value}
    problems: dict[str, str] = {}
    found = search_words(typed.get("q", ""))
    tab = TAB_SLUGS.get(typed.get("etat", ""), "all" if found else "open")
    view = View(
        tab=tab,
        tag=TAG_SLUGS.get(typed.get("note", ""), ""),
        case=CASE_SLUGS.get(typed.get("afaire", ""), ""),
        words=found,
        commune=typed["commune"] if typed.get("commune") in catalogue.towns else "",
        house=_known(typed.get("etablissement"), catalogue.houses),
        desk=_known(typed.get("guichet"), catalogue.services),
        care=CARE_SLUGS.get(typed.get("accueil", ""), ""),
        age=AGE_SLUGS.get(typed.get("age", ""), ""),
        entry_from=_day(typed, "du", problems),
        entry_to=_day(typed, "au", problems),
        sort=SORT_SLUGS.get(typed.get("tri", ""), "oldest"),
        cursor=_cursor(args.get("apres", ""), False) or _cursor(args.get("avant", ""), True),
    )
    rank = args.get("rang", "1")
    return Asked(view, typed, problems, int(rank) if rank.isdecimal() and len(rank) < 8 else 1)


def cursor_words(cursor: Cursor) -> dict[str, str]:
    """A cursor as the address writes it."""
    return {"avant" if cursor.backwards else "apres": f"{cursor.value.isoformat()}_{cursor.demand_id}"}


def slug_of(slugs: Mapping[str, str], code: str) -> str:
    """The address's word for a code."""
    return next(slug for slug, known in slugs.items() if known == code)


def choices(slugs: Mapping[str, str], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a field of the filter bar offers."""
    return [(slug, labels[code]) for slug, code in slugs.items()]


def searched_by(found: tuple[str, ...]) -> str:
    """The kind of what was searched, for a trace: « par nom », never the words themselves.

    A trace says who looked for a family, and keeps nothing of the family (GDPR article 5-1-c).
    """
    kinds = (
        "par courriel" if "@" in word else "par numéro" if word[:1].isdigit() else "par nom" for word in found
    )
    return french.join_and(tuple(dict.fromkeys(kinds)))


def _clean(text: str) -> str:
    return "".join(char for char in text.strip() if char.isprintable())[:LONGEST_SEARCH]


def _known(text: str | None, among: Mapping[int, object]) -> int | None:
    number = int(text) if text and text.isdecimal() and len(text) < 10 else None
    return number if number in among else None


def _day(typed: Mapping[str, str], name: str, problems: dict[str, str]) -> date | None:
    if name not in typed:
        return None
    try:
        return french.parse_date(typed[name])
    except ValueError as refusal:
        problems[name] = str(refusal)
        return None


def _cursor(text: str, backwards: bool) -> Cursor | None:
    value, _, number = text.partition("_")
    if not number.isdecimal() or len(number) > 12:
        return None
    try:
        return Cursor(date.fromisoformat(value), int(number), backwards)
    except ValueError:
        return None
