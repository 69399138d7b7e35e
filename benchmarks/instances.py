"""Allocation problems of the shape that the studies of crèche admissions describe, made from a seed.

Ten half-days, three sections, a crèche for 25 demands, five wishes, weeks of two to ten half-days, seats for 55 %
of the half-days asked for, 10 % of them reserved to insertion and as many children of that group; points common to
all crèches plus local ones (a brother or sister already there, same commune); some brothers and sisters together.
"""

import random
from dataclasses import replace

from guichet.allocation.problem import Current, Demand, Places, Problem, Rules, Wish

SLOTS = tuple(f"{day}-{half}" for day in ("mon", "tue", "wed", "thu", "fri") for half in ("am", "pm"))
SECTIONS = ("babies", "middle", "toddlers")
GROUP = "insertion"
WISHES = 5
SIBLING_THERE, SAME_COMMUNE = 20, 15


def instance(
    count: int,
    seed: int,
    *,
    siblings: float = 0.06,
    transfers: float = 0.0,
    local: bool = True,
    reserve: bool = True,
    rules: Rules | None = None,
) -> Problem:
    """`count` demands. `siblings` is the share of the children asked for together, `transfers` of those who have
    a place already; without `local` points, one common order holds everywhere."""
    chance = random.Random(f"{count}/{seed}")
    creches = [f"E{i:05}" for i in range(max(WISHES, count // 25))]
    orders = chance.sample(range(count), count)
    demands = [_demand(i, orders[i], creches, chance, local, reserve) for i in range(count)]
    _join(demands, siblings, chance)
    demands = [_with_place(d, creches, chance) if chance.random() < transfers else d for d in demands]
    chance.shuffle(demands)
    return Problem(SLOTS, _places(demands, creches, chance, reserve), tuple(demands), rules or Rules())


def plain(count: int, seed: int) -> Problem:
    """One slot, one section, own ranks in each crèche: the classic problem of residents and hospitals."""
    chance = random.Random(f"plain/{count}/{seed}")
    creches = [f"E{i:05}" for i in range(max(WISHES, count // 25))]
    demands = tuple(
        Demand(
            f"D{i:06}",
            "all",
            ("day",),
            i,
            tuple(Wish(e, chance.randrange(1_000_000)) for e in chance.sample(creches, WISHES)),
        )
        for i in range(count)
    )
    seats = max(1, round(0.6 * count / len(creches)))
    return Problem(("day",), tuple(Places(e, "all", {"day": seats}) for e in creches), demands)


def _demand(
    i: int, order: int, creches: list[str], chance: random.Random, local: bool, reserve: bool
) -> Demand:
    """Wishes lie around a home, so that neighbours compete."""
    home = chance.random()
    near: dict[str, None] = {}
    while len(near) < WISHES:
        near[creches[int((home + chance.gauss(0, 8 / len(creches))) % 1 * len(creches))]] = None
    points = chance.randrange(0, 100)
    wishes = []
    for establishment in near:
        bonus = 0
        if local:
            bonus += SIBLING_THERE if chance.random() < 0.05 else 0
            bonus += SAME_COMMUNE if chance.random() < 0.4 else 0
        wishes.append(Wish(establishment, points + bonus))
    days = chance.sample(range(5), chance.choice((1, 2, 3, 4, 4, 5, 5)))
    halves = chance.choice((("am", "pm"), ("am", "pm"), ("am", "pm"), ("am",)))
    slots = tuple(f"{SLOTS[2 * day][:3]}-{half}" for day in sorted(days) for half in halves)
    group = GROUP if reserve and chance.random() < 0.1 else None
    return Demand(f"D{i:06}", chance.choice(SECTIONS), slots, order, tuple(wishes), group)


def _join(demands: list[Demand], share: float, chance: random.Random) -> None:
    """Pairs of brothers and sisters: the same establishments, points of their own, each in its section."""
    pairs = int(len(demands) * share / 2)
    chosen = chance.sample(range(len(demands)), 2 * pairs)
    for k in range(pairs):
        first, second = chosen[2 * k], chosen[2 * k + 1]
        elder = demands[first]
        own = demands[second].wishes[0].score
        label = f"F{k:05}"
        demands[first] = replace(elder, together=label)
        demands[second] = replace(
            demands[second],
            wishes=tuple(Wish(w.establishment, (w.score + own) // 2) for w in elder.wishes),
            together=label,
        )


def _with_place(demand: Demand, creches: list[str], chance: random.Random) -> Demand:
    there = chance.choice(creches)
    return replace(
        demand, current=Current(there, demand.section, demand.slots[: chance.choice((1, 2, 4, 10))])
    )


def _places(
    demands: list[Demand], creches: list[str], chance: random.Random, reserve: bool
) -> tuple[Places, ...]:
    asked = sum(len(demand.slots) for demand in demands)
    total = asked * 0.55 / (len(creches) * len(SECTIONS) * len(SLOTS))
    places = []
    for establishment in creches:
        size = chance.uniform(0.6, 1.4)
        for section in SECTIONS:
            open_seats, kept = {}, {}
            for slot in SLOTS:
                seats = int(total * size + chance.random())
                held = sum(chance.random() < 0.1 for _ in range(seats)) if reserve else 0
                open_seats[slot], kept[slot] = seats - held, held
            places.append(Places(establishment, section, open_seats, {GROUP: kept} if reserve else {}))
    return tuple(places)
