import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.families.likeness import ChildTrace, blocking_keys, likeness

LOU = ChildTrace(
    1,
    "Élodie",
    "Vauchelet",
    birth_date=date(2025, 4, 3),
    adults=(("Nadège", "Vauchelet"), ("Karim", "Bensaïdi")),
    phones=("06 39 98 12 34",),
    emails=("nadege@exemple.test",),
)
UNBORN = replace(LOU, id=2, first_name=None, birth_date=None, due_date=date(2025, 4, 20))


def other(**changes) -> ChildTrace:
    return replace(LOU, **{"id": 99} | changes)


@pytest.mark.parametrize(
    ("case", "trace", "verdict"),
    [
        ("the same words", other(), "same"),
        ("without accents, in capitals", other(first_name="ELODIE", last_name="VAUCHELET"), "same"),
        ("first and last names inverted", other(first_name="Vauchelet", last_name="Élodie"), "same"),
        ("a fault in the family name", other(last_name="Vauchellet"), "same"),
        ("two letters exchanged", other(last_name="Vuachelet"), "same"),
        ("day and month exchanged", other(birth_date=date(2025, 3, 4)), "same"),
        ("a wrong figure in the date", other(birth_date=date(2025, 4, 8)), "same"),
        ("the other parent's name", other(last_name="Bensaïdi"), "same"),
        ("both parents' names", other(last_name="Vauchelet-Bensaïdi"), "same"),
        ("another adult, another phone", other(adults=(), phones=(), emails=()), "same"),
        ("a fault in the first name", other(first_name="Élodi"), "probable"),
        ("one more first name", other(first_name="Élodie Marie"), "probable"),
        ("the expected child is born", UNBORN, "probable"),
        (
            "expected under the other parent's name",
            replace(UNBORN, last_name="Bensaïdi"),
            "probable",
        ),
        ("a twin", other(first_name="Maxime"), "different"),
        ("a twin with half the same first name", other(first_name="Jean-Paul"), "different"),
        ("a brother", other(first_name="Maxime", birth_date=date(2022, 8, 30)), "different"),
        (
            "a namesake born another day",
            other(birth_date=date(2023, 11, 26), adults=(), phones=(), emails=()),
            "different",
        ),
        (
            "a neighbour born the same day",
            ChildTrace(3, "Inès", "Orlandis", birth_date=date(2025, 4, 3), phones=("0639981235",)),
            "different",
        ),
        ("an older child and the expected one", replace(UNBORN, due_date=date(2026, 2, 1)), "different"),
    ],
)
def test_two_traces_are_told_apart_or_together(case: str, trace: ChildTrace, verdict: str) -> None:
    answer = likeness(LOU, trace)
    assert answer.verdict == verdict, f"{case}: {answer}"
    assert answer.reasons
    if verdict != "different":
        assert blocking_keys(LOU) & blocking_keys(trace), case


def test_twins_are_never_the_same_child_even_with_neighbouring_first_names() -> None:
    leo, lea = other(first_name="Léo"), other(first_name="Léa", id=4)
    answer = likeness(leo, lea)
    assert answer.verdict == "probable"
    assert any("jumeaux" in reason for reason in answer.reasons)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Simon", "Simone"),
        ("Louis", "Louise"),
        ("Julie", "Julien"),
        ("Emma", "Emmy"),
        ("Gabriel", "Gabrielle"),
    ],
)
def test_first_names_that_twins_bear_are_never_taken_for_one(one: str, two: str) -> None:
    assert likeness(other(first_name=one), other(first_name=two, id=4)).verdict != "same"


def test_a_name_that_only_sounds_the_same_is_called_close_not_the_same() -> None:
    heard = replace(LOU, first_name="Mathis", last_name="Quéran")
    alike = likeness(heard, replace(heard, id=2, first_name="Matys", last_name="Kéran")).reasons
    assert alike[:2] == ("Prénom proche.", "Nom proche.")
    assert likeness(heard, replace(heard, id=2, last_name="QUERAN")).reasons[0] == "Même prénom et même nom."


