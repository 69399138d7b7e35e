"""The pages of a year of commissions: settings, calculation, the year drawn, what is tried, consulted and published."""

import re
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions.commission_models import Commission
from guichet.core import clock
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from guichet.scheduling.campaigns import consulting
from guichet.scheduling.campaigns.queries import answered_run
from guichet.scheduling.members import links as member_links
from guichet.web.calendar import showing
from tests import make
from tests.campaigns import bench, campaign, commissions, computed, dates, member, places
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]
RUN = "/calendrier/calculs/{}"
NOW = make.NOON
YEAR = make.TODAY.year + 1
"""The campaign is one of the next civil year."""


@pytest.fixture
def coordinator(visit: Visit, database: Database, catalogue: Catalogue) -> Visitor:
    """Two commissions, their rooms and team, and the coordination."""
    visitor = visit("coordinator")
    with database.transaction() as session:
        places(session, YEAR)
        commissions(session, catalogue, visitor.person)
    return visitor


@pytest.fixture
def run_id(coordinator: Visitor, database: Database) -> int:
    """A spring calendar, computed: two sessions a commission."""
    with database.transaction() as session:
        made = campaign(session, coordinator.person, *commissions_of(session), year=YEAR)
        campaign_id = made.id
    return computed(database, campaign_id, coordinator.person, NOW).id


def commissions_of(session: Session) -> Sequence[Commission]:
    return session.scalars(select(Commission).order_by(Commission.id)).all()


