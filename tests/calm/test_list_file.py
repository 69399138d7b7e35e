"""The list of children as a spreadsheet writes it."""

from datetime import date

import pytest

from guichet.core.errors import InvalidError
from guichet.core.week import Week
from guichet.placements.list_file import HEAD, hours_written, read_list

FIRST = "Prénom;Naissance;Début;Fin;Lundi;Mardi\r\n"


def refusal(content: bytes) -> dict[str, str]:
    with pytest.raises(InvalidError) as refused:
        read_list(content)
    return refused.value.problems


def test_a_line_gives_a_child_with_its_hours() -> None:
    (child,) = read_list((FIRST + "Zoé M.;03/02/2025;01/09/2026;;8h30-17h;8h-12h / 13h30 à 17h\r\n").encode())
    week = Week.of([(1, 510, 1020), (2, 480, 720), (2, 810, 1020)])
    assert child == (2, "Zoé M.", date(2025, 2, 3), date(2026, 9, 1), None, week)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_any_spreadsheet_is_read(encoding: str) -> None:
    text = FIRST.replace(";", ",") + "Zoé,3/2/2025,1/9/2026,,8h-17h,\r\n\r\n"
    assert read_list(text.encode(encoding))[0][1] == "Zoé"


def test_what_is_written_can_be_read() -> None:
    week = Week.of([(1, 510, 1020), (2, 480, 720), (2, 810, 1020), (7, 0, 450)])
    line = ";".join(["Zoé", "03/02/2025", "01/09/2026", "31/08/2027", *hours_written(week)])
    (child,) = read_list(("\ufeff" + ";".join(HEAD) + "\r\n" + line).encode())
    assert child[4:] == (date(2027, 8, 31), week)


def test_each_faulty_line_gets_one_sentence() -> None:
    text = (
        FIRST
        + "Zoé;03/02/2025;01/09/2026;;8h-17h;\r\n"
        + "Léo;hier;01/09/2026;;8h-17h;\r\n"
        + "Mia;03/02/2025;;;8h-17h;\r\n"
        + "Tom;03/02/2025;01/09/2026;;17h-8h;\r\n"
        + "Ana;03/02/2025;01/09/2026;;toute la journée;\r\n"
    )
    found = refusal(text.encode())
    assert list(found) == ["3", "4", "5", "6"]
    assert found["4"] == "Ligne 4 : le premier jour manque."
    assert "l’heure de fin est avant l’heure de début" in found["5"]
    assert found["6"] == "Ligne 6 : lundi, « toute la journée » : écrivez par exemple 8h30-17h."


def test_a_file_without_its_columns_or_without_a_child_is_refused() -> None:
    assert refusal(b"") == {
        "file": "La première ligne doit nommer les colonnes ; il manque « Prénom », « Naissance », « Début »."
    }
    assert refusal(FIRST.encode()) == {"file": "Ce fichier ne contient aucun enfant."}
    assert "trop gros" in refusal(b"x" * 200_001)["file"]
    many = FIRST + "Zoé;03/02/2025;01/09/2026;;8h-17h;\r\n" * 401
    assert "plus de 400" in refusal(many.encode())["file"]
