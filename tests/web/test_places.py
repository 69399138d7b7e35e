"""The pages of the establishments: who opens which, what they refuse, and how few statements they ask."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.core.week import Week
from guichet.demands.dossier import WishEntry
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminder_entries import Known, OpeningEntry
from guichet.establishments.models import Closure, Establishment, Kind, LicenceSlot, Manager, Sheet
from guichet.establishments.sheet import Band, SectionEntry
from guichet.placements.models import Placement
from guichet.territory.models import Commune
from tests import make
from tests.web.pages import TOKEN, Visitor

Visit = Callable[..., Visitor]
TODAY = make.TODAY
DAYS = (1, 2, 3, 4, 5)
SECTIONS = (SectionEntry("Bébés", 2, 15, 4), SectionEntry("Grands", 15, 48, 6))


@pytest.fixture
def house(database: Database, catalogue: Catalogue) -> int:
    """Les Lucioles, with ten places, two sections and two children."""
    house = make.house(catalogue, "lucioles")
    with database.writing() as session:
        by = make.person(session, "director", houses=(house,))
        make.places(session, house, by, sections=SECTIONS)
        for name in ("Nour B.", "Zoé M."):
            make.stay(
                session,
                house,
                by,
                first_name=name,
                birth_date=TODAY - timedelta(days=700),
                starts_on=TODAY - timedelta(days=60),
            )
        session.commit()
    return house


@pytest.fixture
def director(visit: Visit, house: int) -> Visitor:
    return visit("director", houses=(house,))


def version_of(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def form(page: str, **typed: str) -> dict[str, str]:
    return {"version": version_of(page), **typed}


def licence(page: str, **typed: object) -> dict[str, object]:
    """A licence of ten places in two rows, as typed."""
    hours = {
        f"hours-{number}-1-{side}": text
        for number in DAYS
        for side, text in (("start", "7h30"), ("end", "18h30"))
    }
    return {
        "version": version_of(page),
        "capacity": "10",
        "granted_on": "01/01/2025",
        **hours,
        "sections-0-name": "Bébés",
        "sections-0-from": "2",
        "sections-0-to": "15",
        "sections-0-places": "4",
        "bands-0-days": ["1", "2", "3", "4", "5"],
        "bands-0-start": "7h30",
        "bands-0-end": "8h30",
        "bands-0-places": "5",
        "bands-3-days": ["1", "2", "3", "4", "5"],
        "bands-3-start": "8h30",
        "bands-3-end": "18h30",
        "bands-3-places": "10",
        **typed,
    }


PAGES = ("", "/semaine", "/previsions", "/place-liberee", "/enfants", "/fiche", "/agrement", "/fermetures")


@pytest.mark.parametrize("page", PAGES)
def test_a_director_opens_the_pages_of_their_house_alone(
    director: Visitor, catalogue: Catalogue, house: int, page: str
) -> None:
    director.get(f"/etablissements/{house}{page}")
    other = make.house(catalogue, "moulins")
    director.get(f"/etablissements/{other}{page}", status=200 if page == "" else 404)


def test_what_is_refused_of_another_house_is_traced(
    director: Visitor, database: Database, catalogue: Catalogue
) -> None:
    other = make.house(catalogue, "moulins")
    director.get(f"/etablissements/{other}/enfants", status=404)
    with database.reading() as session:
        refused = select(AuditEntry.subject_id).where(
            AuditEntry.action == "refused", AuditEntry.subject_type == "establishment"
        )
        assert session.scalars(refused).all() == [other]


def test_the_desk_sees_the_figures_and_not_the_names(visit: Visit, house: int) -> None:
    agent = visit("rpe_agent")
    week = agent.get(f"/etablissements/{house}/semaine")
    assert "2 sur 10" in week
    assert "Nour B." not in week
    agent.get(f"/etablissements/{house}/enfants", status=403)


def test_the_catalogue_tells_what_is_free_now_and_in_september(visit: Visit, house: int) -> None:
    page = visit("rpe_agent").get("/etablissements")
    row = page.split("Les Lucioles")[1].split("</tr>")[0]
    assert ">8 " in row
    assert "à relire" in row
    assert "Les Lucioles" not in visit("rpe_agent").get("/etablissements?genre=mam")


def test_the_catalogue_begins_with_the_establishments_that_one_directs(
    director: Visitor, visit: Visit
) -> None:
    mine, of_all = director.get("/etablissements"), visit("rpe_agent").get("/etablissements")
    assert mine.index("Les Lucioles") < mine.index("Les Moulins")
    assert of_all.index("Les Moulins") < of_all.index("Les Lucioles")


def test_childminders_say_their_free_places_in_the_catalogue_without_their_names(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    with database.writing() as session:
        keeper = session.scalars(select(Manager)).first()
        assert keeper
        minded = [
            make.establishment(session, str(kind), name, keeper, make.BLANZY, kind).id
            for kind, name in ((Kind.MAM, "Le Nid"), (Kind.CHILDMINDERS, "Assistants maternels de Blanzy"))
        ]
        for name, places, mam in (("Ana Delmas", 2, minded[0]), ("Ewa Nowak", 3, None)):
            opening = OpeningEntry(places, TODAY, Week.same_hours((1, 2), (480, 1080)))
            known = Known(frozenset({make.BLANZY}), {minded[0]: make.BLANZY})
            make.childminder(session, name, opening, mam_id=mam, known=known)
        session.commit()
    agent = visit("rpe_agent")
    for house, name, places in ((minded[0], "Le Nid", 2), (minded[1], "Assistants maternels de Blanzy", 3)):
        row = agent.get("/etablissements").split(f">{name}<")[1].split("</tr>")[0]
        assert row.count(f'class="number">{places} <') == 2
        sheet = agent.get(f"/etablissements/{house}").replace("\u00a0", " ")
        assert f"{places} places libres ou à venir" in sheet
        assert "lundi et mardi, de 8 h à 18 h" in sheet
        assert "Delmas" not in sheet
        assert "Nowak" not in sheet


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/etablissements", 6),
        ("/etablissements/{house}", 6),
        ("/etablissements/{house}/semaine", 6),
        ("/etablissements/{house}/previsions", 6),
        ("/etablissements/previsions", 6),
        ("/etablissements/{house}/enfants", 6),
    ],
)
def test_a_page_asks_few_statements_whatever_the_number_of_children(
    visit: Visit, database: Database, house: int, url: str, most: int
) -> None:
    coordinator = visit("coordinator")
    coordinator.get("/etablissements")
    asked = []
    for _ in range(2):
        with coordinator.counting() as statements:
            coordinator.get(url.format(house=house))
        asked.append(len(statements))
        with database.writing() as session:
            by = make.person(session, "director", houses=(house,))
            make.stay(session, house, by, birth_date=TODAY - timedelta(days=400), starts_on=TODAY)
            session.commit()
    assert asked[0] == asked[1] <= most, "\n".join(statements)


def test_the_week_of_a_section_shows_its_own_children(director: Visitor, house: int) -> None:
    page = director.get(f"/etablissements/{house}/semaine")
    link = re.search(r'href="([^"]*section=\d+)"[^>]*>\s*Bébés', page)
    assert link
    babies = director.get(link[1].replace("&amp;", "&"))
    assert "section « Bébés »" in babies
    assert "0 sur 4" in babies
    assert ">2 sur" not in babies


def test_a_date_that_is_none_is_refused_in_the_page(director: Visitor, house: int) -> None:
    page = director.get(f"/etablissements/{house}/semaine?le=demain", status=422)
    assert "error-summary" in page
    director.get(f"/etablissements/{house}/semaine?le=01/01/2090", status=422)


def test_a_week_of_closure_says_so(director: Visitor, database: Database, house: int) -> None:
    with database.writing() as session:
        monday = TODAY - timedelta(days=TODAY.weekday())
        session.add(Closure(establishment_id=house, first_on=monday, last_on=monday + timedelta(days=6)))
        session.commit()
    week = f"/etablissements/{house}/semaine?le={TODAY.isoformat()}"
    assert "Aucune place cette semaine" in director.get(week)


def test_the_desk_notes_that_a_sheet_was_read_again(visit: Visit, database: Database, house: int) -> None:
    agent = visit("rpe_agent")
    page = agent.get(f"/etablissements/{house}")
    assert "Fiche à relire" in page
    page = agent.post(f"/etablissements/{house}/revue", form(page))
    assert "Fiche à relire" not in page
    with database.reading() as session:
        assert session.get_one(Sheet, house).reviewed_on == TODAY


def test_an_agent_of_other_communes_reviews_no_sheet_of_here(visit: Visit, house: int) -> None:
    agent = visit("rpe_agent", communes=(make.BLANZY,))
    page = agent.get(f"/etablissements/{house}")
    assert "Noter la fiche comme relue" not in page
    agent.post(f"/etablissements/{house}/revue", {"version": "1"}, status=404)


def test_a_sheet_is_changed_and_what_is_wrong_is_said_at_its_field(director: Visitor, house: int) -> None:
    page = director.get(f"/etablissements/{house}/fiche")
    typed = form(page, how_it_works="Un jardin <b>clos</b>.", email="accueil", insertion_percent="5")
    refused = director.post(f"/etablissements/{house}/fiche", typed, status=422)
    assert 'href="#email"' in refused
    assert "Un jardin &lt;b&gt;clos&lt;/b&gt;." in refused
    kept = director.post(f"/etablissements/{house}/fiche", typed | {"email": "accueil@exemple.test"})
    assert "La fiche est enregistrée." in kept
    assert "Un jardin &lt;b&gt;clos&lt;/b&gt;." in kept


@pytest.mark.parametrize("kind", [Kind.LAEP, Kind.HOME_CARE, Kind.ALSH, Kind.ADAPTED_HOLIDAYS])
def test_the_hours_of_every_kind_of_care_are_said_and_read(
    visit: Visit, database: Database, catalogue: Catalogue, kind: Kind
) -> None:
    with database.writing() as session:
        keeper = session.scalars(select(Manager)).first()
        assert keeper
        house = make.establishment(session, str(kind), "La Parenthèse", keeper, make.BLANZY, kind).id
        session.commit()
    coordinator, url = visit("coordinator"), f"/etablissements/{house}"
    way = "agrement" if f"{url}/agrement" in coordinator.get(url) else "fiche"
    page = coordinator.get(f"{url}/{way}")
    asked = licence(page, **{f"hours-{number}-1-end": "19h30" for number in DAYS})
    assert way == ("fiche" if kind in (Kind.LAEP, Kind.HOME_CARE) else "agrement")
    told = coordinator.post(f"{url}/{way}", asked)
    assert "60 h par semaine" in told.replace("\u00a0", " ")
    refused = coordinator.post(
        f"{url}/{way}",
        asked | {"version": version_of(coordinator.get(f"{url}/{way}")), "hours-2-1-end": "6h"},
        status=422,
    )
    assert 'href="#hours-2"' in refused


def test_the_second_of_two_who_change_a_sheet_is_told_and_loses_nothing(
    visit: Visit, director: Visitor, house: int
) -> None:
    page = director.get(f"/etablissements/{house}/fiche")
    other = visit("coordinator")
    first = other.get(f"/etablissements/{house}/fiche")
    other.post(f"/etablissements/{house}/fiche", form(first, languages="polonais", insertion_percent="5"))
    refused = director.post(
        f"/etablissements/{house}/fiche", form(page, languages="arabe", insertion_percent="5"), status=409
    )
    assert "arabe" in refused


def test_a_licence_by_the_hour_is_kept_with_its_sections(
    director: Visitor, database: Database, house: int
) -> None:
    page = director.get(f"/etablissements/{house}/agrement")
    typed = licence(page)
    with director.counting() as statements:
        director.post(f"/etablissements/{house}/agrement", typed, follow=False, status=303)
    assert len(statements) <= 14, "\n".join(statements)
    with database.reading() as session:
        rows = session.execute(
            select(LicenceSlot.start, LicenceSlot.places, func.count())
            .group_by(LicenceSlot.start, LicenceSlot.places)
            .order_by(LicenceSlot.start)
        ).all()
    assert [tuple(row) for row in rows] == [(450, 5, 5), (510, 10, 5)]
    shown = director.get(f"/etablissements/{house}")
    assert "du lundi au vendredi" in shown


def test_a_change_of_hours_alone_asks_ten_statements_at_most(director: Visitor, house: int) -> None:
    page = director.get(f"/etablissements/{house}/agrement")
    director.post(f"/etablissements/{house}/agrement", licence(page))
    page = director.get(f"/etablissements/{house}/agrement")
    with director.counting() as statements:
        director.post(
            f"/etablissements/{house}/agrement",
            licence(page, **{"bands-0-places": "6"}),
            follow=False,
            status=303,
        )
    assert len(statements) <= 10, "\n".join(statements)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"capacity": "dix"}, "capacity"),
        ({"granted_on": "hier"}, "granted_on"),
        ({"hours-1-1-end": "5h"}, "hours-1"),
        ({"bands-3-start": "8h"}, "bands-1"),
        ({"bands-3-end": "25h"}, "bands-1"),
        ({"bands-3-places": "11"}, "bands-1"),
        ({"sections-0-places": "11"}, "sections"),
        ({"sections-0-from": "neuf"}, "sections-0"),
        ({"kept-0-days": "1", "kept-0-start": "8h", "kept-0-end": "9h", "kept-0-places": "7"}, "kept"),
    ],
)
def test_a_faulty_licence_is_refused_at_its_field_and_nothing_is_written(
    director: Visitor, database: Database, house: int, typed: dict[str, str], field: str
) -> None:
    page = director.get(f"/etablissements/{house}/agrement")
    refused = director.post(f"/etablissements/{house}/agrement", licence(page, **typed), status=422)
    assert f'href="#{field}"' in refused
    assert f'id="{field}"' in refused
    with database.reading() as session:
        assert session.scalars(select(LicenceSlot.places).distinct()).all() == [10]


def test_a_director_opens_the_seats_above_the_licence_then_closes_them(
    director: Visitor, visit: Visit, database: Database, house: int
) -> None:
    url = f"/etablissements/{house}/surnombre"
    year = {"first": "01/09/2027", "last": "31/08/2028", "staffed": "y"}
    unforeseen = director.post(url, {"version": "2", **year}, status=409)
    assert "ne prévoit pas d’aller jusqu’à 115" in unforeseen
    with database.writing() as session:
        make.places(session, house, make.person(session, "director", houses=(house,)), may_exceed=True)
        session.commit()
    alone = form(director.get(url), **year | {"staffed": "", "last": "31/08/2026"})
    refused = director.post(url, alone, status=422)
    assert 'href="#last"' in refused
    assert 'href="#staffed"' in refused
    director.post(url, form(refused, **year))
    for page in (
        director.get(f"/etablissements/{house}"),
        visit("coordinator").get("/propositions/nouvelle"),
    ):
        assert "du 1er septembre 2027 au 31 août 2028" in page.replace("\u00a0", " ")
    director.post(url, form(director.get(url), act="close"))
    assert "non ouvert par la direction" in director.get(f"/etablissements/{house}")
    assert "non ouvert par la direction : Les Lucioles" in visit("coordinator").get("/propositions/nouvelle")


def test_closures_are_kept_and_a_closure_outside_the_year_is_refused(
    director: Visitor, database: Database, house: int
) -> None:
    url = f"/etablissements/{house}/fermetures"
    page = director.get(url)
    outside = {"closures-0-first": f"01/01/{TODAY.year + 2}", "closures-0-reason": "Travaux"}
    refused = director.post(url, form(page, **outside), status=422)
    assert 'href="#closures-0"' in refused
    assert 'value="Travaux"' in refused
    good = {"closures-1-first": f"24/12/{TODAY.year}", "closures-1-last": f"31/12/{TODAY.year}"}
    director.post(url, form(page, **good))
    with database.reading() as session:
        kept = session.execute(select(Closure.first_on, Closure.last_on)).all()
    assert [tuple(row) for row in kept] == [(date(TODAY.year, 12, 24), date(TODAY.year, 12, 31))]


# --- the children


def week_typed(*days: int) -> dict[str, str]:
    return {
        f"week-{number}-1-{side}": text for number in days for side, text in (("start", "8h"), ("end", "17h"))
    }


def test_a_director_adds_a_child_changes_the_week_and_says_the_last_day(
    director: Visitor, database: Database, house: int
) -> None:
    url = f"/etablissements/{house}/enfants"
    page = director.get(f"{url}/nouveau")
    typed = form(page, first_name="Léo R.", birth_date="03/02/2025", starts_on="01/09/2026", **week_typed(1))
    listed = director.post(f"{url}/nouveau", typed)
    assert "Léo R." in listed
    assert "31/08/2028" in listed
    with database.reading() as session:
        child = session.scalars(select(Placement).where(Placement.first_name == "Léo R.")).one()
    page = director.get(f"{url}/{child.id}")
    assert 'value="8h"' in page
    changed = form(
        page,
        first_name="Léo R.",
        birth_date="03/02/2025",
        starts_on="01/09/2026",
        ends_on="31/03/2027",
        **week_typed(2, 3),
    )
    assert "31/03/2027" in director.post(f"{url}/{child.id}", changed)
    again = director.post(f"{url}/{child.id}", changed, status=409)
    assert "Voir ce qui est enregistré maintenant" in again


def test_a_faulty_child_is_refused_with_what_was_typed(director: Visitor, house: int) -> None:
    url = f"/etablissements/{house}/enfants/nouveau"
    page = director.get(url)
    refused = director.post(
        url, form(page, first_name="Léo", birth_date="", starts_on="01/09/2026", **week_typed(1)), status=422
    )
    assert 'href="#birth_date"' in refused
    assert 'value="Léo"' in refused
    refused = director.post(url, form(page, starts_on="demain", **{"week-1-1-start": "8h"}), status=422)
    assert 'href="#starts_on"' in refused
    assert 'href="#week-1"' in refused


def sent(visitor: Visitor, url: str, content: str, status: int = 200) -> str:
    token = TOKEN.search(visitor.get(url))
    assert token
    data = {"csrf_token": token[1], "file": (io.BytesIO(content.encode()), "enfants.csv")}
    response = visitor.client.post(f"{url}/importer", data=data, follow_redirects=True)
    assert response.status_code == status
    return response.get_data(as_text=True)


def test_a_list_is_imported_whole_or_not_at_all(director: Visitor, database: Database, house: int) -> None:
    url = f"/etablissements/{house}/enfants"
    head = "Prénom;Naissance;Début;Fin;Lundi\r\n"
    good, bad = "Mia;03/02/2025;01/09/2026;;8h-17h\r\n", "Tom;03/02/2012;01/09/2026;;8h-17h\r\n"
    refused = sent(director, url, head + good + bad, 422)
    assert "Rien n’a été importé" in refused
    assert "Ligne 3" in refused
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Placement)) == 2
    assert "2 enfants ajoutés" in sent(director, url, head + good + good).replace("\u00a0", " ")


def test_the_exported_list_can_be_imported_again(director: Visitor, house: int) -> None:
    url = f"/etablissements/{house}/enfants"
    exported = director.client.get(f"{url}.csv").get_data(as_text=True)
    assert "Nour B." in exported
    assert "2 enfants ajoutés" in sent(director, url, exported).replace("\u00a0", " ")


def test_each_reading_of_the_children_leaves_a_trace(
    director: Visitor, database: Database, house: int
) -> None:
    director.get(f"/etablissements/{house}/enfants")
    with database.reading() as session:
        traced = session.execute(
            select(AuditEntry.action, AuditEntry.subject_id).where(AuditEntry.subject_type == "presence")
        ).all()
    assert [tuple(row) for row in traced] == [("read", house)]


# --- who fits, and where


def hours_asked(*days: int) -> str:
    boxes = [f"heures-{number}-1-start=8h&heures-{number}-1-end=18h" for number in days]
    return "section=&" + "&".join(boxes)


def registered(database: Database, catalogue: Catalogue, **values: object) -> int:
    values = {"need": make.need(entry_on=TODAY), **values}
    with database.writing() as session:
        agent = make.person(session)
        demand = make.demand(session, catalogue, agent, at=make.NOON, **{"received_on": TODAY, **values})
        session.commit()
        return demand.id


def test_a_director_finds_who_fits_a_freed_place_among_their_demands(
    director: Visitor, database: Database, catalogue: Catalogue, house: int
) -> None:
    registered(database, catalogue)
    elsewhere = (WishEntry(establishment_id=make.house(catalogue, "moulins")),)
    need = make.need(entry_on=TODAY, other_establishment=True)
    child = make.child(first_name="Ailleurs", birth_date=date(2026, 2, 2))
    registered(database, catalogue, wishes=elsewhere, need=need, child=child)
    page = director.get(f"/etablissements/{house}/place-liberee?{hours_asked(*DAYS)}")
    assert "1 demande convient" in page.replace("\u00a0", " ")
    assert "Lina Verdoux" in page
    assert "Ailleurs" not in page
    nobody = director.get(f"/etablissements/{house}/place-liberee?{hours_asked(6)}")
    assert "Personne ne convient" in nobody


def test_hours_upside_down_or_absent_are_refused_at_their_day(director: Visitor, house: int) -> None:
    url = f"/etablissements/{house}/place-liberee"
    assert 'href="#heures"' in director.get(f"{url}?section=", status=422)
    refused = director.get(f"{url}?section=&heures-1-1-start=17h&heures-1-1-end=8h", status=422)
    assert 'href="#heures-1"' in refused


def test_a_demand_shows_where_its_week_fits_in_eight_statements(
    visit: Visit, database: Database, catalogue: Catalogue, house: int
) -> None:
    demand_id = registered(database, catalogue)
    agent = visit("rpe_agent")
    assert f"/demandes/{demand_id}/places" in agent.get(f"/demandes/{demand_id}")
    with agent.counting() as statements:
        page = agent.get(f"/demandes/{demand_id}/places")
    assert len(statements) <= 8, "\n".join(statements)
    assert "Toute la semaine tient (section « Bébés »)." in page.replace("\u00a0", " ")


def test_elsewhere_the_nearest_comes_first_among_those_that_fit_the_same_day(
    visit: Visit, database: Database, catalogue: Catalogue, house: int
) -> None:
    with database.writing() as session:
        director = make.person(session, "coordinator")
        make.places(session, make.house(catalogue, "moulins"), director)
        make.places(session, make.house(catalogue, "mesanges"), director)
        session.get_one(Establishment, make.house(catalogue, "mesanges")).commune_code = make.MONTCEAU
        session.get_one(Commune, make.BLANZY).latitude += 0.09
        session.commit()
    demand_id = registered(database, catalogue, wishes=(WishEntry(establishment_id=house),))
    page = visit("rpe_agent").get(f"/demandes/{demand_id}/places").split("Ailleurs sur le territoire")[1]
    page = page.replace("\u00a0", " ")
    assert page.index("Montceau-les-Mines, sa commune") < page.index("Blanzy, à 10 km")
    assert page.index("Les Mésanges") < page.index("Les Moulins")


def test_the_page_of_a_demand_says_where_its_week_fits_in_eight_statements(
    visit: Visit, database: Database, catalogue: Catalogue, house: int
) -> None:
    demand_id = registered(database, catalogue)
    agent = visit("rpe_agent")
    agent.get(f"/demandes/{demand_id}")
    with agent.counting() as statements:
        page = agent.get(f"/demandes/{demand_id}")
    assert len(statements) <= 8, "\n".join(statements)
    card = page.split('id="semaine"')[1].split("</section>")[0]
    assert "aujourd’hui" in card
    assert "tient" in card
    assert f"/etablissements/{house}/semaine" in card
    both = tuple(WishEntry(establishment_id=make.house(catalogue, code)) for code in ("lucioles", "moulins"))
    wished = registered(database, catalogue, wishes=both, child=make.child(first_name="Autre"))
    assert 'id="semaine"' not in visit("director", houses=(both[1].establishment_id,)).get(
        f"/demandes/{wished}"
    )


def test_a_full_house_names_the_hours_that_block(
    visit: Visit, database: Database, catalogue: Catalogue, house: int
) -> None:
    with database.writing() as session:
        by = make.person(session, "director", houses=(house,))
        make.places(session, house, by, capacity=2, sections=(), bands=(Band(DAYS, 450, 1110, 2),))
        session.commit()
    week = Week.same_hours((1, 6), (480, 720))
    demand_id = registered(database, catalogue, need=make.need(entry_on=TODAY, week=week))
    page = visit("rpe_agent").get(f"/demandes/{demand_id}/places").replace("\u00a0", " ")
    assert "Complet : lundi, de 8 h à 12 h." in page
    assert "Fermé : samedi, de 8 h à 12 h." in page


def test_a_week_that_varies_is_said_not_to_be_comparable(
    visit: Visit, database: Database, catalogue: Catalogue, house: int
) -> None:
    need = make.need(entry_on=TODAY, week=Week(), variable_hours=True, variable_note="planning du mois")
    demand_id = registered(database, catalogue, need=need)
    assert "Des horaires qui varient" in visit("rpe_agent").get(f"/demandes/{demand_id}/places")


def test_a_demand_of_elsewhere_does_not_exist(
    visit: Visit, database: Database, catalogue: Catalogue, house: int
) -> None:
    demand_id = registered(database, catalogue)
    other = visit("director", houses=(make.house(catalogue, "moulins"),))
    other.get(f"/demandes/{demand_id}/places", status=404)
