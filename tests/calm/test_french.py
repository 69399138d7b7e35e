"""Dates, times and numbers written and read in French."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core import french

DATES = st.dates(date(french.OLDEST_YEAR, 1, 1), date(french.LATEST_YEAR, 12, 31))
CLOCKS = st.integers(0, 1440)


def spoken(text: str) -> str:
    """The sentence with ordinary spaces, as a person reads it."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_date_is_said_as_people_say_it():
    assert spoken(french.long_date(date(2026, 9, 1))) == "mardi 1er septembre 2026"
    assert spoken(french.long_date(date(2026, 12, 25))) == "vendredi 25 décembre 2026"
    assert spoken(french.plain_date(date(2026, 8, 2))) == "2 août 2026"
    assert french.short_date(date(2026, 9, 1)) == "01/09/2026"
    assert spoken(french.month_year(date(2026, 9, 30))) == "septembre 2026"


def test_the_day_and_its_month_stay_on_one_line():
    assert "1er\u00a0septembre" in french.long_date(date(2026, 9, 1))


@pytest.mark.parametrize(
    ("minutes", "words"), [(510, "8 h 30"), (480, "8 h"), (0, "0 h"), (1440, "24 h"), (605, "10 h 05")]
)
def test_a_time_of_day_is_said_with_its_h(minutes, words):
    assert spoken(french.clock_time(minutes)) == words
    assert " " not in french.clock_time(minutes)


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_a_time_outside_the_day_is_refused(minutes):
    with pytest.raises(ValueError, match="heure de la journée"):
        french.clock_time(minutes)


def test_an_instant_is_told_on_a_clock_in_paris():
    summer = datetime(2026, 9, 1, 6, 30, tzinfo=UTC)
    winter = datetime(2026, 12, 31, 23, 5, tzinfo=UTC)
    assert spoken(french.at(summer)) == "mardi 1er septembre 2026 à 8 h 30"
    assert spoken(french.at(winter)) == "vendredi 1er janvier 2027 à 0 h 05"
    assert spoken(french.short_at(summer)) == "01/09/2026 à 8 h 30"


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        french.at(datetime(2026, 9, 1, 8, 30))


@pytest.mark.parametrize(
    ("minutes", "words"), [(1710, "28,5 h"), (2400, "40 h"), (0, "0 h"), (1455, "24,25 h"), (10, "0,17 h")]
)
def test_hours_a_week_have_a_comma(minutes, words):
    assert spoken(french.hours(minutes)) == words


@pytest.mark.parametrize(
    ("birth", "words"),
    [
        (date(2026, 9, 2), "à naître"),
        (date(2026, 9, 1), "moins d’un mois"),
        (date(2026, 8, 2), "moins d’un mois"),
        (date(2026, 8, 1), "1 mois"),
        (date(2026, 5, 1), "4 mois"),
        (date(2025, 3, 1), "18 mois"),
        (date(2024, 9, 2), "23 mois"),
        (date(2024, 9, 1), "2 ans"),
        (date(2024, 6, 1), "2 ans et 3 mois"),
    ],
)
def test_an_age_is_in_months_then_in_years(birth, words):
    assert spoken(french.age_in_words(birth, date(2026, 9, 1))) == words


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (date(2026, 9, 1), "aujourd’hui"),
        (date(2026, 8, 31), "1 jour"),
        (date(2026, 7, 15), "48 jours"),
        (date(2026, 6, 1), "3 mois"),
        (date(2025, 7, 1), "1 an et 2 mois"),
    ],
)
def test_a_wait_is_in_days_then_in_months_and_years(start, words):
    assert spoken(french.lapse_in_words(start, date(2026, 9, 1))) == words


def test_zero_and_one_are_singular():
    assert [french.plural(n, "demande") for n in (0, 1, 2)] == ["demande", "demande", "demandes"]
    assert french.plural(3, "cheval", "chevaux") == "chevaux"
    assert spoken(french.count(12450, "demande")) == "12 450 demandes"


def test_thousands_stand_apart_by_a_narrow_space():
    assert french.amount(12450) == "12\u202f450"
    assert french.amount(999) == "999"
    assert french.amount(-1234567) == "-1\u202f234\u202f567"


def test_a_phone_stays_on_one_line_and_is_dialled_by_its_digits():
    assert french.phone("06 39 98 12 34") == "06 39 98 12 34".replace(" ", french.NBSP)
    assert french.phone("") == ""
    assert french.dialled("06 39 98 12 34") == "0639981234"
    assert french.dialled(french.phone("+32 470 12 34 56")) == "+32470123456"


