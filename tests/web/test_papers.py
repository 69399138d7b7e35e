"""The page of proofs: received, checked, refused, asked by letter; copies kept, read back, and refused."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import func, select

from guichet.core.db import Database
from guichet.core.journal import AuditEntry
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact, PaperFile
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import TOKEN, Visitor

Visit = Callable[..., Visitor]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
HOME, WORK = FactEntry("residence", "address_proof"), FactEntry("work", "employer_certificate", 1)
IDENTITY = FactEntry("identity", "identity", 1)


def stored(
    database: Database, catalogue: Catalogue, *facts: FactEntry, **values: object
) -> tuple[str, list[int]]:
    """The address of a demand's proofs, and the ids of its facts."""
    with database.writing() as session:
        by = make.person(session)
        demand = make.demand(session, catalogue, by, facts=facts, **values)
        ids = list(
            session.scalars(select(Fact.id).where(Fact.family_id == demand.family_id).order_by(Fact.id))
        )
        session.commit()
        return f"/demandes/{demand.id}/justificatifs", ids


def one(database: Database, what: object) -> object:
    with database.reading() as session:
        return session.scalar(select(what))


def test_a_paper_checked_makes_the_dossier_complete(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    assert "Il manque 1" in agent.get(url).replace("\xa0", " ")
    html = agent.post(f"{url}/{fact}/verifie", {"seen": "expected"})
    assert "Le dossier est complet." in html
    assert agent.path == url
    assert one(database, Demand.papers_missing) == 0
    assert one(database, Fact.checked_by) == agent.person.name


def test_a_paper_received_then_refused_says_why(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    agent.get(f"{url}/{fact}")
    agent.post(f"{url}/{fact}/recu", {"seen": "expected", "dated": "1/11/2026"})
    assert "01/02/2027" in agent.get(url)
    agent.post(f"{url}/{fact}/refuse", {"seen": "received", "because": "Illisible"})
    assert "refusé : Illisible" in agent.get(url)
    assert one(database, Demand.papers_missing) == 1


def test_what_cannot_be_read_is_said_at_its_field_and_kept(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    agent.get(f"{url}/{fact}")
    html = agent.post(f"{url}/{fact}/verifie", {"seen": "expected", "dated": "31/02/2026"}, status=422)
    assert 'href="#dated"' in html
    assert 'value="31/02/2026"' in html
    html = agent.post(f"{url}/{fact}/refuse", {"seen": "expected", "because": ""}, status=422)
    assert 'href="#because"' in html


def test_the_second_of_two_agents_sees_where_the_paper_stands(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    agent.get(f"{url}/{fact}")
    agent.post(f"{url}/{fact}/verifie", {"seen": "expected"})
    html = agent.post(f"{url}/{fact}/refuse", {"seen": "expected", "because": "Illisible"}, status=409)
    assert "a changé depuis que vous l’avez ouvert" in html
    assert 'value="Illisible"' in html
    assert one(database, Fact.refused_because) == ""


def test_a_copy_is_kept_and_read_back_as_a_file(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    agent.get(f"{url}/{fact}")
    html = agent.post(
        f"{url}/{fact}/copie", {"seen": "expected", "file": (BytesIO(PDF), "facture.pdf", "application/pdf")}
    )
    assert "facture.pdf" in html
    answer = agent.client.get(f"{url}/{fact}/copie/{one(database, PaperFile.id)}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    with database.reading() as session:
        read = select(func.count()).where(AuditEntry.subject_type == "paper", AuditEntry.action == "read")
        assert session.scalar(read) == 1
    agent.get(f"{url}/{fact}")
    agent.post(f"{url}/{fact}/copie/{one(database, PaperFile.id)}/effacer")
    assert one(database, PaperFile.id) is None


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\x90 program", "facture.pdf"), (PDF, "facture.png"), (b"", "facture.pdf")],
    ids=["a program", "another type", "empty"],
)
def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(
    agent: Visitor, database: Database, catalogue: Catalogue, content: bytes, name: str
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    agent.get(f"{url}/{fact}")
    html = agent.post(
        f"{url}/{fact}/copie", {"file": (BytesIO(content), name, "application/pdf")}, status=422
    )
    assert 'href="#file"' in html
    assert one(database, PaperFile.id) is None
    assert one(database, Fact.received_on) is None


@pytest.mark.parametrize(("megabytes", "status"), [(8.5, 422), (10, 413)])
def test_a_file_too_heavy_is_refused(
    agent: Visitor, database: Database, catalogue: Catalogue, megabytes: float, status: int
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    token = TOKEN.search(agent.get(f"{url}/{fact}"))
    assert token is not None
    # Written by hand: the client of the tests would leave its own temporary file open.
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token[1]}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="f.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = head.encode() + PDF + b"x" * int(megabytes * 1024 * 1024) + b"\r\n--x--\r\n"
    answer = agent.client.post(
        f"{url}/{fact}/copie", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == status
    assert "Mo" in answer.get_data(as_text=True)
    assert one(database, PaperFile.id) is None


def test_no_file_chosen_is_said_at_its_field(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, (fact,) = stored(database, catalogue, HOME)
    agent.get(f"{url}/{fact}")
    assert "Choisissez un fichier" in agent.post(f"{url}/{fact}/copie", {}, status=422)


def test_no_copy_of_an_identity_paper_is_offered_nor_taken(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, (fact,) = stored(database, catalogue, IDENTITY)
    assert 'type="file"' not in agent.get(f"{url}/{fact}")
    html = agent.post(
        f"{url}/{fact}/copie", {"file": (BytesIO(PDF), "carte.pdf", "application/pdf")}, status=422
    )
    assert "sans en garder de copie" in html


def test_one_letter_asks_for_what_is_chosen(agent: Visitor, database: Database, catalogue: Catalogue) -> None:
    url, (home, work) = stored(database, catalogue, HOME, WORK)
    agent.get(url)
    agent.post(f"{url}/lettre", {"facts": [str(home)], "until": "31/12/2099"})
    with database.reading() as session:
        text = session.scalar(select(LetterRow.text).where(LetterRow.kind == "missing_papers")) or ""
        asked = set(session.scalars(select(Fact.id).where(Fact.reminded_on.is_not(None))))
    assert "Justificatif de domicile" in text
    assert "employeur" not in text
    assert asked == {home}
    assert work not in asked


@pytest.mark.parametrize(
    ("until", "facts", "field"),
    [("1/1/2020", True, "until"), ("demain", True, "until"), ("", False, "facts")],
)
def test_a_letter_that_asks_nothing_or_too_late_is_refused(
    agent: Visitor, database: Database, catalogue: Catalogue, until: str, facts: bool, field: str
) -> None:
    url, (home,) = stored(database, catalogue, HOME)
    agent.get(url)
    typed = {"until": until, "facts": [str(home)] if facts else []}
    assert f'href="#{field}"' in agent.post(f"{url}/lettre", typed, status=422)


def test_a_situation_is_added_with_its_usual_paper_then_removed(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    url, _none = stored(database, catalogue)
    agent.get(url)
    assert "Attestation d’hébergement" in agent.post(f"{url}/ajouter", {"situation": "hosted-"})
    assert one(database, Demand.papers_missing) == 1
    agent.post(f"{url}/ajouter", {"situation": "hosted-"}, status=422)
    agent.post(f"{url}/ajouter", {"situation": "anything"}, status=422)
    fact = one(database, Fact.id)
    agent.post(f"{url}/{fact}/retirer", {"seen": "expected"})
    assert one(database, Fact.id) is None
    assert one(database, Demand.papers_missing) == 0


def test_a_file_of_another_commune_does_not_exist_for_its_agent(
    visit: Visit, database: Database, catalogue: Catalogue
) -> None:
    wishes = make.registration(catalogue).wishes[:1]
    url, (fact,) = stored(database, catalogue, HOME, wishes=wishes)
    stranger = visit("rpe_agent", communes=(make.BLANZY,))
    stranger.get(url, status=404)
    stranger.get(f"{url}/{fact}", status=404)
    stranger.post(f"{url}/{fact}/verifie", {"seen": "expected"}, status=404)
    with database.reading() as session:
        refused = select(func.count()).where(
            AuditEntry.action == "refused", AuditEntry.subject_type == "demand"
        )
        assert session.scalar(refused) == 3


def test_a_fact_of_another_family_is_not_reached_through_ones_own(
    agent: Visitor, database: Database, catalogue: Catalogue
) -> None:
    mine, _facts = stored(database, catalogue, HOME)
    child = make.child(first_name="Robin", last_name="Mirande")
    _theirs, (fact,) = stored(database, catalogue, WORK, child=child)
    agent.get(f"{mine}/{fact}", status=404)


def test_a_director_does_not_handle_proofs(visit: Visit, database: Database, catalogue: Catalogue) -> None:
    url, _facts = stored(database, catalogue, HOME)
    visit("director", houses=(make.house(catalogue, "lucioles"),)).get(url, status=403)


@pytest.mark.parametrize("facts", [(HOME,), (HOME, WORK, IDENTITY)], ids=["one", "three"])
def test_the_pages_cost_the_same_whatever_is_declared(
    agent: Visitor, database: Database, catalogue: Catalogue, facts: tuple[FactEntry, ...]
) -> None:
    url, ids = stored(database, catalogue, *facts)
    agent.get(url)
    with agent.counting() as listed:
        agent.get(url)
    with agent.counting() as shown:
        agent.get(f"{url}/{ids[0]}")
    with agent.counting() as checked:
        agent.post(f"{url}/{ids[0]}/verifie", {"seen": "expected"}, follow=False, status=303)
    assert (len(listed), len(shown), len(checked)) == (5, 5, 6)
