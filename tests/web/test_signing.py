"""« Signer » on its pages: the dry run, a finding answered, two signatures, the letters read, the papers, what follows."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from guichet.accounts.models import User
from guichet.commissions.follow_up.models import FollowUp
from guichet.commissions.papers.bench import PaperBench
from guichet.commissions.papers.models import SessionDocument
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import dry_run
from guichet.commissions.signing.dry_run_bench import TrialBench
from guichet.commissions.sitting import deciding
from guichet.core import clock, process
from guichet.core.db import Database
from guichet.demands import leaving
from guichet.demands.models import Demand
from guichet.notifications.models import LetterRow
from guichet.placements.offers.answer_links import LINK, AnswerLinks
from guichet.placements.offers.models import Offer
from tests import make
from tests.proposals import in_force, places
from tests.sessions import Round2, bench
from tests.web.pages import Visitor, with_password

ACCEPTS = re.compile(r'action="(/reponse/[^"]+/accepter)"')
REFUSED = {"choice": "refuse", "reason": "rank", "detail": "La famille vient de déménager."}


@pytest.fixture
def round_(database: Database) -> Round2:
    """A session of Les Lucioles that has decided on two children, and one seat only."""
    leaving.bind(deciding.drop_drafts)
    made = Round2.started(database)
    for name in ("Ana", "Bob"):
        made.ask(name, "lucioles")
    made.sit("Nord", "lucioles", of=("Ana", "Bob"))
    made.open("Nord")
    made.decide("Nord", "Ana")
    made.decide("Nord", "Bob", **REFUSED)
    return made


@pytest.fixture
def enter(app, database: Database) -> Callable[..., Visitor]:
    """Sign in as somebody of the round."""

    def _enter(person) -> Visitor:
        with database.writing() as session:
            session.execute(
                update(User).where(User.id == person.user_id).values(password_hash=with_password())
            )
            session.commit()
        visitor = Visitor(app, database)
        visitor.sign_in(person.email)
        return visitor

    return _enter


def tried(round_: Round2, visitor: Visitor) -> str:
    address = f"/commissions/seances/{round_.sessions['Nord']}/signature"
    visitor.get(address)
    visitor.post(f"{address}/essai", {})
    assert "En attente d’un travailleur" in visitor.get(address)
    bench(round_.database, clock.now()).work()
    return address


def digest(html: str) -> str:
    return html.split('name="digest" value="')[1].split('"')[0]


def test_the_page_shows_each_letter_and_two_accounts_sign_it(database, round_, enter):
    first, president = enter(round_.by), enter(round_.president)
    address = tried(round_, first)
    html = first.get(address)
    assert "Rien à signaler" in html
    assert "2 lettres pour 2 demandes" in html.replace("\u00a0", " ")
    assert "Cochez" in first.post(address, {"digest": digest(html)}, status=400)
    assert "Votre signature est notée" in first.post(address, {"digest": digest(html), "signs": "y"})
    assert "Vous avez signé" in first.get(address)
    seen = president.get(address)
    assert "refait depuis" in president.post(address, {"digest": "0" * 64, "signs": "y"}, status=409)
    assert "La séance est signée" in president.post(address, {"digest": digest(seen), "signs": "y"})
    with database.reading() as session:
        letters = session.scalars(select(LetterRow).where(LetterRow.key.startswith("session:"))).all()
        assert {one.state for one in letters} == {"pending"}
    assert "Lettre 1 sur 2" in president.get(f"{address}/lettres/{letters[0].id}")
    assert "Indiquez pourquoi" in president.post(f"{address}/annuler", {"reason": " "}, status=409)
    assert "de nouveau ouverte" in president.post(f"{address}/annuler", {"reason": "Erreur de date"})
    with database.reading() as session:
        assert session.scalars(select(CommissionSession.state)).all() == ["sitting"]


def test_the_one_letter_of_two_children_carries_a_link_that_answers_for_both(app, database: Database):
    leaving.bind(deciding.drop_drafts)
    round_ = Round2.started(database)
    children = [round_.ask(name, "lucioles") for name in ("Ana", "Bob")]
    with database.writing() as session:
        places(session, make.house(round_.catalogue, "lucioles"), 2)
        first, second = (session.get_one(Demand, one) for one in children)
        second.family_id = first.family_id
        session.commit()
    round_.sit("Nord", "lucioles", of=("Ana", "Bob"))
    round_.open("Nord")
    for name in ("Ana", "Bob"):
        round_.decide("Nord", name)
    settings, now = app.extensions["guichet.settings"], clock.now()
    links = AnswerLinks(settings.public_url, settings.secret_key)
    round_.change("Nord", lambda session, one: dry_run.ask(session, one, actor=round_.by, at=now))
    TrialBench(database, lambda: now, process.this_process(), links).work()
    for person in (round_.by, round_.president):
        round_.sign("Nord", person, now)
    with database.reading() as session:
        (text,) = session.scalars(select(LetterRow.text).where(LetterRow.kind == "decided_together"))
    (link,) = set(LINK.findall(text))
    assert "vous répondez pour chacun d’eux" in " ".join(text.split())
    family = Visitor(app, database)
    url = link.removeprefix(settings.public_url)
    page = family.get(url)
    assert "Des places pour Ana et Bob" in page
    forms = ACCEPTS.findall(page)
    assert len(set(forms)) == 2
    for address in forms:
        family.post(address, {"version": "1"})
    assert "J’accepte" not in family.get(url)
    with database.reading() as session:
        assert list(session.scalars(select(Offer.state))) == ["accepted", "accepted"]


def test_what_was_found_is_answered_at_its_place_before_the_signature(database, round_, enter):
    with database.writing() as session:
        house = make.house(round_.catalogue, "lucioles")
        places(session, house, 1)
        make.stay(session, house, round_.by)
        session.commit()
    visitor = enter(round_.by)
    address = tried(round_, visitor)
    html = visitor.get(address)
    assert "motif à écrire" in html
    assert 'name="digest"' not in html
    key = html.split('name="key" value="')[1].split('"')[0]
    refused = visitor.post(f"{address}/points", {"key": key, "reason": ""}, status=422)
    assert "Écrivez pourquoi la séance peut être signée" in refused
    visitor.post(f"{address}/points", {"key": key, "reason": "Une place se libère en août."})
    assert "Une place se libère en août." in visitor.get(address)
    assert 'name="digest"' in visitor.get(address)


def test_the_minutes_come_in_two_forms_with_their_fingerprint_and_what_follows_is_closed(
    database, round_, enter
):
    round_.signed("Nord")
    number = round_.sessions["Nord"]
    visitor = enter(round_.by)
    page = f"/commissions/seances/{number}/documents"
    visitor.get(page)
    visitor.post(page, {"kind": "extract", "demand": str(round_.demands["Bob"])})
    html = visitor.get(page)
    assert "Documents en préparation" in html and html.count('<progress value="0"') == 3
    with database.transaction() as session:
        session.execute(update(SessionDocument).where(SessionDocument.kind == "extract").values(percent=40))
    with database.reading() as session:
        child = session.get_one(Demand, round_.demands["Bob"]).number
    html = visitor.get(page)
    assert f"Extrait pour la famille n° {child}, mise en page" in html and '<progress value="40"' in html
    assert PaperBench(database, clock.now, process.this_process()).work() == 3
    html = visitor.get(page)
    assert "<progress" not in html and f"Extrait pour la famille n° {child}" in html
    with database.reading() as session:
        papers = {one.kind: one for one in session.scalars(select(SessionDocument))}
    assert {(one.failure, one.percent) for one in papers.values()} == {("", 100)}
    assert all(one.sha256 in html and "PV-2026-0001" in html for one in papers.values())
    answer = visitor.client.get(f"{page}/{papers['nominal'].id}.pdf")
    assert answer.data.startswith(b"%PDF")
    member = enter(round_.president)
    assert member.client.get(f"{page}/{papers['communicable'].id}.pdf").status_code == 200

    listed = visitor.get("/commissions/suites")
    assert "en retard" not in listed
    with database.reading() as session:
        line = session.scalars(select(FollowUp).where(FollowUp.kind == "call")).one()
    closing = f"/commissions/suites/{line.id}"
    assert "Écrivez ce qu’il en est advenu" in visitor.post(closing, {"came_of": ""}, status=422)
    visitor.post(closing, {"came_of": "Une assistante maternelle à Blanzy."})
    assert "Une assistante maternelle" in visitor.get("/commissions/suites?closes=1")
    adding = f"/commissions/seances/{number}/suites/nouvelle"
    visitor.get(adding)
    assert "Indiquez qui s’en charge" in visitor.post(adding, {"what": "Écrire au conseil"}, status=422)


def test_the_points_are_explained_to_the_family_in_one_click_and_once_a_day(database, visit, catalogue):
    with database.writing() as session:
        by = make.person(session, "coordinator")
        in_force(session, by)
        demand = make.demand(session, catalogue, by)
        session.commit()
    visitor = visit("rpe_agent")
    page = f"/demandes/{demand.id}/explication"
    html = visitor.get(page)
    assert "Barème appliqué : Barème d’essai" in html.replace("\u00a0", " ")
    assert "Commission d’accès aux documents administratifs" in " ".join(html.split())
    assert "est envoyée à la famille" in visitor.post(page, {})
    visitor.get(page)
    assert "déjà été envoyée" in visitor.post(page, {})


def test_the_next_session_approves_the_minutes_and_reads_what_is_still_to_follow(database, round_, enter):
    round_.signed("Nord")
    round_.meet_again("Suivante", "Nord", "approval", "follow_up")
    number = round_.sessions["Suivante"]
    visitor = enter(round_.by)
    screen = f"/commissions/seances/{number}/deroulement"
    assert "chercher une autre solution" in visitor.get(f"{screen}?point=2")
    assert "Procès-verbal PV-2026-0001" in visitor.get(f"{screen}?point=1")
    first = round_.sessions["Nord"]
    approving = f"/commissions/seances/{number}/documents/approuver"
    visitor.post(approving, {"minutes": str(first), "point": "1"})
    assert "Aucun procès-verbal n’attend" in visitor.get(f"{screen}?point=1")
    assert "vient d’être approuvé" in visitor.post(approving, {"minutes": str(first)}, status=409)
    assert "30 décembre 2026" in visitor.get(f"/commissions/seances/{first}/documents").replace("\u00a0", " ")


def test_the_pages_of_a_signature_cost_the_same_whatever_the_number_of_demands(database, enter):
    made = Round2.started(database)
    leaving.bind(deciding.drop_drafts)
    for name in ("Ana", "Bob", "Cleo", "Dan"):
        made.ask(name, "lucioles" if name == "Ana" else "mesanges")
    made.sit("Nord", "lucioles", of=("Ana",))
    made.sit("Sud", "mesanges", of=("Bob", "Cleo", "Dan"))
    made.open("Nord", "Sud")
    for name, demand in (("Nord", "Ana"), ("Sud", "Bob"), ("Sud", "Cleo"), ("Sud", "Dan")):
        made.decide(name, demand, **REFUSED)
        made.tried(name, clock.now())
    visitor = enter(made.by)
    costs = []
    for name in ("Nord", "Sud"):
        with visitor.counting() as seen:
            visitor.get(f"/commissions/seances/{made.sessions[name]}/signature")
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 26
