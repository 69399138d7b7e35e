"""The barème on its pages: written, tried, put in force, read by every professional."""

import io
import json
from collections.abc import Callable

import html5lib
import pytest
from sqlalchemy import select

from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of
from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.baremes import content, demand_of, draft_form, stored
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("role", ["rpe_agent", "director", "member", "coordinator", "administrator"])
def test_every_professional_reads_the_barème_as_a_parent_would(
    visit: Visit, database: Database, catalogue: Catalogue, role: str
) -> None:
    version_id = stored(database)
    limits = {"houses": (make.house(catalogue, "lucioles"),)} if role == "director" else {}
    page = visit(role, **limits).get(f"/bareme/{version_id}")
    for words in (
        "Pessac, 2022",
        "Habiter Pessac",
        "tous les parents travaillent, en formation ou en stage",
        "de +\u00a010 à +\u00a0100\u00a0points",
        "Passages en commission sans place, pour chaque passage".lower(),
        "À égalité de points",
    ):
        assert words in page or words.capitalize() in page


def test_only_those_who_write_it_see_how_to_change_it(visit: Visit, database: Database) -> None:
    version_id = stored(database, in_force=False)
    assert "Ajouter un critère" not in visit("rpe_agent").get(f"/bareme/{version_id}")
    assert "Ajouter un critère" in visit("coordinator").get(f"/bareme/{version_id}")
    visit("member").get(f"/bareme/{version_id}/criteres/activite", status=403)


def test_a_version_begins_from_a_published_one_and_is_written_criterion_by_criterion(
    visit: Visit, database: Database
) -> None:
    visitor = visit("coordinator")
    visitor.get("/bareme/nouveau")
    visitor.post("/bareme/nouveau", {"title": "Barème 2027", "source": "toulouse_2015"})
    with database.reading() as session:
        version = session.scalars(select(BaremeVersion)).one()
    assert (version.code, version.state) == ("bareme_2027", "draft")
    new = {
        "kind": "flag",
        "label": "Fratrie sur place",
        "points": "+ 20",
        "when-0-what": "is:sibling_here:1",
        "any": "all",
    }
    visitor.get(f"/bareme/{version.id}/criteres/nouveau?forme=flag")
    page = visitor.post(f"/bareme/{version.id}/criteres/nouveau", draft_form(database, version.id, **new))
    assert "Fratrie sur place" in page and "selon l’établissement" in page
    assert content(database, version.id).criteria[-1].points == 20


def test_each_shape_of_criterion_is_filled_back_exactly_as_it_is_stored(
    visit: Visit, database: Database
) -> None:
    visitor = visit("coordinator")
    for code in ("pessac_2022", "ville_non_identifiee", "reims_2021"):
        version_id = stored(database, code, in_force=False)
        before = content(database, version_id)
        for criterion in before.criteria:
            address = f"/bareme/{version_id}/criteres/{criterion.code}"
            visitor.post(address, fields_of(visitor.get(address)))
        assert content(database, version_id) == before


