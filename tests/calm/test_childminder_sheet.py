"""The sheet of the childminders: read as French spreadsheets write it, one sentence a faulty line, or not at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.names import search_key
from guichet.core.week import HALF_HOUR, Week
from guichet.establishments.childminder_entries import (
    ChildminderEntry,
    Known,
    OpeningEntry,
    opening_problems,
    problems_of,
)
from guichet.establishments.childminder_sheet import (
    COLUMNS,
    EXAMPLE,
    Names,
    read_sheet,
    read_week,
    week_in_sheet,
)

TODAY = date(2026, 11, 23)
BLANZY, MONTCEAU = "71040", "71306"
NAMES = Names(
    {search_key("Blanzy"): BLANZY, search_key("Montceau-les-Mines"): MONTCEAU, BLANZY: BLANZY},
    {search_key("Le Nid douillet"): 7},
)
KNOWN = Known(frozenset({BLANZY, MONTCEAU}), {7: BLANZY})
HEAD = ";".join(COLUMNS)
FIVE = Week.same_hours((1, 2, 3, 4, 5), (480, 1050))


def line(**cells: str) -> str:
    return ";".join({**dict(zip(COLUMNS, EXAMPLE, strict=True)), **cells}.values())


def read(*lines: str, encoding: str = "utf-8"):
    return read_sheet("\r\n".join((HEAD, *lines)).encode(encoding), NAMES, KNOWN, TODAY)


def test_the_example_of_the_sheet_is_read():
    found, faults = read(line())
    assert faults == []
    one = found[0]
    assert (one.code, one.entry.name, one.entry.commune_code) == ("am-001", "Camille Exemple", BLANZY)
    assert (one.entry.shows_phone, one.entry.shows_email) == (True, False)
    assert one.openings[0].week.describe().replace("\u00a0", " ") == (
        "lundi et mardi, de 8 h à 17 h 30 ; jeudi, de 8 h à 12 h et de 13 h 30 à 17 h 30"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_are_read_whatever_the_spreadsheet_wrote(encoding):
    found, faults = read(line(nom="Zoé Œillet"), encoding=encoding)
    assert (faults, found[0].entry.name) == ([], "Zoé Œillet")


def test_two_lines_of_one_code_are_two_places_of_one_person():
    found, faults = read(line(), line(jours_et_heures="samedi 8h-12h", libres_a_partir_du="01/02/2027"))
    assert faults == [] and len(found) == 1
    assert [one.from_on for one in found[0].openings] == [date(2025, 12, 1), date(2027, 2, 1)]


REFUSED = {
    "a commune of elsewhere": ({"commune": "Dijon"}, "la commune « Dijon » n’est pas du territoire."),
    "a code with an accent": ({"code": "été"}, "le code doit être fait de lettres sans accent"),
    "no name": ({"nom": " "}, "écrivez le nom."),
    "an unknown MAM": ({"mam": "Le Château"}, "ne s’appelle « Le Château »."),
    "a MAM of another commune": (
        {"mam": "Le Nid douillet", "commune": "Montceau-les-Mines"},
        "cette maison d’assistants maternels est dans une autre commune.",
    ),
    "too many places": ({"places_agreees": "9"}, "l’agrément porte sur 1 à 6 places."),
    "a word for a number": ({"places_agreees": "trois"}, "« places_agreees » doit être un nombre entier."),
    "more free places than approved": ({"places_libres": "4"}, "indiquez de 1 à 3 places libres."),
    "maybe": ({"horaires_atypiques": "parfois"}, "doit être « oui » ou « non »."),
    "a phone shown without its agreement": ({"accord_le": ""}, "quand l’accord pour donner ces coordonnées"),
    "a mail shown that is not there": (
        {"courriel": "", "donner_courriel": "oui"},
        "écrivez l’adresse à donner aux familles",
    ),
    "a date that is none": ({"accord_le": "31/02/2026"}, "« accord_le » : Cette date n’existe pas"),
    "a confirmation of tomorrow": ({"confirme_le": "24/11/2026"}, "ne peut pas être dans le futur"),
    "an end before the beginning": ({"libres_jusqu_au": "01/11/2025"}, "ne peut pas venir avant le début"),
    "no hours": ({"jours_et_heures": ""}, "indiquez les jours et les heures libres."),
    "a day that is none": (
        {"jours_et_heures": "lundredi 8h-9h"},
        "ne commence pas par un jour de la semaine",
    ),
    "hours that are none": ({"jours_et_heures": "lundi toute la journée"}, "sous la forme 8h-17h30"),
    "hours upside down": ({"jours_et_heures": "lundi 17h-8h"}, "l’heure de fin est avant l’heure de début"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_faulty_line_is_refused_in_one_sentence_and_nothing_is_read(case):
    cells, said = REFUSED[case]
    found, faults = read(line(code="am-000"), line(**cells))
    assert found == []
    assert len(faults) == 1 and faults[0].startswith("Ligne 3") and said in faults[0]


def test_each_faulty_line_has_its_sentence():
    _, faults = read(line(nom=""), "", line(code="am-2", commune="Dijon"))
    assert [fault[:7] for fault in faults] == ["Ligne 2", "Ligne 4"]


def test_the_same_code_with_other_answers_is_refused():
    _, faults = read(line(), line(nom="Une autre"))
    assert len(faults) == 1 and "est déjà à la ligne 2, avec d’autres réponses" in faults[0]


HEADS = {
    "nothing": (b"", "Le fichier est vide."),
    "other columns": (b"nom;prenom\nA;B", "La première ligne doit porter ces colonnes"),
    "no line": (HEAD.encode(), "Le fichier ne contient aucune ligne."),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "La première ligne doit porter ces colonnes"),
    "too long": ("\n".join([HEAD, *["x"] * 2001]).encode(), "2 000 au plus"),
}


@pytest.mark.parametrize("case", HEADS)
def test_what_is_no_sheet_is_refused_in_one_sentence(case):
    content, said = HEADS[case]
    found, faults = read_sheet(content, NAMES, KNOWN, TODAY)
    assert found == [] and len(faults) == 1
    assert said in faults[0].replace("\u202f", " ")


@given(st.binary(max_size=300))
def test_no_file_makes_the_reading_fall(content):
    found, faults = read_sheet(HEAD.encode() + b"\n" + content, NAMES, KNOWN, TODAY)
    assert bool(found) != bool(faults)


@given(st.frozensets(st.tuples(st.integers(1, 7), st.integers(0, 47)), min_size=1, max_size=30))
def test_a_week_written_in_the_sheet_is_read_the_same(cells):
    week = Week.of((day, number * HALF_HOUR, (number + 1) * HALF_HOUR) for day, number in cells)
    assert read_week(week_in_sheet(week)) == week


def test_nothing_is_shown_that_the_professional_did_not_agree_to():
    entry = ChildminderEntry("Ana", BLANZY, 3, phone="06 39 98 00 00", shows_phone=True)
    assert set(problems_of(entry, KNOWN, TODAY)) == {"agreed_on"}
    later = ChildminderEntry("Ana", BLANZY, 3, agreed_on=date(2026, 12, 1))
    assert set(problems_of(later, KNOWN, TODAY)) == {"agreed_on"}


def test_the_free_places_of_one_approved_are_one():
    assert opening_problems(OpeningEntry(2, TODAY, FIVE), 1, TODAY) == {"places": "Indiquez une place libre."}
    assert opening_problems(OpeningEntry(1, TODAY, FIVE), 1, TODAY) == {}
    assert "from_on" in opening_problems(OpeningEntry(1, date(2029, 1, 1), FIVE), 1, TODAY)
