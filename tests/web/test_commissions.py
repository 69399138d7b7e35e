"""The pages of the commissions: their règlement, their establishments, their seats, and whom they concern."""

import pytest
from sqlalchemy import select

from guichet.accounts.models import User
from guichet.commissions.commission_models import Commission, Seat
from guichet.core.db import Database
from guichet.core.journal import JournalEntry
from guichet.establishments.catalogue import Catalogue
from guichet.scheduling.members.models import Member
from tests import make


def form(catalogue: Catalogue, *houses: str, **values: object) -> dict[str, object]:
    """The form of a commission as the browser sends it."""
    return {
        "name": "Commission d’admission d’essai",
        "houses": [str(make.house(catalogue, code)) for code in houses or ("lucioles",)],
        "decides": "commission",
        "quorum": "half",
        "recusal": "out",
        "silence": "released",
        "proxies": "1",
        "notice_days": "10",
        "notice_unit": "calendar",
        "agenda_closes_days": "15",
        "letters_wait_days": "1",
        "answer_days": "10",
        **values,
    }


SEAT = {
    "role": "elected",
    "title": "Adjointe à la petite enfance",
    "holder": "Ysaline Corbelin",
    "voting": "yes",
    "starts_on": "01/01/2026",
}


def kept(database: Database, catalogue: Catalogue, *houses: str, **values: object) -> int:
    """A commission already there, and its id."""
    with database.writing() as session:
        by = make.person(session, "coordinator")
        made = make.commission(session, catalogue, by, *houses, **values)
        session.commit()
        return made.id


def test_the_coordination_makes_a_commission_and_gives_it_its_seats(visit, catalogue, database):
    visitor = visit("coordinator")
    assert "Aucune commission" in visitor.get("/commissions")
    visitor.get("/commissions/nouvelle")
    html = visitor.post("/commissions/nouvelle", form(catalogue, "lucioles", "moulins"))
    assert "La commission est créée" in html and "Les Moulins" in html
    assert "La moitié des membres à voix délibérative" in html
    visitor.get(f"{visitor.path}/sieges/nouveau")
    html = visitor.post(visitor.path, SEAT | {"user_id": str(visitor.person.user_id)})
    assert "Ysaline Corbelin" in html and "1\u00a0voix délibérative aujourd’hui" in html
    with database.reading() as session:
        made = session.scalars(select(Commission)).one()
        assert session.scalars(select(Seat.user_id)).one() == visitor.person.user_id
        steps = select(JournalEntry.step).where(JournalEntry.subject_type == "commission")
        assert session.scalars(steps.order_by(JournalEntry.id)).all() == ["create_commission", "add_seat"]
    assert made.reglement.proxies == 1


def test_a_model_fills_the_reglement_and_none_is_imposed(visit):
    visitor = visit("coordinator")
    plain = visitor.get("/commissions/nouvelle")
    chosen = visitor.get("/commissions/nouvelle?modele=council_small")
    assert "jours francs" in plain and "built-in" not in plain
    assert 'value="majority" checked' in chosen and 'value="majority" checked' not in plain
    assert 'value="none" checked' in visitor.get("/commissions/nouvelle?modele=inconnu")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Donnez le nom de la commission"),
        ({"houses": []}, "Choisissez au moins un établissement"),
        ({"houses": ["999999"]}, "Choisissez au moins un établissement"),
        ({"notice_days": "dix"}, "Écrivez un nombre entre 0 et 60."),
        ({"answer_days": ""}, "Écrivez un nombre entre 1 et 60."),
        ({"quorum": "number", "quorum_number": ""}, "Écrivez un nombre entre 1 et 60."),
        ({"proxies": "0", "proxies_in_quorum": "y"}, "Sans pouvoir, personne n’est représenté"),
        ({"quorum": "none", "second_without_quorum": "y"}, "il n’y a pas de seconde convocation à prévoir"),
        ({"roles-pmi": "12"}, "Écrivez un nombre entre 0 et 9."),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_is_lost(
    visit, catalogue, database, wrong, sentence
):
    visitor = visit("coordinator")
    visitor.get("/commissions/nouvelle")
    html = visitor.post("/commissions/nouvelle", form(catalogue, "lucioles", **wrong), status=422)
    assert sentence in html and "error-summary" in html
    assert ('value="Commission d’admission d’essai"' in html) == ("name" not in wrong)
    with database.reading() as session:
        assert session.scalars(select(Commission)).all() == []


def test_an_establishment_and_a_name_have_one_commission(visit, catalogue, database):
    kept(database, catalogue, "lucioles", name="Commission de Montceau")
    visitor = visit("coordinator")
    visitor.get("/commissions/nouvelle")
    html = visitor.post(
        "/commissions/nouvelle", form(catalogue, "lucioles", name="commission de montceau"), status=422
    )
    assert "Une autre commission porte déjà ce nom." in html
    assert "Les Lucioles (Montceau-les-Mines) relève déjà de « Commission de Montceau »" in html


