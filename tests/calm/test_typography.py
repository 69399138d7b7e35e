"""The no-break spaces of French: written below as « _ »."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.typography import NBSP, spaced, spaced_page


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Une date manque : laquelle ?", "Une date manque_: laquelle_?"),
        ("« oui » ; « non » !", "«_oui_»_; «_non_»_!"),
        ("30 % des places à 4,20 € l’heure", "30_% des places à 4,20_€ l’heure"),
        ("de 8 h 30 à 17 h, 45 min de trajet", "de 8_h_30 à 17_h, 45_min de trajet"),
        ("3 ans et 2 mois, en 10 jours, à 12 km", "3_ans et 2_mois, en 10_jours, à 12_km"),
        ("la demande n° 26-00012 (8 Mo)", "la demande n°_26-00012 (8_Mo)"),
        ("articles L. 231-5 et R. 421-1", "articles L._231-5 et R._421-1"),
        ("à 14:30, https://exemple.test/a?b=1;c :x", "à 14:30, https://exemple.test/a?b=1;c :x"),
        ("2 habitants, 4 Mosaïques, 5 moisson", "2 habitants, 4 Mosaïques, 5 moisson"),
    ],
)
def test_a_sentence_receives_its_no_break_spaces(written: str, read: str) -> None:
    assert spaced(written).replace(NBSP, "_") == read


def test_a_page_is_spaced_where_it_is_read_and_nowhere_else() -> None:
    page = (
        '<p title="a : b">Note : <b>12</b> h</p><input value="Rappeler : lundi"><textarea>Rappeler : lundi</textarea>'
        "<style>a : b</style><p>« {} »</p>"
    )
    assert spaced_page(page).replace(NBSP, "_") == page.replace("Note : ", "Note_: ").replace(
        "« {} »", "«_{}_»"
    )


@given(st.text(alphabet="a0hL. «»:?%n°\u00a0<>/"))
def test_spacing_twice_changes_nothing_more(text: str) -> None:
    assert spaced(spaced(text)) == spaced(text)
    assert spaced_page(spaced_page(text)) == spaced_page(text)