def test_a_share_is_written_with_its_comma():
    assert spoken(french.percent(0.394, 1)) == "39,4 %"
    assert spoken(french.percent(1)) == "100 %"


@pytest.mark.parametrize(
    ("words", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_a_list_ends_with_et(words, sentence):
    assert french.join_and(words) == sentence


@pytest.mark.parametrize(
    "typed",
    [
        "1/9/26",
        "01/09/2026",
        "1 9 2026",
        "010926",
        "01092026",
        " 1-9-2026 ",
        "1.9.26",
        "2026-09-01",
        "1er septembre 2026",
        "Mardi 1er Septembre 2026",
    ],
)
def test_a_date_is_read_however_it_is_typed(typed):
    assert french.parse_date(typed) == date(2026, 9, 1)


def test_a_short_year_is_of_a_living_person():
    assert french.parse_date("3/4/85").year == 1985
    assert french.parse_date("3/4/26").year == 2026


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/2026", "n’existe pas"),
        ("32/01/2026", "n’existe pas"),
        ("1/13/2026", "n’existe pas"),
        ("00/00/0000", "année"),
        ("demain", "jj/mm/aaaa"),
        ("", "jj/mm/aaaa"),
        ("1/9", "jj/mm/aaaa"),
        ("1 brumaire 2026", "jj/mm/aaaa"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        french.parse_date(typed)


@pytest.mark.parametrize("typed", ["8h30", "8:30", "830", "0830", "8 h 30", "08H30", "8\u00a0h\u00a030"])
def test_a_time_is_read_however_it_is_typed(typed):
    assert french.parse_clock(typed) == 510


def test_a_bare_number_is_an_hour():
    assert french.parse_clock("8") == french.parse_clock("8h") == 480
    assert french.parse_clock("24") == 1440


@pytest.mark.parametrize("typed", ["", "h", "8h3", "8h60", "25", "2401", "midi", "-8", "8h30h"])
def test_what_is_no_time_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match="heure"):
        french.parse_clock(typed)


@given(DATES)
def test_a_date_written_is_read_back(day):
    assert french.parse_date(french.short_date(day)) == day
    assert french.parse_date(french.long_date(day)) == day
    assert french.parse_date(day.isoformat()) == day


@given(CLOCKS)
def test_a_time_written_is_read_back(minutes):
    assert french.parse_clock(french.clock_time(minutes)) == minutes


@given(st.text(max_size=20))
def test_anything_typed_is_a_date_or_a_sentence(typed):
    try:
        day = french.parse_date(typed)
    except ValueError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert french.OLDEST_YEAR <= day.year <= french.LATEST_YEAR


@given(st.text(max_size=10))
def test_anything_typed_is_a_time_or_a_sentence(typed):
    try:
        minutes = french.parse_clock(typed)
    except ValueError as refusal:
        assert str(refusal).endswith(".")
    else:
        assert 0 <= minutes <= 1440


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_an_age_never_shrinks(first, second):
    birth = date(2020, 2, 29)
    earlier, later = sorted((first, second))
    days = [date.fromordinal(birth.toordinal() + n) for n in (earlier, later)]
    assert french.whole_months(birth, days[0]) <= french.whole_months(birth, days[1])


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (("Commission de Blanzy", "Commission de Génelard"), "Commission de "),
        (("Commission", "Commission de Génelard"), ""),
        (("Commission d’admission de Blanzy", "Commission spéciale"), ""),
        (("Commission de Blanzy", "Jury de Blanzy"), ""),
        (("Commission de Blanzy",), ""),
        ((), ""),
    ],
)
def test_what_all_the_names_begin_with_is_said_once_and_leaves_each_a_word(names, shared):
    assert french.shared_start(names) == shared


@pytest.mark.parametrize(
    ("name", "to", "of"),
    [
        ("Les Lucioles (Blanzy)", "aux Lucioles (Blanzy)", "des Lucioles (Blanzy)"),
        ("Le Creusot", "au Creusot", "du Creusot"),
        ("La Balancelle", "à La Balancelle", "de La Balancelle"),
        ("Blanzy", "à Blanzy", "de Blanzy"),
        ("Écureuils", "à Écureuils", "d’Écureuils"),
        ("Lesmont", "à Lesmont", "de Lesmont"),
    ],
)
def test_the_article_of_a_name_joins_the_word_before_it(name, to, of):
    assert (french.to_place(name), french.of_place(name)) == (to, of)