def test_a_quorum_above_the_voting_seats_is_refused_once_there_are_seats(visit, catalogue, database):
    number = kept(database, catalogue)
    visitor = visit("coordinator")
    visitor.get(f"/commissions/{number}/modifier")
    high = form(catalogue, quorum="number", quorum_number="7", version="1")
    html = visitor.post(f"/commissions/{number}/modifier", high, status=422)
    assert "Le quorum demande 7\u00a0membres pour 3\u00a0sièges à voix délibérative." in html


def test_a_quorum_that_ended_mandates_put_out_of_reach_is_told_on_the_page(visit, catalogue, database):
    seats = (make.seat("president"), make.seat("elected", ends_on=make.TODAY.replace(month=6)))
    number = kept(database, catalogue, quorum="number", quorum_number=2, seats=seats)
    html = visit("coordinator").get(f"/commissions/{number}")
    assert "Le quorum ne peut pas être atteint" in html and "1\u00a0mandat terminé" in html


def test_who_reads_an_older_page_does_not_undo_the_change_of_another(visit, catalogue, database):
    number = kept(database, catalogue)
    visitor = visit("coordinator")
    visitor.get(f"/commissions/{number}/modifier")
    assert "La commission est enregistrée" in visitor.post(
        f"/commissions/{number}/modifier", form(catalogue, "lucioles", "moulins", version="1")
    )
    visitor.get(f"/commissions/{number}/modifier")
    late = form(catalogue, name="Autre nom", version="1")
    html = visitor.post(f"/commissions/{number}/modifier", late, status=409)
    assert "a changé depuis que vous l’avez ouvert" in html and 'value="Autre nom"' in html


def test_the_name_stays_while_demands_wait_under_it(visit, catalogue, database):
    number = kept(database, catalogue, name="Commission de Montceau")
    with database.writing() as session:
        demand = make.demand(session, catalogue, make.person(session))
        make.enlisted(session, catalogue, demand, "Commission de Montceau")
        session.commit()
    visitor = visit("coordinator")
    visitor.get(f"/commissions/{number}/modifier")
    html = visitor.post(f"/commissions/{number}/modifier", form(catalogue, version="1"), status=422)
    assert "Des demandes attendent une séance sous le nom actuel" in html


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"role": "chief"}, "Choisissez le rôle de ce siège."),
        ({"holder": "", "title": ""}, "Nommez la personne, ou la fonction"),
        ({"starts_on": ""}, "Indiquez le premier jour du mandat."),
        ({"ends_on": "31/12/2025"}, "La fin du mandat vient après son premier jour."),
        ({"ends_on": "bientôt"}, "bientôt"),
        (
            {"role": "president"},
            "La présidence est déjà tenue par Siège president, depuis le 1er\u00a0janvier 2026.",
        ),
    ],
)
def test_a_seat_that_cannot_be_is_refused_in_one_sentence(visit, catalogue, database, wrong, sentence):
    number = kept(database, catalogue)
    visitor = visit("coordinator")
    visitor.get(f"/commissions/{number}/sieges/nouveau")
    assert sentence in visitor.post(f"/commissions/{number}/sieges/nouveau", SEAT | wrong, status=422)
    with database.reading() as session:
        assert len(session.scalars(select(Seat)).all()) == 3


def test_an_account_has_one_seat_at_a_time_and_is_not_its_own_deputy(visit, catalogue, database):
    number = kept(database, catalogue)
    visitor = visit("coordinator")
    account = str(visitor.person.user_id)
    address = f"/commissions/{number}/sieges/nouveau"
    visitor.get(address)
    both = SEAT | {"user_id": account, "deputy": "Odilon Ferval", "deputy_user_id": account}
    assert "choisissez deux comptes" in visitor.post(address, both, status=422)
    visitor.post(address, SEAT | {"user_id": account})
    visitor.get(address)
    assert "Ce compte a déjà un siège" in visitor.post(address, SEAT | {"user_id": account}, status=422)


def test_a_mandate_ends_on_a_day_and_another_presidency_may_begin_that_day(visit, catalogue, database):
    number = kept(database, catalogue)
    visitor = visit("coordinator")
    with database.reading() as session:
        first = session.scalars(select(Seat).where(Seat.role == "president")).one()
    visitor.get(f"/commissions/{number}/sieges/{first.id}")
    ended = SEAT | {"role": "president", "ends_on": "01/11/2026", "version": "1"}
    assert "Le siège est enregistré." in visitor.post(f"/commissions/{number}/sieges/{first.id}", ended)
    visitor.get(f"/commissions/{number}/sieges/nouveau")
    after = SEAT | {"role": "president", "starts_on": "01/11/2026"}
    assert "Le siège est ajouté." in visitor.post(f"/commissions/{number}/sieges/nouveau", after)


