from datetime import date

from guichet.families.dossier import FactEntry
from guichet.families.facts import BY_KIND, SITUATIONS, TICKED, follows_from, label
from guichet.families.papers import BY_CODE
from tests import make


def kinds(found: tuple[FactEntry, ...]) -> list[tuple[str, int | None]]:
    return [(fact.kind, fact.about) for fact in found]


def test_each_kind_of_fact_is_named_once_and_what_is_ticked_is_known() -> None:
    assert len(BY_KIND) == len(SITUATIONS)
    assert set(TICKED) <= set(BY_KIND)


def test_a_proof_named_by_a_fact_has_a_paper() -> None:
    assert [one.kind for one in SITUATIONS if one.proof and not one.papers] == []


def test_an_employed_mother_of_a_born_child_shows_a_birth_an_address_an_identity_and_a_work() -> None:
    found = follows_from(make.child(), make.household(), (make.adult(),), (), make.TODAY)
    assert kinds(found) == [("birth", 0), ("residence", None), ("identity", 1), ("work", 1)]
    assert all(fact.paper in BY_CODE and not fact.received for fact in found)


def test_an_expected_child_is_proved_by_a_pregnancy_certificate() -> None:
    child = make.child(birth_date=None, first_name="", due_date=date(2027, 2, 1))
    assert follows_from(child, make.household(), (), (), make.TODAY)[0] == FactEntry(
        "pregnancy", "pregnancy_certificate", 0
    )


def test_twins_are_a_fact_that_the_birth_certificate_already_proves() -> None:
    found = follows_from(make.child(multiple_births=2), make.household(), (), (), make.TODAY)
    assert [fact.paper for fact in found if fact.kind == "multiple_birth"] == [""]


def test_each_adult_brings_what_their_own_activity_asks() -> None:
    adults = (
        make.adult(activity="self_employed"),
        make.adult(first_name="Noa", activity="job_seeking", benefit="rsa"),
    )
    found = follows_from(make.child(), make.household(), adults, (), make.TODAY)
    assert [(fact.kind, fact.paper, fact.about) for fact in found if fact.about] == [
        ("identity", "identity", 1),
        ("work", "business_certificate", 1),
        ("identity", "identity", 2),
        ("job_seeking", "job_seeker_certificate", 2),
        ("benefit", "benefit_certificate", 2),
    ]


def test_a_parent_is_a_minor_until_the_day_of_eighteen() -> None:
    eighteen_today = make.adult(birth_date=date(2008, 11, 23))
    tomorrow = make.adult(birth_date=date(2008, 11, 24))
    found = follows_from(make.child(), make.household(), (eighteen_today, tomorrow), (), make.TODAY)
    assert [fact.about for fact in found if fact.kind == "minor_parent"] == [2]


def test_a_family_that_will_move_or_is_hosted_shows_another_paper_for_its_address() -> None:
    moving = make.household(moving_to_code=make.BLANZY)
    hosted = make.household(hosted=True)
    assert kinds(follows_from(make.child(), moving, (), (), make.TODAY))[1] == ("future_residence", None)
    assert kinds(follows_from(make.child(), hosted, (), (), make.TODAY))[1] == ("hosted", None)


def test_a_code_of_an_older_version_is_shown_as_it_is() -> None:
    assert label("birth") == "naissance de l’enfant"
    assert label("forgotten") == "forgotten"
