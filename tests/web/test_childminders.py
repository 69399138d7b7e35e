"""The pages of the childminders: the register kept by the relais, and the track of one demand."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload, undefer

from guichet.core import clock
from guichet.core.db import Database
from guichet.demands.actions import OrientationEntry, orient
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.establishments.childminder_sheet import COLUMNS, EXAMPLE
from guichet.establishments.childminders import Childminder
from guichet.notifications.models import LetterRow
from guichet.placements.childminders.models import ChildminderContact, ChildminderSolution
from tests import make
from tests.web.pages import TOKEN, Visitor

REGISTER = "/assistantes-maternelles"
NEW = {
    "name": "Zoé Berthomé",
    "commune_code": make.BLANZY,
    "mam_id": "",
    "approved_places": "3",
    "youngest_months": "0",
    "oldest_months": "36",
    "phone": "06 39 98 11 11",
    "shows_phone": "y",
    "email": "",
    "agreed_on": "3/11/2025",
}
MONDAY = {"week-1-1-start": "7h30", "week-1-1-end": "18h"}


@pytest.fixture
def demand(database: Database, catalogue: Catalogue, agent: Visitor) -> int:
    """A demand oriented towards a childminder."""
    with database.writing() as session:
        made = make.demand(session, catalogue, agent.person)
        entry = OrientationEntry("childminder", "Vu")
        orient(session, made, entry, catalogue, actor=agent.person, at=make.NOON)
        session.commit()
        return made.id


def keep(database: Database, *names: str, **values) -> list[int]:
    """Some professionals in the register, free all week from now on."""
    with database.writing() as session:
        made = [make.childminder(session, name, **values) for name in names]
        session.commit()
        return [one.id for one in made]


def stored(database: Database, number: int) -> Childminder:
    with database.reading() as session:
        chosen = select(Childminder).where(Childminder.id == number)
        return session.scalars(chosen.options(selectinload(Childminder.openings))).one()


def track(demand: int) -> str:
    return f"/demandes/{demand}/assistantes-maternelles"


def version(html: str) -> str:
    return re.search(r'name="version" value="(\d+)"', html)[1]


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html).replace("\u00a0", " "))


def test_a_professional_is_added_then_the_free_places(agent, database):
    agent.get(f"{REGISTER}/nouvelle")
    html = agent.post(f"{REGISTER}/nouvelle", NEW)
    assert "Ajouter des places libres" in html
    one = stored(database, 1)
    assert (one.name, one.shows_phone, one.oldest_months) == ("Zoé Berthomé", True, 36)
    data = {"version": version(html), "places": "2", "from_on": "1/12/2026", "until_on": "", **MONDAY}
    html = agent.post(f"{REGISTER}/1/places/nouvelles", data)
    assert "2 places" in plain(html) and "lundi, de 7 h 30 à 18 h" in plain(html.replace('aria-label="', ">"))
    assert stored(database, 1).openings[0].places == 2


def test_what_is_refused_is_said_at_its_field_and_what_was_typed_stays(agent, database):
    agent.get(f"{REGISTER}/nouvelle")
    wrong = NEW | {"approved_places": "trois", "commune_code": "99999"}
    html = agent.post(f"{REGISTER}/nouvelle", wrong, status=422)
    assert "Écrivez un nombre entier." in html and 'value="Zoé Berthomé"' in html
    html = agent.post(f"{REGISTER}/nouvelle", NEW | {"approved_places": "9", "agreed_on": ""}, status=422)
    assert "L’agrément porte sur 1 à 6 places." in html and "quand l’accord pour donner" in html
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Childminder)) == 0


def test_the_places_are_refused_at_their_day_changed_and_taken_off(agent, database):
    keep(database, "Ana")
    html = agent.get(f"{REGISTER}/1/places/1")
    data = {"version": version(html), "places": "1", "from_on": "1/12/2026", "until_on": ""}
    html = agent.post(f"{REGISTER}/1/places/1", {**data, "week-2-1-start": "9h"}, status=422)
    assert "Mardi : écrivez l’heure de début et l’heure de fin." in html
    html = agent.post(f"{REGISTER}/1/places/1", data, status=422)
    assert "Indiquez les jours et les heures libres." in html
    html = agent.post(f"{REGISTER}/1/places/1", {**data, "places": "4", **MONDAY}, status=422)
    assert "Indiquez de 1 à 3 places libres." in plain(html)
    agent.post(f"{REGISTER}/1/places/1", {**data, **MONDAY})
    assert stored(database, 1).openings[0].week.days == (1,)
    agent.post(f"{REGISTER}/1/places/1", {**data, **MONDAY}, status=409)
    agent.post(f"{REGISTER}/1/places/1/retirer", {"version": str(stored(database, 1).version)})
    assert stored(database, 1).openings == []
    agent.get(f"{REGISTER}/1/places/1", status=404)


def test_two_agents_do_not_change_one_card_unseen(agent, database):
    keep(database, "Ana Delmas")
    html = agent.get(f"{REGISTER}/1/modifier")
    typed = NEW | {"version": version(html)}
    assert "La fiche est à jour." in agent.post(f"{REGISTER}/1/modifier", typed)
    html = agent.post(f"{REGISTER}/1/modifier", typed | {"name": "Autre nom"}, status=409)
    assert "a changé depuis" in html and 'value="Autre nom"' in html
    assert stored(database, 1).name == "Zoé Berthomé"


def test_who_stops_is_proposed_no_more_and_comes_back(agent, database):
    keep(database, "Ana Delmas")
    html = agent.get(f"{REGISTER}/1")
    agent.post(f"{REGISTER}/1/arreter", {"version": version(html)})
    assert "Ana Delmas" not in agent.get(REGISTER)
    html = agent.get(f"{REGISTER}?vue=arretees")
    assert "Ana Delmas" in html
    html = agent.get(f"{REGISTER}/1")
    agent.post(f"{REGISTER}/1/reprendre", {"version": version(html)})
    assert "Ana Delmas" in agent.get(REGISTER)


def test_a_word_too_old_is_shown_and_confirmed_in_one_press(agent, database):
    long_ago = clock.day(clock.now()) - timedelta(days=200)
    keep(database, "Ana Delmas", confirmed_on=long_ago, phone="06 39 98 11 11")
    html = agent.get(f"{REGISTER}?vue=a-confirmer")
    assert "à confirmer" in html and "06 39 98 11 11" in html
    html = agent.post(f"{REGISTER}/1/confirmer", {"retour": "liste"})
    assert "Les places de Ana Delmas sont confirmées" in html and "Personne ici" in html
    assert stored(database, 1).confirmed_on == clock.day(clock.now())


def test_an_agent_of_some_communes_reads_all_and_writes_about_theirs(visit, database):
    keep(database, "Ana Delmas")
    agent = visit("rpe_agent", communes=(make.MONTCEAU,))
    html = agent.get(f"{REGISTER}/1")
    assert "Ana Delmas" in html and "Modifier la fiche" not in html
    agent.get(f"{REGISTER}/1/modifier", status=403)
    agent.get(f"{REGISTER}/nouvelle")
    html = agent.post(f"{REGISTER}/nouvelle", NEW, status=403)
    assert "n’est pas des vôtres" in html
    agent.post(f"{REGISTER}/1/confirmer", status=403)
    sheet = ";".join(COLUMNS) + "\n" + ";".join(EXAMPLE)
    token = TOKEN.search(agent.get(f"{REGISTER}/importer"))[1]
    data = {"csrf_token": token, "file": (io.BytesIO(sheet.encode()), "am.csv")}
    assert agent.client.post(f"{REGISTER}/importer", data=data).status_code == 403
    agent.get(f"{REGISTER}/importer")
    agent.post(f"{REGISTER}/nouvelle", NEW | {"commune_code": make.MONTCEAU})


def send(agent: Visitor, text: str) -> tuple[int, str]:
    token = TOKEN.search(agent.get(f"{REGISTER}/importer"))[1]
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "am.csv")}
    answer = agent.client.post(f"{REGISTER}/importer", data=data, follow_redirects=True)
    return answer.status_code, plain(answer.get_data(as_text=True))


def test_a_sheet_is_brought_back_as_it_was_taken_away_and_changes_nothing(agent, database):
    keep(database, "Ana", confirmed_on=clock.day(clock.now()))
    taken = agent.client.get(f"{REGISTER}/export.csv").get_data().decode("utf-8-sig")
    assert taken.startswith(";".join(COLUMNS))
    status, said = send(agent, taken)
    assert status == 200 and "0 ajout, 0 fiche changée, 1 déjà à jour" in said
    status, said = send(agent, taken + ";".join(EXAMPLE))
    assert status == 200 and "1 ajout, 0 fiche changée, 1 déjà à jour" in said
    assert "Camille Exemple" in agent.get(REGISTER)


def test_a_faulty_sheet_writes_nothing_and_says_each_line(agent, database):
    bad = ";".join(
        "Dijon" if name == "commune" else cell for name, cell in zip(COLUMNS, EXAMPLE, strict=True)
    )
    status, said = send(
        agent, "\n".join([";".join(COLUMNS), ";".join(EXAMPLE), bad.replace("am-001", "am-2")])
    )
    assert status == 422 and "Ligne 3 : la commune « Dijon » n’est pas du territoire." in said
    status, said = send(agent, "")
    assert status == 422 and "Choisissez le fichier à importer." in said
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Childminder)) == 0
    model = agent.client.get(f"{REGISTER}/modele.csv").get_data().decode("utf-8-sig")
    assert send(agent, model)[0] == 200


def test_the_register_and_the_track_cost_the_same_whatever_their_length(agent, database, demand):
    keep(database, "Ana", email="ana@exemple.test")
    costs = {}
    for address in (REGISTER, f"{REGISTER}/1", track(demand)):
        agent.get(address)
        with agent.counting() as few:
            agent.get(address)
        costs[address] = len(few)
    keep(database, *[f"Bea {number}" for number in range(12)])
    for address, cost in costs.items():
        with agent.counting() as many:
            agent.get(address)
        assert len(many) == cost, many
    assert costs[REGISTER] <= 6 and costs[f"{REGISTER}/1"] <= 6 and costs[track(demand)] <= 10


def test_the_demand_leads_to_the_list_and_the_chosen_ones_are_handed_by_letter(agent, database, demand):
    ids = keep(database, "Ana Delmas", "Bea Morand", phone="06 39 98 22 22")
    html = agent.get(f"/demandes/{demand}")
    assert "Chercher une assistante maternelle" in html
    html = agent.get(track(demand))
    assert "convient toute la semaine demandée" in html and "pas d’accord" in html
    with agent.counting() as statements:
        agent.post(
            track(demand), {"version": version(html), "childminders": ids[:1]}, follow=False, status=303
        )
    assert len(statements) <= 10, statements
    html = agent.get(track(demand))
    assert "Déjà proposées à la famille" in html
    with database.reading() as session:
        letter = session.scalars(
            select(LetterRow).where(LetterRow.kind == "childminders").options(undefer(LetterRow.text))
        ).one()
    assert "Ana Delmas" in letter.text and "Bea Morand" not in letter.text and "06 39 98" not in letter.text
    assert "Liste d’assistantes maternelles remise" in agent.get(f"/demandes/{demand}")


def test_nobody_chosen_somebody_gone_or_a_need_changed_meanwhile_sends_nothing(agent, database, demand):
    ids = keep(database, "Ana Delmas")
    html = agent.get(track(demand))
    seen = version(html)
    html = agent.post(track(demand), {"version": seen}, status=422)
    assert "Choisissez au moins une personne" in html
    html = agent.post(track(demand), {"version": "1", "childminders": ids}, status=409)
    assert "a changé depuis" in html and re.search(r'value="1" checked', html)
    html = agent.post(track(demand), {"version": seen, "childminders": [*ids, 77]}, status=409)
    assert "n’a plus de place" in html
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(LetterRow.kind == "childminders")) == 0


def test_a_contact_is_noted_and_shown_last(agent, database, demand):
    ids = keep(database, "Ana Delmas", phone="06 39 98 22 22")
    html = agent.get(f"{track(demand)}/{ids[0]}/contact")
    assert "06 39 98 22 22" in html and "pour le guichet seulement" in html
    agent.post(f"{track(demand)}/{ids[0]}/contact", {"result": "", "note": ""}, status=422)
    html = agent.post(f"{track(demand)}/{ids[0]}/contact", {"result": "refused", "note": "Plus de place"})
    assert "ne peut pas" in html and "Plus de place" in html
    agent.get(f"{track(demand)}/999/contact", status=404)
    with database.reading() as session:
        assert session.scalars(select(ChildminderContact.result)).all() == ["refused"]


def solution(html: str, **values: str) -> dict[str, str]:
    return {
        "version": version(html), "childminder": "0", "since": "1/9/2027", "proof": "Contrat vu", "waits": "yes",
        **values,
    }  # fmt: skip


def test_a_waiting_solution_leaves_the_demand_in_the_queue_and_ends(agent, database, demand):
    address = f"{track(demand)}/solution"
    html = agent.get(address)
    assert not re.search(r'name="waits"[^>]*checked', html)  # people choose
    agent.post(address, solution(html, proof=" ", childminder=""), status=422)
    html = agent.post(address, solution(html))
    assert "Solution d’attente depuis le 1er septembre 2027" in plain(html)
    html = agent.get(f"/demandes/{demand}")
    assert "solution d’attente" in html and "orientée" in html
    assert "solution d’attente" in agent.get("/demandes")
    html = agent.get(address)
    assert "déjà notée" in agent.post(address, solution(html), status=409)
    agent.get(f"{address}/fin")
    agent.post(f"{address}/fin", {"because": ""}, status=422)
    html = agent.post(f"{address}/fin", {"because": "Contrat rompu"})
    assert "Solution d’attente depuis" not in html
    assert "Une solution" not in agent.get(f"/demandes/{demand}")
    assert "solution d’attente" not in agent.get("/demandes")
    agent.get(f"{address}/fin")
    assert "Aucune solution d’attente" in agent.post(f"{address}/fin", {"because": "x"}, status=409)


def test_the_demand_is_placed_when_the_family_waits_no_more(agent, database, demand):
    ids = keep(database, "Ana Delmas")
    agent.get(f"{track(demand)}/{ids[0]}/contact")
    agent.post(f"{track(demand)}/{ids[0]}/contact", {"result": "meeting", "note": ""})
    html = agent.get(f"{track(demand)}/solution")
    html = agent.post(f"{track(demand)}/solution", solution(html, waits="no", childminder=str(ids[0])))
    assert "la demande est placée" in html and "mettre à jour les places libres" in html
    with database.reading() as session:
        row = session.get_one(Demand, demand)
        assert (row.state, row.solution) == ("placed", "childminder")
        assert session.scalars(select(ChildminderSolution.childminder_id)).all() == ids
    html = agent.get(track(demand))
    assert "aucune liste ne peut être envoyée" in html and "Noter la solution trouvée" not in html
    agent.post(track(demand), {"version": str(row.version), "childminders": ids}, status=409)
