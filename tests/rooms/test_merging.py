"""The same child twice: found, compared, made one without losing anything, or declared different."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts.policy import Person
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.demands.actions import place_by_other_solution, reopen, withdraw
from guichet.demands.comparison import compare
from guichet.demands.merging import Two, declare_different, merge
from guichet.demands.models import Assessment, Contact, Demand
from guichet.demands.pairs import both, one_pair, probable_pairs
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact, Family, PaperFile
from guichet.families.proof_actions import BroughtEntry, Handling, SentFile, upload
from guichet.notifications.models import LetterRow
from tests import make

LATER = make.NOON + timedelta(days=3)
HOME, WORK = FactEntry("residence", "address_proof"), FactEntry("work", "employer_certificate", 1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def twice(session: Session, catalogue: Catalogue, agent: Person, **second: object) -> tuple[Demand, Demand]:
    """Lina Verdoux, registered twice: the second time with a typing fault, in September already."""
    montceau = make.registration(catalogue).wishes[:1]
    first = make.demand(session, catalogue, agent, facts=(HOME, WORK), wishes=montceau)
    values = {
        "child": make.child(first_name="Lyna"),
        "received_on": date(2026, 9, 2),
        "desk_commune_code": make.BLANZY,
        "facts": (HOME, FactEntry("single_parent", "birth_certificate")),
        **second,
    }
    other = make.demand(session, catalogue, agent, **values)
    session.commit()
    return first, other


def two(session: Session, catalogue: Catalogue, kept: Demand, other: Demand) -> Two:
    ids = kept.id, other.id
    session.expunge_all()
    demands, facts = both(session, *ids)
    lines = compare(demands[ids[0]], demands[ids[1]], facts, catalogue)
    return Two(demands[ids[0]], demands[ids[1]], facts, lines)


def found(session: Session, reader: Person) -> list[tuple[int, int]]:
    look = probable_pairs(session, reader, make.TODAY)
    return [(pair.earlier.demand_id, pair.later.demand_id) for pair in look.pairs]


def journal(session: Session, demand: Demand, step: str) -> JournalEntry:
    lines = select(JournalEntry).where(JournalEntry.subject_id == demand.id, JournalEntry.step == step)
    return session.scalars(lines.where(JournalEntry.subject_type == "demand")).one()


def test_the_same_child_registered_in_two_communes_is_found(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    assert found(session, agent) == [(first.id, other.id)]


def test_two_children_with_nothing_in_common_are_not(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    stranger = make.adult(
        first_name="Sacha", last_name="Mirande", phone="06 39 98 55 55", email="s@exemple.test"
    )
    make.demand(session, catalogue, agent)
    child = make.child(first_name="Robin", last_name="Mirande", birth_date=date(2025, 8, 30))
    make.demand(session, catalogue, agent, child=child, adults=(stranger,))
    session.commit()
    assert found(session, agent) == []


def test_twins_are_not_taken_for_doubles(session: Session, catalogue: Catalogue, agent: Person) -> None:
    make.demand(session, catalogue, agent, child=make.child(multiple_births=2))
    twin = make.child(first_name="Oscar", multiple_births=2)
    make.demand(session, catalogue, agent, child=twin)
    session.commit()
    assert found(session, agent) == []


def test_children_declared_different_are_not_shown_again(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    declare_different(session, other, first, "nées de deux mères", actor=agent, at=LATER)
    declare_different(session, first, other, "dit deux fois", actor=agent, at=LATER)
    session.commit()
    assert found(session, agent) == []
    assert first.number in journal(session, other, "not_the_same").reason
    assert "nées de deux mères" in journal(session, first, "not_the_same").reason


def test_a_difference_must_be_said(session: Session, catalogue: Catalogue, agent: Person) -> None:
    first, other = twice(session, catalogue, agent)
    with pytest.raises(InvalidError):
        declare_different(session, first, other, " ", actor=agent, at=LATER)


def test_two_closed_demands_are_nobody_s_work(session: Session, catalogue: Catalogue, agent: Person) -> None:
    for demand in twice(session, catalogue, agent):
        withdraw(session, demand, "moved", "", catalogue, actor=agent, at=LATER)
    session.commit()
    assert found(session, agent) == []


def test_a_demand_elsewhere_shows_its_name_birth_and_desk_only_to_who_may_not_read_it(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    blanzy = make.person(session, "rpe_agent", communes=(make.BLANZY,))
    elsewhere = make.person(session, "director", houses=(make.house(catalogue, "moulins"),))
    pair = one_pair(session, blanzy, make.TODAY, other.id, first.id)
    assert pair is not None
    assert (pair.earlier.demand_id, pair.earlier.readable, pair.later.readable) == (first.id, False, True)
    assert found(session, blanzy) == [(first.id, other.id)]
    assert one_pair(session, elsewhere, make.TODAY, first.id, other.id) is None
    assert found(session, elsewhere) == []


def test_merging_keeps_the_earliest_seniority_and_closes_the_other(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    pair = two(session, catalogue, first, other)
    merge(session, pair, catalogue, actor=agent, at=LATER, versions=(1, 1))
    session.commit()
    assert pair.kept.seniority_on == date(2026, 9, 2)
    assert (pair.other.state, pair.other.closed_reason) == ("withdrawn", "merged")
    assert session.get(Family, pair.other.family_id).merged_into_id == pair.kept.family_id  # type: ignore[union-attr]
    assert found(session, agent) == []


def test_merging_is_written_on_both_sides_with_what_differed(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    pair = two(session, catalogue, first, other)
    merge(session, pair, catalogue, actor=agent, at=LATER)
    session.commit()
    kept_line, other_line = journal(session, first, "merge"), journal(session, other, "withdraw")
    assert other.number in kept_line.reason
    assert kept_line.detail["other"]["Enfant"] == "Lyna Verdoux"
    assert "Adresse" not in kept_line.detail["other"]
    assert first.number in other_line.reason


def test_merging_brings_the_exchanges_the_letters_and_the_proofs(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    session.add(Contact(demand_id=other.id, kind="call", at=make.NOON, by="Alix Accueil", note="Rappeler"))
    home = session.scalars(
        select(Fact).where(Fact.family_id == other.family_id, Fact.kind == "residence")
    ).one()
    by = Handling(agent, make.NOON, ("demand", other.id))
    upload(session, home, SentFile("f.pdf", "application/pdf", PDF), BroughtEntry(), by, secret="s" * 40)
    session.commit()
    pair = two(session, catalogue, first, other)
    merge(session, pair, catalogue, actor=agent, at=LATER)
    session.commit()
    kept = {
        fact.kind: fact for fact in session.scalars(select(Fact).where(Fact.family_id == first.family_id))
    }
    assert set(session.scalars(select(Contact.demand_id))) == {first.id}
    assert kept["residence"].received_on == make.TODAY
    assert session.scalar(select(PaperFile.fact_id)) == kept["residence"].id
    assert set(kept) == {"residence", "work", "single_parent"}
    # Still expected: the work of one file, the single parent's certificate of the other.
    assert pair.kept.papers_missing == 2
    letters = select(LetterRow.kind).where(LetterRow.subject_id == first.id).order_by(LetterRow.id)
    assert list(session.scalars(letters)) == ["acknowledgement", "acknowledgement", "merged"]


def test_the_family_reads_which_number_to_keep(session: Session, catalogue: Catalogue, agent: Person) -> None:
    first, other = twice(session, catalogue, agent)
    merge(session, two(session, catalogue, first, other), catalogue, actor=agent, at=LATER)
    session.commit()
    text = session.scalar(select(LetterRow.text).where(LetterRow.kind == "merged")) or ""
    assert first.number in text
    assert other.number in text


def test_a_placed_demand_is_the_one_to_keep(session: Session, catalogue: Catalogue, agent: Person) -> None:
    first, other = twice(session, catalogue, agent)
    first.orientation, first.oriented_on, first.state = "childminder", make.TODAY, "oriented"
    place_by_other_solution(session, first, "childminder", make.TODAY, "contrat", actor=agent, at=LATER)
    session.commit()
    with pytest.raises(StepRefusedError):
        merge(session, two(session, catalogue, other, first), catalogue, actor=agent, at=LATER)
    session.rollback()
    merge(session, two(session, catalogue, first, other), catalogue, actor=agent, at=LATER)
    session.commit()
    assert session.get(Demand, first.id).state == "placed"  # type: ignore[union-attr]


def test_a_closed_demand_is_not_the_one_to_keep(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    withdraw(session, other, "moved", "", catalogue, actor=agent, at=LATER)
    session.commit()
    with pytest.raises(StepRefusedError):
        merge(session, two(session, catalogue, other, first), catalogue, actor=agent, at=LATER)
    session.rollback()
    merge(session, two(session, catalogue, first, other), catalogue, actor=agent, at=LATER)
    session.commit()
    assert session.get(Demand, other.id).closed_reason == "merged"  # type: ignore[union-attr]


def test_a_merged_demand_is_not_reopened_and_says_which_one_continues(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    merge(session, two(session, catalogue, first, other), catalogue, actor=agent, at=LATER)
    session.commit()
    third = make.demand(session, catalogue, agent, child=make.child(first_name="Lynaa"))
    session.commit()
    joined = session.get_one(Demand, other.id)
    for continues in (first, third):
        with pytest.raises(StepRefusedError, match=f"réunie avec la demande n° {continues.number}"):
            reopen(session, joined, actor=agent, at=LATER, renew_every_days=180)
        session.rollback()
        if continues is first:
            merge(session, two(session, catalogue, third, first), catalogue, actor=agent, at=LATER)
            session.commit()
            joined = session.get_one(Demand, other.id)
    assert (joined.state, joined.closed_reason) == ("withdrawn", "merged")


def test_a_merge_seen_too_late_or_done_twice_is_refused(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    with pytest.raises(ConflictError):
        merge(
            session, two(session, catalogue, first, other), catalogue, actor=agent, at=LATER, versions=(1, 7)
        )
    with pytest.raises(StepRefusedError):
        merge(
            session,
            two(session, catalogue, first, other),
            catalogue,
            actor=agent,
            at=LATER,
            decision_waits=True,
        )
    merge(session, two(session, catalogue, first, other), catalogue, actor=agent, at=LATER)
    session.commit()
    with pytest.raises(StepRefusedError):
        merge(session, two(session, catalogue, first, other), catalogue, actor=agent, at=LATER)


def test_points_set_by_hand_follow_and_those_of_the_kept_demand_have_the_last_word(
    session: Session, catalogue: Catalogue, agent: Person
) -> None:
    first, other = twice(session, catalogue, agent)
    for demand, criterion, points in ((first, "suivi", 20), (other, "suivi", 60), (other, "refus", -20)):
        session.add(
            Assessment(
                demand_id=demand.id,
                criterion=criterion,
                points=points,
                reason="Courrier reçu.",
                at=make.NOON,
                by=agent.name,
                by_role="agent RPE",
                bareme="essai",
            )
        )
    session.commit()
    merge(
        session,
        two(session, catalogue, first, other),
        catalogue,
        actor=agent,
        at=LATER,
    )
    kept = select(Assessment.criterion, Assessment.points).where(Assessment.demand_id == first.id)
    assert {(criterion, points) for criterion, points in session.execute(kept)} == {
        ("suivi", 20),
        ("refus", -20),
    }
