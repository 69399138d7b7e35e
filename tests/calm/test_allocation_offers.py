"""What an establishment can give in a run, and what a child asks of it; and how a refusal is said."""

from datetime import date, timedelta

import pytest

from guichet.allocation.explaining.difference import moves
from guichet.allocation.explaining.telling import wish_sentence
from guichet.allocation.explaining.words import period_words, when_words
from guichet.allocation.inputs.choices import Choices
from guichet.allocation.inputs.composing import Applicant, Asked, Decided, Hall, Held, compose
from guichet.allocation.inputs.offers import ages_of, offers_of
from guichet.core.week import Week
from guichet.establishments.capacity import House, Stay
from guichet.establishments.supply import AgeGroup, Opened, Supply

SEPTEMBER, AUGUST = date(2027, 9, 1), date(2028, 8, 31)
MONTHS = tuple(date(2027 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(9, 21))
MONDAY = Week.same_hours((1,), (480, 1020))
NINE_ON_MONDAY = 18
CHOICES = Choices(SEPTEMBER, SEPTEMBER, SEPTEMBER, SEPTEMBER, AUGUST)
BABIES, BIG = AgeGroup(1, "Bébés", 0, 15, 4), AgeGroup(2, "Grands", 15, 48, 6)


def house(
    places: int = 10, *stays: Stay, number: int = 1, sections: tuple[AgeGroup, ...] = (), **supply: object
) -> House:
    """Open on Mondays from 8 h to 18 h."""
    offered = Supply(number, (Opened(1, 480, 1080, places),), sections, **supply)  # type: ignore[arg-type]
    return House(offered, stays, SEPTEMBER, AUGUST)


def seats(made: House, month: int = 0, **options: object) -> list[tuple[int, dict[str, int]]]:
    """Open and reserved seats on Monday at 9 h, by section."""
    shares = options.pop("shares", {})
    return [
        (
            offer.open[month][NINE_ON_MONDAY],
            {group: rows[month][NINE_ON_MONDAY] for group, rows in offer.reserved.items()},
        )
        for offer in offers_of("E", made, MONTHS, shares, **options)  # type: ignore[arg-type]
    ]


def stay(born: date, first: date = SEPTEMBER, last: date = AUGUST) -> Stay:
    return Stay(1, born, MONDAY, first, last)


def applicant(number: int = 1, **values: object) -> Applicant:
    return Applicant(
        **{  # type: ignore[arg-type]
            "id": number,
            "number": f"2027-{number}",
            "family": number,
            "born_on": date(2026, 9, 1),
            "entry_on": SEPTEMBER,
            "week": MONDAY,
            "asked": (Asked(1, 10, 10),),
            "ties": (number,),
            **values,
        }
    )


def hall(number: int = 1, made: House | None = None, **shares: int) -> dict[int, Hall]:
    return {number: Hall(number, f"E{number}", made or house(), shares)}


def test_the_seats_of_the_sections_follow_the_licence_and_the_children_there() -> None:
    assert seats(house(sections=(BABIES, BIG))) == [(4, {}), (6, {})]
    baby = stay(date(2027, 2, 1))
    assert seats(house(10, baby, sections=(BABIES, BIG))) == [(3, {}), (6, {})]


def test_a_seat_counts_for_a_month_when_all_its_weeks_leave_it_free() -> None:
    leaving = stay(date(2027, 2, 1), last=date(2027, 10, 15))
    assert [seats(house(1, leaving), month) for month in (0, 1, 2)] == [[(0, {})], [(0, {})], [(1, {})]]


def test_the_sections_never_take_together_more_than_the_whole_has_left() -> None:
    babies = [Stay(number, date(2027, 2, 1), MONDAY, SEPTEMBER, AUGUST) for number in range(6)]
    left = seats(house(10, *babies, sections=(BABIES, BIG)))
    assert left == [(0, {}), (4, {})]


def test_a_reserve_is_a_share_of_the_seats_rounded_down_and_taken_from_the_open_ones() -> None:
    assert seats(house(10), shares={"insertion": 25}) == [(8, {"insertion": 2})]
    assert seats(house(3), shares={"insertion": 25, "none": 0}) == [(3, {"insertion": 0})]


def test_seats_above_the_licence_are_offered_where_the_règlement_allows_them() -> None:
    year = (SEPTEMBER, AUGUST)
    assert seats(house(20), peak=year) == [(20, {})]
    assert seats(house(20, may_exceed=True), peak=year) == [(23, {})]
    assert seats(house(20, may_exceed=True)) == [(20, {})]


def test_seats_above_the_licence_are_offered_in_the_whole_months_that_the_director_opened() -> None:
    until = MONTHS[1] + timedelta(days=20)
    found = [seats(house(20, may_exceed=True), month, peak=(SEPTEMBER, until)) for month in (0, 1)]
    assert found == [[(23, {})], [(20, {})]]


def test_where_two_sections_meet_the_first_listed_takes_the_child() -> None:
    mixed = AgeGroup(3, "Tous", 0, 48, 4)
    assert ages_of((BABIES, mixed)) == {BABIES: (0, 15), mixed: (15, 48)}
    assert ages_of((mixed, BABIES)) == {mixed: (0, 48)}


def test_a_demand_asks_from_its_entry_to_the_horizon_or_to_school() -> None:
    made = compose([applicant(), applicant(2, born_on=date(2025, 1, 1))], hall(), CHOICES)
    months = {slot.name.split("/")[1] for slot in made.cut.slots}
    assert months == {"2027-09"}
    young, old = made.problem.demands
    assert (young.section, old.section) == ("0-72", "0-72")
    late = compose([applicant(entry_on=date(2028, 1, 10))], hall(), CHOICES)
    assert {slot.name.split("/")[1] for slot in late.cut.slots} == {"2028-01"}


def test_the_order_of_the_problem_is_the_one_that_settles_ties() -> None:
    made = compose([applicant(1, ties=(9,)), applicant(2, ties=(3,))], hall(), CHOICES)
    assert [(one.id, one.order) for one in made.problem.demands] == [("2027-2", 1), ("2027-1", 2)]


def test_a_wish_without_places_or_without_a_section_for_the_age_is_lost() -> None:
    old = house(10, sections=(BIG,))
    asked = (Asked(1, 10, 10), Asked(2, 10, 10), Asked(9, 10, 10))
    made = compose([applicant(born_on=date(2027, 5, 1), asked=asked)], hall() | hall(2, old), CHOICES)
    assert dict(made.lost[1]) == {2: "age", 9: "places"}
    assert [wish.establishment for wish in made.problem.demands[0].wishes] == ["E1"]
    alone = compose([applicant(asked=(Asked(9, 10, 10),))], hall(), CHOICES)
    assert (alone.wishless, alone.problem.demands) == ((1,), ())


def test_brothers_and_sisters_with_other_wishes_or_another_month_are_not_together() -> None:
    twins = [applicant(1, family=7), applicant(2, family=7)]
    together = compose(twins, hall(), CHOICES).problem.demands
    assert {one.together for one in together} == {"family-7"}
    later = [twins[0], applicant(2, family=7, entry_on=date(2027, 11, 2))]
    assert {one.together for one in compose(later, hall(), CHOICES).problem.demands} == {None}


def test_a_place_held_is_a_current_place_in_the_section_of_that_age() -> None:
    held = Held(1, date(2026, 9, 1), MONDAY)
    there = house(10, Stay(1, date(2026, 9, 1), MONDAY, date(2026, 9, 1), AUGUST))
    (demand,) = compose([applicant(held=held)], hall(1, there), CHOICES).problem.demands
    assert demand.current is not None
    assert (demand.current.establishment, demand.current.section) == ("E1", "0-72")
    assert set(demand.current.slots) == set(demand.slots)


def test_a_priority_takes_the_first_wish_that_has_room_and_is_told_when_none_has() -> None:
    halls = hall(1, house(1)) | hall(2, house(1, number=2))
    both = (Asked(1, 0, 0), Asked(2, 0, 0))
    asking = [applicant(number, asked=both, bypass="Urgence") for number in (1, 2, 3)]
    made = compose(asking, halls, CHOICES)
    assert made.bypassed == {1: Decided(1, "Urgence"), 2: Decided(2, "Urgence")}
    assert made.no_room == (3,)


def test_a_decision_of_people_is_pinned_before_the_priorities() -> None:
    made = compose([applicant(1, bypass="Urgence")], hall(), CHOICES, {1: Decided(None, "Déménage")})
    assert (made.bypassed, made.problem.demands[0].pinned.establishment) == ({}, None)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (
            {"seats": 3, "last": 42, "asked": 39},
            "complet (3 places) ; dernier dossier admis 42 points, le vôtre 39.",
        ),
        ({"seats": 0, "asked": 39}, "aucune place libre."),
        ({"seats": 0, "closed": True, "asked": 39}, "l’établissement n’ouvre pas à ces heures."),
        ({"seats": 1, "asked": 39}, "il en faut plusieurs à la fois pour une fratrie."),
        (
            {"seats": 1, "last": 39, "asked": 39, "last_position": 3, "asked_position": 7},
            "l’ordre de départage du barème le place avant (rang 3, le vôtre 7).",
        ),
    ],
)
def test_a_refusal_is_said_with_its_hours_its_seats_and_the_last_points(
    wish: dict[str, object], said: str
) -> None:
    told = wish_sentence({"what": "refused", "slot": "mardi, de 9 h à 12 h", "section": "Bébés", **wish})
    told = told.replace("\u00a0", " ")
    assert told.startswith("Mardi, de 9 h à 12 h, section « Bébés » : ")
    assert told.endswith(said)


