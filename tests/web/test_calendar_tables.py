"""What a year of commissions rests on, on its pages: availability, rooms, travel, teams, closed days, dated tasks."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from guichet.commissions.milestones.models import SessionTask
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.core import clock
from guichet.core.db import Database
from guichet.core.french import short_date
from guichet.core.journal import JournalEntry
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.scheduling.availability.actions import keep_calendar
from guichet.scheduling.availability.half_days import Word
from guichet.scheduling.availability.ics_limits import Reading
from guichet.scheduling.availability.models import MemberBusy, MemberHalfDay, MemberLeave, MemberTime
from guichet.scheduling.members import links as member_links
from guichet.scheduling.members.models import Member
from guichet.scheduling.places.models import ClosedDay, Room, RoomBusy, TeamMember, TravelTime
from tests import make
from tests.web.pages import Visitor
from workers.milestones import keep

TODAY = make.TODAY
MONDAY = TODAY + timedelta(7 - TODAY.weekday())
LIST = "/calendrier/disponibilites"
DAYS = "/calendrier/jours-fermes"
ROOMS = "/calendrier/salles"


@pytest.fixture
def member(database: Database, catalogue: Catalogue) -> int:
    with database.transaction() as session:
        made = Member(name="Jeanne Aubry", sort_key="JEANNE AUBRY", email="jeanne@exemple.test")
        session.add(made)
        session.flush()
        return made.id


@pytest.fixture
def link(database: Database, member: int) -> str:
    with database.transaction() as session:
        token = member_links.make(session, member, member_links.AVAILABILITY, at=clock.now())
        return f"/mes-disponibilites/{token}"


def every(database: Database, model: type) -> list:
    with database.reading() as session:
        return list(session.scalars(select(model)))


def ics(*lines: str) -> tuple[BytesIO, str]:
    event = "\r\n".join(
        ("BEGIN:VEVENT", "UID:1@exemple.test", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT")
    )
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:essai\r\n{event}\r\nEND:VCALENDAR\r\n"
    return BytesIO(file.encode()), "agenda.ics"


def dated(name: str, hour: str) -> str:
    return f"{name};TZID=Europe/Paris:{MONDAY:%Y%m%d}T{hour}"


def test_a_member_without_an_account_says_her_time_by_her_link(visitor: Visitor, database, link, member):
    visitor.get(link)
    visitor.post(link, {"do": "week", "week-1-am": "not", "week-3-pm": "if_needed"})
    visitor.post(link, {"do": "leave", "first_on": short_date(MONDAY), "last_on": ""})
    visitor.post(link, {"do": "half_day", "on": short_date(MONDAY), "half": "both", "word": "if_needed"})
    html = visitor.get(link)
    assert "à jour" in html and "Rien n’a changé" in html
    assert every(database, MemberTime)[0].weekly == {"1-am": "not", "3-pm": "if_needed"}
    assert {(row.half, row.word) for row in every(database, MemberHalfDay)} == {
        ("am", Word.IF_NEEDED),
        ("pm", Word.IF_NEEDED),
    }
    leave = every(database, MemberLeave)[0]
    visitor.post(link, {"do": "remove_leave", "leave": leave.id})
    assert not every(database, MemberLeave)
    told = [row for row in every(database, JournalEntry) if row.subject_type == "member"]
    # Who changed it and when; never her own time.
    assert {row.actor_name for row in told} == {"Jeanne Aubry"} and not any(row.detail for row in told)


def test_a_calendar_leaves_its_busy_times_and_none_of_its_titles(visitor: Visitor, database, link):
    visitor.get(link)
    file = ics(dated("DTSTART", "100000"), dated("DTEND", "110000"), "SUMMARY:Rendez-vous médical")
    html = visitor.post(link, {"do": "calendar", "calendar": file})
    assert "sans aucun titre" in html and "médical" not in html
    assert len(every(database, MemberBusy)) == 1
    visitor.post(link, {"do": "forget"})
    assert not every(database, MemberBusy)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", "page web"),
        (b"n'importe quoi", "pas un calendrier"),
        (b"", "rien n’est changé"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//FR\r\nEND:VCALENDAR\r\n", "rien n’est changé"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_at_its_field(visitor: Visitor, database, link, content, said):
    visitor.get(link)
    html = visitor.post(link, {"do": "calendar", "calendar": (BytesIO(content), "a.ics")}, status=422)
    assert said in html and 'id="calendar-error"' in html
    assert not every(database, MemberTime)


def test_a_calendar_that_repeats_every_second_is_refused(visitor: Visitor, database, link):
    visitor.get(link)
    file = ics(dated("DTSTART", "100000"), dated("DTEND", "100001"), "RRULE:FREQ=SECONDLY")
    assert "plusieurs fois par jour" in visitor.post(link, {"do": "calendar", "calendar": file}, status=422)
    assert not every(database, MemberBusy)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"do": "leave", "first_on": ""}, "first_on"),
        ({"do": "leave", "first_on": "01/06/2020", "last_on": "02/06/2020"}, "first_on"),
        ({"do": "leave", "first_on": "31/02/2027"}, "first_on"),
        ({"do": "half_day", "on": short_date(MONDAY - timedelta(1)), "half": "am", "word": "not"}, "on"),
    ],
)
def test_a_date_that_cannot_be_is_refused_at_its_field(visitor: Visitor, link, typed, field):
    visitor.get(link)
    assert f'id="{field}-error"' in visitor.post(link, typed, status=422)


def test_a_link_too_old_or_of_somebody_who_left_opens_nothing(visitor: Visitor, database, link, member):
    visitor.get("/mes-disponibilites/inconnu", status=410)
    with database.transaction() as session:
        session.get_one(Member, member).leaves_on = TODAY
    visitor.get(link, status=410)


def test_the_coordination_closes_the_links_that_were_sent(visit, visitor: Visitor, link, member):
    coordinator = visit("coordinator")
    coordinator.get(f"{LIST}/{member}")
    assert "1 lien est fermé" in coordinator.post(f"{LIST}/{member}/liens").replace("\u00a0", " ")
    visitor.get(link, status=410)


def test_an_account_that_sits_says_its_time_and_the_others_are_told_why_not(visit, database):
    visitor = visit("member")
    assert "Vous ne siégez dans aucune commission" in visitor.get("/mes-disponibilites")
    with database.transaction() as session:
        session.add(Member(name="Moi", sort_key="MOI", user_id=visitor.person.user_id))
    visitor.get("/mes-disponibilites")
    visitor.post("/mes-disponibilites", {"do": "week", "week-5-pm": "not"})
    assert every(database, MemberTime)[0].weekly == {"5-pm": "not"}


def test_the_coordination_sees_who_said_what_and_how_fresh_and_asks_once_a_day(visit, database, member):
    coordinator = visit("coordinator")
    with database.transaction() as session:
        old = Member(name="Ancien Calendrier", sort_key="A", email="ancien@exemple.test")
        session.add_all([old, Member(name="Sur Papier", sort_key="SUR")])
        session.flush()
        long_ago = clock.now() - timedelta(days=15)
        keep_calendar(session, old, Reading((), 0), TODAY, actor=make_actor(), at=long_ago)
    html = coordinator.get(LIST)
    assert "plus de 14 jours" in html and "rien n’est dit" in html and "Sur Papier" in html
    coordinator.post(f"{LIST}/demander")
    assert {row.email for row in every(database, LetterRow)} == {
        *("jeanne@exemple.test", "ancien@exemple.test"),
    }
    coordinator.post(f"{LIST}/demander", {"member": member})
    assert len(every(database, LetterRow)) == 2


def make_actor():
    return make.Actor(user_id=None, name="Jeanne Aubry")


def test_the_list_asks_the_database_as_often_for_one_member_as_for_four(visit, database, member):
    coordinator = visit("coordinator")
    coordinator.get(LIST)
    with coordinator.counting() as one:
        coordinator.get(LIST)
    with database.transaction() as session:
        session.add_all(Member(name=f"Membre {n}", sort_key=f"M{n}") for n in range(3))
    with coordinator.counting() as four:
        coordinator.get(LIST)
    assert len(one) == len(four) <= 6


def test_what_is_written_for_a_member_on_paper_says_who_wrote_it_and_a_stale_form_is_refused(
    visit, database, member
):
    coordinator = visit("coordinator")
    address = f"{LIST}/{member}"
    coordinator.get(address)
    coordinator.post(address, {"do": "week", "week-2-am": "not"})
    assert f"saisies par {coordinator.person.name}" in coordinator.get(address)
    seen = every(database, MemberTime)[0].version
    coordinator.post(address, {"do": "week", "version": seen, "week-2-am": "free"})
    html = coordinator.post(address, {"do": "week", "version": seen, "week-2-pm": "not"}, status=409)
    assert "a changé" in html
    assert every(database, MemberTime)[0].weekly == {}


def test_the_closed_days_come_from_the_official_calendars_and_are_corrected_by_people(visit, database):
    visitor = visit("coordinator")
    assert "ne sont pas encore repris" in visitor.get(f"{DAYS}?annee=2027")
    visitor.post(f"{DAYS}/reprendre", {"annee": "2027", "zone": "A"})
    html = visitor.get(f"{DAYS}?annee=2027")
    assert "Vacances d’hiver" in html and "Pont de l’Ascension" in html and "provisoire" not in html
    visitor.post(f"{DAYS}/reprendre", {"annee": "2099", "zone": "A"})
    assert "provisoire" in visitor.get(f"{DAYS}?annee=2099")
    visitor.post(
        f"{DAYS}/fermer", {"annee": "2027", "name": "Fermeture de la mairie", "first_on": "14/06/2027"}
    )
    visitor.post(f"{DAYS}/changer", {"first": "2027-05-07", "last": "2027-05-07", "closed": "no"})
    visitor.post(f"{DAYS}/reprendre", {"annee": "2027", "zone": "A"})
    found = {row.on.isoformat(): (row.closed, row.reason) for row in every(database, ClosedDay)}
    assert found["2027-06-14"] == (True, "local")
    assert found["2027-05-07"] == (False, "bridge")
    refused = visitor.post(
        f"{DAYS}/fermer", {"annee": "2027", "name": "", "first_on": "14/06/2027"}, status=422
    )
    assert 'id="name-error"' in refused


def test_a_notice_is_counted_in_the_three_ways_and_explained(visit):
    html = visit("coordinator").get(f"{DAYS}?annee=2027&seance=06/04/2027&delai=3")
    for said in ("jours francs", "jours calendaires", "jours ouvrés", "2 avril 2027", "3 avril 2027"):
        assert said in html.replace("\u00a0", " ")
    assert 'id="delai-error"' in visit("coordinator").get(f"{DAYS}?seance=06/04/2027&delai=trois")


def test_rooms_travel_and_teams_are_kept(visit, database, member):
    visitor = visit("coordinator")
    visitor.get(f"{ROOMS}/nouvelle")
    assert 'id="seats-error"' in visitor.post(f"{ROOMS}/nouvelle", {"name": "Salle"}, status=422)
    room = {"name": "Salle du conseil", "commune_code": make.MONTCEAU, "seats": "24", "in_use": "y"}
    visitor.post(f"{ROOMS}/nouvelle", room)
    room_id = every(database, Room)[0].id
    tuesdays = {"first_on": "01/12/2027", "last_on": "31/12/2027", "weekdays": ["2"], "halves": ["am"]}
    visitor.post(f"{ROOMS}/{room_id}/prise", tuesdays)
    assert {row.on.day for row in every(database, RoomBusy)} == {7, 14, 21, 28}
    visitor.post(f"{ROOMS}/{room_id}/libre", {"on": "2027-12-07", "half": "am"})
    assert len(every(database, RoomBusy)) == 3
    visitor.post(f"{ROOMS}/trajets/estimer", {"commune": make.MONTCEAU})
    field = f"minutes-{min(make.MONTCEAU, make.BLANZY)}-{max(make.MONTCEAU, make.BLANZY)}"
    refused = visitor.post(f"{ROOMS}/trajets", {"commune": make.MONTCEAU, field: "0"}, status=422)
    assert f'id="{field}-error"' in refused
    visitor.post(f"{ROOMS}/trajets", {"commune": make.MONTCEAU, field: "12"})
    assert [(row.minutes, row.by_hand) for row in every(database, TravelTime)] == [(12, True)]
    visitor.post(f"{ROOMS}/equipes/nouvelle", {"name": "Bassin sud", "members": [str(member)]})
    assert [row.member_id for row in every(database, TeamMember)] == [member]
    assert "Jeanne Aubry" in visitor.get(ROOMS)


def test_a_late_task_stands_on_the_coordinators_morning_until_it_is_done(visit, database, catalogue):
    visitor = visit("coordinator")
    with database.transaction() as session:
        one = make.commission(session, catalogue, visitor.person)
        entry = SessionEntry(TODAY + timedelta(days=10))
        session_actions.plan(session, one, entry, actor=visitor.person, at=clock.now())
    keep(database, "https://guichet.exemple.test", clock.now() - timedelta(days=5))
    html = visitor.get("/aujourdhui")
    assert "Échéances en retard" in html
    html = visitor.get("/calendrier/echeances")
    assert "en retard" in html and "Arrêter la liste des dossiers complets" in html
    late = next(row for row in every(database, SessionTask) if row.task == "files_closed")
    visitor.post(f"/calendrier/echeances/{late.id}/faite", {"version": late.version})
    assert "Noté par" in visitor.get(f"/calendrier/echeances/{late.id}")
    assert 'id="owner_id-error"' in visitor.post(f"/calendrier/echeances/{late.id}/personne", {}, status=422)


def test_the_door_of_the_calendar_says_what_waits_behind_each_page(visit, member):
    html = visit("coordinator").get("/calendrier")
    assert "1 membre n’a rien dit" in html.replace("\u00a0", " ")
    assert f"{TODAY.year} et {TODAY.year + 1} à reprendre" in html