def form_of(page: str) -> dict[str, list[str]]:
    """What the form of the page would send as it is."""
    found: dict[str, list[str]] = {}
    for kind, rest in re.findall(r'<input type="(text|hidden|checkbox|radio)"([^>]*)>', page):
        name = re.search(r'name="([^"]+)"', rest)
        if name and name[1] != "csrf_token" and (kind in ("text", "hidden") or " checked" in rest):
            value = re.search(r'value="([^"]*)"', rest)
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(
        r'<select id="[^"]*" name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = [chosen[1]] if chosen else []
    return found


def test_a_campaign_is_written_refused_at_its_fields_and_computed_by_the_worker(
    coordinator: Visitor, database: Database
) -> None:
    typed = form_of(coordinator.get("/calendrier/campagnes/nouvelle"))
    assert typed["title"] == [f"Calendrier {YEAR}"] and typed["commissions"] == ["1", "2"]
    wrong = typed | {
        "title": [""],
        "ends_on": [f"31/02/{YEAR}"],
        "tour_cost": ["beaucoup"],
        "cadence-1": ["months"],
        "main_on-2": [f"03/05/{YEAR + 3}"],
        "morning_starts": ["25 h"],
    }
    page = coordinator.post("/calendrier/campagnes/nouvelle", wrong, status=422)
    for field in ("ends_on", "tour_cost", "morning_starts"):
        assert f'href="#{field}"' in page and f'id="{field}-error"' in page
    wrong |= {"ends_on": [f"31/12/{YEAR}"], "tour_cost": ["36"], "morning_starts": ["9 h"]}
    page = coordinator.post("/calendrier/campagnes/nouvelle", wrong, status=422)
    for field in ("title", "months-1", "main_on-2"):
        assert f'href="#{field}"' in page and f'id="{field}-error"' in page
    page = coordinator.post("/calendrier/campagnes/nouvelle", typed)
    assert "La campagne est enregistrée" in page
    address = coordinator.path
    assert "la présidence" not in page, "both presidencies have a deputy"
    page = coordinator.post(f"{address}/calculer")
    assert "Où en est le calcul" in page and coordinator.last is not None
    assert coordinator.last.headers["Refresh"] == "3"
    bench(database, clock=clock.now).work()
    assert "séances datées" in coordinator.get(coordinator.path)

    edited = form_of(coordinator.get(f"{address}/reglages"))
    assert "enregistrée" in coordinator.post(f"{address}/reglages", edited | {"title": ["Autre nom"]})
    page = coordinator.post(f"{address}/reglages", edited, status=409)
    assert f'value="Calendrier {YEAR}"' in page, "what was typed is kept"


def test_the_year_is_drawn_with_its_table_and_each_session_opens(coordinator: Visitor, run_id: int) -> None:
    address = RUN.format(run_id)
    with coordinator.counting() as statements:
        page = coordinator.get(address)
    assert len(statements) <= 8
    drawing = re.search(r'<svg class="year".*?</svg>', page, re.DOTALL)
    assert drawing is not None
    links = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"', drawing[0])
    assert len(links) == 4
    assert all(re.search(r"(matin|après-midi), 3\s+sièges sur 3$", label) for _, label in links)
    assert page.count(f"/seances/C1-{YEAR}-04") == 2, "the mark, and the table"
    assert "optimum prouvé" in page
    page = coordinator.get(links[0][0])
    for expected in (
        "Honorine Castel",
        "Les trois meilleures autres dates",
        "Part du déplacement de l’équipe",
        "jour visé",
        "Présidence",
    ):
        assert expected in page
    assert page.count(">Essayer</button>") == 3
    for view, expected in (("seances", "Même demi-journée"), ("membres", "Déplacements des équipes")):
        assert expected in coordinator.get(f"{address}?vue={view}")
    coordinator.get(f"{address}/seances/C9-{YEAR}-04", status=404)
    coordinator.get(RUN.format(999), status=404)
    frozen = coordinator.client.get(f"{address}/probleme.json").get_json()
    assert frozen["format"] == "guichet-calendar/1"


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (f"01/09/{YEAR}", f"31/08/{YEAR + 1}", f"3\u00a0mai {YEAR + 1}"),
        (f"05/07/{YEAR}", f"31/08/{YEAR}", "–"),
    ],
)
def test_a_main_day_that_nobody_touched_follows_the_dates_of_the_campaign(
    coordinator: Visitor, first: str, last: str, shown: str
) -> None:
    typed = form_of(coordinator.get("/calendrier/campagnes/nouvelle"))
    dates_of = {"starts_on": [first], "ends_on": [last]}
    page = coordinator.post("/calendrier/campagnes/nouvelle", typed | dates_of)
    main = re.findall(r'<td data-label="Séance principale"[^>]*>(.*?)</td>', page, re.DOTALL)
    assert len(main) == 2 and all(shown in one for one in main)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"kind": "forbid", "forbidden": "C1", "day": "{april}"}, "pas de séance le"),
        ({"kind": "cadence", "paced": "C2", "cadence": "months", "months": ["5"]}, "mois choisis"),
        ({"kind": "deputy", "seat": "C1|{pmi}", "deputy": "{spare}"}, "supplée Pia Médard"),
        ({"kind": "pin", "session": f"C1-{YEAR}-04", "day": f"06/04/{YEAR}", "half": "pm", "room": "1"}, "séance fixée le"),
        ({"person": "{chair}", "first": f"01/04/{YEAR}", "last": f"30/04/{YEAR}"}, "Honorine Castel : absence du"),
    ],
)  # fmt: skip
def test_what_is_tried_is_a_new_calculation_with_its_difference(
    coordinator: Visitor, database: Database, run_id: int, typed: dict[str, object], expected: str
) -> None:
    address = RUN.format(run_id)
    typed = filled(database, run_id, typed)
    coordinator.get(f"{address}?vue=essayer")
    coordinator.post(f"{address}/{'essayer' if 'kind' in typed else 'absence'}", typed)
    assert coordinator.path != address
    bench(database, clock=clock.now).work()
    made = coordinator.path
    assert expected in coordinator.get(made).replace("\xa0", " ")
    assert expected in coordinator.get(f"{made}/differences").replace("\xa0", " ")


def filled(database: Database, run_id: int, typed: dict[str, object]) -> dict[str, object]:
    """The names of the people, and the day of a session, put in what is typed."""
    with database.reading() as session:
        run = answered_run(session, run_id)
        assert run is not None
        words = {
            "{pmi}": f"M{member(session, 'Pia Médard').id}",
            "{chair}": f"M{member(session, 'Honorine Castel').id}",
            "{spare}": f"M{member(session, 'Barnabé Loisel').id}",
            "{april}": "/".join(reversed(dates(run)[f"C1-{YEAR}-04"].split()[0].split("-"))),
        }

    def put(value: object) -> object:
        for word, meaning in words.items():
            value = value.replace(word, meaning) if isinstance(value, str) else value
        return value

    return {name: put(value) for name, value in typed.items()}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "forbid", "forbidden": "C1", "day": f"01/01/{YEAR + 3}"}, "day"),
        ({"kind": "forbid", "forbidden": "C9", "day": f"06/04/{YEAR}"}, "forbidden"),
        ({"kind": "cadence", "paced": "C1", "cadence": "months"}, "months"),
        ({"kind": "deputy", "seat": "C1|M99", "deputy": "M1"}, "seat"),
        ({"kind": "pin", "session": f"C1-{YEAR}-04", "day": f"06/04/{YEAR}", "room": "99"}, "room"),
        ({"kind": "pin", "session": f"C1-{YEAR}-04", "day": ""}, "day"),
        ({"person": "M99", "first": f"06/04/{YEAR}", "last": f"01/04/{YEAR}"}, "last"),
    ],
)
def test_what_cannot_be_tried_is_refused_at_its_field(
    coordinator: Visitor, run_id: int, typed: dict[str, str], field: str
) -> None:
    address = RUN.format(run_id)
    coordinator.get(f"{address}?vue=essayer")
    page = coordinator.post(f"{address}/{'essayer' if 'kind' in typed else 'absence'}", typed, status=422)
    assert f'href="#{field}"' in page and f'id="{field}' in page


