"""Calm: what makes a problem meaningless, said in one French sentence that names the path of the fault."""

from collections.abc import Iterable, Mapping

from guichet.allocation.asked import Asked, Current, Demand, Places, Rules
from guichet.allocation.filling import fill_decided
from guichet.core.errors import DomainError

Cell = tuple[str, str, str]


class InvalidProblemError(DomainError):
    """A problem that cannot be computed. `path` is where the fault is, as in `demands[3].slots[1]`."""

    status = 422

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path} : {sentence}", path)
        self.path = path


def refuse_faults(problem: Asked) -> None:
    """Raise InvalidProblemError at the first fault, in the order a reader meets them."""
    known = frozenset(problem.slots)
    _unique(problem.slots, "slots")
    sections = set()
    for i, places in enumerate(problem.places):
        key = (places.establishment, places.section)
        if key in sections:
            raise InvalidProblemError(
                f"places[{i}]",
                f"la section « {places.section} » de « {places.establishment} » est déjà décrite plus haut.",
            )
        sections.add(key)
        _refuse_places(places, known, f"places[{i}]")
    _refuse_doubles(problem.demands)
    for i, demand in enumerate(problem.demands):
        _refuse_demand(demand, known, f"demands[{i}]")
    _refuse_split_wishes(problem.demands)
    refuse_pins_beyond_capacity(problem.places, problem.demands, problem.rules)


def _refuse_places(places: Places, known: frozenset[str], path: str) -> None:
    _refuse_seats(places.open, known, f"{path}.open")
    for group, seats in places.reserved.items():
        _refuse_seats(seats, known, f"{path}.reserved.{group}")


def _refuse_seats(seats: Mapping[str, int], known: frozenset[str], path: str) -> None:
    for slot, count in seats.items():
        if slot not in known:
            raise InvalidProblemError(f"{path}.{slot}", _unknown_slot(slot))
        if count < 0:
            raise InvalidProblemError(
                f"{path}.{slot}", f"un nombre de places ne peut pas être négatif ({count})."
            )


def _refuse_doubles(demands: tuple[Demand, ...]) -> None:
    names: dict[str, int] = {}
    orders: dict[int, int] = {}
    for i, demand in enumerate(demands):
        if names.setdefault(demand.id, i) != i:
            raise InvalidProblemError(
                f"demands[{i}].id",
                f"« {demand.id} » est déjà le nom de demands[{names[demand.id]}].",
            )
        first = orders.setdefault(demand.order, i)
        if first != i:
            raise InvalidProblemError(
                f"demands[{i}].order",
                f"{demand.order} est déjà l’ordre de demands[{first}] (« {demands[first].id} ») ; "
                "il doit départager toutes les demandes.",
            )


def _refuse_demand(demand: Demand, known: frozenset[str], path: str) -> None:
    _refuse_pattern(demand.slots, known, f"{path}.slots")
    wished: set[str] = set()
    for k, wish in enumerate(demand.wishes):
        if wish.establishment in wished:
            raise InvalidProblemError(
                f"{path}.wishes[{k}]", f"« {wish.establishment} » est déjà demandé plus haut."
            )
        wished.add(wish.establishment)
    if demand.current:
        _refuse_pattern(demand.current.slots, known, f"{path}.current.slots")


def _refuse_pattern(slots: tuple[str, ...], known: frozenset[str], path: str) -> None:
    if not slots:
        raise InvalidProblemError(path, "il faut au moins un créneau.")
    if len(set(slots)) < len(slots):
        _unique(slots, path)
    if not known.issuperset(slots):
        j = next(j for j, slot in enumerate(slots) if slot not in known)
        raise InvalidProblemError(f"{path}[{j}]", _unknown_slot(slots[j]))


def _refuse_split_wishes(demands: tuple[Demand, ...]) -> None:
    """Demands that go together are compared at the same establishments, in the same order."""
    first: dict[str, int] = {}
    for i, demand in enumerate(demands):
        if demand.together is None:
            continue
        j = first.setdefault(demand.together, i)
        if [w.establishment for w in demand.wishes] != [w.establishment for w in demands[j].wishes]:
            raise InvalidProblemError(
                f"demands[{i}].wishes",
                f"« {demand.id} » et « {demands[j].id} » sont demandés ensemble (« {demand.together} ») : "
                "leurs vœux doivent être les mêmes, dans le même ordre.",
            )


def refuse_pins_beyond_capacity(
    places: tuple[Places, ...], demands: tuple[Demand, ...], rules: Rules
) -> None:
    """Every decision of people finds its seats, before anybody else. Raises InvalidProblemError."""
    holders: dict[Cell, list[tuple[int, Demand]]] = {}
    freed: dict[Cell, int] = {}
    for i, demand in sorted(enumerate(demands), key=lambda one: one[1].order):
        if demand.pinned is None or demand.pinned.establishment is None:
            continue
        asked = {(demand.pinned.establishment, demand.section, slot) for slot in demand.slots}
        own = _seats_of(demand.current)
        for cell in asked - own:
            holders.setdefault(cell, []).append((i, demand))
        for cell in own - asked:
            freed[cell] = freed.get(cell, 0) + 1
    sections = {(p.establishment, p.section): p for p in places} if holders else {}
    left_out: list[tuple[int, str]] = []
    for cell, inside in holders.items():
        section, slot = sections.get(cell[:2]), cell[2]
        seats = fill_decided(
            [demand.group for _, demand in inside],
            (section.open.get(slot, 0) if section else 0) + freed.get(cell, 0),
            {group: kept.get(slot, 0) for group, kept in section.reserved.items()} if section else {},
            rules.reserved_first,
            rules.unfilled_reserve_opens,
        )
        left_out.extend((i, slot) for (i, _), seat in zip(inside, seats, strict=True) if seat is None)
    if left_out:
        i, slot = min(left_out)
        pin = demands[i].pinned
        raise InvalidProblemError(
            f"demands[{i}].pinned",
            f"« {demands[i].id} » est décidé à « {pin.establishment if pin else None} », mais la section "
            f"« {demands[i].section} » n’y a plus de place pour cette demande sur le créneau « {slot} ».",
        )


def _seats_of(current: Current | None) -> set[Cell]:
    if current is None:
        return set()
    return {(current.establishment, current.section, slot) for slot in current.slots}


def _unique(names: Iterable[str], path: str) -> None:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            raise InvalidProblemError(f"{path}[{i}]", f"« {name} » est écrit deux fois.")
        seen.add(name)


def _unknown_slot(slot: str) -> str:
    return f"le créneau « {slot} » n’est pas déclaré dans slots."
