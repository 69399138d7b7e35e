"""What the forms of a commission and of its seats hold, read field by field; and how they are first filled."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from guichet.commissions import reglement as rules
from guichet.commissions import words
from guichet.commissions.commission_actions import CommissionEntry, SeatEntry
from guichet.commissions.commission_models import Commission, Seat
from guichet.commissions.reglement import Reglement
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.agenda import SHORTEST_MINUTES, USUAL_MINUTES
from guichet.commissions.sessions.agenda_actions import LONGEST_MINUTES, LONGEST_TITLE, ItemEntry
from guichet.commissions.sessions.arrangement import Arrangement
from guichet.commissions.sessions.rounds import RoundEntry
from guichet.core import french
from guichet.web.registration.typed import MOST_FIGURES, Typed

Shown = MultiDict[str, str]
FLAGS = ("second_without_quorum", "proxies_in_college", "proxies_in_quorum", "casting_vote")
CHOICES = {
    "decides": words.DECIDES,
    "quorum": words.QUORUM,
    "recusal": words.RECUSAL,
    "silence": words.SILENCE,
    "notice_unit": words.UNIT_CHOICES,
}


def from_model(model: str) -> Shown:
    """A new commission, with the règlement of a model."""
    known = rules.MODELS.get(model)
    return from_reglement(known.reglement if known else Reglement())


def from_commission(found: Commission) -> Shown:
    """A commission as it is."""
    shown = from_reglement(found.reglement)
    shown["name"], shown["version"] = found.name, str(found.version)
    shown.setlist("houses", [str(one.establishment_id) for one in found.houses])
    return shown


def from_reglement(one: Reglement) -> Shown:
    """The settings as the form shows them."""
    shown: Shown = MultiDict({name: getattr(one, name) for name in CHOICES})
    shown.update({name: str(getattr(one, name)) for name in rules.BOUNDS})
    shown.update({name: "y" for name in FLAGS if getattr(one, name)})
    shown.update({f"roles-{role}": str(least) for role, least in one.roles.items()})
    return shown


def commission_entry(form: Shown) -> CommissionEntry:
    """A commission as typed. Raises InvalidError."""
    typed = Typed(form)
    name = typed.words("name", 120)
    reglement = _reglement(typed)
    houses = frozenset(int(one) for one in form.getlist("houses") if one.isascii() and one.isdigit())
    typed.done()
    return CommissionEntry(name, houses, reglement)


def from_seat(found: Seat) -> Shown:
    """A seat as it is."""
    shown: Shown = MultiDict(
        {
            "role": found.role,
            "title": found.title,
            "holder": found.holder,
            "email": found.member.email or "" if found.member else "",
            "user_id": str(found.user_id or ""),
            "deputy": found.deputy,
            "deputy_email": found.deputy_member.email or "" if found.deputy_member else "",
            "deputy_user_id": str(found.deputy_user_id or ""),
            "voting": "yes" if found.voting else "no",
            "starts_on": french.short_date(found.starts_on),
            "ends_on": french.short_date(found.ends_on) if found.ends_on else "",
            "version": str(found.version),
        }
    )
    return shown


def seat_entry(form: Shown, accounts: Mapping[int, str]) -> SeatEntry:
    """A seat as typed; an account that is not offered is none. Raises InvalidError."""
    typed = Typed(form)
    codes = tuple(str(one) for one in accounts)
    made = SeatEntry(
        role=typed.choice("role", rules.ROLES),
        title=typed.words("title", 120),
        holder=typed.words("holder", 120),
        user_id=int(typed.choice("user_id", codes) or 0) or None,
        deputy=typed.words("deputy", 120),
        deputy_user_id=int(typed.choice("deputy_user_id", codes) or 0) or None,
        voting=typed.raw("voting") != "no",
        starts_on=typed.day("starts_on"),
        ends_on=typed.day("ends_on"),
        email=typed.email("email"),
        deputy_email=typed.email("deputy_email"),
    )
    typed.done()
    return made


def session_entry(form: Shown) -> SessionEntry:
    """A session as typed. Raises InvalidError."""
    typed = Typed(form)
    sits_on, there = typed.day("sits_on"), _arrangement(typed, USUAL_MINUTES)
    made = SessionEntry(
        sits_on, there.starts_at, there.place, _number(typed, "round_id"), duration=there.duration
    )
    typed.done()
    return made


def arrangement(form: Shown, known: Arrangement) -> Arrangement:
    """When and where a session is held, its day unchanged. Raises InvalidError."""
    typed = Typed(form)
    made = _arrangement(typed, known.duration)
    typed.done()
    return made


def round_entry(form: Shown) -> RoundEntry:
    """A round as typed. Raises InvalidError."""
    typed = Typed(form)
    made = RoundEntry(
        typed.words("title", 120), typed.day("entry_from"), typed.day("entry_to"), _number(typed, "run_id")
    )
    typed.done()
    return made


def item_entry(form: Shown) -> ItemEntry:
    """An item of an agenda as typed. Raises InvalidError."""
    typed = Typed(form)
    duration = typed.number("duration", 0, LONGEST_MINUTES)
    if duration is None:
        typed.refuse("duration", f"Écrivez un nombre de minutes entre 0 et {LONGEST_MINUTES}.")
    made = ItemEntry(typed.raw("kind"), typed.words("title", LONGEST_TITLE), duration or 0)
    typed.done()
    return made


def reason(form: Shown) -> str:
    """Why a session is left. Raises InvalidError."""
    typed = Typed(form)
    written = typed.words("reason", 1000)
    typed.done()
    return written


def _arrangement(typed: Typed, duration: int) -> Arrangement:
    """What the fields of _day.html hold; `duration` when none is typed."""
    starts_at = 0
    try:
        starts_at = french.parse_clock(typed.raw("starts_at"))
    except ValueError as refusal:
        typed.refuse("starts_at", str(refusal))
    return Arrangement(starts_at, _minutes(typed, duration), typed.words("place", 200))


def _minutes(typed: Typed, otherwise: int) -> int:
    """A length of time as people type it: « 1 h 30 », or « 90 » for minutes."""
    raw = typed.raw("duration")
    figures = raw.lower().removesuffix("utes").removesuffix("min").strip()
    if figures.isascii() and figures.isdigit() and int(figures[:MOST_FIGURES]) >= SHORTEST_MINUTES:
        return int(figures[:MOST_FIGURES])
    try:
        return french.parse_clock(raw) if raw else otherwise
    except ValueError:
        typed.refuse("duration", "Écrivez la durée sous la forme 1 h 30, ou en minutes.")
        return otherwise


def _number(typed: Typed, field: str) -> int | None:
    """The row chosen in a list; None when nothing, or no number, came."""
    raw = typed.raw(field)
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= MOST_FIGURES else None


def _reglement(typed: Typed) -> Reglement:
    plain = Reglement()
    numbers = {}
    for name, (lowest, highest) in rules.BOUNDS.items():
        found = typed.number(name, lowest, highest)
        if found is None:
            found = getattr(plain, name)
            if name != "quorum_number" or typed.raw("quorum") == rules.NUMBER:
                typed.refuse(name, f"Écrivez un nombre entre {lowest} et {highest}.")
        numbers[name] = found
    asked = {role: typed.number(f"roles-{role}", 0, rules.MOST_OF_A_ROLE) for role in rules.ROLES}
    return Reglement(
        decides=typed.choice("decides", rules.DECIDES, plain.decides),
        quorum=typed.choice("quorum", rules.QUORUMS, plain.quorum),
        recusal=typed.choice("recusal", rules.RECUSALS, plain.recusal),
        silence=typed.choice("silence", rules.SILENCES, plain.silence),
        notice_unit=typed.choice("notice_unit", tuple(words.UNIT_CHOICES), plain.notice_unit),
        roles={role: least for role, least in asked.items() if least},
        second_without_quorum=typed.flag("second_without_quorum"),
        proxies_in_college=typed.flag("proxies_in_college"),
        proxies_in_quorum=typed.flag("proxies_in_quorum"),
        casting_vote=typed.flag("casting_vote"),
        **numbers,
    )
