"""What the one form of an availability page asks for, by the button that was pressed."""

from collections.abc import Callable
from datetime import date

from flask import request
from werkzeug.datastructures import FileStorage

from guichet.core import french
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.core.errors import InvalidError, NotFoundError
from guichet.scheduling.availability import actions
from guichet.scheduling.availability.half_days import Word
from guichet.scheduling.availability.ics_apart import read_in_child
from guichet.scheduling.availability.ics_limits import LARGEST_BYTES, Reading, UnreadableCalendarError
from guichet.scheduling.availability.models import HALVES
from guichet.scheduling.members.models import Member
from guichet.scheduling.planning.problem import HalfDay
from guichet.web.door import at, db

WEEKDAYS = range(1, 6)
BOTH = "both"
MOST_HALF_DAYS = 62

Act = Callable[[Member, Actor], str]


def act(member: Member, actor: Actor, reading: Reading | None) -> str:
    """Do what the pressed button says; the sentence to show. Raises DomainError."""
    wanted = ACTS.get(request.form.get("do", ""))
    if reading is not None:
        return _calendar(member, actor, reading)
    if wanted is None:
        raise InvalidError({"do": "Cette page a changé : rechargez-la, puis recommencez."})
    return wanted(member, actor)


EMPTY = (
    "Ce fichier n’a aucun rendez-vous à venir : rien n’est changé. Vérifiez le calendrier exporté ; si vous êtes "
    "libre, cochez plutôt votre semaine."
)


def sent_calendar(member: Member, own: frozenset[str]) -> Reading | None:
    """The busy times of the file that was sent, read before anything is locked; None when none was asked for.

    `own` are the identifiers of our sessions: one that she accepted must not make her busy. Raises InvalidError, its
    sentence at the field of the file.
    """
    if request.form.get("do") != "calendar":
        return None
    sent = request.files.get("calendar")
    content = _content(sent) if sent else b""
    if not content:
        chosen = sent is not None and bool(sent.filename)
        raise InvalidError({"calendar": EMPTY if chosen else "Choisissez un fichier de calendrier (.ics)."})
    today = day(at())
    try:
        reading = read_in_child(content, today, _until(today), own, member.email or "")
    except UnreadableCalendarError as refusal:
        raise InvalidError({"calendar": refusal.sentence}) from refusal
    if not reading.busy:
        # The wrong export would free her everywhere and pass for an answer.
        raise InvalidError({"calendar": EMPTY})
    return reading


def _content(sent: FileStorage) -> bytes:
    """The file, which is closed at once: a large one waits on the disk until then."""
    with sent.stream as stream:
        read: bytes = stream.read(LARGEST_BYTES + 1)
    return read


def _until(today: date) -> date:
    return today + actions.READ_AHEAD


def _week(member: Member, actor: Actor) -> str:
    weekly = {}
    for weekday in WEEKDAYS:
        for half in HALVES:
            word = request.form.get(f"week-{weekday}-{half}", Word.FREE)
            if word not in list(Word):
                raise InvalidError({f"week-{weekday}-{half}": "Choisissez libre, si besoin ou pas libre."})
            if word != Word.FREE:
                weekly[(weekday, half)] = Word(word)
    actions.say_week(
        db(), member, weekly, actor=actor, at=at(), version=request.form.get("version", type=int)
    )
    return "La semaine habituelle est enregistrée."


def _leave(member: Member, actor: Actor) -> str:
    first, last = _date("first_on"), _date("last_on")
    actions.add_leave(db(), member, first, last, actor=actor, at=at())
    return "L’absence est enregistrée."


def _remove_leave(member: Member, actor: Actor) -> str:
    actions.remove_leave(db(), member, request.form.get("leave", 0, type=int), actor=actor, at=at())
    return "L’absence est retirée."


def _half_day(member: Member, actor: Actor) -> str:
    on, half, word = _date("on"), request.form.get("half", ""), request.form.get("word", "")
    problems = {}
    if on is None:
        problems["on"] = "Indiquez le jour."
    elif on < day(at()):
        problems["on"] = "Ce jour est passé."
    elif on > _until(day(at())):
        problems["on"] = "C’est trop loin : dix-huit mois au plus."
    elif on.isoweekday() not in WEEKDAYS:
        problems["on"] = "Les commissions ne siègent ni le samedi ni le dimanche."
    if half not in (*HALVES, BOTH):
        problems["half"] = "Choisissez le matin, l’après-midi ou la journée."
    if word not in list(Word):
        problems["word"] = "Choisissez une réponse."
    if problems or on is None:
        raise InvalidError(problems)
    chosen = [HalfDay(on, one) for one in (HALVES if half == BOTH else (half,))]
    actions.say_half_days(db(), member, chosen, Word(word), actor=actor, at=at())
    return f"C’est noté pour le {french.long_date(on)}."


def _remove_half_day(member: Member, actor: Actor) -> str:
    try:
        on = date.fromisoformat(request.form.get("on", ""))
    except ValueError as fault:
        raise NotFoundError from fault
    half_day = HalfDay(on, request.form.get("half", ""))
    actions.say_half_days(db(), member, [half_day], None, actor=actor, at=at())
    return "La réponse est retirée : la semaine habituelle vaut de nouveau ce jour-là."


def _confirm(member: Member, actor: Actor) -> str:
    actions.confirm(db(), member, actor=actor, at=at())
    return "Merci : c’est noté, rien n’a changé."


def _calendar(member: Member, actor: Actor, reading: Reading) -> str:
    actions.keep_calendar(db(), member, reading, _until(day(at())), actor=actor, at=at())
    kept = french.count(len(reading.busy), "période occupée gardée", "périodes occupées gardées")
    return f"Le calendrier est lu : {kept}, sans aucun titre. Le fichier est effacé."


def _forget(member: Member, actor: Actor) -> str:
    actions.forget_calendar(db(), member, actor=actor, at=at())
    return "Les périodes lues dans le calendrier sont effacées."


ACTS: dict[str, Act] = {
    "week": _week,
    "leave": _leave,
    "remove_leave": _remove_leave,
    "half_day": _half_day,
    "remove_half_day": _remove_half_day,
    "confirm": _confirm,
    "forget": _forget,
}


def _date(name: str) -> date | None:
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    try:
        return french.parse_date(typed)
    except ValueError as fault:
        raise InvalidError({name: str(fault)}) from fault
