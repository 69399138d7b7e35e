"""A declared fact and its proof: asked, received, checked, refused, its copy kept under lock."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.demands.family_changes import recount_papers
from guichet.demands.family_file import FamilyFile, open_file
from guichet.demands.family_papers import ask_papers
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact, PaperFile
from guichet.families.proof_actions import (
    BroughtEntry,
    Handling,
    SentFile,
    add_fact,
    ask_proof,
    check_proof,
    erase_file,
    receive_proof,
    refuse_proof,
    remove_fact,
    upload,
)
from guichet.families.proofs import has_aged, is_missing, proof_state
from guichet.families.vault import UnreadablePaperError, seal, unseal
from guichet.notifications.models import LetterRow
from tests import make

SECRET = "s" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
NOTHING = BroughtEntry()
WORK = FactEntry("work", "employer_certificate", 1)
HOME = FactEntry("residence", "address_proof")


def stored(session: Session, catalogue: Catalogue, agent: Person, *facts: FactEntry) -> FamilyFile:
    demand = make.demand(session, catalogue, agent, facts=facts)
    session.commit()
    session.expunge_all()
    file = open_file(session, demand.id, agent, "check_proof", make.TODAY, lock=True)
    assert file is not None
    return file


def handling(file: FamilyFile, agent: Person, days: int = 1) -> Handling:
    return Handling(agent, make.NOON + timedelta(days=days), ("demand", file.demand.id))


def lines(session: Session) -> list[tuple[str, str]]:
    rows = select(JournalEntry).where(JournalEntry.step != "register").order_by(JournalEntry.id)
    return [(line.step, line.reason) for line in session.scalars(rows)]


def test_a_dossier_is_complete_when_its_last_paper_is_received(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, WORK, HOME)
    by = handling(file, agent)
    assert file.demand.papers_missing == 2
    receive_proof(session, file.facts[0], NOTHING, by)
    assert not recount_papers(file)
    receive_proof(session, file.facts[1], NOTHING, by)
    assert recount_papers(file)
    assert file.demand.papers_missing == 0


def test_checking_keeps_who_looked_and_until_when_it_proves(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, HOME)
    fact = file.facts[0]
    check_proof(session, fact, BroughtEntry(dated=date(2026, 11, 2)), handling(file, agent))
    session.commit()
    assert proof_state(fact) == "checked"
    assert (fact.checked_by, fact.checked_on) == ("Alix Accueil", date(2026, 11, 24))
    assert fact.valid_until == date(2027, 2, 2)
    assert not has_aged(fact, date(2027, 2, 2))
    assert has_aged(fact, date(2027, 2, 3))
    assert not is_missing(fact)
    assert lines(session) == [("check_proof", "Justificatif de domicile de moins de 3 mois")]


def test_another_paper_may_prove_the_same_fact(session: Session, catalogue: Catalogue, agent: Person) -> None:
    file = stored(session, catalogue, agent, FactEntry("resources", "caf_certificate"))
    check_proof(session, file.facts[0], BroughtEntry(paper="tax_notice"), handling(file, agent))
    assert file.facts[0].paper == "tax_notice"
    with pytest.raises(InvalidError):
        check_proof(session, file.facts[0], BroughtEntry(paper="identity"), handling(file, agent))


@pytest.mark.parametrize("dated", [date(2026, 7, 1), date(2027, 1, 1)], ids=["too old", "future"])
def test_a_paper_too_old_or_from_the_future_is_refused_at_its_date(
    session: Session, catalogue: Catalogue, agent: Person, dated: date
) -> None:
    file = stored(session, catalogue, agent, HOME)
    with pytest.raises(InvalidError) as refusal:
        receive_proof(session, file.facts[0], BroughtEntry(dated=dated), handling(file, agent))
    assert list(refusal.value.problems) == ["dated"]
    assert file.facts[0].received_on is None


def test_a_refused_paper_is_missing_again_and_says_why(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, HOME)
    fact = file.facts[0]
    receive_proof(session, fact, NOTHING, handling(file, agent))
    refuse_proof(session, fact, "la facture est au nom d’une autre personne", handling(file, agent))
    recount_papers(file)
    assert proof_state(fact) == "refused"
    assert file.demand.papers_missing == 1
    with pytest.raises(InvalidError):
        refuse_proof(session, fact, "  ", handling(file, agent))
    receive_proof(session, fact, NOTHING, handling(file, agent, 2))
    assert proof_state(fact) == "received"


def test_asking_again_makes_a_checked_paper_missing(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, HOME)
    check_proof(session, file.facts[0], NOTHING, handling(file, agent))
    ask_proof(session, file.facts[0], handling(file, agent, 100))
    assert proof_state(file.facts[0]) == "expected"
    assert file.facts[0].asked_on == date(2027, 3, 3)


def test_two_agents_on_one_paper_are_not_both_obeyed(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, HOME)
    check_proof(session, file.facts[0], NOTHING, handling(file, agent), seen="expected")
    with pytest.raises(ConflictError):
        refuse_proof(session, file.facts[0], "illisible", handling(file, agent), seen="expected")
    with pytest.raises(StepRefusedError):
        receive_proof(session, file.facts[0], NOTHING, handling(file, agent))


def test_a_fact_may_be_added_once_and_removed(session: Session, catalogue: Catalogue, agent: Person) -> None:
    file = stored(session, catalogue, agent)
    by = handling(file, agent)
    fact = add_fact(session, file.family.id, "hosted", by)
    assert (fact.paper, fact.asked_on) == ("host_statement", date(2026, 11, 24))
    with pytest.raises(InvalidError):
        add_fact(session, file.family.id, "hosted", by)
    with pytest.raises(InvalidError):
        add_fact(session, file.family.id, "work", by)
    remove_fact(session, fact, by)
    session.commit()
    assert session.scalars(select(Fact)).all() == []


def test_a_referral_is_not_named_in_the_history(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, FactEntry("pmi_referral", "referral_letter"))
    check_proof(session, file.facts[0], NOTHING, handling(file, agent))
    session.commit()
    assert lines(session) == [("check_proof", "")]


def test_a_copy_is_kept_encrypted_and_read_back(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, HOME)
    sent = SentFile("C:\\Mes documents\\facture.pdf", "application/pdf", PDF)
    row = upload(session, file.facts[0], sent, NOTHING, handling(file, agent), secret=SECRET)
    session.commit()
    stored_bytes = session.scalar(select(PaperFile.content)) or b""
    assert row.filename == "facture.pdf"
    assert proof_state(file.facts[0]) == "received"
    assert b"PDF" not in stored_bytes
    assert unseal(SECRET, stored_bytes) == PDF
    with pytest.raises(UnreadablePaperError):
        unseal("t" * 40, stored_bytes)
    erase_file(session, file.facts[0], row, handling(file, agent))
    session.commit()
    assert session.scalar(select(PaperFile.id)) is None


@pytest.mark.parametrize(
    "sent",
    [
        SentFile("facture.pdf", "application/pdf", b"MZ\x90\x00 not a paper"),
        SentFile("facture.png", "image/png", PDF),
        SentFile("facture.pdf", "application/pdf", b""),
        SentFile("facture.pdf", "application/pdf", b"%PDF-1.7 cut"),
    ],
    ids=["a program", "another type", "empty", "cut"],
)
def test_a_file_that_is_not_what_it_says_is_not_kept(
    session: Session, catalogue: Catalogue, agent: Person, sent: SentFile
) -> None:
    file = stored(session, catalogue, agent, HOME)
    with pytest.raises(InvalidError) as refusal:
        upload(session, file.facts[0], sent, NOTHING, handling(file, agent), secret=SECRET)
    assert list(refusal.value.problems) == ["file"]
    assert session.scalar(select(PaperFile.id)) is None
    assert proof_state(file.facts[0]) == "expected"


def test_what_must_only_be_looked_at_is_not_kept(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, FactEntry("identity", "identity", 1))
    sent = SentFile("carte.pdf", "application/pdf", PDF)
    with pytest.raises(InvalidError) as refusal:
        upload(session, file.facts[0], sent, NOTHING, handling(file, agent), secret=SECRET)
    assert "sans en garder de copie" in refusal.value.problems["file"]


def test_the_same_paper_sealed_twice_does_not_look_the_same() -> None:
    assert seal(SECRET, PDF) != seal(SECRET, PDF)


def test_the_letter_lists_the_papers_that_are_still_missing(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, WORK, HOME)
    receive_proof(session, file.facts[0], NOTHING, handling(file, agent))
    ask_papers(
        session,
        file,
        file.facts,
        date(2026, 12, 9),
        catalogue,
        actor=agent,
        at=make.NOON + timedelta(days=1),
    )
    session.commit()
    text = session.scalar(select(LetterRow.text).where(LetterRow.kind == "missing_papers")) or ""
    assert "Justificatif de domicile" in text
    assert "Attestation d’employeur" not in text
    assert "mercredi 9 décembre 2026" in " ".join(text.replace("\u00a0", " ").split())
    assert file.facts[1].reminded_on == date(2026, 11, 24)


def test_nothing_is_asked_when_nothing_is_missing(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    file = stored(session, catalogue, agent, HOME)
    receive_proof(session, file.facts[0], NOTHING, handling(file, agent))
    with pytest.raises(InvalidError):
        ask_papers(session, file, file.facts, date(2026, 12, 9), catalogue, actor=agent, at=make.NOON)