def test_twins_say_that_they_are_twins() -> None:
    assert likeness(LOU, other(first_name="Maxime")).reasons[0].endswith("sans doute des jumeaux.")


def test_declared_twins_not_yet_named_are_two_children() -> None:
    first, second = replace(UNBORN, birth_rank=1), replace(UNBORN, id=5, birth_rank=2)
    assert likeness(first, second).verdict == "different"
    assert likeness(replace(first, birth_rank=None), second).verdict == "probable"


ALPHABET = "abcdefghijklmnopqrstuvwxyzéèçœ"
names = st.text(ALPHABET, min_size=3, max_size=12)
births = st.dates(date(2020, 1, 1), date(2026, 12, 31))
traces = st.builds(
    ChildTrace,
    id=st.integers(1, 1000),
    first_name=names,
    last_name=st.builds(lambda a, b: f"{a}{b}", names, st.sampled_from(["", " Durand", "-Sauve"])),
    birth_date=births,
    adults=st.lists(st.tuples(names, names), max_size=2).map(tuple),
    phones=st.lists(st.integers(100000000, 999999999).map(lambda n: f"0{n}"), max_size=2).map(tuple),
)
unborn = st.builds(replace, traces, first_name=st.none(), birth_date=st.none(), due_date=births)
any_trace = st.one_of(traces, unborn)


@given(any_trace, any_trace)
def test_the_comparison_is_the_same_in_both_orders(a: ChildTrace, b: ChildTrace) -> None:
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b).score <= 100


@given(traces)
def test_a_child_is_like_itself(trace: ChildTrace) -> None:
    assert likeness(trace, replace(trace, id=trace.id + 1)).verdict == "same"


@given(any_trace, any_trace)
def test_accents_and_capitals_change_nothing(a: ChildTrace, b: ChildTrace) -> None:
    plain = str.maketrans({"é": "E", "è": "E", "ç": "C", "œ": "OE"})
    shouted = replace(
        b,
        first_name=b.first_name and b.first_name.translate(plain).upper(),
        last_name=b.last_name.translate(plain).upper(),
    )
    assert likeness(a, b) == likeness(a, shouted)
    assert blocking_keys(b) == blocking_keys(shouted)


@given(traces)
def test_inverted_names_are_found_and_recognised(trace: ChildTrace) -> None:
    inverted = replace(trace, first_name=trace.last_name, last_name=trace.first_name or "")
    assert blocking_keys(trace) & blocking_keys(inverted)
    assert likeness(trace, inverted).verdict != "different"


@given(traces, st.data())
def test_one_typing_fault_still_shares_a_key(trace: ChildTrace, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(["first_name", "last_name", "birth_date"]))
    value = getattr(trace, field)
    if field == "birth_date":
        faulty = data.draw(births)
    else:
        place = data.draw(st.integers(0, len(value) - 1))
        letter = data.draw(st.sampled_from(["", *ALPHABET, " ", "-"]))
        faulty = value[:place] + letter + value[place + data.draw(st.integers(0, 1)) :]
    assert blocking_keys(trace) & blocking_keys(replace(trace, **{field: faulty}))


@given(st.text(max_size=300), st.text(max_size=300))
def test_keys_stay_short_and_few_whatever_is_typed(first: str, last: str) -> None:
    keys = blocking_keys(ChildTrace(1, first, last, birth_date=date(2025, 4, 3), adults=((first, last),)))
    assert all(len(key) <= 32 for key in keys)
    assert len(keys) <= 45


# --- A territory with doubles made on purpose: how many are found, how many are imagined --------------------

SYLLABLES = (
    "bar",
    "lou",
    "me",
    "ri",
    "ton",
    "vau",
    "chel",
    "gra",
    "dois",
    "pin",
    "nel",
    "sau",
    "cot",
    "fe",
    "lar",
)
FIRST_NAMES = [
    "Adèle",
    "Anaïs",
    "Arthur",
    "Basile",
    "Célestin",
    "Clémence",
    "Éloïse",
    "Émile",
    "Faustine",
    "Gaspard",
    "Hippolyte",
    "Inaya",
    "Jasmine",
    "Joséphine",
    "Kenza",
    "Lilou",
    "Léopold",
    "Maëlys",
    "Malo",
    "Noémie",
    "Octave",
    "Pénélope",
    "Raphaël",
    "Sohan",
    "Tiphaine",
    "Ulysse",
    "Valentine",
    "Yanis",
    "Zoé",
]