def test_a_seat_is_found_in_its_own_commission_only(visit, catalogue, database):
    first, second = (
        kept(database, catalogue),
        kept(database, catalogue, "moulins", name="Commission de Blanzy"),
    )
    with database.reading() as session:
        seat = session.scalars(select(Seat).where(Seat.commission_id == second)).first()
    visitor = visit("coordinator")
    visitor.get(f"/commissions/{first}/sieges/{seat.id}", status=404)


def test_each_public_reads_the_commissions_that_concern_it(visit, catalogue, database):
    ours = kept(database, catalogue, "lucioles", name="Commission de Montceau")
    other = kept(database, catalogue, "moulins", name="Commission de Blanzy")
    member = visit("member")
    with database.writing() as session:
        seat = session.scalars(select(Seat).where(Seat.commission_id == ours).limit(1)).one()
        seat.holder, seat.user_id = "Membre d’essai", member.person.user_id
        session.commit()
    limited = {
        "a director of Les Lucioles": visit("director", houses=(make.house(catalogue, "lucioles"),)),
        "an agent of Montceau": visit("rpe_agent", communes=(make.MONTCEAU,)),
        "a member who has a seat there": member,
    }
    for who, visitor in limited.items():
        html = visitor.get("/commissions")
        assert "Commission de Montceau" in html and "Commission de Blanzy" not in html, who
        visitor.get(f"/commissions/{ours}")
        visitor.get(f"/commissions/{other}", status=404)
    assert "Commission de Blanzy" in visit("rpe_agent").get("/commissions")


def test_a_list_of_three_commissions_costs_what_one_costs(visit, catalogue, database):
    visitor = visit("coordinator")
    costs = []
    for houses in ("lucioles", "moulins", "mesanges"):
        kept(database, catalogue, houses, name=f"Commission {houses}")
        visitor.get("/commissions")
        with visitor.counting() as seen:
            visitor.get("/commissions")
        costs.append(len(seen))
    assert costs[0] == costs[2] <= 6


def test_one_address_is_one_member_whatever_the_seats(visit, catalogue, database):
    first = kept(database, catalogue, "lucioles", name="Commission de Montceau", seats=())
    second = kept(database, catalogue, "moulins", name="Commission de Blanzy", seats=())
    visitor = visit("coordinator")
    called = {
        "email": "Y.Corbelin@Mairie.example",
        "deputy": "Isaure Vendroux",
        "deputy_email": "isaure@x.example",
    }
    for number, address in ((first, called["email"]), (second, "y.corbelin@mairie.example")):
        visitor.get(f"/commissions/{number}/sieges/nouveau")
        assert "Le siège est ajouté" in visitor.post(visitor.path, SEAT | called | {"email": address})
    with database.reading() as session:
        seats = session.scalars(select(Seat).order_by(Seat.id)).all()
        members = {one.id: one.email for one in session.scalars(select(Member))}
    assert len(members) == 2 and {one.member_id for one in seats} == {seats[0].member_id}
    assert members[seats[0].member_id] == "y.corbelin@mairie.example"
    # Who changes address stays the same person, for all their seats.
    assert 'value="isaure@x.example"' in visitor.get(f"/commissions/{first}/sieges/{seats[0].id}")
    moved = SEAT | called | {"email": "ysaline@nouvelle.example", "version": "1"}
    assert "Le siège est enregistré" in visitor.post(visitor.path, moved)
    with database.reading() as session:
        member = session.get(Member, seats[1].member_id)
        assert member is not None and member.email == "ysaline@nouvelle.example"


def test_the_account_of_a_member_gives_its_address_and_the_address_its_account(visit, catalogue, database):
    number = kept(database, catalogue, seats=())
    visitor = visit("coordinator")
    visitor.get(f"/commissions/{number}/sieges/nouveau")
    visitor.post(visitor.path, SEAT | {"user_id": str(visitor.person.user_id)})
    with database.reading() as session:
        member = session.scalars(select(Member)).one()
        account = session.get_one(User, visitor.person.user_id)
        assert (member.email, member.user_id) == (account.email, account.id)
    visitor.get(f"/commissions/{number}/sieges/nouveau")
    same = SEAT | {"holder": "Autre Personne", "deputy": "Ysaline Corbelin", "email": "a@x.example"}
    html = visitor.post(visitor.path, same | {"deputy_email": "a@x.example"}, status=422)
    assert "Titulaire et suppléant sont deux personnes" in html
