"""A page whose like was read before is still refused when its own HTML is broken."""

import pytest
from html5lib.html5parser import ParseError

from tests.web import markup

PAGE = '<!DOCTYPE html><html lang="fr"><head><title>%s</title></head><body>%s</body></html>'
SOUND = '<p id="a1" title="5 > 4">Lina</p><table><tr><td>2 ans</td></tr></table><input name="a">'


@pytest.mark.parametrize(
    ("written", "broken"),
    [
        ("</p>", "</div>"),
        ("Lina", "<i>Lina"),
        ("Lina", "Lina &toto; Verdoux"),
        ("Lina", "Lina & Zoé &lt"),
        ("Lina", "Li\x00na"),
        ("<tr><td>", "<tr><p><td>"),
        ('name="a"', 'name="a" name="b"'),
        ('name="a"', 'name="a"name="b"'),
        ('title="5 > 4"', 'title="5 > 4'),
        ('title="5 > 4"', 'title="&toto;"'),
        ('id="a1"', 'id="a1" <b'),
    ],
)
def test_a_fault_is_found_in_a_page_like_another(written, broken):
    markup.read(PAGE % ("Essai", SOUND))
    with pytest.raises(ParseError):
        markup.read(PAGE % ("Essai", SOUND.replace(written, broken)))


def test_pages_that_differ_by_what_they_say_have_one_structure():
    said = SOUND.replace("Lina", "Zoé, 3 ans").replace("a1", "b22").replace('name="a"', 'name="z"')
    assert markup.structure(PAGE % ("Essai", SOUND)) == markup.structure(PAGE % ("Autre", said))
    assert markup.structure(PAGE % ("Essai", SOUND)) != markup.structure(PAGE % ("Essai", SOUND + "<i>x</i>"))
