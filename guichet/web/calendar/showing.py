"""What the pages of a calendar show, arranged: its sessions by date and by commission, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guichet.commissions.words import ROLE
from guichet.core import french
from guichet.core.names import search_key
from guichet.scheduling.campaigns.files import half_day_from
from guichet.scheduling.campaigns.models import CalendarRun
from guichet.scheduling.campaigns.whatif import commission_of, is_somebody
from guichet.scheduling.campaigns.words import CAUSE, HALF
from guichet.scheduling.planning.problem import HalfDay
from guichet.web.calendar import reasons
from guichet.web.calendar.reasons import Chair, Worth


@dataclass(frozen=True)
class OtherDate:
    """Another date, what it would cost in words, and what would be different."""

    half_day: HalfDay
    room: str
    room_name: str
    cost: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Dated:
    """A session that has a date."""

    key: str
    commission: str
    name: str
    half_day: HalfDay
    room: str
    room_name: str
    points: float
    parts: tuple[tuple[str, str, str], ...]
    """What makes its points: a part, its points, and why, in words."""
    chairs: tuple[Chair, ...]
    others: tuple[OtherDate, ...]
    pinned: bool
    forced: bool
    beside: tuple[str, ...]
    """The commissions that sit with the same team on the same half-day."""

    @property
    def worth(self) -> str:
        """All its points, in words."""
        return reasons.points(self.points)

    @property
    def present(self) -> int:
        """Seats filled."""
        return sum(bool(one.filler) for one in self.chairs)

    @property
    def missing(self) -> list[str]:
        """Those who are not there, with who replaces them."""
        return [
            f"{one.holder}, suppléance : {one.filler}" if one.filler else one.holder
            for one in self.chairs
            if one.filler != one.holder
        ]


@dataclass(frozen=True)
class Undated:
    """A session without a date, and where the half-days of its window went."""

    key: str
    commission: str
    name: str
    first: date
    last: date
    half_days: int
    lost: tuple[tuple[str, int], ...]
    closers: tuple[tuple[str, int], ...] = ()
    """Those whose absence alone closes half-days to it, and how many; the worst first."""


@dataclass(frozen=True)
class Beside:
    """A session of one of the commissions that the campaign does not plan."""

    commission: str
    name: str
    half_day: HalfDay
    session_id: int


@dataclass(frozen=True)
class Year:
    """A calendar as the pages show it."""

    sessions: tuple[Dated, ...]
    undated: tuple[Undated, ...]
    commissions: Mapping[str, str]
    """The commissions by their name in the problem, in the order of the names."""
    shorts: Mapping[str, str]
    """The same without the words that they all begin with: « Blanzy »."""
    teams: tuple[tuple[str, int, int], ...]
    """A team, its half-days, and those it cannot do without."""
    members: tuple[tuple[str, float, int, int], ...]
    """A member, the share of half-days when she is busy, the half-days her absences close, and the sessions."""
    blocks: tuple[tuple[str, float], ...]
    """The parts of a large calendar searched one after the other, and how far each may be from its best."""
    warnings: tuple[str, ...]
    findings: tuple[str, ...]
    beside: tuple[Beside, ...] = ()

    def dated(self, key: str) -> Dated | None:
        """One session by its key."""
        return next((one for one in self.sessions if one.key == key), None)

    def without_date(self, key: str) -> Undated | None:
        """One session without a date, by its key."""
        return next((one for one in self.undated if one.key == key), None)


def year_of(run: CalendarRun) -> Year:
    """The calendar of a run that is done. The run comes with its result."""
    about, result = run.about or {}, run.result or {}
    plan, told = result["plan"], result["told"]
    names = commission_names(about)
    shorts = short_names(names)
    teams = {name: one["team"] for name, one in about["commissions"].items()}
    tours: dict[tuple[str, str], list[str]] = {}
    for one in plan["sessions"]:
        tours.setdefault((teams[one["commission"]], one["half_day"]), []).append(one["commission"])
    return Year(
        sessions=tuple(
            _dated(one, about, told, [shorts[c] for c in tours[teams[one["commission"]], one["half_day"]] if c != one["commission"]])
            for one in plan["sessions"]
        ),
        undated=tuple(_undated(one, about, told) for one in plan["unplaced"]),
        commissions=names,
        shorts=shorts,
        teams=tuple((about["teams"].get(one["team"], ""), one["half_days"], one["least"]) for one in told["teams"]),
        members=tuple(
            (about["people"].get(one["person"], one["person"]), one["busy"], one["half_days"], one["sessions"])
            for one in told["members"]
        ),
        blocks=tuple(
            (french.join_and([about["teams"].get(team, team) for team in one["teams"]]), one["gap"])
            for one in plan["blocks"]
        ),
        warnings=tuple(about["warnings"]),
        findings=tuple(told["findings"]),
        beside=tuple(
            Beside(
                one["commission"], names[one["commission"]], half_day_from(one["half_day"]), one["session"]
            )
            for one in about.get("beside", [])
        ),
    )  # fmt: skip


def commission_names(about: Mapping[str, Any]) -> dict[str, str]:
    """The commissions by their name in the problem, in the order of the names: a database forgets that of JSON."""
    return _by_name({code: one["name"] for code, one in about["commissions"].items()})


def members_names(about: Mapping[str, Any]) -> dict[str, str]:
    """The members the same way; those of one mandate only are the same person."""
    people: dict[str, str] = about["people"]
    return _by_name({code: name for code, name in people.items() if code.startswith("M") and "." not in code})


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda one: (search_key(one[1]), one[0])))


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """The names without the first words that they all share, when something is left of each."""
    words = [name.split() for name in names.values()]
    most = min((len(one) for one in words), default=1) - 1
    shared = 0
    while shared < most and len(words) > 1 and len({one[shared] for one in words}) == 1:
        shared += 1
    return {code: " ".join(name.split()[shared:]) for code, name in names.items()}


def in_words(half_day: HalfDay) -> str:
    """« mardi 4 mai 2027, matin »."""
    return f"{french.long_date(half_day.day)}, {HALF[half_day.half]}"


def short(half_day: HalfDay) -> str:
    """« 04/05/2027, matin »."""
    return f"{french.short_date(half_day.day)}, {HALF[half_day.half]}"


def change_in_words(one: Mapping[str, Any], about: Mapping[str, Any], cadences: Mapping[str, str]) -> str:
    """One thing that was tried, in a sentence."""
    commissions, people = about["commissions"], about["people"]

    def named(code: str) -> str:
        return str(commissions[code]["name"]) if code in commissions else code

    match one["kind"]:
        case "pin":
            return f"{named(commission_of(one['session']))} : séance fixée le {in_words(half_day_from(one['half_day']))}"
        case "free":
            return f"{named(commission_of(one['session']))} : date de nouveau libre"
        case "forbid":
            return f"{named(one['commission'])} : pas de séance le {french.long_date(date.fromisoformat(one['day']))}"
        case "cadence":
            return f"{named(one['commission'])} : {cadences.get(one['cadence'], one['cadence'])}"
        case "deputy":
            return f"{named(one['commission'])} : {people.get(one['person'], '')} supplée {people.get(one['seat'], '')}"
        case _:
            first, last = (
                french.short_date(date.fromisoformat(one["first"])),
                french.short_date(date.fromisoformat(one["last"])),
            )
            return f"{one.get('called') or people.get(one['person'], '')} : absence du {first} au {last}"


def _dated(
    one: Mapping[str, Any], about: Mapping[str, Any], told: Mapping[str, Any], beside: list[str]
) -> Dated:
    said, rooms = told["sessions"][one["id"]], about["rooms"]
    half_day, target = half_day_from(one["half_day"]), date.fromisoformat(told["windows"][one["id"]][2])
    chairs = _chairs(said["chairs"], one["commission"], about)
    now = Worth(half_day, chairs, said["distance"], said["tour"])
    brought = sum(chair.points for chair in chairs)
    parts = (
        ("Présences", brought, f"sur {reasons.points(sum(chair.weight for chair in chairs))} possibles"),
        ("Distance au jour visé", said["distance"], reasons.aimed(half_day.day, target)),
        ("Date déplacée", said["moved"], "la date d’avant était une autre"),
        ("Part du déplacement de l’équipe", said["tour"], reasons.toured(beside)),
    )
    return Dated(
        key=one["id"],
        commission=one["commission"],
        name=about["commissions"][one["commission"]]["name"],
        half_day=half_day,
        room=one["room"],
        room_name=rooms.get(one["room"], ""),
        points=said["points"],
        parts=tuple(
            (label, reasons.points(worth), why)
            for label, worth, why in parts
            if worth or label != "Date déplacée"
        ),
        chairs=chairs,
        others=tuple(_other(other, now, target, one["commission"], about) for other in said["next"]),
        pinned=one["id"] in told["pinned"],
        forced=one["forced"],
        beside=tuple(beside),
    )


def _other(
    other: Mapping[str, Any], now: Worth, target: date, commission: str, about: Mapping[str, Any]
) -> OtherDate:
    half_day = half_day_from(other["half_day"])
    why: list[str] = []
    if "chairs" in other:
        chairs = _chairs(other["chairs"], commission, about)
        why = reasons.why_apart(now, Worth(half_day, chairs, other["distance"], other["tour"]), target)
    return OtherDate(
        half_day,
        other["room"],
        about["rooms"].get(other["room"], ""),
        reasons.apart(other["cost"]),
        tuple(why),
    )


def _chairs(
    told: Iterable[Mapping[str, Any]], commission: str, about: Mapping[str, Any]
) -> tuple[Chair, ...]:
    people, roles = about["people"], about["commissions"][commission]["roles"]
    return tuple(
        Chair(
            people.get(one["holder"], one["holder"]),
            people.get(one["filler"], one["filler"]) if one["filler"] else "",
            one["points"],
            one["weight"],
            ROLE.get(roles.get(one["holder"], ""), ""),
            one["holder"] in about["members"],
        )
        for one in told
        if is_somebody(one["holder"])
    )


def _undated(one: Mapping[str, Any], about: Mapping[str, Any], told: Mapping[str, Any]) -> Undated:
    commission, window = commission_of(one["id"]), told["windows"][one["id"]]
    names = about["people"]
    # A calendar computed before this was counted does not have them.
    closers = told.get("closers", {}).get(one["id"], [])
    return Undated(
        key=one["id"],
        commission=commission,
        name=about["commissions"][commission]["name"],
        first=date.fromisoformat(window[0]),
        last=date.fromisoformat(window[1]),
        half_days=one["half_days"],
        lost=tuple((words, one["lost"][cause]) for cause, words in CAUSE if one["lost"][cause]),
        closers=tuple((names.get(person, person), half_days) for person, half_days in closers),
    )
