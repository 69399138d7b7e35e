"""The forms of a sitting, read: what is recorded on an item, who fills which seat."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from guichet.commissions.sitting import choosing
from guichet.commissions.sitting.choosing import DraftEntry, Vote
from guichet.commissions.sitting.half_days import pieces
from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.core.week import Week
from guichet.web.registration.typed import Typed
from guichet.web.week_form import typed_from_week, week_from_form

Shown = MultiDict[str, str]
MOST_VOICES, MOST_FIGURES = 60, 9
AT_THE_PART = {"week": "part", "establishment_id": "part_house"}
"""Where a sentence belongs when part of the week is given."""


def draft_entry(form: Shown, asked: Week) -> DraftEntry:
    """What is recorded, as typed. Raises InvalidError."""
    typed = Typed(form)
    choice = typed.choice("choice", choosing.CHOICES)
    week = None
    if choice == choosing.PARTIAL:
        chosen = set(form.getlist("part"))
        week = Week.of(one for one in pieces(asked) if piece_code(one.weekday, one.start) in chosen)
    elif choice == choosing.CHANGE:
        week = week_from_form(form)
    house = typed.raw("part_house" if choice == choosing.PARTIAL else "establishment_id")
    entry = DraftEntry(
        choice,
        establishment_id=int(house) if house.isascii() and house.isdecimal() and len(house) < 10 else None,
        entry_on=typed.day("entry_on") if choice == choosing.CHANGE else None,
        week=week,
        reason=typed.raw("reason"),
        detail=typed.raw("detail"),
        why=typed.raw("why"),
        insists=typed.flag("insists"),
        vote=_vote(typed),
    )
    typed.done()
    return entry


def from_draft(entry_on: str, house: int | None, week: Week, part: Week | None) -> Shown:
    """The form before anybody typed: the whole week at the first establishment; its largest part that fits."""
    shown: Shown = MultiDict({"entry_on": entry_on, "establishment_id": str(house or "")})
    shown["part_house"] = str(house or "")
    for name, value in typed_from_week(week).items():
        shown[name] = value
    kept = part or week
    for one in pieces(week):
        if not Week((one,)).minus(kept):
            shown.add("part", piece_code(one.weekday, one.start))
    return shown


def part_choices(week: Week) -> list[tuple[str, str]]:
    """The mornings and afternoons of a week that may be given apart from the others."""
    return [
        (
            piece_code(one.weekday, one.start),
            f"{french.weekday_name(one.weekday)}, {french.clock_time(one.start)} à {french.clock_time(one.end)}",
        )
        for one in pieces(week)
    ]


def piece_code(weekday: int, start: int) -> str:
    """What a box says of half a day."""
    return f"{weekday}-{start}"


def problems_at(refusal: InvalidError, choice: str) -> dict[str, str]:
    """The sentences at the boxes that the choice uses."""
    if choice != choosing.PARTIAL:
        return refusal.problems
    return {AT_THE_PART.get(name, name): said for name, said in refusal.problems.items()}


def presence(form: Mapping[str, str]) -> dict[int, str]:
    """Who fills each seat that the person changed: a form read before somebody else's moves nothing back."""
    return {
        int(seat): by
        for name, by in form.items()
        if (seat := name.removeprefix("seat-")) != name
        and seat.isascii()
        and seat.isdecimal()
        and len(seat) <= MOST_FIGURES
        and form.get(f"was-{seat}") != by
    }


def _vote(typed: Typed) -> Vote | None:
    if not typed.flag("vote"):
        return None
    voices = {name: typed.number(name, 0, MOST_VOICES) or 0 for name in ("yes", "no", "abstain")}
    presidency = {"yes": True, "no": False}.get(typed.raw("presidency"))
    return Vote(voices["yes"], voices["no"], voices["abstain"], presidency)
