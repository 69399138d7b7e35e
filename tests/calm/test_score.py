"""The points of a demand: what weighs, what is missing, and who comes before whom."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.bareme import file
from guichet.bareme.bareme import Assessed, Bareme, Condition, Flag, Quota, Repeat, Rule
from guichet.bareme.facts import Facts, Given, Known, Proof
from guichet.bareme.score import draw, score, ties, total, totals
from guichet.bareme.vocabulary import ACTIVITY

SHIPPED = Path(file.__file__).parent / "shipped"
TODAY = date(2026, 11, 23)
NBSP = "\u00a0"
FRENCH_PROOF = Proof("Attestation d’employeur", date(2026, 10, 12))
YES, NO = Known(True, True), Known(False, False)


def shipped(code: str) -> Bareme:
    bareme, faults = file.read_text((SHIPPED / f"{code}.json").read_bytes())
    assert bareme, faults
    return bareme


def facts(
    here: dict[int, dict[str, Known]] | None = None, given_by: dict[str, Given] | None = None, **known: object
) -> Facts:
    said = {code: one if isinstance(one, Known) else Known(one, one) for code, one in known.items()}
    return Facts(
        42, "2026-00042", TODAY, date(2026, 1, 5), date(2026, 3, 14), said, here or {}, given_by or {}
    )


def plain(*criteria, **values) -> Bareme:
    return Bareme(
        **{"code": "essai", "title": "Essai", "criteria": criteria, "ties": ("seniority", "draw"), **values}
    )


def test_pessac_2022_gives_the_points_of_its_grid_to_a_known_family() -> None:
    family = facts(
        home_commune="33318",
        single_parent=True,
        activity="single_active",
        sibling_anywhere=True,
        current_care="none",
        commission_passages=2,
        minor_parent=False,
        births=1,
        adoption=False,
        special_care=False,
        handicap_in_family=False,
        given_by={"suivi_medico_social": Given(60, "Suivi par la PMI.", TODAY, "agent du relais")},
    )
    made = score(shipped("pessac_2022"), family)
    assert {line.criterion: line.points for line in made.counted} == {
        "habitant_pessac": 300,
        "monoparentale": 30,
        "fratrie_ou_naissance_multiple": 20,
        "mode_garde_actuel": 30,
        "activite": 40,
        "suivi_medico_social": 60,
        "passages": 20,
    }
    assert made.total == 500 == total(shipped("pessac_2022"), family)


@pytest.mark.parametrize(
    ("activity", "points"),
    [
        ("two_active", 5),
        ("single_active", 5),
        ("one_active_one_seeking", 3),
        ("one_active_one_inactive", 3),
        ("single_seeking", 2),
        ("single_inactive", 2),
        ("two_seeking", 1),
        ("two_inactive", 1),
    ],
)
def test_toulouse_2015_gives_each_situation_its_points(activity: str, points: int) -> None:
    assert total(shipped("toulouse_2015"), facts(activity=activity)) == points
    assert set(ACTIVITY) >= {activity}


def test_toulouse_2015_counts_a_year_of_waiting_and_one_point_for_siblings_or_twins() -> None:
    bareme = shipped("toulouse_2015")
    assert total(bareme, facts(months_waiting=11)) == 0
    assert total(bareme, facts(months_waiting=12)) == 1
    assert total(bareme, facts(births=2, sibling_anywhere=True)) == 1


def test_a_line_says_the_fact_its_proof_and_the_points_as_a_parent_reads_them() -> None:
    family = facts(activity=Known("two_active", "two_active", (FRENCH_PROOF,)))
    line = score(shipped("pessac_2022"), family).counted[0]
    assert line.sentence == (
        "Activité des parents : tous les parents travaillent, en formation ou en stage "
        f"(Attestation d’employeur, vérifié le 12/10/2026) : +{NBSP}40{NBSP}points"
    )


def test_what_is_declared_without_a_checked_proof_gives_nothing_and_says_what_it_would_bring() -> None:
    awaited = Known(
        "one_active_one_inactive",
        "two_active",
        awaited=("Attestation d’employeur ou dernier bulletin de salaire",),
    )
    made = score(shipped("pessac_2022"), facts(activity=awaited))
    assert made.total == 10
    (lack,) = made.missing
    assert lack.points == 30
    assert lack.sentence == (
        f"Activité des parents : +{NBSP}30{NBSP}points quand le justificatif "
        f"«{NBSP}Attestation d’employeur ou dernier bulletin de salaire{NBSP}» sera vérifié"
    )


def test_a_fact_the_family_has_not_said_yet_is_told_with_the_most_it_could_bring() -> None:
    made = score(shipped("reims_2021"), facts(quotient=Known(None, None)))
    assert [lack.sentence for lack in made.missing] == [
        f"Quotient familial : jusqu’à +{NBSP}50{NBSP}points (quotient familial, à renseigner et à vérifier)"
    ]


def test_brackets_hold_their_lower_bound_and_not_their_upper_one() -> None:
    bareme = shipped("reims_2021")
    assert [total(bareme, facts(quotient=quotient)) for quotient in (0, 700, 701, 900, 901)] == [
        50,
        50,
        40,
        40,
        0,
    ]


def test_a_repeat_stops_at_its_cap() -> None:
    bareme = plain(Repeat("attente", "Ancienneté", "", "months_waiting", 2, 6))
    assert [total(bareme, facts(months_waiting=months)) for months in (0, 3, 6, 30)] == [0, 6, 12, 12]


def test_points_may_be_taken_away() -> None:
    refused = {"refus_conforme": Given(-20, "Refus écrit du 3 mars.", TODAY, "agent du relais")}
    assert total(shipped("pessac_2022"), facts(given_by=refused)) == -20


def test_points_set_outside_the_range_the_barème_gives_now_do_not_count() -> None:
    bareme = plain(Assessed("social", "Suivi social", "", 10, 30))
    assert total(bareme, facts(given_by={"social": Given(40, "Suivi.", TODAY, "x")})) == 0
    assert total(bareme, facts(given_by={"social": Given(30, "Suivi.", TODAY, "x")})) == 30


def test_a_local_criterion_gives_its_points_at_that_establishment_only() -> None:
    bareme = plain(
        Flag("fratrie", "Fratrie sur place", "", 20, (Condition("sibling_here", "is", True),)),
        Flag("seul", "Parent seul", "", 5, (Condition("single_parent", "is", True),)),
    )
    family = facts({7: {"sibling_here": YES}, 8: {"sibling_here": NO}}, single_parent=True)
    assert totals(bareme, family, (7, 8)) == {7: 25, 8: 5}
    assert [score(bareme, family, at).total for at in (7, 8, None)] == [25, 5, 5]


def test_residence_as_a_condition_of_access_excludes_in_words_and_gives_no_point() -> None:
    local = Rule("habiter", "habiter une commune du territoire", (Condition("in_territory", "is", True),))
    bareme = plain(
        Flag("seul", "Parent seul", "", 5, (Condition("single_parent", "is", True),)), eligibility=(local,)
    )
    assert score(bareme, facts(in_territory=False)).excluded == "habiter une commune du territoire"
    assert score(bareme, facts(in_territory=True)).excluded == ""


def test_a_late_proof_of_address_closes_no_door() -> None:
    local = Rule("habiter", "habiter une commune du territoire", (Condition("in_territory", "is", True),))
    unproved = Known(False, True, awaited=("Justificatif de domicile de moins de 3 mois",))
    assert score(plain(eligibility=(local,)), facts(in_territory=unproved)).excluded == ""


def test_a_priority_is_decided_by_a_fact_or_by_a_person_with_a_reason() -> None:
    bareme = shipped("bordeaux_2022")
    assert score(bareme, facts(births=3)).bypass == "naissance de trois enfants ou plus"
    decided = {"sante": Given(0, "Avis de la commission technique du 4 mai.", TODAY, "coordination")}
    made = score(bareme, facts(given_by=decided))
    assert made.bypass_reason == "Avis de la commission technique du 4 mai."
    assert score(bareme, facts(births=1)).bypass == ""


def test_a_quota_keeps_its_share_rounded_down_for_those_who_meet_it() -> None:
    quota = Quota("insertion", "Insertion", (Condition("insertion", "is", True),), False, 20)
    assert [quota.seats(seats) for seats in (0, 4, 5, 14, 15)] == [0, 0, 1, 2, 3]
    assert score(plain(quotas=(quota,)), facts(insertion=True)).quotas == ("insertion",)
    assert score(plain(quotas=(quota,)), facts(insertion=False)).quotas == ()


def test_grand_guéret_keeps_its_order_of_priorities_whatever_the_lower_ones_add() -> None:
    bareme = shipped("grand_gueret")
    fragile = {"fragile": Given(1, "Signalement.", TODAY, "x")}
    handicap = total(bareme, facts(special_care=True))
    everything_else = total(
        bareme, facts(in_territory=True, births=2, sibling_anywhere=True, given_by=fragile)
    )
    assert handicap > everything_else


def test_ties_are_settled_in_the_order_of_the_chain_and_end_with_the_recorded_draw() -> None:
    bareme = plain(ties=("quotient", "seniority", "older_child", "draw"), draw_key="2027")
    poor, rich, silent = facts(quotient=300), facts(quotient=900), facts(quotient=Known(None, 200))
    ordered = sorted((silent, rich, poor), key=lambda one: ties(bareme, one))
    assert ordered == [poor, rich, silent]
    assert ties(bareme, poor)[3] == draw("2027", "2026-00042")
    assert draw("2027", "2026-00042") != draw("2028", "2026-00042")


def test_the_recorded_draw_is_the_same_for_ever() -> None:
    assert draw("2027", "2026-00042") == 145458083631623343


def test_the_rank_of_the_wish_settles_before_everything_else_through_the_weight() -> None:
    bareme = plain(ties=("wish_rank", "seniority", "draw"))
    family = facts({7: {"wish_rank": Known(1, 1)}, 8: {"wish_rank": Known(2, 2)}})
    first, second = score(bareme, family, 7), score(bareme, family, 8)
    assert first.total == second.total
    assert first.rank_key < second.rank_key


def test_a_referral_is_marked_as_read_by_few() -> None:
    bareme = plain(Flag("pmi", "Orientation par la PMI", "", 10, (Condition("pmi_referral", "is", True),)))
    (line,) = score(bareme, facts(pmi_referral=True)).lines
    assert line.restricted


known_values = st.fixed_dictionaries(
    {
        "activity": st.sampled_from(sorted(ACTIVITY)),
        "single_parent": st.booleans(),
        "births": st.integers(1, 3),
        "commission_passages": st.integers(0, 9),
        "current_care": st.sampled_from(("none", "creche", "parental_leave", "other")),
        "home_commune": st.sampled_from(("33318", "71306")),
        "special_care": st.booleans(),
        "months_waiting": st.integers(0, 40),
        "quotient": st.integers(0, 3000),
    }
)
CODES = ("pessac_2022", "toulouse_2015", "reims_2021", "ville_non_identifiee", "grand_gueret")


@given(known_values, st.sampled_from(CODES))
def test_the_total_is_the_sum_of_the_lines_and_the_quick_way_agrees(
    known: dict[str, object], code: str
) -> None:
    bareme, family = shipped(code), facts(**known)
    made = score(bareme, family)
    assert made.total == sum(line.points for line in made.lines) == total(bareme, family)
    assert [line.criterion for line in made.lines] == [one.code for one in bareme.criteria]


@given(known_values, st.sets(st.sampled_from(("activity", "quotient", "single_parent", "home_commune"))))
def test_what_is_missing_is_exactly_what_the_proofs_would_bring(
    known: dict[str, object], unproved: set[str]
) -> None:
    bareme = shipped("reims_2021")
    hoped = facts(**known)
    nothing = {"activity": "two_inactive", "quotient": None, "single_parent": False, "home_commune": None}
    doubted = {fact: Known(nothing[fact], known[fact], awaited=("Un papier",)) for fact in unproved}
    now = score(bareme, replace(hoped, known={**hoped.known, **doubted}))
    assert now.total + sum(lack.points for lack in now.missing) == total(bareme, hoped)