def test_the_months_of_a_slot_are_said_as_people_say_them() -> None:
    assert period_words([date(2027, 9, 1)]) == "septembre\u00a02027"
    assert period_words([date(2027, 8, 1), date(2027, 9, 1)]) == "d’août\u00a02027 à septembre\u00a02027"
    assert period_words([date(2027, 9, 1), date(2027, 11, 1)]).endswith(", certains mois")
    twice = [([SEPTEMBER], MONDAY), ([AUGUST], MONDAY)]
    assert when_words(twice).endswith("(et d’autres heures d’autres mois)")


class Line:
    """A line of a run, as far as a difference reads it."""

    def __init__(self, demand: int, house: int | None, *, pinned: bool = False) -> None:
        self.demand_id, self.establishment_id, self.pinned = demand, house, pinned
        self.wishes = [{"house": 1, "what": "granted"}, {"house": 2, "what": "refused"}]


def test_a_difference_says_who_comes_in_goes_out_and_goes_elsewhere() -> None:
    before = {1: Line(1, None), 2: Line(2, 1), 3: Line(3, 1), 4: Line(4, 2)}
    after = {1: Line(1, 1, pinned=True), 2: Line(2, None), 3: Line(3, 2), 4: Line(4, 2), 5: Line(5, 1)}
    found = [(one.demand, one.kind, one.before, one.after, one.decided) for one in moves(before, after)]
    assert found == [(1, "in", None, 1, True), (2, "out", 1, None, False), (3, "elsewhere", 1, 2, False)]