def family_name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3)))).capitalize()


def made_child(number: int, chance: random.Random) -> ChildTrace:
    last, other_last = family_name(chance), family_name(chance)
    return ChildTrace(
        number,
        chance.choice(FIRST_NAMES),
        last,
        birth_date=date(2022, 1, 1) + timedelta(days=chance.randrange(1500)),
        adults=((chance.choice(FIRST_NAMES), last), (chance.choice(FIRST_NAMES), other_last)),
        phones=(f"06{chance.randrange(10**8):08}",),
    )


def mistyped(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word) - 1)
    kind = chance.choice(("drop", "double", "swap", "replace"))
    return {
        "drop": word[:place] + word[place + 1 :],
        "double": word[:place] + word[place] + word[place:],
        "swap": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        "replace": word[:place] + chance.choice("aeinrst") + word[place + 1 :],
    }[kind]


def registered_again(child: ChildTrace, number: int, chance: random.Random) -> ChildTrace:
    """The same child at another desk: another phone half the time, and one of the usual accidents."""
    again = replace(
        child, id=number, phones=chance.choice((child.phones, (f"07{chance.randrange(10**8):08}",)))
    )
    match chance.randrange(6):
        case 0:
            return replace(again, first_name=mistyped(child.first_name or "", chance))
        case 1:
            return replace(again, last_name=mistyped(child.last_name, chance), adults=child.adults[1:])
        case 2:
            return replace(again, first_name=child.last_name, last_name=child.first_name or "")
        case 3:
            assert child.birth_date
            return replace(again, birth_date=child.birth_date + timedelta(days=chance.choice((-1, 1, 10))))
        case 4:
            assert child.birth_date
            due = child.birth_date + timedelta(days=chance.randrange(-14, 25))
            return replace(again, first_name=None, birth_date=None, due_date=due)
        case _:
            return replace(again, last_name=child.adults[1][1])


def candidates(children: list[ChildTrace], asked: list[ChildTrace]) -> set[tuple[int, int]]:
    """The pairs that one `IN` on the stored keys would bring."""
    shelf: dict[str, list[int]] = {}
    for child in children:
        for key in blocking_keys(child):
            shelf.setdefault(key, []).append(child.id)
    return {(found, one.id) for one in asked for key in blocking_keys(one) for found in shelf.get(key, ())}


def test_doubles_of_a_whole_territory_are_found_and_strangers_left_alone() -> None:
    chance = random.Random(2026)
    children = [made_child(number, chance) for number in range(1500)]
    again = [registered_again(child, 10_000 + child.id, chance) for child in children[:600]]
    pairs = candidates(children, again)
    flagged = {(a, b) for a, b in pairs if likeness(children[a], again[b - 10_000]).verdict != "different"}
    true = {(child.id, 10_000 + child.id) for child in children[:600]}
    assert len(true & pairs) >= 0.99 * len(true), "candidates"
    assert len(true & flagged) >= 0.97 * len(true), "recognised"
    assert len(flagged - true) <= 0.01 * len(true), "imagined"
    assert len(pairs) / len(again) <= 10, "rows read for one registration"


def test_siblings_and_twins_of_a_whole_territory_are_not_taken_for_doubles() -> None:
    chance = random.Random(71)
    for number in range(400):
        child = made_child(number, chance)
        name = chance.choice([name for name in FIRST_NAMES if name != child.first_name])
        twin = replace(child, id=9000, first_name=name)
        assert child.birth_date
        younger = replace(twin, birth_date=child.birth_date + timedelta(days=700))
        for one, two in product((child,), (twin, younger)):
            assert likeness(one, two).verdict == "different", (one, two)
