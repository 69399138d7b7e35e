"""The three forms of a letter say the same things, to everyone, whatever stands in a name."""

import io
import json
import unicodedata

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from guichet.notifications.letter import NextStep, Table
from guichet.notifications.paper import print_letters
from guichet.notifications.render import aligned, facts_of, harmless, render
from tests.letters import ADDRESS, letter, recipient

MM = 72 / 25.4
A4_HEIGHT = 297 * MM
OVERRIDE = "\u202e"
HTML_NAME = 'Zoé <script>alert("x")</script> & <b>fils</b>'
FACTS = (
    "Guichet d’essai",
    "Montceau-les-Mines, le lundi 23 novembre 2026",
    "2026-000142",
    "votre demande d’accueil pour Zoé",
    "vous appeler pour convenir d’un entretien.",
    "lundi 7 décembre 2026",
    "Zoé Marchelin, née le 3 mars 2026",
    "Si vous ne recevez pas de réponse",
    "Claire Vaneuil",
    "Suivre ma demande",
    "https://guichet.exemple.test/suivi/9f3c?a=1&b=2",
    "Livret d’accueil",
    "03 53 01 00 01",
    "rpe@exemple.test",
)


def words(text: str) -> str:
    return " ".join(text.split())


def shown(html: str) -> str:
    """What a browser would show of it; raises when it is not well formed."""
    tree = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree")).parse(html)
    return words("".join(tree.itertext()))


def elements(html: str) -> list[str]:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return [element.tag for element in tree.iter() if isinstance(element.tag, str)]