def test_members_answer_by_their_link_and_the_calendar_is_computed_again_then_published(
    coordinator: Visitor, database: Database, run_id: int
) -> None:
    address = RUN.format(run_id)
    coordinator.get(address)
    assert "4\xa0membres sont interrogés" in coordinator.post(f"{address}/consulter")
    with database.transaction() as session:
        token = member_links.make(session, member(session, "Pia Médard").id, consulting.PURPOSE, at=NOW)
    guest = Visitor(coordinator.client.application, database)
    page = guest.get(f"/vos-dates/{token}")
    assert page.count('name="word" value="not"') == 2, "two half-days, of two sessions each"
    assert "Honorine" not in page
    fields = form_of(page)
    key, half_day = fields["session"][1], fields["half_day"][1]
    guest.get(f"/vos-dates/{token}")
    assert "attendue" in coordinator.get(f"{address}/reponses"), "looking at the page answers nothing"
    said = {"session": key, "half_day": half_day, "word": "not"}
    assert "C’est noté : vous ne pouvez pas le" in guest.post(f"/vos-dates/{token}", said)
    old = {**said, "half_day": f"{YEAR}-04-01 am"}
    assert "Votre réponse n’a pas été prise" in guest.post(f"/vos-dates/{token}", old, status=409)
    assert "toutes ces dates vous conviennent" in guest.post(f"/vos-dates/{token}", {"word": "all"})
    guest.get("/vos-dates/inconnu", status=410)

    page = coordinator.get(f"{address}/reponses")
    assert page.count("a répondu") == 1 and "non : " in page
    coordinator.post(f"{address}/reponses")
    bench(database, clock=clock.now).work()
    made = coordinator.path
    assert "2</" in coordinator.get(f"{made}/differences")
    page = coordinator.get(f"{made}/publier")
    assert "Publier la version 1" in page and "Séances créées" in page
    page = coordinator.post(f"{made}/publier", {"seen": "0"})
    assert "La version 1 est publiée : 4\xa0séances créées" in page and "en vigueur" in page
    assert "Une autre version vient d’être publiée" in coordinator.post(
        f"{made}/publier", {"seen": "0"}, status=409
    )
    assert "version 1 en vigueur" in coordinator.get(made)
    assert "Aucune séance ne change" in coordinator.get(f"{made}/publier")
    assert "n’est plus proposée" in guest.get(f"/vos-dates/{token}")


def test_a_calculation_that_stops_says_why_and_is_asked_again(
    coordinator: Visitor, database: Database
) -> None:
    with database.transaction() as session:
        made = campaign(session, coordinator.person, *commissions_of(session), year=YEAR)
        campaign_id = made.id
    address = f"/calendrier/campagnes/{campaign_id}"
    coordinator.get(address)
    coordinator.post(f"{address}/calculer")
    run = coordinator.path
    refusing = bench(database, clock=clock.now)
    broken = type(refusing)(database, refusing.clock, refusing.owner, lambda *_: 1 / 0)
    broken.work()
    page = coordinator.get(run)
    assert "s’est arrêté sur une erreur imprévue" in page
    coordinator.post(f"{run}/relancer")
    bench(database, clock=clock.now).work()
    assert "séances datées" in coordinator.get(run)


def test_names_come_in_their_order_whatever_the_order_a_database_gives_to_json() -> None:
    about = {
        "commissions": {"C1": {"name": "Montceau"}, "C12": {"name": "Étang"}, "C3": {"name": "Blanzy"}},
        "people": {"M2": "Zoé Ardent", "M10": "Aline Brun", "M10.C3": "Aline Brun", "P1": "Un poste"},
    }
    assert list(showing.commission_names(about).values()) == ["Blanzy", "Étang", "Montceau"]
    assert list(showing.members_names(about).items()) == [("M10", "Aline Brun"), ("M2", "Zoé Ardent")]
