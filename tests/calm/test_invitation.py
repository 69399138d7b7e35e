"""Invitations and feeds, read back by a reader that shares nothing with what wrote them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from guichet.commissions.convocations.choices import hours
from guichet.commissions.sessions.agenda import USUAL_MINUTES, length
from guichet.notifications.invitation import CANCELLED, Entry, calendar_of, feed_of
from guichet.notifications.invited import CANCEL, REQUEST, REQUIRED, Invitation
from guichet.scheduling.campaigns.settings import Settings
from tests.calendars import read

ASKED = Invitation(
    method=REQUEST,
    uid="6d1f7c1e-0a5b-4f5e-9a53-2f6b0a4f3c11",
    sequence=2,
    starts="2027-03-30T14:00",
    ends="2027-03-30T16:30",
    summary="Commission d’admission de Blanzy",
    place="Salle du conseil ; 2, place de la Mairie",
    description="Convocation.",
    attendee="e.tournemine@mairie.example",
    attendee_name="Évrard Tournemine",
    part=REQUIRED,
    stamped="2026-11-22T10:00:00+00:00",
)


@pytest.mark.parametrize(
    ("day", "utc"),
    [("2027-03-26", 13), ("2027-03-29", 12), ("2027-10-29", 12), ("2027-11-02", 13), ("2027-09-27", 12)],
)
def test_the_local_hour_is_the_same_on_both_sides_of_the_clock_changes(day, utc):
    one = replace(ASKED, starts=f"{day}T14:00", ends=f"{day}T16:30")
    found = read(calendar_of(one, "guichet@exemple.test", "Guichet"))
    year, month, number = map(int, day.split("-"))
    assert found.at("DTSTART") == datetime(year, month, number, utc, tzinfo=UTC)
    assert found.at("DTEND") == datetime(year, month, number, utc + 2, 30, tzinfo=UTC)
    assert found.text.count("RRULE") == 2 and "RDATE" not in found.text


def test_an_hour_that_does_not_exist_in_march_is_the_one_the_clocks_show():
    when = hours(date(2027, 3, 28), 2 * 60 + 30, 90)
    assert (when.starts.hour, when.ends.hour, when.starts.minute) == (3, 5, 30)
    one = replace(ASKED, starts=when.starts.isoformat(), ends=when.ends.isoformat())
    found = read(calendar_of(one, "guichet@exemple.test", "Guichet"))
    assert found.at("DTSTART") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert found.at("DTEND") == when.over_at == datetime(2027, 3, 28, 3, tzinfo=UTC)


def test_an_invitation_says_who_when_and_where_to_one_person_and_repeats_nothing():
    found = read(calendar_of(ASKED, "guichet@exemple.test", "Guichet"))
    (event,), (said,) = found.events, found.parameters
    assert (found.method, event["UID"], event["SEQUENCE"]) == ("REQUEST", ASKED.uid, "2")
    assert (event["STATUS"], event["DTSTAMP"]) == ("CONFIRMED", "20261122T100000Z")
    assert event["LOCATION"] == ASKED.place and "RRULE" not in event
    assert event["ORGANIZER"] == "mailto:guichet@exemple.test"
    assert event["ATTENDEE"] == "mailto:e.tournemine@mairie.example"
    assert said["ATTENDEE"] == {
        "CN": "Évrard Tournemine",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    gone = read(calendar_of(replace(ASKED, method=CANCEL, sequence=3), "guichet@exemple.test", "Guichet"))
    assert (gone.method, gone.events[0]["STATUS"], gone.events[0]["SEQUENCE"]) == ("CANCEL", "CANCELLED", "3")


def test_a_feed_publishes_sessions_without_guests_nor_organizer():
    starts, ends = datetime(2027, 10, 29, 9), datetime(2027, 10, 29, 11)
    stamped = datetime(2027, 1, 5, tzinfo=UTC)
    lines = [
        Entry("a", 0, starts, ends, "Commission", "Salle", "CONFIRMED", stamped),
        Entry("b", 1, starts.replace(day=30), ends.replace(day=30), "Commission", "", CANCELLED, stamped),
    ]
    found = read(feed_of("Commissions", lines))
    assert found.method == "PUBLISH" and "ATTENDEE" not in found.text and "ORGANIZER" not in found.text
    assert [one["STATUS"] for one in found.events] == ["CONFIRMED", "CANCELLED"]
    assert found.at("DTSTART") == datetime(2027, 10, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("durations", "minutes"), [((), 0), ((5, 10, 3), 30), ((60, 60, 15), 135), ((400,), 405)]
)
def test_an_agenda_takes_the_time_of_its_items_up_to_the_quarter(durations, minutes):
    assert length(durations) == minutes


def test_a_session_across_midnight_ends_the_day_after():
    when = hours(date(2027, 3, 30), 23 * 60, 90)
    assert when.ends == datetime(2027, 3, 31, 0, 30)
    assert when.over_at == datetime(2027, 3, 30, 22, 30, tzinfo=UTC)


def test_a_convocation_counts_for_a_session_what_a_calendar_counts_for_it():
    assert Settings().session_minutes == USUAL_MINUTES, "or two sessions of one team overlap in an agenda"