def test_a_rule_is_filled_back_exactly_as_it_is_stored(visit: Visit, database: Database) -> None:
    visitor = visit("coordinator")
    version_id = stored(database, "bordeaux_2022", in_force=False)
    before = content(database, version_id)
    for rule in before.bypasses:
        address = f"/bareme/{version_id}/regles/priorites/{rule.code}"
        visitor.post(address, fields_of(visitor.get(address)))
    address = f"/bareme/{version_id}/regles/quotas/minima"
    visitor.post(address, fields_of(visitor.get(address)))
    assert content(database, version_id) == before


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form of the page, as it was filled."""

    tree = html5lib.parse(page, namespaceHTMLElements=False)
    main = tree.find(".//main")
    fields: dict[str, str] = {}
    for one in main.iter():
        name = one.get("name")
        if one.tag == "input" and name:
            if one.get("type") in ("radio", "checkbox"):
                if one.get("checked") is not None:
                    fields[name] = one.get("value", "")
            else:
                fields[name] = one.get("value", "")
        elif one.tag == "textarea" and name:
            fields[name] = (one.text or "").removeprefix("\n")
        elif one.tag == "select" and name:
            chosen = [option for option in one.iter("option") if option.get("selected") is not None]
            fields[name] = (chosen or list(one.iter("option")))[0].get("value", "")
    fields.pop("csrf_token", None)
    return fields


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label": "", "points": "10", "when-0-what": "is:single_parent:1"}, "Donnez un nom"),
        ({"label": "Seul", "points": "dix", "when-0-what": "is:single_parent:1"}, "Écrivez un nombre entier"),
        ({"label": "Seul", "points": "0", "when-0-what": "is:single_parent:1"}, "il vaut zéro point"),
        ({"label": "Seul", "points": "10"}, "aucune condition n’est écrite"),
        ({"label": "Petite fille", "points": "10", "when-0-what": "is:single_parent:1"}, "225-1"),
        (
            {"label": "Seul", "points": "10", "when-0-what": "is:sex:1"},
            "Choisissez une situation de la liste",
        ),
        ({"label": "Ville", "points": "10", "when-0-what": "among:home_commune:"}, "codes Insee"),
    ],
)
def test_a_refused_criterion_keeps_what_was_typed_and_says_why(
    visit: Visit, database: Database, typed: dict[str, str], sentence: str
) -> None:
    version_id = stored(database, in_force=False)
    before = content(database, version_id)
    visitor = visit("coordinator")
    visitor.get(f"/bareme/{version_id}/criteres/nouveau?forme=flag")
    page = visitor.post(
        f"/bareme/{version_id}/criteres/nouveau",
        draft_form(database, version_id, kind="flag", any="all", **typed),
        status=422,
    )
    assert sentence in page
    assert f'value="{typed["points"]}"' in page
    assert content(database, version_id) == before


def test_another_line_is_added_without_losing_what_was_typed(visit: Visit, database: Database) -> None:
    version_id = stored(database, in_force=False)
    visitor = visit("coordinator")
    address = f"/bareme/{version_id}/criteres/activite"
    typed = fields_of(visitor.get(address)) | {"0-label": "tout juste tapé", "more": "1"}
    page = visitor.post(address, typed)
    assert "tout juste tapé" in page
    assert len(fields_of(page)) > len(typed)


def test_criteria_are_moved_and_taken_away(visit: Visit, database: Database) -> None:
    version_id = stored(database, in_force=False)
    codes = [one.code for one in content(database, version_id).criteria]
    visitor = visit("coordinator")
    visitor.get(f"/bareme/{version_id}")
    for move in ("down", "up", "remove"):
        visitor.post(
            f"/bareme/{version_id}/criteres/{codes[0]}/ranger", draft_form(database, version_id, move=move)
        )
        now = [one.code for one in content(database, version_id).criteria]
        assert now == {"down": [codes[1], codes[0], *codes[2:]], "up": codes, "remove": codes[1:]}[move]


def test_the_second_of_two_people_loses_nothing(visit: Visit, database: Database) -> None:
    version_id = stored(database, in_force=False)
    first, second = visit("coordinator"), visit("administrator")
    address = f"/bareme/{version_id}/criteres/adoption"
    typed = fields_of(first.get(address)) | {"points": "25"}
    late = fields_of(second.get(address)) | {"points": "35"}
    first.post(address, typed)
    page = second.post(address, late, status=409)
    assert 'value="35"' in page
    assert content(database, version_id).criterion("adoption").points == 25


def test_a_barème_is_put_in_force_after_a_second_look_at_what_changes(
    visit: Visit, database: Database
) -> None:
    stored(database, "toulouse_2015")
    draft = stored(database, "pessac_2022", in_force=False)
    visitor = visit("coordinator")
    look = visitor.get(f"/bareme/{draft}/mettre-en-vigueur")
    assert "Habiter Pessac" in look and "Toulouse, 2015" in look
    starts_on = "01/09/2096"
    page = visitor.post(
        f"/bareme/{draft}/mettre-en-vigueur", draft_form(database, draft, starts_on=starts_on)
    )
    assert "entre en vigueur le" in page
    refused = visitor.post(
        f"/bareme/{draft}/mettre-en-vigueur", draft_form(database, draft, starts_on=starts_on), status=409
    )
    assert "ne change plus" in refused


def test_an_extract_cannot_be_put_in_force_and_says_what_to_do(visit: Visit, database: Database) -> None:
    extract = stored(database, "reims_2021", in_force=False)
    visitor = visit("coordinator")
    visitor.get(f"/bareme/{extract}/mettre-en-vigueur")
    page = visitor.post(
        f"/bareme/{extract}/mettre-en-vigueur",
        draft_form(database, extract, starts_on="01/09/2096"),
        status=422,
    )
    assert "Ce barème est un extrait" in page


def test_an_exported_file_is_imported_again_the_same(visit: Visit, database: Database) -> None:
    version_id = stored(database)
    visitor = visit("coordinator")
    told = json.loads(visitor.get(f"/bareme/{version_id}/exporter.json"))
    visitor.get("/bareme/nouveau")
    sent = {"file": (io.BytesIO(json.dumps({**told, "code": "copie"}).encode()), "bareme.json")}
    visitor.post("/bareme/importer", sent)
    with database.reading() as session:
        copy = session.scalars(select(BaremeVersion).where(BaremeVersion.code == "copie")).one()
        assert copy.state == "draft"
        assert bareme_of(copy).criteria == content(database, version_id).criteria


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"{", "JSON lisible"),
        (b'{"format": "guichet-bareme/1"}', "title : manque"),
        (b"", "Choisissez un fichier"),
    ],
)
def test_a_faulty_file_is_refused_in_words_and_nothing_is_kept(
    visit: Visit, database: Database, sent: bytes, sentence: str
) -> None:
    visitor = visit("coordinator")
    visitor.get("/bareme/nouveau")
    page = visitor.post("/bareme/importer", {"file": (io.BytesIO(sent), "x.json")}, status=422)
    assert sentence in page
    with database.reading() as session:
        assert session.scalars(select(BaremeVersion)).all() == []


def test_two_versions_are_compared_criterion_by_criterion(visit: Visit, database: Database) -> None:
    before, after = stored(database), stored(database, "toulouse_2015", in_force=False)
    page = visit("member").get(f"/bareme/comparer?de={before}&vers={after}")
    assert "Habiter Pessac" in page and "Reprise d’activité" in page
    assert "Aucune différence" in visit("member").get(f"/bareme/comparer?de={before}&vers={before}")


def test_the_laboratory_counts_who_moves_hides_small_counts_and_writes_nothing(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    reference, tried = stored(database), stored(database, "toulouse_2015", in_force=False)
    for number in range(1, 8):
        demand_of(database, catalogue, child=make.child(first_name=f"Enfant{number}"))
    visitor = visit("coordinator")
    visitor.get("/bareme/essai")
    with database.reading() as session:
        before = session.scalars(select(Demand.version).order_by(Demand.id)).all()
    with visitor.counting() as statements:
        page = visitor.get(f"/bareme/essai?version={tried}&reference={reference}&places=3")
    assert len(statements) <= 14
    assert "Montceau-les-Mines" in page and ">masqué<" in page
    assert "Enfant1" not in page and "Verdoux" not in page
    with database.reading() as session:
        assert session.scalars(select(Demand.version).order_by(Demand.id)).all() == before
    assert "de 1 à 3000" in visitor.get("/bareme/essai?places=beaucoup", status=422)


def test_a_tie_break_chosen_twice_is_refused_at_its_field_and_nothing_is_kept(
    visit: Visit, database: Database
) -> None:
    draft = stored(database, in_force=False)
    before = content(database, draft).ties
    typed = draft_form(
        database,
        draft,
        title="Essai",
        **{"tie-0": "seniority", "tie-1": "quotient", "tie-2": "seniority"},
    )
    coordinator = visit("coordinator")
    coordinator.get(f"/bareme/{draft}/general")
    page = coordinator.post(f"/bareme/{draft}/general", typed, status=422)
    assert "Cette règle est déjà la règle 1 : elle ne compte qu’une fois." in page
    assert content(database, draft).ties == before


def test_a_priority_says_its_condition_even_when_its_name_is_the_same(
    visit: Visit, database: Database
) -> None:
    draft = stored(database, "toulouse_2015", in_force=False)
    typed = draft_form(database, draft, label="Parent mineur", **{"when-0-what": "is:minor_parent:1"})
    coordinator = visit("coordinator")
    coordinator.get(f"/bareme/{draft}/regles/priorites/nouveau")
    page = coordinator.post(f"/bareme/{draft}/regles/priorites/nouveau", typed)
    assert "<p>Condition : parent mineur.</p>" in page
