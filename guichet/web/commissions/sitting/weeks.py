"""The weeks of the establishments at the side of the screen: who takes the seats, and what this demand would add."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from guichet.commissions.sitting import half_days as calm
from guichet.commissions.sitting.half_days import HalfDay
from guichet.core import french
from guichet.core.week import Week
from guichet.establishments.capacity import Ask, Load, Verdict, fits
from guichet.establishments.capacity import House as Places
from guichet.establishments.catalogue import House
from guichet.establishments.heat import heat
from guichet.placements.saying import verdict_in_words
from guichet.placements.words import LOAD_OF

BAR, TALL = 96, 12


@dataclass(frozen=True)
class HouseWeek:
    """One establishment: whether the week fits there, and its half-days."""

    house: House
    verdict: Verdict | None
    told: tuple[str, ...]
    covered: Week | None
    """The hours of the week asked that fit."""
    part: Week | None
    """The largest part that fits, when not all does."""
    monday: date
    section: str
    days: tuple[date, ...]
    rows: tuple[tuple[HalfDay, ...], ...]


def house_week(places: Places, house: House, ask: Ask | None, entry: date, drafted: Week | None) -> HouseWeek:
    """What one establishment shows. `drafted` is the week already held there for this demand."""
    verdict = (
        fits(places.supply, places.periods_for(ask), ask, entry) if ask and places.supply.opened else None
    )
    monday = calm.first_open_week(places.supply.closed, entry)
    section = verdict.section if verdict else None
    table = heat(places, monday, section.id if section and places.supply.sections else None)
    week = drafted or (ask.week if ask else Week())
    return HouseWeek(
        house,
        verdict,
        tuple(verdict_in_words(verdict))
        if verdict
        else ("Aucun agrément saisi : la place n’est pas comptée.",),
        ask.week.minus(verdict.blocked).minus(verdict.closed) if ask and verdict else None,
        calm.largest_part(ask.week, verdict) if ask and verdict else None,
        monday,
        section.name if section and places.supply.sections else "",
        table.days,
        calm.half_days(table, week, mine=drafted is not None),
    )


def seats_bar(half: HalfDay) -> Markup:
    """The seats of half a day as a bar: who takes them, what this demand adds, what is left."""
    if half.cell is None:
        return Markup("")
    seats = max(half.cell.places, half.cell.taken + half.cell.kept + (half.asked and not half.mine), 1)
    unit = BAR / seats
    parts, at = [], 0.0
    for tone, number in _segments(half):
        parts.append(f'<rect class="s-{tone}" x="{at:.1f}" width="{number * unit:.1f}" height="{TALL}"/>')
        at += number * unit
    return Markup(  # noqa: S704 - numbers and our own class names only
        f'<svg class="seats" aria-hidden="true" viewBox="0 0 {BAR} {TALL}" preserveAspectRatio="none">'
        f'<rect class="s-free" width="{BAR}" height="{TALL}"/>{"".join(parts)}</svg>'
    )


def told_half(half: HalfDay) -> str:
    """« 8 présents, 2 acceptés, à venir, 1 en projet, sur 12 places »: what the bar draws."""
    if half.cell is None:
        return "fermé"
    said = [french.count(number, *LOAD_OF[load]) for load, number in half.counts.items() if number]
    return f"{', '.join(said) or 'personne'}, sur {french.count(half.cell.places, 'place')}"


def free_words(half: HalfDay) -> str:
    """« 2 libres, puis 1 », « complet »."""
    if half.cell is None:
        return "fermé"
    now = french.count(half.free, "libre") if half.free else "complet"
    if not half.asked or half.mine:
        return now
    return f"{now}, puis {half.after}" if half.after >= 0 else f"{now}, 1 de trop"


def _segments(half: HalfDay) -> list[tuple[str, int]]:
    counts: Mapping[Load, int] = half.counts
    found = [(str(load), counts.get(load, 0)) for load in Load]
    if half.cell and half.cell.kept:
        found.append(("kept", half.cell.kept))
    if half.asked and not half.mine:
        found.append(("mine", 1))
    return [(tone, number) for tone, number in found if number]
