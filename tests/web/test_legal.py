"""The legal pages: reachable by anyone, complete, and honest about what the installation has not said yet."""

import pytest

from guichet.web.legal_texts import LEGAL_TEXTS
from tests.web.pages import Visitor

PAGES = ("/mentions-legales", "/donnees-personnelles", "/accessibilite", "/aide")
MISSING = "À compléter par l’administration du guichet"


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_reads_the_page_and_reaches_the_three_others(visitor: Visitor, page: str) -> None:
    seen = visitor.get(page)
    assert visitor.path == page
    assert all(f'href="{other}"' in seen for other in PAGES)


def test_what_the_installation_has_not_said_is_flagged_and_never_invented(visitor: Visitor) -> None:
    flagged = {page: visitor.get(page).count(MISSING) for page in PAGES}
    assert flagged == {"/mentions-legales": 3, "/donnees-personnelles": 2, "/accessibilite": 1, "/aide": 0}
    assert sum(flagged.values()) == len(LEGAL_TEXTS)


def test_what_the_administrator_writes_appears_as_written_and_nothing_in_it_runs(
    visit, visitor: Visitor
) -> None:
    admin = visit("administrator")
    admin.get("/administration/mentions")
    written = {item.key: f"Texte {item.key}\nsur <b>deux</b> lignes" for item in LEGAL_TEXTS}
    admin.post("/administration/mentions", written)
    pages = "".join(visitor.get(page) for page in PAGES)
    assert MISSING not in pages
    for item in LEGAL_TEXTS:
        assert f"Texte {item.key}<br>sur &lt;b&gt;deux&lt;/b&gt; lignes" in pages


def test_a_text_too_long_is_refused_at_its_field_and_kept(visit) -> None:
    admin = visit("administrator")
    admin.get("/administration/mentions")
    page = admin.post("/administration/mentions", {"publisher": "long " * 200}, status=422)
    assert 'id="publisher-error"' in page
    assert page.count("long ") > 150


def test_the_notice_on_personal_data_says_what_the_regulation_asks(visitor: Visitor) -> None:
    page = visitor.get("/donnees-personnelles")
    for told in (
        "Responsables du traitement",
        "À quoi servent vos données",
        "mission d’intérêt public",
        "Qui les lit",
        "Combien de temps",
        "Ce que vous pouvez demander",
        "Délégué à la protection des données",
        "réclamation",
        "obligatoire",
    ):
        assert told in page, told


def test_the_accessibility_state_is_the_same_at_the_foot_of_every_page_and_in_the_statement(
    visitor: Visitor,
) -> None:
    # With the no-break space that every page receives as it leaves, a refusal too.
    state = "Accessibilité\u00a0: partiellement conforme"
    page = visitor.get("/accessibilite")
    assert (page.count(state), visitor.get("/nulle-part", status=404).count(state)) == (2, 1)
    assert "Défenseur des droits" in page
