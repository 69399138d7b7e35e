"""Small allocation problems for the tests: written by hand, or drawn by hypothesis."""

from hypothesis import strategies as st

from guichet.allocation.faults import InvalidProblemError
from guichet.allocation.problem import (
    Current,
    Demand,
    Pin,
    Places,
    Problem,
    Result,
    Rules,
    Wish,
)

ESTABLISHMENTS = ("E1", "E2", "E3", "E4")
SECTIONS = ("babies", "toddlers")
SLOTS = ("mon", "tue", "wed")
GROUPS = ("insertion", "handicap")


def places(
    establishment: str, open_seats: int | dict, reserved: dict | None = None, section: str = "babies"
) -> Places:
    """The same open seats in every slot, or slot by slot."""
    seats = dict.fromkeys(SLOTS, open_seats) if isinstance(open_seats, int) else open_seats
    return Places(establishment, section, seats, reserved or {})


def demand(name: str, wishes: str, score: int | list = 0, slots: str = "mon", **other) -> Demand:
    """`wishes` are "E1 E2"; `score` is one for all, or one for each; the order follows the name's number."""
    names = wishes.split()
    scores = score if isinstance(score, list) else [score] * len(names)
    other.setdefault("order", int("".join(c for c in name if c.isdigit())))
    other.setdefault("section", "babies")
    return Demand(
        id=name,
        slots=tuple(slots.split()),
        wishes=tuple(Wish(e, s) for e, s in zip(names, scores, strict=True)),
        **other,
    )


def problem(all_places: list[Places], demands: list[Demand], **rules) -> Problem:
    return Problem(SLOTS, tuple(all_places), tuple(demands), Rules(**rules))


def given(result: Result) -> dict[str, str]:
    """Where each demand admitted is, and on which seat: "E1 open"."""
    return {line.demand: f"{line.establishment} {line.seat}" for line in result.assignments}


@st.composite
def problems(
    draw, most=9, reserves=True, transfers=True, families=True, pins=True, common_order=False
) -> Problem:
    """Problems that have a meaning, small enough for chance to meet every case."""
    slots = SLOTS[: draw(st.integers(1, 3))]
    names = ESTABLISHMENTS[: draw(st.integers(1, 4))]
    seats = st.integers(0, 2)
    all_places = [
        Places(
            name,
            section,
            {slot: draw(seats) for slot in slots},
            {
                group: {slot: draw(st.integers(0, 1)) for slot in slots}
                for group in GROUPS
                if draw(st.booleans())
            }
            if reserves
            else {},
        )
        for name in names
        for section in SECTIONS
        if draw(st.integers(0, 5))
    ]
    count = draw(st.integers(1, most))
    orders = draw(st.permutations(range(count)))
    demands: list[Demand] = []
    for i in range(count):
        wished = draw(st.permutations(names))[: draw(st.integers(0, len(names)))]
        label = None
        if families and demands and demands[-1].wishes and not draw(st.integers(0, 3)):
            label = demands[-1].together or f"F{i}"
            wished = [wish.establishment for wish in demands[-1].wishes]
            last = demands.pop()
            demands.append(_with(last, together=label))
        common = draw(st.integers(0, 5))
        demands.append(
            Demand(
                id=f"D{i}",
                section=draw(st.sampled_from(SECTIONS)),
                slots=tuple(draw(st.lists(st.sampled_from(slots), min_size=1, unique=True))),
                order=orders[i],
                wishes=tuple(Wish(e, common if common_order else draw(st.integers(0, 5))) for e in wished),
                group=draw(st.sampled_from([None, *GROUPS])) if reserves else None,
                current=Current(
                    draw(st.sampled_from(names)),
                    draw(st.sampled_from(SECTIONS)),
                    tuple(draw(st.lists(st.sampled_from(slots), min_size=1, unique=True))),
                )
                if transfers and not draw(st.integers(0, 3))
                else None,
                together=label,
            )
        )
    rules = Rules(draw(st.booleans()), draw(st.booleans()))
    made = Problem(slots, tuple(all_places), tuple(demands), rules)
    for i in range(count):
        if pins and not draw(st.integers(0, 5)):
            made = _pinned_if_it_fits(made, i, draw(st.sampled_from([None, *names])))
    return made


def _with(one: Demand, **changes) -> Demand:
    return Demand(**{name: changes.get(name, getattr(one, name)) for name in Demand.__slots__})


def _pinned_if_it_fits(made: Problem, i: int, establishment: str | None) -> Problem:
    demands = list(made.demands)
    demands[i] = _with(demands[i], pinned=Pin(establishment))
    try:
        return Problem(made.slots, made.places, tuple(demands), made.rules)
    except InvalidProblemError:
        return made
