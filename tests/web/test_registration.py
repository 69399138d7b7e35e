"""The wizard: a demand typed in six steps, kept on every refusal, registered once."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from guichet.core import french
from guichet.core.db import Database
from guichet.core.journal import JournalEntry
from guichet.demands.models import Demand, Draft, Wish
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Fact, Family, Person
from guichet.notifications.models import LetterRow
from guichet.web.admin.parameters import DECLARED
from tests import make
from tests.web.pages import Visitor

Visit = Callable[..., Visitor]

CHILD = {"child_first_name": "Lina", "child_last_name": "Verdoux", "birth_date": "14/3/2026"}
FAMILY = {
    "adult1_first_name": "Camille",
    "adult1_last_name": "Verdoux",
    "adult1_link": "mother",
    "adult1_phone": "0639980001",
    "adult1_email": "camille.verdoux@exemple.test",
    "adult1_activity": "employed",
    "adult1_has_authority": "y",
    "adult1_lives_with_child": "y",
    "address": "12 rue des Lilas",
    "postcode": "71300",
    "channel": "email",
}
NEED = {
    "entry_on": "1/9/2027",
    "care": "regular",
    "meals": "y",
    "school_holidays": "all",
    "week-1-1-start": "8h",
    "week-1-1-end": "17h30",
    "week-4-1-start": "8",
    "week-4-1-end": "12h",
}


@pytest.fixture
def agent(visit: Visit) -> Visitor:
    return visit("rpe_agent")


def begin(visitor: Visitor) -> str:
    """The address of a new draft."""
    visitor.get("/demandes/nouvelle")
    visitor.post("/demandes/nouvelle")
    return visitor.path.rsplit("/", 1)[0]


def wishes(catalogue: Catalogue) -> dict[str, str]:
    return {
        "wish1": f"h{make.house(catalogue, 'lucioles')}",
        "wish3": "mchildminder",
        "wish3_where": make.BLANZY,
    }


def type_all(visitor: Visitor, catalogue: Catalogue, **steps: dict[str, str]) -> str:
    """Every step of a draft up to the verification; its address."""
    draft = begin(visitor)
    visitor.post(f"{draft}/enfant", CHILD | steps.get("enfant", {}))
    visitor.post(f"{draft}/famille", FAMILY | steps.get("famille", {}))
    visitor.post(f"{draft}/besoin", NEED | steps.get("besoin", {}))
    visitor.post(f"{draft}/voeux", wishes(catalogue) | steps.get("voeux", {}))
    visitor.post(f"{draft}/situation", steps.get("situation", {}))
    assert visitor.path == f"{draft}/verification"
    return draft


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def final(visitor: Visitor, **values: str) -> dict[str, str]:
    """The form of the verification, as the page gives it, ticked and sent."""
    page = visitor.last.get_data(as_text=True) if visitor.last else ""
    sent = {"seen": hidden(page, "seen"), "channel": "desk", "notice_given": "y"}
    if 'name="next_child"' in page:
        sent["next_child"] = "y"
    return {**sent, **values}


def finish(visitor: Visitor, draft: str, *, status: int = 303, **values: str) -> str:
    return visitor.post(f"{draft}/verification", final(visitor, **values), status=status, follow=False)


def where(visitor: Visitor) -> str:
    assert visitor.last is not None
    return str(visitor.last.headers["Location"])


def one(database: Database, statement: Any) -> Any:
    with database.reading() as session:
        return session.scalars(statement).one()


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_demand_is_registered_with_everything_that_was_typed(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, situation={"received-birth-0": "y", "fact-insertion-1": "y"})
    finish(agent, draft)
    demand = one(database, select(Demand))
    assert where(agent) == f"/demandes/{demand.id}"
    assert (demand.state, demand.care, demand.weekly_minutes) == ("received", "regular", 13 * 60 + 30)
    assert (demand.home_code, demand.channel, demand.papers_missing) == (make.MONTCEAU, "desk", 4)
    with database.reading() as session:
        persons = session.scalars(select(Person).order_by(Person.role)).all()
        assert [(one.role, one.first_name, one.phone) for one in persons] == [
            ("adult", "Camille", "06 39 98 00 01"),
            ("child", "Lina", ""),
        ]
        assert [(wish.rank, wish.mode) for wish in session.scalars(select(Wish).order_by(Wish.rank))] == [
            (1, None),
            (2, "childminder"),
        ]
        facts = {fact.kind: fact for fact in session.scalars(select(Fact))}
        assert set(facts) == {"birth", "residence", "identity", "work", "insertion"}
        assert facts["birth"].received_on is not None
        assert facts["work"].received_on is None
    assert one(database, select(LetterRow)).kind == "acknowledgement"
    assert count(database, Draft) == 0


def test_the_last_sending_is_at_most_ten_statements_and_the_steps_four(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue)
    with agent.counting() as seen:
        agent.post(f"{draft}/famille", FAMILY, status=303, follow=False)
    assert len(seen) <= 4, seen
    agent.get(f"{draft}/verification")
    form = final(agent)
    with agent.counting() as seen:
        agent.post(f"{draft}/verification", form, status=303, follow=False)
    assert len(seen) <= 10, "\n".join(seen)
    assert count(database, Demand) == 1


def test_the_form_sent_twice_leads_to_the_same_demand(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue)
    form = final(agent)
    agent.post(f"{draft}/verification", form, status=303, follow=False)
    first = where(agent)
    agent.get("/demandes/nouvelle")
    agent.post(f"{draft}/verification", form, status=303, follow=False)
    assert where(agent) == first
    assert count(database, Demand) == 1


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


def test_a_child_past_three_years_is_warned_and_past_six_refused_for_a_creche(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, enfant={"birth_date": "1/6/2024"})
    assert "plus de trois ans" in agent.get(f"{draft}/verification")
    agent.post(f"{draft}/enfant", CHILD | {"birth_date": "1/6/2021"})
    page = agent.get(f"{draft}/verification")
    assert "six ans ou plus" in page
    assert "Enregistrer la demande" not in page
    finish(agent, draft, status=422)
    assert count(database, Demand) == 0


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


def test_the_notice_on_personal_data_must_be_given(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue)
    page = finish(agent, draft, status=422, notice_given="", channel="phone", received_on="2/11/2026")
    assert 'id="notice_given-error"' in page
    assert 'value="2/11/2026"' in page
    assert count(database, Demand) == 0
    finish(agent, draft)
    assert count(database, Demand) == 1


def test_a_demand_received_by_post_keeps_its_date_and_an_interview_may_give_the_seniority(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue)
    finish(
        agent,
        draft,
        channel="mail",
        received_on="2/6/2026",
        seniority_rule="interview",
        interview_on="8/6/2026",
    )
    demand = one(database, select(Demand))
    assert (demand.channel, demand.received_on.isoformat()) == ("mail", "2026-06-02")
    assert (demand.seniority_rule, demand.seniority_on.isoformat()) == ("interview", "2026-06-08")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"received_on": "1/1/2090"}, "received_on"),
        ({"seniority_rule": "interview"}, "interview_on"),
        ({"seniority_rule": "kept"}, "seniority_on"),
        ({"interview_on": "1/1/2090"}, "interview_on"),
    ],
)
def test_impossible_dates_of_reception_are_refused_at_their_field(
    agent: Visitor, catalogue: Catalogue, database: Database, values: dict[str, str], field: str
) -> None:
    draft = type_all(agent, catalogue)
    page = finish(agent, draft, status=422, **values)
    assert f'id="{field}-error"' in page
    assert count(database, Demand) == 0


def test_a_family_out_of_the_territory_is_registered_at_the_first_desk(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, famille={"outside": "y", "postcode": "21000", "city": "Dijon"})
    finish(agent, draft)
    family = one(database, select(Family))
    assert (family.commune_code, family.city, family.postcode) == (None, "Dijon", "21000")


def test_a_family_without_mail_gets_its_letter_on_paper(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, famille={"adult1_email": "", "channel": "post"})
    finish(agent, draft)
    assert one(database, select(LetterRow)).channel == "print"
    assert "à imprimer" in agent.get("/demandes/nouvelle")


def test_a_director_registers_with_their_own_establishment_first(
    visit: Visit, catalogue: Catalogue, database: Database
) -> None:
    house = make.house(catalogue, "moulins")
    director = visit("director", houses=(house,))
    draft = begin(director)
    page = director.get(f"{draft}/voeux")
    assert f'<option value="h{house}" selected>' in page
    page = director.post(f"{draft}/voeux", {"wish1": "mhome_care"}, status=422)
    assert "votre établissement" in page
    director.post(f"{draft}/enfant", CHILD)
    director.post(f"{draft}/famille", FAMILY)
    director.post(f"{draft}/besoin", NEED)
    director.post(f"{draft}/voeux", {"wish1": f"h{house}"})
    director.post(f"{draft}/situation", {})
    assert '<option value="establishment" selected>' in director.get(f"{draft}/verification")
    finish(director, draft, channel="establishment", desk_commune=make.BLANZY)
    demand = one(database, select(Demand))
    assert (demand.channel, demand.desk_commune_code) == ("establishment", make.BLANZY)


@pytest.mark.parametrize("role", ["member", "administrator"])
def test_who_does_not_register_finds_no_door(visit: Visit, role: str) -> None:
    visit(role).get("/demandes/nouvelle", status=403)


def test_twins_are_two_demands_and_the_second_is_asked_only_a_first_name(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, enfant={"multiple_births": "2"})
    finish(agent, draft)
    second = where(agent)
    assert "/enfant-suivant" in second
    page = agent.get(second)
    assert "Lina" in page
    draft = agent.path.rsplit("/", 1)[0]
    agent.post(f"{draft}/enfant-suivant", {"child_first_name": ""}, status=422)
    page = agent.post(f"{draft}/enfant-suivant", {"child_first_name": "Nour"})
    assert "Nour Verdoux" in page
    assert "rejoint la famille" in page
    assert "peut-être déjà connu" not in page
    form = final(agent)
    with agent.counting() as statements:
        agent.post(f"{draft}/verification", form, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)
    assert where(agent).startswith("/demandes/")
    with database.reading() as session:
        children = session.execute(
            select(Person.first_name, Person.position).where(Person.role == "child").order_by(Person.id)
        ).all()
    assert [tuple(child) for child in children] == [("Lina", 1), ("Nour", 2)]
    assert count(database, Demand) == 2
    assert count(database, Draft) == 0
    assert count(database, Family) == 1
    with database.reading() as session:
        kinds = session.scalars(select(Fact.kind)).all()
        assert sorted(kinds) == sorted(["birth", "multiple_birth"] * 2 + ["residence", "identity", "work"])
        assert session.scalars(select(Demand.papers_missing)).all() == [4, 4]
        letters = session.scalars(select(LetterRow.text)).all()
    assert len(letters) == 2
    assert "Nour Verdoux" in letters[1]


def test_a_twin_left_for_later_joins_the_family_when_its_draft_is_resumed(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue, enfant={"multiple_births": "3"})
    finish(agent, draft)
    first = one(database, select(Demand))
    page = agent.get("/demandes/nouvelle")
    resumed = re.findall(r'href="(/demandes/nouvelle/[^"]+/enfant-suivant)"', page)[0]
    assert f"demande {first.number}" in agent.get(resumed)
    agent.post(resumed, {"child_first_name": "Nour"})
    page = agent.get("/demandes/nouvelle")
    draft = re.findall(r'href="(/demandes/nouvelle/[^"]+)/enfant"', page)[0]
    agent.get(f"{draft}/enfant")
    child = {"child_first_name": "Nour", "multiple_births": "3", "birth_rank": "2"}
    agent.post(f"{draft}/enfant", CHILD | child)
    assert f"rejoint la famille de la demande {first.number}" in agent.get(f"{draft}/verification")
    finish(agent, draft)
    assert "Nour" in agent.get(where(agent))
    draft = agent.path.rsplit("/", 1)[0]
    agent.post(f"{draft}/enfant-suivant", {"child_first_name": "Aya"})
    finish(agent, draft)
    assert (count(database, Demand), count(database, Family)) == (3, 1)


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


@pytest.mark.parametrize("field", ["joins", "origin", "id"])
def test_a_forged_field_joins_no_family(
    agent: Visitor, catalogue: Catalogue, database: Database, field: str
) -> None:
    first = known(database, catalogue, child=make.child(first_name="Basile", multiple_births=2))
    forged = {"multiple_births": "2", "birth_rank": "2", field: first.submission or ""}
    draft = type_all(agent, catalogue, enfant=forged)
    assert "rejoint la famille" not in agent.get(f"{draft}/verification")
    finish(agent, draft)
    assert one(database, select(Demand).where(Demand.id != first.id)).family_id != first.family_id


def test_the_twin_of_an_expected_child_is_not_taken_for_a_double(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    unborn = {"child_first_name": "", "birth_date": "", "due_date": "1/2/2027", "multiple_births": "2"}
    draft = type_all(agent, catalogue, enfant=unborn)
    finish(agent, draft)
    agent.get(where(agent))
    draft = agent.path.rsplit("/", 1)[0]
    assert "peut-être déjà connu" not in agent.post(f"{draft}/enfant-suivant", {})
    finish(agent, draft)
    assert count(database, Demand) == 2


def test_the_certificate_of_a_pregnancy_is_asked_once_for_all_its_children(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    unborn = {"child_first_name": "", "birth_date": "", "due_date": "1/2/2027", "multiple_births": "2"}
    second_parent = {"adult2_first_name": "Sacha", "adult2_last_name": "Verdoux"}
    draft = type_all(agent, catalogue, enfant=unborn, famille=second_parent)
    finish(agent, draft)
    agent.get(where(agent))
    draft = agent.path.rsplit("/", 1)[0]
    agent.post(f"{draft}/enfant-suivant", {})
    finish(agent, draft)
    with database.reading() as session:
        kinds = sorted(session.scalars(select(Fact.kind)))
        asked = session.scalar(select(Fact.id).where(Fact.kind == "pregnancy"))
        letters = session.scalars(select(LetterRow.text)).all()
        demands = session.scalars(select(Demand).order_by(Demand.id)).all()
    assert kinds.count("pregnancy") == 1
    # The pregnancy, the home, the identity of each parent, the work of the first.
    assert [demand.papers_missing for demand in demands] == [5, 5]
    for letter in letters:
        assert letter.count("à fournir") == 5
        assert letter.count("Certificat de grossesse") == 1
        assert "Pièce d’identité (Camille Verdoux)" in letter
        assert "Pièce d’identité (Sacha Verdoux)" in letter
    for demand in demands:
        page = agent.get(f"/demandes/{demand.id}/justificatifs")
        assert "Il manque 5\xa0justificatifs" in page
        assert page.count('name="facts"') == 5
    second = f"/demandes/{demands[1].id}/justificatifs"
    agent.post(f"{second}/{asked}/verifie", {"seen": "expected"})
    with database.reading() as session:
        assert session.scalars(select(Demand.papers_missing)).all() == [4, 4]


def known(database: Database, catalogue: Catalogue, **values: Any) -> Demand:
    with database.writing() as session:
        made = make.demand(session, catalogue, make.person(session), **values)
        session.commit()
        return made


def test_a_child_already_known_must_be_looked_at_before_registering(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    first = known(database, catalogue)
    draft = type_all(agent, catalogue, enfant={"child_first_name": "Verdous", "child_last_name": "Lyna"})
    page = agent.get(f"{draft}/verification")
    assert "peut-être déjà connu" in page
    assert f'href="/demandes/{first.id}"' in page
    page = finish(agent, draft, status=422)
    assert 'id="not_the_same-error"' in page
    assert count(database, Demand) == 1
    finish(agent, draft, not_the_same="y")
    line = one(database, select(JournalEntry).where(JournalEntry.subject_id != first.id))
    assert first.number in line.reason
    assert "pas le même enfant" in line.reason


def test_a_child_found_different_while_registering_is_not_proposed_again_as_a_double(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    known(database, catalogue)
    fault = {"child_first_name": "Lyna"}
    draft = type_all(agent, catalogue, enfant=fault)
    form = final(agent, not_the_same="y")
    with agent.counting() as statements:
        agent.post(f"{draft}/verification", form, status=303, follow=False)
    assert len(statements) <= 10, "\n".join(statements)
    page = agent.get("/doublons")
    assert ">Comparer<" not in page
    known(database, catalogue, child=make.child(first_name="Lyna"))
    assert agent.get("/doublons").count(">Comparer<") == 2


def test_a_double_out_of_reach_shows_name_birth_date_and_desk_and_nothing_else(
    visit: Visit, catalogue: Catalogue, database: Database
) -> None:
    wish = make.registration(catalogue).wishes[:1]
    first = known(database, catalogue, wishes=wish)
    agent = visit("rpe_agent", communes=(make.BLANZY,))
    draft = type_all(agent, catalogue, famille={"postcode": "71450"}, voeux={"wish1": "mhome_care"})
    page = agent.get(f"{draft}/verification")
    assert "Lina Verdoux" in page
    assert "RPE d’essai" in page
    assert f"/demandes/{first.id}" not in page
    assert first.number not in page


def test_a_child_changed_in_another_window_is_searched_again_before_registering(
    agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    known(database, catalogue, child=make.child(first_name="Basile", birth_date=make.date(2025, 2, 3)))
    draft = type_all(agent, catalogue)
    form = final(agent)
    agent.post(f"{draft}/enfant", CHILD | {"child_first_name": "Basile", "birth_date": "3/2/2025"})
    page = agent.post(f"{draft}/verification", form, status=422)
    assert "La saisie a changé" in page
    assert "peut-être déjà connu" in page
    assert count(database, Demand) == 1


@pytest.mark.parametrize("seen", ["", "forgé", "WyJ4IixbXSwxODBd.abc"])
def test_a_form_whose_search_was_forged_is_refused(
    agent: Visitor, catalogue: Catalogue, database: Database, seen: str
) -> None:
    draft = type_all(agent, catalogue)
    finish(agent, draft, status=422, seen=seen)
    assert count(database, Demand) == 0


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


def test_two_presses_at_the_same_instant_make_one_demand(
    agent: Visitor, app: Flask, catalogue: Catalogue, database: Database
) -> None:
    draft = type_all(agent, catalogue)
    page = agent.get(f"{draft}/verification")
    form = final(agent, csrf_token=hidden(page, "csrf_token"))
    cookie = agent.client.get_cookie("guichet")
    assert cookie is not None
    answers: list[tuple[int, str]] = []
    together = Barrier(2)

    def press() -> None:
        client = app.test_client()
        client.set_cookie("guichet", cookie.value)
        together.wait()
        answer = client.post(f"{draft}/verification", data=form)
        answers.append((answer.status_code, answer.headers.get("Location", "")))

    hands = [Thread(target=press) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    demand = one(database, select(Demand))
    assert answers == [(303, f"/demandes/{demand.id}")] * 2


def test_letters_give_the_dates_of_the_delays_just_set(
    visit: Visit, agent: Visitor, catalogue: Catalogue, database: Database
) -> None:
    agent.get("/aujourdhui")
    admin = visit("administrator")
    admin.get("/administration/reglages")
    chosen = {item.key: str(item.default) for item in DECLARED}
    admin.post(
        "/administration/reglages", {**chosen, "orient_within_days": "47", "follow_up_within_days": "93"}
    )
    draft = type_all(agent, catalogue)
    finish(agent, draft)
    demand = one(database, select(Demand))
    agent.get(f"/demandes/{demand.id}/orienter")
    said = {
        "kind": "childminder",
        "interview_on": "",
        "note": "Famille reçue",
        "version": str(demand.version),
    }
    agent.post(f"/demandes/{demand.id}/orienter", said, status=303, follow=False)
    for kind, days in (("acknowledgement", 47), ("orientation", 93)):
        by = french.long_date(demand.received_on + timedelta(days=days))
        text = one(database, select(LetterRow.text).where(LetterRow.kind == kind))
        assert by.replace("\u00a0", " ") in " ".join(text.split())