def pages(pdf: bytes) -> list[str]:
    return [words(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def printed(**changes: object) -> str:
    return " ".join(pages(print_letters([facts_of(letter(**changes))])))


@pytest.mark.parametrize("fact", FACTS)
def test_the_three_forms_carry_the_same_facts(fact: str) -> None:
    rendered = render(letter())
    assert fact.casefold() in words(rendered.text).casefold()
    assert fact in shown(rendered.html)
    assert fact in printed()


def test_the_text_keeps_to_72_columns_but_never_cuts_the_address_of_a_page() -> None:
    url = "https://guichet.exemple.test/" + "x" * 90
    lines = render(letter(action=("Suivre", url), opening=("mot " * 60,))).text.splitlines()
    assert url in lines
    assert max(len(line) for line in lines if line != url) <= 72


def test_a_table_becomes_aligned_lines_and_a_long_label_stands_above_its_value() -> None:
    rows = [("Enfant", "Zoé"), ("Jours", "lundi"), ("Date prise en compte pour l’ancienneté", "hier")]
    assert aligned(rows).splitlines() == [
        "Enfant :  Zoé",
        "Jours :   lundi",
        "Date prise en compte pour l’ancienneté :",
        "  hier",
    ]


def test_a_letter_without_a_date_says_that_none_is_fixed() -> None:
    undated = letter(next_step=NextStep("La commission", "se réunir"))
    sentence = "aucune date n’est fixée à ce jour"
    assert sentence in words(render(undated).text)
    assert sentence in shown(render(undated).html)
    assert sentence in words(printed(next_step=undated.next_step))


def test_the_html_is_french_well_formed_and_has_its_headings_in_order() -> None:
    html = render(letter()).html
    assert '<html lang="fr"' in html
    headings = [tag for tag in elements(html) if tag in ("h1", "h2", "h3")]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}


def test_html_in_a_name_is_shown_and_never_obeyed() -> None:
    table = Table(HTML_NAME, ((HTML_NAME, HTML_NAME),))
    rendered = render(letter(subject=HTML_NAME, opening=(HTML_NAME,), tables=(table,)))
    assert "script" not in elements(rendered.html)
    assert "b" not in elements(rendered.html)
    assert HTML_NAME in shown(rendered.html)
    assert HTML_NAME in words(rendered.text)


@pytest.mark.parametrize(
    "markup", ['#read("/etc/hostname")', "*gras* _it_ $x^2$", "{{ 7 * 7 }}", "= Titre \\ @x <y>"]
)
def test_the_markup_of_a_typesetter_or_a_template_is_printed_as_it_was_typed(markup: str) -> None:
    assert markup in printed(opening=(f"Nom : {markup}",))
    assert markup in words(render(letter(opening=(markup,))).text)


def test_a_name_cannot_turn_the_direction_of_the_line_nor_add_a_line() -> None:
    rendered = render(letter(subject=f"A{OVERRIDE}B\u2066\nBcc: x@exemple.test\r\n\x00C"))
    assert rendered.subject == "AB Bcc: x@exemple.test C"
    assert OVERRIDE not in rendered.text + rendered.html


@given(st.text())
def test_harmless_leaves_no_control_no_override_and_is_stable(text: str) -> None:
    clean = harmless(text)
    assert not {unicodedata.category(c) for c in clean} & {"Cc", "Cs", "Zl", "Zp"}
    assert not [
        c
        for c in clean
        if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]
    assert harmless(clean) == clean


@pytest.mark.parametrize(
    "name", ["Zoé", "D’Ambœuf-Nuñez", "مريم", "בן", "漢字", "👨‍👩‍👧 Zoé", "José\u00a0María", "Дмитро"]
)
def test_a_name_in_any_script_stays_readable_on_a_screen(name: str) -> None:
    rendered = render(letter(opening=(name,)))
    assert name in rendered.text
    assert name in rendered.html


@pytest.mark.parametrize("name", ["مريم", "漢字 Zoé", "👨‍👩‍👧 Zoé", "\U00010330 Zoé", "ԀԐ Zoé"])
def test_a_character_no_font_can_draw_never_keeps_a_letter_from_being_printed(name: str) -> None:
    assert "Objet" in printed(opening=(name,), subject=name)


def test_the_printed_letter_is_tagged_french_and_has_a_title() -> None:
    reader = PdfReader(io.BytesIO(print_letters([facts_of(letter())])))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert str(catalogue["/Lang"]).startswith("fr")
    assert reader.metadata.title == letter().subject
    assert b"pdfuaid" in catalogue["/Metadata"].get_object().get_data()


def test_the_whole_address_shows_in_the_window_of_the_envelope_and_nothing_else_does() -> None:
    """DL envelope, window of 100 x 35 mm at 20 mm from the right and the bottom, sheet folded at 99 mm.

    Whatever way the sheet slides, the window shows 100 to 190 mm from the left, 55 to 79 mm from the top; at
    most it shows 90 to 200 and 44 to 90.
    """
    certain: list[str] = []
    possible: list[str] = []

    def look(text: str, place: list[float], *_: object) -> None:
        left, baseline = place[4] / MM, (A4_HEIGHT - place[5]) / MM
        if text.strip() and 57 < baseline < 78.5 and 100 <= left < 130:
            certain.append(text.strip())
        if text.strip() and 44 < baseline < 92.5 and left >= 88:
            possible.append(text.strip())

    PdfReader(io.BytesIO(print_letters([facts_of(letter())]))).pages[0].extract_text(visitor_text=look)
    assert certain == [recipient().name, *ADDRESS]
    assert possible == certain


def test_letters_printed_together_start_each_on_its_own_sheet_and_count_their_own_pages() -> None:
    long = letter(opening=("Une phrase assez longue pour remplir la page. " * 20,) * 4)
    sheets = pages(
        print_letters([facts_of(letter(reference="A")), facts_of(long), facts_of(letter(reference="C"))])
    )
    assert [sheet[sheet.rindex("page") :] for sheet in sheets] == [
        "page 1 sur 1",
        "page 1 sur 2",
        "page 2 sur 2",
        "page 1 sur 1",
    ]


def test_printing_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        print_letters([])


@pytest.mark.parametrize("space", ["\u00a0", "\u202f"])
def test_a_non_breaking_space_stays_and_what_could_disguise_beside_it_goes(space: str) -> None:
    assert harmless(f"8{space}h") == f"8{space}h"
    assert harmless(f"8{space}h{OVERRIDE}\nde nuit") == f"8{space}h de nuit"


def test_the_facts_of_a_letter_are_plain_json_values_whatever_its_parts() -> None:
    facts = facts_of(letter(tables=(Table("L’accueil", (("Rythme", "la journée"),)),)))
    assert facts["tables"] == [{"caption": "L’accueil", "rows": [["Rythme", "la journée"]]}]
    assert facts["next_step"]["who"] == letter().next_step.who
    assert json.loads(json.dumps(facts)) == facts
