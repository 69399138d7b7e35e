"""What a barème may not be: each fault one sentence that says where, and nothing kept of the file."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from guichet.bareme import file
from guichet.bareme.checks import refusals, refusals_in_force
from guichet.bareme.vocabulary import BY_CODE, KINDS, TIES, forbidden

ROOM = Path(file.__file__).parent
SHIPPED = sorted((ROOM / "shipped").glob("*.json"))
SCHEMA = json.loads((ROOM / "schema" / "guichet-bareme-1.json").read_text("utf-8"))
NBSP = "\u00a0"


def bareme(*criteria: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "format": "guichet-bareme/1",
        "code": "essai",
        "title": "Essai",
        "deliberation": "Délibération d’essai",
        "criteria": list(criteria),
        "ties": ["seniority", "draw"],
        **values,
    }


def flag(**values: Any) -> dict[str, Any]:
    return {
        "kind": "flag",
        "code": "seul",
        "label": "Parent seul",
        "points": 10,
        "when": [{"fact": "single_parent", "is": True}],
        **values,
    }


def group(*options: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "group", "code": "activite", "label": "Activité", "options": list(options)}


def option(code: str, points: int, *when: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "label": code, "points": points, "when": list(when)}


def brackets(fact: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "brackets", "code": "tranches", "label": "Tranches", "fact": fact, "brackets": list(rows)}


def faults_of(raw: dict[str, Any]) -> list[str]:
    made, faults = file.read(raw)
    return faults if made is None else refusals(made)


TWO = {"fact": "activity", "among": ["two_active"]}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_barème_is_sound_and_written_as_it_is_read(path: Path) -> None:
    raw = json.loads(path.read_text("utf-8"))
    made, faults = file.read(raw)
    assert made is not None and faults == [] == refusals(made)
    assert file.write(made) == raw
    jsonschema.validate(raw, SCHEMA)


def test_two_barèmes_ship_complete_and_six_as_extracts() -> None:
    made = {path.stem: file.read(json.loads(path.read_text("utf-8")))[0] for path in SHIPPED}
    assert {code for code, one in made.items() if not one.extract} == {"pessac_2022", "toulouse_2015"}
    assert len(made) == 8
    assert all(one.source for one in made.values())
    assert all("extrait" in one.title for one in made.values() if one.extract)


def test_only_the_complete_ones_may_be_put_in_force() -> None:
    for path in SHIPPED:
        made, _ = file.read(json.loads(path.read_text("utf-8")))
        assert bool(refusals_in_force(made)) is made.extract


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (bareme(flag(points=0)), f"Critère «{NBSP}Parent seul{NBSP}» : il vaut zéro point."),
        (bareme(flag(when=[])), f"Critère «{NBSP}Parent seul{NBSP}» : aucune condition n’est écrite"),
        (
            bareme(flag(when=[{"fact": "single_paren", "is": True}])),
            f"le fait «{NBSP}single_paren{NBSP}» est inconnu ; vouliez-vous écrire «{NBSP}single_parent{NBSP}» ?",
        ),
        (bareme(flag(), flag(label="Autre")), f"Le code «{NBSP}seul{NBSP}» sert deux fois."),
        (bareme(flag(), ties=["seniority"]), "la dernière règle est le tirage enregistré"),
        (bareme(flag(), ties=["draw", "wish_rank", "draw"]), "la même règle est écrite deux fois"),
        (bareme(flag(), ties=["seniority", "wish_rank", "draw"]), "ne départage qu’en premier"),
        (bareme(flag(), ties=["alphabet", "draw"]), "ties : une liste prise parmi"),
        (
            bareme(brackets("quotient", {"points": 5, "below": 600}, {"points": 3, "at_least": 500})),
            "deux tranches se recouvrent à partir de 500",
        ),
        (bareme(brackets("quotient", {"points": 5, "at_least": 600, "below": 600})), "est vide"),
        (bareme(brackets("births", {"points": 5, "at_least": 9})), "ne peut jamais être atteinte"),
        (
            bareme(brackets("activity", {"points": 5})),
            f"«{NBSP}activité des parents{NBSP}» n’est pas un nombre",
        ),
        (bareme(brackets("quotient", {"points": 0})), "aucune tranche ne donne de points"),
        (
            bareme(flag(when=[{"fact": "activity", "among": ["working"]}])),
            f"«{NBSP}working{NBSP}» n’est pas une valeur de",
        ),
        (bareme(flag(when=[{"fact": "quotient", "is": True}])), "se compare à un nombre"),
        (bareme(flag(when=[{"fact": "home_commune", "among": ["Blanzy"]}])), "n’est pas un code Insee"),
        (bareme(flag(when=[{"fact": "births", "at_least": 12}])), "ne peut jamais être atteint"),
        (
            bareme({"kind": "assessed", "code": "a", "label": "A", "lowest": 20, "highest": 10}),
            "la fourchette commence à 20 et finit à 10",
        ),
        (
            bareme(
                flag(),
                quotas=[
                    {"code": "a", "label": "A", "share": 80, "when": [TWO]},
                    {"code": "b", "label": "B", "share": 30, "when": [TWO]},
                ],
            ),
            f"ensemble ils gardent 110{NBSP}% des places",
        ),
        (
            bareme(
                flag(),
                quotas=[
                    {"code": "a", "label": "A", "share": 8, "when": [{"fact": "same_commune", "is": True}]}
                ],
            ),
            "dépend de l’établissement",
        ),
        (
            bareme(flag(), eligibility=[{"code": "travail", "label": "deux actifs", "when": [TWO]}]),
            "est ouvert à tous",
        ),
    ],
)
def test_a_fault_is_one_sentence_that_says_where(raw: dict[str, Any], sentence: str) -> None:
    faults = faults_of(raw)
    assert any(sentence in fault for fault in faults), faults


def test_a_line_of_a_group_that_a_higher_one_always_covers_is_refused_by_name() -> None:
    working = {"fact": "activity", "among": ["two_active", "single_active"]}
    (fault,) = faults_of(bareme(group(option("tous", 40, working), option("couple", 50, TWO))))
    assert f"ligne «{NBSP}couple{NBSP}» : elle ne peut jamais être atteinte" in fault


def test_conditions_that_contradict_each_other_are_refused() -> None:
    poor = [{"fact": "quotient", "at_most": 400}, {"fact": "quotient", "at_least": 900}]
    (fault,) = faults_of(bareme(flag(when=poor)))
    assert "ses conditions se contredisent" in fault


def test_a_line_that_no_admitted_family_can_reach_is_refused() -> None:
    here = [{"code": "ici", "label": "habiter ici", "when": [{"fact": "home_commune", "among": ["71306"]}]}]
    away = flag(when=[{"fact": "home_commune", "among": ["71040"]}])
    assert any("ne peut jamais être atteinte" in fault for fault in faults_of(bareme(away, eligibility=here)))


def test_a_line_reached_by_the_only_family_a_higher_one_leaves_is_kept() -> None:
    working = {"fact": "activity", "among": ["two_active", "single_active"]}
    kept = group(option("couple", 50, TWO), option("tous", 40, working))
    assert faults_of(bareme(kept)) == []


@pytest.mark.parametrize(
    "words",
    [
        "Sexe de l’enfant",
        "Petite fille",
        "Nationalité des parents",
        "Origine de la famille",
        "Religion",
        "Langue parlée à la maison",
        "Autisme",
        "Handicap moteur",
    ],
)
def test_a_criterion_the_law_forbids_is_refused_with_the_law(words: str) -> None:
    faults = faults_of(bareme(flag(label=words)))
    assert any("est interdit (" in fault for fault in faults)
    assert any("225-1" in fault or "RGPD" in fault for fault in faults)


@pytest.mark.parametrize("fact", ["sex", "child_gender", "religion", "nationality", "handicap_diagnosis"])
def test_a_forbidden_fact_is_refused_with_the_law_even_by_its_code(fact: str) -> None:
    (fault,) = faults_of(bareme(flag(when=[{"fact": fact, "is": True}])))
    assert "est interdit (" in fault


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("Couleur de peau", "l’origine"),
        ("Pays de naissance des parents", "l’origine"),
        ("Gens du voyage", "l’origine"),
        ("Famille homoparentale", "l’orientation sexuelle ou les mœurs"),
        ("Parti politique", "les opinions"),
        ("Nom de famille", "l’apparence ou le nom"),
        ("Type de handicap", "la nature d’un handicap ou d’une maladie"),
        ("Handicap visuel", "la nature d’un handicap ou d’une maladie"),
        ("Genre d’accueil souhaité", ""),
        ("Enfant en situation de handicap", ""),
        ("Famille nombreuse", ""),
        ("Lieu de travail d’un parent", ""),
    ],
)
def test_a_label_is_refused_for_what_it_says_and_for_that_alone(label: str, named: str) -> None:
    said = forbidden(label)
    assert (said or "").startswith(f"un critère sur {named} est interdit (article" if named else "")
    assert bool(said) is bool(named)


def test_no_fact_of_the_vocabulary_is_itself_forbidden() -> None:
    assert [kind.code for kind in KINDS if forbidden(kind.code) or forbidden(kind.label)] == []
    assert len(BY_CODE) == len(KINDS)
    assert list(TIES)[-1] == "draw"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"{", "JSON lisible (ligne 1)"),
        (b"[]", "un objet entre accolades"),
        (b"[" * 100_000, "JSON lisible"),
        (b" " * 300_000, "trop lourd"),
    ],
)
def test_a_file_that_is_no_barème_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    made, (fault,) = file.read_text(content)
    assert made is None and sentence in fault


def test_an_unknown_key_is_told_with_the_one_that_was_meant_and_all_faults_at_once() -> None:
    made, faults = file.read(bareme(flag(point=3), titel="x"))
    assert made is None
    assert any("vouliez-vous écrire « points »" in fault for fault in faults)
    assert any("vouliez-vous écrire « title »" in fault for fault in faults)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bareme(flag(point=3)), SCHEMA)


def test_a_condition_compares_in_one_way_only() -> None:
    made, faults = file.read(bareme(flag(when=[{"fact": "quotient", "at_least": 1, "at_most": 5}])))
    assert made is None and "une seule des clés" in faults[0]


def test_what_the_guichet_does_not_collect_stays_out_of_force() -> None:
    made, _ = file.read(bareme(brackets("annual_income", {"points": 5, "below": 18000})))
    assert refusals(made) == []
    assert any("ne recueille pas" in fault for fault in refusals_in_force(made))


def test_a_barème_in_force_names_its_deliberation() -> None:
    made, _ = file.read(bareme(flag(), deliberation=""))
    assert refusals_in_force(made) == ["Indiquez la délibération qui adopte ce barème."]
