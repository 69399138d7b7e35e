"""The bar and the menu under the person's name: each sees the doors that open, in the place that suits."""

import html5lib
import pytest


def _links(html: str, where: str) -> list[str]:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return ["".join(link.itertext()).strip() for link in tree.findall(f".//{where}//a")]


BAR = "nav[@id='menu']"
UNDER_THE_NAME = "details[@class='menu account']"


def test_the_bar_of_an_agent_holds_the_work_of_every_day_and_the_rest_is_under_the_name(visit):
    html = visit("rpe_agent").get("/aujourdhui")
    assert _links(html, BAR) == [
        "Aujourd’hui",
        "Demandes",
        "Nouvelle demande",
        "Places",
        "Commissions",
        "Courriers",
    ]
    assert _links(html, UNDER_THE_NAME) == [
        "Propositions",
        "Réponses des familles",
        "Doublons",
        "Assistantes maternelles",
        "Échéances",
        "Mes disponibilités",
        "Barème",
        "Indicateurs",
        "Boîte d’essai",
        "Mon compte",
    ]


def test_the_daily_work_of_an_administrator_is_in_the_bar(visit):
    html = visit("administrator").get("/administration/comptes")
    assert _links(html, BAR) == ["Barème", "Indicateurs", "Comptes", "Réglages", "Traces"]
    assert _links(html, UNDER_THE_NAME) == ["Boîte d’essai", "Mon compte"]


def test_a_coordinator_finds_every_door_once(visit):
    html = visit("coordinator").get("/aujourdhui")
    bar, under = _links(html, BAR), _links(html, UNDER_THE_NAME)
    assert len(bar) == 7
    assert under == [
        "Propositions",
        "Réponses des familles",
        "Places libérées",
        "Doublons",
        "Assistantes maternelles",
        "Calendrier",
        "Échéances",
        "Mes disponibilités",
        "Barème",
        "Indicateurs",
        "Réglages",
        "Traces",
        "Boîte d’essai",
        "Mon compte",
    ]
    assert not set(bar) & set(under)


@pytest.mark.parametrize("page", ["/aujourdhui", "/demandes"])
def test_the_pages_of_the_desk_lead_to_the_doubles(visit, page):
    html = visit("rpe_agent").get(page)
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    assert [link for link in tree.findall(".//main//a") if link.get("href") == "/doublons"]


def test_the_page_one_is_on_is_marked_under_the_name_too(visit):
    html = visit("rpe_agent").get("/doublons")
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    marked = [one for one in tree.findall(f".//{UNDER_THE_NAME}//a") if one.get("aria-current") == "page"]
    assert ["".join(one.itertext()).strip() for one in marked] == ["Doublons"]
