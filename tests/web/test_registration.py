"""A demand registered through its wizard: what is kept, by whom, from which channel, and the letter that leaves."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from guichet.core import french
from guichet.core.db import Database
from guichet.demands.models import Demand, Draft, Wish
from guichet.establishments.catalogue import Catalogue
from guichet.families.models import Fact, Family, Person
from guichet.notifications.models import LetterRow
from guichet.web.admin.parameters import DECLARED
from tests import make
from tests.web.pages import Visitor
from tests.web.registering import (
    CHILD,
    FAMILY,
    NEED,
    begin,
    count,
    final,
    finish,
    hidden,
    one,
    type_all,
    where,
)

Visit = Callable[..., Visitor]


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
