"""The steps of a registration: what is typed is kept, judged in one sentence at its field, and saved by itself."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from guichet.core.db import Database
from guichet.demands.models import Demand, Draft
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Person
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import Visitor
from tests.web.registering import CHILD, FAMILY, NEED, begin, count, finish, one, type_all, wishes

Visit = Callable[..., Visitor]


def test_a_refused_step_keeps_what_was_typed_and_says_why_at_the_field(agent: Visitor) -> None:
    draft = begin(agent)
    page = agent.post(f"{draft}/enfant", CHILD | {"birth_date": "31/02/2026"}, status=422)
    assert 'value="31/02/2026"' in page
    assert 'href="#birth_date"' in page
    assert 'id="birth_date-error"' in page
    again = agent.get(f"{draft}/enfant")
    assert 'value="31/02/2026"' in again
    assert 'value="Lina"' in again


@pytest.mark.parametrize(
    ("step", "typed", "field", "words"),
    [
        ("enfant", CHILD | {"birth_date": "1/1/2999"}, "birth_date", "2100"),
        ("enfant", CHILD | {"birth_date": "1/1/2090"}, "birth_date", "dans le futur"),
        ("enfant", CHILD | {"birth_date": "", "due_date": "1/1/2030"}, "due_date", "trop lointaine"),
        ("enfant", {"child_last_name": ""}, "child_last_name", "nom de l’enfant"),
        ("enfant", CHILD | {"child_last_name": "x" * 81}, "child_last_name", "80 caractères"),
        ("famille", FAMILY | {"postcode": "75001"}, "postcode", "Aucune commune du territoire"),
        ("famille", FAMILY | {"postcode": "71 30"}, "postcode", "cinq chiffres"),
        ("famille", FAMILY | {"commune": make.BLANZY}, "commune", "pas ce code postal"),
        ("famille", FAMILY | {"adult1_phone": "0612"}, "adult1_phone", "pas complet"),
        ("famille", FAMILY | {"adult1_email": "camille@"}, "adult1_email", "bien écrite"),
        ("famille", FAMILY | {"adult1_email": ""}, "adult1_email", "courrier postal"),
        ("famille", FAMILY | {"adult1_last_name": ""}, "adult1_last_name", "au moins un parent"),
        ("famille", FAMILY | {"outside": "y", "postcode": "75001"}, "city", "hors du territoire"),
        ("famille", FAMILY | {"quotient": "beaucoup"}, "quotient", "Écrivez un nombre"),
        ("besoin", NEED | {"week-1-1-end": "7h"}, "week-1", "avant l’heure de début"),
        ("besoin", NEED | {"week-1-1-end": ""}, "week-1", "l’heure de fin"),
        ("besoin", NEED | {"week-1-1-end": "25h"}, "week-1", "Lundi"),
        ("besoin", NEED | {"entry_on": ""}, "entry_on", "date d’entrée"),
        ("besoin", NEED | {"entry_on": "32/13/2027"}, "entry_on", "date"),
        ("besoin", NEED | {"entry_latest": "1/8/2027"}, "entry_latest", "avant l’entrée souhaitée"),
        ("besoin", NEED | {"care": "emergency"}, "urgency_reason", "urgent"),
        ("voeux", {"wish1": ""}, "wish1", "au moins un vœu"),
        ("voeux", {"wish1": "h99999"}, "wish1", "n’existe pas"),
        ("voeux", {"wish1": "mchildminder", "wish3": "mchildminder"}, "wish3", "déjà plus haut"),
    ],
)
def test_bad_input_is_one_sentence_at_its_field(
    agent: Visitor, step: str, typed: dict[str, str], field: str, words: str
) -> None:
    draft = begin(agent)
    page = agent.post(f"{draft}/{step}", typed, status=422)
    told = re.search(rf'id="{field}-error">(.*?)</p>', page, re.S)
    assert told, f"no sentence at {field}"
    assert words in told[1]
    assert f'href="#{field}"' in page


def test_a_text_of_ten_megabytes_is_refused_and_nothing_is_kept(agent: Visitor, database: Database) -> None:
    draft = begin(agent)
    page = agent.post(f"{draft}/enfant", {"child_last_name": "x" * 10_000_000}, status=413)
    assert "taille permise" in page
    assert set(one(database, select(Draft)).typed) == {"origin"}


def test_emoji_right_to_left_names_and_html_are_shown_and_never_obeyed(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    names = {"child_first_name": "<script>alert(1)</script>", "child_last_name": "\u202eليلى 🦊"}
    draft = type_all(agent, catalogue, enfant=names)
    page = agent.get(f"{draft}/verification")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    finish(agent, draft)
    child = one(database, select(Person).where(Person.role == "child"))
    assert child.last_name == "ليلى 🦊"
    assert "<script>" not in one(database, select(LetterRow.html))


def test_an_automatic_save_keeps_what_is_typed_without_judging_it(agent: Visitor) -> None:
    draft = begin(agent)
    typed = {"child_first_name": "Li", "birth_date": "14/", "sent": "0"}
    agent.post(f"{draft}/enfant/brouillon", typed, status=204)
    page = agent.get(f"{draft}/enfant")
    assert 'value="14/"' in page
    assert "Li" in agent.get("/demandes/nouvelle")


def test_a_late_automatic_save_does_not_undo_a_sending(agent: Visitor) -> None:
    draft = begin(agent)
    agent.post(f"{draft}/enfant", CHILD)
    agent.get(f"{draft}/enfant")
    agent.post(f"{draft}/enfant/brouillon", {"child_first_name": "Lin", "sent": "0"}, status=204)
    assert 'value="Lina"' in agent.get(f"{draft}/enfant")


def test_steps_may_be_walked_in_any_order(agent: Visitor, catalogue: Catalogue, database: Database) -> None:
    draft = begin(agent)
    for step in ("situation", "voeux", "besoin", "famille", "enfant", "verification"):
        agent.get(f"{draft}/{step}")
    agent.post(f"{draft}/voeux", wishes(catalogue))
    agent.post(f"{draft}/besoin", NEED)
    agent.post(f"{draft}/famille", FAMILY)
    agent.post(f"{draft}/enfant", CHILD)
    agent.get(f"{draft}/verification")
    finish(agent, draft)
    assert count(database, Demand) == 1


def test_a_draft_belongs_to_one_person(agent: Visitor, visit: Visit, database: Database) -> None:
    draft = begin(agent)
    agent.post(f"{draft}/enfant", CHILD)
    other = visit("rpe_agent")
    assert "Lina" not in other.get("/demandes/nouvelle")
    for step in ("enfant", "verification", "enfant-suivant"):
        other.get(f"{draft}/{step}", status=404)
    other.get("/demandes/nouvelle")
    other.post(f"{draft}/enfant", {"child_last_name": "Autre"}, status=404)
    other.get("/demandes/nouvelle")
    other.post(f"{draft}/enfant/brouillon", {"child_last_name": "Autre"}, status=404)
    other.get("/demandes/nouvelle")
    other.post(f"{draft}/verification", {"notice_given": "y"}, status=404)
    other.get("/demandes/nouvelle")
    other.post(f"{draft}/ecarter")
    assert count(database, Draft) == 1


def test_a_draft_is_thrown_away_when_asked(agent: Visitor, database: Database) -> None:
    draft = begin(agent)
    agent.post(f"{draft}/ecarter")
    assert count(database, Draft) == 0
    agent.get(f"{draft}/enfant", status=404)


def test_a_step_says_everything_that_is_wrong_at_once_and_nothing_that_is_not(agent: Visitor) -> None:
    draft = begin(agent)
    family = FAMILY | {"adult1_email": "", "postcode": "71410", "commune": ""}
    page = agent.post(f"{draft}/famille", family, status=422)
    assert 'id="commune-error"' in page or 'id="postcode-error"' in page
    assert 'id="adult1_email-error"' in page
    assert page.index("#adult1_email") < page.index("#postcode")
    assert 'id="adult1_phone-error"' not in page
    page = agent.post(
        f"{draft}/famille", FAMILY | {"adult1_email": "", "adult2_email": "pas une adresse"}, status=422
    )
    assert 'id="adult2_email-error"' in page
    assert 'id="adult1_email-error"' not in page
    page = agent.post(f"{draft}/besoin", {"entry_on": "31/2/2027", "entry_earliest": "1/9/2027"}, status=422)
    assert 'id="entry_on-error"' in page
    assert 'id="entry_earliest-error"' not in page
    assert "Indiquez au moins un jour avec ses heures" in page
    page = agent.post(f"{draft}/enfant", {"due_date": "bientôt"}, status=422)
    assert 'id="due_date-error"' in page
    assert 'id="child_last_name-error"' in page
    assert 'id="birth_date-error"' not in page


def test_more_lines_of_wishes_are_given_when_asked_and_keep_the_first_ones(
    agent: Visitor, catalogue: Catalogue
) -> None:
    draft = begin(agent)
    typed = {f"wish{line}": "many_creche" for line in range(1, 5)}
    agent.get(f"{draft}/voeux")
    page = agent.post(f"{draft}/voeux", typed | {"more": "y"})
    assert agent.path == f"{draft}/voeux"
    assert 'name="wish6"' in page


@pytest.mark.parametrize("rank", ["", "9", "abc", "-1"])
def test_a_forged_rank_of_birth_is_read_as_the_first(agent: Visitor, rank: str) -> None:
    draft = begin(agent)
    agent.post(f"{draft}/enfant", CHILD | {"multiple_births": "2", "birth_rank": rank})
    agent.get(f"{draft}/enfant-suivant")
    agent.post(f"{draft}/enfant-suivant", {"child_first_name": "Nour"})
    assert 'name="birth_rank" value="2"' in agent.get(f"{draft}/enfant")


def test_characters_that_a_database_refuses_are_dropped(agent: Visitor) -> None:
    draft = begin(agent)
    agent.post(
        f"{draft}/enfant/brouillon", {"child_first_name": "Li\0na", "sent": "0", "a\0b": "c"}, status=204
    )
    assert 'value="Lina"' in agent.get(f"{draft}/enfant")
