"""The register of childminders and the track of one demand, with the real actions on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload, undefer

from guichet.accounts.policy import Person
from guichet.commissions.anonymise import anonymise
from guichet.core.db import Database
from guichet.core.errors import ConflictError, InvalidError, StepRefusedError
from guichet.core.journal import JournalEntry
from guichet.core.week import Week
from guichet.demands import waiting
from guichet.demands.actions import OrientationEntry, orient, release, withdraw
from guichet.demands.delays import DELAYS
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand
from guichet.demands.timeline import read_timeline
from guichet.establishments import childminder_actions as register
from guichet.establishments.catalogue import Catalogue, load_catalogue
from guichet.establishments.childminder_entries import ChildminderEntry, Known, OpeningEntry
from guichet.establishments.childminder_import import import_sheet, known_places
from guichet.establishments.childminder_queries import Wanted, register_page, stale_before
from guichet.establishments.childminder_sheet import SheetLine
from guichet.establishments.childminders import Childminder
from guichet.notifications.models import LetterRow
from guichet.observatory.indicators import Asked, figures, places
from guichet.placements.childminders.actions import (
    SolutionEntry,
    end_solution,
    hand_list,
    note_contact,
    record_solution,
)
from guichet.placements.childminders.models import ChildminderContact, ChildminderSolution
from guichet.placements.childminders.queries import track_of, unanswered_letters, who_fits
from guichet.territory.models import Commune
from tests import make
from workers.sweeps import chase_childminders

ENTRY = date(2027, 9, 1)
EARLY = Week.same_hours((1, 2, 4, 5), (450, 1110))
SIX_MONTHS = 183


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    make.territory(session)
    session.get_one(Commune, make.BLANZY).latitude = 46.70
    session.commit()
    return load_catalogue(session)


@pytest.fixture
def demand(session: Session, catalogue: Catalogue, agent: Person) -> Demand:
    made = make.demand(session, catalogue, agent)
    orient(session, made, OrientationEntry("commission", "Vu"), catalogue, actor=agent, at=make.NOON)
    session.flush()
    return made


def solution(**values) -> SolutionEntry:
    return SolutionEntry(**{"since": ENTRY, "proof": "Contrat vu", "keeps_waiting": True, **values})


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_who_has_room_is_listed_from_the_nearest_with_the_days_that_fit(session, catalogue, demand):
    make.childminder(session, "Bea Loin", by=None)
    make.childminder(session, "Cléo Près", OpeningEntry(1, make.TODAY, EARLY), commune_code=make.MONTCEAU)
    make.childminder(session, "Dan Plein", OpeningEntry(1, date(2028, 9, 1), EARLY))
    found = who_fits(session, demand, catalogue, make.TODAY)
    assert [(one.one.name, plain(one.proposal.fits)) for one in found] == [
        ("Cléo Près", "convient lundi, mardi, jeudi et vendredi ; pas le mercredi"),
        ("Bea Loin", "convient toute la semaine demandée"),
    ]
    assert [plain(one.proposal.where) for one in found] == [
        "Montceau-les-Mines, votre commune",
        "Blanzy, à 3 km",
    ]


def test_who_stopped_is_proposed_to_nobody(session, catalogue, agent, demand):
    one = make.childminder(session)
    register.set_active(session, one, False, actor=agent, at=make.NOON)
    session.flush()
    assert who_fits(session, demand, catalogue, make.TODAY) == []


def test_the_habit_of_a_particular_attention_is_told_to_whom_it_may_help(session, catalogue, demand):
    make.childminder(session, special_care=True)
    assert [one.proposal.more for one in who_fits(session, demand, catalogue, make.TODAY)] == [""]
    demand.child.special_care = True
    said = [one.proposal.more for one in who_fits(session, demand, catalogue, make.TODAY)]
    assert said == ["habitude des enfants qui demandent une attention particulière"]


def test_the_list_leaves_as_a_letter_that_gives_only_what_was_agreed_to(session, catalogue, agent, demand):
    make.childminder(
        session, "Ana Delmas", phone="06 39 98 11 11", shows_phone=True,
        email="ana@exemple.test", agreed_on=make.TODAY,
    )  # fmt: skip
    make.childminder(session, "Bea Morand", phone="06 39 98 22 22", special_care=True)
    proposals = [one.proposal for one in who_fits(session, demand, catalogue, make.TODAY)]
    later = make.NOON + timedelta(hours=1)
    handed = hand_list(session, demand, proposals, catalogue, actor=agent, at=later, answer_within_days=21)
    session.flush()
    letter = session.scalars(
        select(LetterRow)
        .where(LetterRow.kind == "childminders")
        .options(undefer(LetterRow.text), undefer(LetterRow.html))
    ).one()
    said = " ".join(plain(letter.text).split())
    assert "06 39 98 11 11" in said and "ana@exemple.test" not in said
    assert "06 39 98 22 22" not in said and "coordonnées à demander au guichet" in said
    assert "lundi 14 décembre 2026" in said and handed.answer_by == date(2026, 12, 14)
    assert "ne retire pas votre demande" in said and "attention particulière" not in said
    assert "06 39 98 22 22" not in letter.html and "Ana Delmas" in letter.html
    assert demand.state == "oriented"
    event = read_timeline(session, demand.id)[1]
    assert (event.what, event.why) == ("Liste d’assistantes maternelles remise", "Ana Delmas, Bea Morand")


def test_no_empty_list_leaves_and_none_for_a_demand_that_waits_no_more(session, catalogue, agent, demand):
    with pytest.raises(InvalidError, match="au moins une personne"):
        hand_list(session, demand, [], catalogue, actor=agent, at=make.NOON, answer_within_days=21)
    make.childminder(session)
    proposals = [one.proposal for one in who_fits(session, demand, catalogue, make.TODAY)]
    with pytest.raises(InvalidError, match="15 personnes au plus"):
        hand_list(session, demand, proposals * 16, catalogue, actor=agent, at=make.NOON, answer_within_days=1)
    withdraw(session, demand, "moved", "", catalogue, actor=agent, at=make.NOON)
    with pytest.raises(StepRefusedError, match="n’attend plus"):
        hand_list(session, demand, proposals, catalogue, actor=agent, at=make.NOON, answer_within_days=1)


def test_the_last_contact_says_where_each_professional_stands(session, catalogue, agent, demand):
    ana, bea = make.childminder(session, "Ana"), make.childminder(session, "Bea")
    proposals = [one.proposal for one in who_fits(session, demand, catalogue, make.TODAY)]
    hand_list(session, demand, proposals, catalogue, actor=agent, at=make.NOON, answer_within_days=21)
    later = make.NOON + timedelta(days=2)
    note_contact(session, demand, (ana.id, ana.name), "no_answer", actor=agent, at=make.NOON)
    note_contact(session, demand, (ana.id, ana.name), "meeting", "Samedi", actor=agent, at=later)
    with pytest.raises(InvalidError, match="ce que le contact a donné"):
        note_contact(session, demand, (bea.id, bea.name), "perhaps", actor=agent, at=later)
    session.flush()
    track = track_of(session, demand.id)
    assert set(track.handed) == {ana.id, bea.id}
    assert {key: one.result for key, one in track.contacts.items()} == {ana.id: "meeting"}
    said = [event.why for event in read_timeline(session, demand.id) if event.code == "contact_childminder"]
    assert said == ["Ana : rendez-vous pris. Samedi", "Ana : pas de réponse"]


def test_a_waiting_solution_stands_beside_the_wait_until_it_ends(session, catalogue, agent, demand):
    ana = make.childminder(session, "Ana")
    record_solution(session, demand, solution(childminder_id=ana.id), "Ana", actor=agent, at=make.NOON)
    session.flush()
    assert demand.state == "oriented"
    with pytest.raises(StepRefusedError, match="déjà notée"):
        record_solution(session, demand, solution(), actor=agent, at=make.NOON)
    with pytest.raises(InvalidError, match="pourquoi"):
        end_solution(session, demand, " ", actor=agent, at=make.NOON)
    end_solution(session, demand, "Ana déménage", actor=agent, at=make.NOON + timedelta(days=40))
    session.flush()
    assert track_of(session, demand.id).solution is None
    with pytest.raises(StepRefusedError, match="Aucune solution d’attente"):
        end_solution(session, demand, "encore", actor=agent, at=make.NOON)
    record_solution(session, demand, solution(), actor=agent, at=make.NOON + timedelta(days=50))


def test_the_demand_may_be_placed_by_the_childminder_and_wait_again_if_it_fails(
    session, catalogue, agent, demand
):
    ana = make.childminder(session, "Ana")
    record_solution(session, demand, solution(), actor=agent, at=make.NOON)
    placed = solution(keeps_waiting=False, childminder_id=ana.id)
    record_solution(session, demand, placed, actor=agent, at=make.NOON + timedelta(days=1))
    session.flush()
    assert (demand.state, demand.solution, demand.placed_from) == ("placed", "childminder", ENTRY)
    release(session, demand, "Contrat rompu", actor=agent, at=make.NOON + timedelta(days=9))
    record_solution(session, demand, solution(), actor=agent, at=make.NOON + timedelta(days=10))
    session.flush()
    kept = session.scalars(select(ChildminderSolution).order_by(ChildminderSolution.id)).all()
    assert [(one.keeps_waiting, one.ended_on is None) for one in kept] == [
        (True, False), (False, False), (True, True),
    ]  # fmt: skip


def test_no_solution_without_its_proof_nor_from_what_somebody_changed_meanwhile(
    session, catalogue, agent, demand
):
    with pytest.raises(InvalidError, match="Indiquez la preuve"):
        record_solution(session, demand, solution(proof=" "), actor=agent, at=make.NOON)
    with pytest.raises(ConflictError):
        record_solution(session, demand, solution(), actor=agent, at=make.NOON, version=demand.version - 1)
    with pytest.raises(StepRefusedError, match="attend sa confirmation"):
        record_solution(
            session, demand, solution(keeps_waiting=False), actor=agent, at=make.NOON, decision_waits=True
        )


def test_a_proved_waiting_solution_counts_as_a_solution_and_is_said_apart(session, catalogue, agent, demand):
    other = make.demand(
        session, catalogue, agent,
        child=make.child(last_name="Autre"), adults=(make.adult(last_name="Autre", phone="06 39 98 77 77"),),
        wishes=(WishEntry(mode="childminder"),),
    )  # fmt: skip
    asked = Asked(make.TODAY - timedelta(days=30), make.TODAY)
    known = places(session)
    before = figures(session, asked, known)
    assert (before.families_with, before.families_meanwhile, before.families_without) == (0, 0, 2)
    record_solution(session, demand, solution(), actor=agent, at=make.NOON)
    session.flush()
    now = figures(session, asked, known)
    assert (now.families_with, now.families_meanwhile, now.families_without) == (1, 1, 1)
    record_solution(session, demand, solution(keeps_waiting=False), actor=agent, at=make.NOON)
    session.flush()
    placed = figures(session, asked, known)
    assert (placed.families_with, placed.families_meanwhile, placed.families_without) == (1, 0, 1)
    assert other.state == "received"


def test_what_was_said_of_a_family_goes_with_its_names(database: Database, session, catalogue, agent, demand):
    ana = make.childminder(session, "Ana")
    note_contact(session, demand, (ana.id, "Ana"), "called", "Habite loin", actor=agent, at=make.NOON)
    record_solution(session, demand, solution(), actor=agent, at=make.NOON)
    end_solution(session, demand, "Séparation", actor=agent, at=make.NOON)
    withdraw(session, demand, "moved", "", catalogue, actor=agent, at=make.NOON)
    session.commit()
    assert anonymise(session, demand.family_id, at=make.NOON + timedelta(days=800))
    session.commit()
    session.expire_all()
    assert session.scalars(select(ChildminderContact.note)).all() == [""]
    assert session.execute(select(ChildminderSolution.proof, ChildminderSolution.ended_because)).one() == (
        "effacée",
        "effacé",
    )


def test_a_register_change_is_kept_in_the_journal_without_the_details_of_the_person(
    session, catalogue, agent
):
    one = make.childminder(session, "Ana Delmas")
    entry = ChildminderEntry("Ana Delmas", make.BLANZY, 4, phone="06 39 98 11 11")
    known = known_places(catalogue)
    assert register.change(session, one, entry, known, actor=agent, at=make.NOON)
    assert not register.change(session, one, entry, known, actor=agent, at=make.NOON)
    session.flush()
    line = session.scalars(select(JournalEntry).where(JournalEntry.step == "change_childminder")).one()
    assert line.detail == {"changed": ["approved_places", "phone"], "values": {"approved_places": [3, 4]}}
    with pytest.raises(ConflictError):
        register.change(session, one, entry, known, actor=agent, at=make.NOON, version=1)


def test_writing_the_places_confirms_them_and_moves_the_version(session, catalogue, agent):
    one = make.childminder(session, confirmed_on=date(2026, 1, 5))
    one.asked_on, one.times_asked = date(2026, 10, 1), 2
    session.flush()
    version = one.version
    entry = OpeningEntry(2, date(2027, 1, 4), EARLY)
    opening = register.write_opening(session, one, entry, actor=agent, at=make.NOON, version=version)
    session.flush()
    assert (one.confirmed_on, one.asked_on, one.times_asked, one.version) == (
        make.TODAY,
        None,
        0,
        version + 1,
    )
    register.remove_opening(session, one, opening, actor=agent, at=make.NOON, version=version + 1)
    session.flush()
    assert (len(one.openings), one.version) == (1, version + 2)
    with pytest.raises(InvalidError, match="1 à 3 places libres"):
        register.write_opening(session, one, OpeningEntry(5, make.TODAY, EARLY), actor=agent, at=make.NOON)


def test_the_register_is_read_by_tab_commune_and_name(session, catalogue, agent):
    make.childminder(session, "Zoé Berthomé", confirmed_on=date(2026, 3, 1))
    make.childminder(session, "Anaïs Bellec", commune_code=make.MONTCEAU)
    gone = make.childminder(session, "Mona Partie")
    register.set_active(session, gone, False, actor=agent, at=make.NOON)
    session.flush()
    base = {"today": make.TODAY, "stale_before": stale_before(make.TODAY, SIX_MONTHS)}
    page = register_page(session, Wanted(**base))
    assert [one.name for one in page.rows] == ["Anaïs Bellec", "Zoé Berthomé"]
    assert page.counts == {"all": 2, "free": 2, "stale": 1, "stopped": 1}
    names = lambda **how: [one.name for one in register_page(session, Wanted(**base, **how)).rows]  # noqa: E731
    assert names(tab="stale") == names(words="berthome zo") == names(commune=make.BLANZY) == ["Zoé Berthomé"]
    assert names(tab="stopped") == ["Mona Partie"]
    assert names(words="%") == names() and names(words="x%y") == []


def sheet_line(code: str, *openings: OpeningEntry, **values) -> SheetLine:
    confirmed = values.pop("confirmed_on", make.TODAY)
    entry = ChildminderEntry(**{"name": "Ana", "commune_code": make.BLANZY, "approved_places": 3, **values})
    return SheetLine(2, code, entry, confirmed, openings)


def test_a_sheet_adds_and_changes_by_code_and_twice_the_same_changes_nothing(session, catalogue, agent):
    kept = make.childminder(session, "Hors du fichier")
    free = OpeningEntry(1, make.TODAY, make.FIVE_DAYS)
    known = Known(frozenset(catalogue.towns))
    lines = [sheet_line("am-1", free), sheet_line("am-2")]
    first = import_sheet(session, lines, known, actor=agent, at=make.NOON)
    again = import_sheet(session, lines, known, actor=agent, at=make.NOON)
    lines[1] = sheet_line("am-2", free, name="Ana Maria")
    third = import_sheet(session, lines, known, actor=agent, at=make.NOON)
    session.flush()
    assert [(one.added, one.changed, one.same) for one in (first, again, third)] == [
        (2, 0, 0),
        (0, 0, 2),
        (0, 1, 1),
    ]
    assert session.scalar(select(func.count()).select_from(Childminder)) == 3
    chosen = select(Childminder).where(Childminder.code == "am-2").options(selectinload(Childminder.openings))
    changed = session.scalars(chosen).one()
    assert (changed.name, len(changed.openings), kept.is_active) == ("Ana Maria", 1, True)


def asked_letters(session: Session) -> list[str]:
    chosen = select(LetterRow.email).where(LetterRow.kind == "childminder_confirm").order_by(LetterRow.id)
    return list(session.scalars(chosen))


def test_old_places_are_chased_by_mail_twice_a_month_apart_then_left_to_a_call(
    database: Database, session, catalogue, agent
):
    make.childminder(session, "Ana", email="ana@exemple.test", confirmed_on=date(2026, 5, 24))
    make.childminder(session, "Bea", email="bea@exemple.test", confirmed_on=date(2026, 5, 25))
    make.childminder(session, "Sans adresse", confirmed_on=date(2026, 1, 1))
    session.commit()
    assert chase_childminders(database, make.NOON) == 1
    assert chase_childminders(database, make.NOON) == 0
    assert chase_childminders(database, make.NOON + timedelta(days=1)) == 1
    assert chase_childminders(database, make.NOON + timedelta(days=30)) == 1
    assert chase_childminders(database, make.NOON + timedelta(days=300)) == 1
    assert chase_childminders(database, make.NOON + timedelta(days=400)) == 0
    session.rollback()
    assert asked_letters(session) == ["ana@exemple.test", "bea@exemple.test"] * 2


def test_the_question_says_what_families_are_told_and_who_answers_by_when(
    database: Database, session, catalogue, agent
):
    one = make.childminder(
        session, "Ana Delmas", email="ana@exemple.test", phone="06 39 98 11 11", confirmed_on=date(2026, 1, 5)
    )
    session.commit()
    chase_childminders(database, make.NOON)
    session.rollback()
    row = session.scalars(select(LetterRow).options(undefer(LetterRow.text))).one()
    said = " ".join(plain(row.text).split())
    assert "le 5 janvier 2026" in said
    assert "mardi 8 décembre 2026" in said and "de 8 h à 17 h 30" in said
    assert "coordonnées à demander au guichet" in said and "06 39 98 11 11" not in said
    assert unanswered_letters(session, [one.id]) == set()
    row.state, row.lease_until = "bounced", None
    session.flush()
    assert unanswered_letters(session, [one.id]) == {one.id}
    assert unanswered_letters(session, []) == set()


def follow_ups(session: Session, agent: Person, on: date) -> int:
    delays = {item.key: item.default for item in DELAYS}
    found = waiting.cases(session, agent, on, delays, 5)
    return next(case.count for case in found if case.code == "follow_up")


def test_a_list_handed_is_a_follow_up_until_it_is_old(session, catalogue, agent, demand):
    later = make.TODAY + timedelta(days=31)
    assert follow_ups(session, agent, later) == 1
    make.childminder(session)
    proposals = [one.proposal for one in who_fits(session, demand, catalogue, make.TODAY)]
    at = make.NOON + timedelta(days=20)
    hand_list(session, demand, proposals, catalogue, actor=agent, at=at, answer_within_days=21)
    session.flush()
    assert follow_ups(session, agent, later) == 0
    assert follow_ups(session, agent, make.TODAY + timedelta(days=60)) == 1
