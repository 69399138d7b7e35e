"""Who sits in a commission over a campaign, as a calendar problem wants it; and what is missing, in sentences."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from guichet.commissions.commission_models import Commission, Seat
from guichet.commissions.commission_queries import seats_in_order
from guichet.commissions.words import ROLE
from guichet.core.french import count, join_and, long_date, plural

Span = tuple[date, date]
"""A first day and a last day, both included."""


@dataclass
class Chairing:
    """A seat of the problem: its holder, those who may replace her, its role."""

    person: str
    role: str
    voting: bool
    deputies: tuple[str, ...] = ()


@dataclass
class Chairs:
    """The seats of one commission, what their names mean, and the warnings.

    `spans` holds the mandates that do not last the whole campaign: the person is away outside. `members` has the
    member behind a name, when there is one: without, the person is taken as free.
    """

    seats: list[Chairing] = field(default_factory=list)
    required: tuple[tuple[str, ...], ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """The functions of the seats whose holder is not known."""


def chairs_of(commission: Commission, first: date, last: date) -> Chairs:
    """The seats whose mandate meets the campaign. The commission comes with its seats and their members.

    Somebody whose mandate is shorter than the campaign has a name of her own in this commission, since she may
    go on elsewhere.
    """
    found = Chairs()
    lived = [seat for seat in seats_in_order(commission.seats) if _meets(seat, first, last)]
    for seat in lived:
        _seated(found, commission, seat, first, last)
    found.required = tuple(_required(found, commission))
    found.warnings += _presidency(commission, lived, first, last)
    found.unknown = [seat.title or ROLE[seat.role] for seat in lived if seat.member_id is None]
    return found


def _meets(seat: Seat, first: date, last: date) -> bool:
    return seat.starts_on <= last and (seat.ends_on is None or seat.ends_on > first)


def _seated(found: Chairs, commission: Commission, seat: Seat, first: date, last: date) -> None:
    span = max(seat.starts_on, first), min(seat.ends_on - timedelta(1) if seat.ends_on else last, last)
    holder = _named(found, commission, f"S{seat.id}", seat.member_id, seat.called, span, (first, last))
    if holder in {one.person for one in found.seats}:
        return
    deputies: tuple[str, ...] = ()
    if seat.deputy:
        name = _named(
            found, commission, f"D{seat.id}", seat.deputy_member_id, seat.deputy, span, (first, last)
        )
        deputies = (name,) if name != holder else ()
    found.seats.append(Chairing(holder, seat.role, seat.voting, deputies))


def _named(
    found: Chairs,
    commission: Commission,
    unknown: str,
    member: int | None,
    called: str,
    span: Span,
    whole: Span,
) -> str:
    name = f"M{member}" if member else unknown
    if span != whole:
        name = f"{name}.C{commission.id}"
        known = found.spans.get(name, span)
        found.spans[name] = min(known[0], span[0]), max(known[1], span[1])
    found.names[name] = called
    if member:
        found.members[name] = member
    return name


def _required(found: Chairs, commission: Commission) -> Iterable[tuple[str, ...]]:
    """The presidency or its deputy; and each role of which the règlement wants somebody."""
    roles = [role for role, least in commission.reglement.roles.items() if least]
    for role in dict.fromkeys(("president", *roles)):
        able = [
            name
            for seat in found.seats
            if seat.role == role and (seat.voting or role == "president")
            for name in (seat.person, *seat.deputies)
        ]
        if able:
            yield tuple(dict.fromkeys(able))


def _presidency(commission: Commission, lived: Sequence[Seat], first: date, last: date) -> Iterable[str]:
    name, held = commission.name, [seat for seat in lived if seat.role == "president"]
    if not held:
        yield (
            f"{name} n’a pas de présidence pendant cette campagne : ses dates sont proposées sans elle. "
            "Désignez la présidence dans les sièges, puis recalculez."
        )
        return
    day = first
    for seat in sorted(held, key=lambda one: one.starts_on):
        if seat.starts_on > day:
            yield f"{name} n’a pas de présidence du {long_date(day)} au {long_date(seat.starts_on - timedelta(1))} : aucune séance ne s’y tiendra."
        day = max(day, seat.ends_on or last + timedelta(1))
    if day <= last:
        yield (
            f"{name} n’a plus de présidence à partir du {long_date(day)} : aucune séance ne trouvera de date ensuite. "
            "Désignez qui lui succède dans les sièges."
        )
    if not any(seat.deputy for seat in held):
        yield f"{name} : la présidence n’a pas de suppléance, chacune de ses absences ferme la date."


def unknown_holders(chairs: Iterable[Chairs]) -> Iterable[str]:
    """One sentence for all the seats that nobody known holds: « Direction d’établissement (5) »."""
    called = Counter(name for one in chairs for name in one.unknown)
    many = called.total()
    if many:
        names = [f"{name} ({number})" if number > 1 else name for name, number in called.items()]
        are = plural(
            many,
            "n’a pas de titulaire connu : il est supposé libre",
            "n’ont pas de titulaire connu : ils sont supposés libres",
        )
        yield f"{count(many, 'siège')} {are}. {join_and(names)}."
