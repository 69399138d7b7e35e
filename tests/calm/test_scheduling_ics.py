"""What a member's own calendar file tells, and how each unusable file is refused."""

from datetime import UTC, date, datetime

import pytest

from guichet.scheduling.availability.half_days import Interval
from guichet.scheduling.availability.ics_apart import read_in_child
from guichet.scheduling.availability.ics_limits import LARGEST_BYTES, UnreadableCalendarError
from guichet.scheduling.availability.ics_reading import read_busy

START, END = date(2027, 1, 1), date(2027, 12, 31)


def calendar(*events, extra=()):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//essai//FR"]
    for i, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:e{i}@exemple.test", "DTSTAMP:20261101T000000Z", *event, "END:VEVENT"]
    return "\r\n".join([*lines, *extra, "END:VCALENDAR", ""]).encode()


def meeting(*more, day="20270302"):
    return (f"DTSTART:{day}T080000Z", f"DTEND:{day}T090000Z", "SUMMARY:Rendez-vous chez le médecin", *more)


def busy(content, **more):
    return read_busy(content, START, END, **more).busy


def refused(content, read=read_busy):
    with pytest.raises(UnreadableCalendarError) as refusal:
        read(content, START, END)
    return refusal.value.sentence


def test_a_meeting_is_a_busy_time_and_nothing_else_of_it_is_kept():
    found = read_busy(calendar(meeting()), START, END)
    assert found.busy == (Interval(datetime(2027, 3, 2, 8, tzinfo=UTC), datetime(2027, 3, 2, 9, tzinfo=UTC)),)
    assert "médecin" not in repr(found)


@pytest.mark.parametrize(
    "line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
)
def test_what_is_cancelled_or_shown_as_free_takes_no_time(line):
    assert busy(calendar(meeting(line))) == ()


def test_a_tentative_meeting_is_told_apart():
    assert [one.tentative for one in busy(calendar(meeting("STATUS:TENTATIVE")))] == [True]


def test_a_meeting_that_the_member_declined_takes_none_of_her_time():
    guest = "ATTENDEE;PARTSTAT=DECLINED:mailto:Elue@exemple.test"
    assert busy(calendar(meeting(guest)), member="elue@exemple.test") == ()
    assert len(busy(calendar(meeting(guest)), member="autre@exemple.test")) == 1


def test_a_birthday_that_does_not_say_whether_it_takes_time_is_to_confirm():
    day = ("DTSTART;VALUE=DATE:20270705", "DTEND;VALUE=DATE:20270706")
    assert [one.tentative for one in busy(calendar(day, (*day, "TRANSP:OPAQUE")))] == [True, False]


def test_our_own_sessions_do_not_block_themselves():
    assert busy(calendar(meeting(), meeting(day="20270303")), own={"e0@exemple.test"})[0].start.day == 3


def test_a_weekly_meeting_keeps_its_hour_in_paris_on_both_sides_of_the_change_of_hour():
    event = ("DTSTART;TZID=Europe/Paris:20270322T090000", "DTEND;TZID=Europe/Paris:20270322T100000")
    found = busy(calendar((*event, "RRULE:FREQ=WEEKLY;COUNT=2")))
    assert [one.start for one in found] == [
        datetime(2027, 3, 22, 8, tzinfo=UTC),
        datetime(2027, 3, 29, 7, tzinfo=UTC),
    ]


def test_a_time_in_the_hour_that_does_not_exist_in_march_is_read():
    event = ("DTSTART;TZID=Europe/Paris:20270328T023000", "DTEND;TZID=Europe/Paris:20270328T043000")
    assert [one.end for one in busy(calendar(event))] == [datetime(2027, 3, 28, 2, 30, tzinfo=UTC)]


def test_the_names_of_zones_that_outlook_writes_are_understood():
    event = (
        "DTSTART;TZID=Romance Standard Time:20270705T090000",
        "DTEND;TZID=Romance Standard Time:20270705T100000",
    )
    assert busy(calendar(event))[0].start == datetime(2027, 7, 5, 7, tzinfo=UTC)


def test_a_time_without_a_zone_is_taken_as_paris_and_counted():
    found = read_busy(calendar(("DTSTART:20270705T090000", "DTEND:20270705T100000")), START, END)
    assert (found.busy[0].start, found.floating) == (datetime(2027, 7, 5, 7, tzinfo=UTC), 1)


def test_a_whole_day_lasts_from_midnight_to_midnight_in_paris():
    found = busy(calendar(("DTSTART;VALUE=DATE:20270705", "DTEND;VALUE=DATE:20270706")))
    assert (found[0].start, found[0].end) == (
        datetime(2027, 7, 4, 22, tzinfo=UTC),
        datetime(2027, 7, 5, 22, tzinfo=UTC),
    )


def test_a_moved_occurrence_is_busy_once_where_it_is_now():
    event = ("DTSTART:20270301T080000Z", "DTEND:20270301T090000Z", "RRULE:FREQ=DAILY;COUNT=2")
    moved = (
        "BEGIN:VEVENT\r\nUID:e0@exemple.test\r\nDTSTAMP:20261101T000000Z\r\n"
        "RECURRENCE-ID:20270302T080000Z\r\nDTSTART:20270302T150000Z\r\nDTEND:20270302T160000Z\r\nEND:VEVENT"
    )
    assert [one.start.hour for one in busy(calendar(event, extra=(moved,)))] == [8, 15]


def test_published_free_busy_is_read_with_an_end_or_a_duration():
    lines = (
        "BEGIN:VFREEBUSY",
        "UID:f@exemple.test",
        "DTSTAMP:20261101T000000Z",
        "FREEBUSY:20270302T080000Z/20270302T090000Z,20270303T080000Z/PT2H",
        "FREEBUSY;FBTYPE=FREE:20270304T080000Z/PT2H",
        "END:VFREEBUSY",
    )
    assert [(one.start.day, one.end.hour) for one in busy(calendar(extra=lines))] == [(2, 9), (3, 10)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * (LARGEST_BYTES + 1), "dépasse 2 Mo"),
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", "une page web, pas un calendrier"),
        (b"\x89PNG\r\n", "n’est pas un calendrier au format iCalendar"),
        (b"", "n’est pas un calendrier au format iCalendar"),
        (calendar(meeting("RRULE:FREQ=SECONDLY")), "plusieurs fois par jour"),
        (calendar(meeting("RRULE:FREQ=MINUTELY;INTERVAL=2")), "plusieurs fois par jour"),
        (calendar(meeting("RRULE:FREQ=DAILY;BYHOUR=1,2,3")), "plusieurs fois par jour"),
        (calendar(("DTSTART:n’importe quoi",)), "illisible"),
        (calendar(meeting("RRULE:FREQ=DAILY;UNTIL=202")), "illisible"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "abîmé"),
        (calendar(*[meeting()] * 5001), "plus de 5 000 événements"),
    ],
)
def test_an_unusable_file_is_refused_in_one_sentence(content, said):
    sentence = refused(content)
    assert said in sentence and sentence.endswith(".") and "\n" not in sentence


def test_a_child_process_reads_the_same_and_refuses_the_same():
    content = calendar(meeting(), ("DTSTART:20270705T090000", "DTEND:20270705T100000"))
    assert read_in_child(content, START, END) == read_busy(content, START, END)
    assert refused(calendar(meeting("RRULE:FREQ=HOURLY")), read_in_child) == refused(
        calendar(meeting("RRULE:FREQ=HOURLY"))
    )
    assert read_in_child(content, START, END, ["e0@exemple.test"]).floating == 1
