"""The forms of the steps of a demand and of its contacts: what is asked, in which words, how long it may be."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar

from wtforms import BooleanField, Field, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, StopValidation

from guichet.core import french
from guichet.core.clock import PARIS
from guichet.core.errors import DomainError, InvalidError
from guichet.core.names import clean_name
from guichet.demands import words
from guichet.demands.contacts import EXCHANGES, OUTCOMES
from guichet.web.fields import FrenchDateField, choices

NEW_SESSION = "new"
LONG, SHORT, LINE = 4000, 300, 120
OTHER_SOLUTIONS = {code: word for code, word in words.SOLUTION.items() if code != "establishment"}
ASKED_BY_FAMILY = {code: word for code, word in words.WITHDRAWN_REASON.items() if code != "merged"}


class FrenchForm(Form):  # type: ignore[misc]
    """A form whose own sentences, the library's included, are French."""

    class Meta:
        """What the library asks for."""

        locales = ("fr",)


class Given:
    """Refuse, with its own sentence, what is empty or made of spaces; a mistyped value keeps its sentence."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise StopValidation when nothing was given."""
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = []
            raise StopValidation(self.sentence)


def _one_line(text: str | None) -> str:
    return clean_name(text or "")


def _lines(text: str | None) -> str:
    """Paragraphs stay; what is invisible or turns the text around does not."""
    return "\n".join(clean_name(line) for line in (text or "").splitlines()).strip()


def _at_most(length: int) -> Length:
    return Length(max=length, message=f"Ce texte est trop long : {length} caractères au plus.")


def text_area(label: str, sentence: str = "", hint: str = "", longest: int = LONG) -> TextAreaField:
    """A long text; `sentence` refuses an empty one."""
    checks = [Given(sentence)] if sentence else []
    return TextAreaField(label, [*checks, _at_most(longest)], filters=[_lines], description=hint)


def line(label: str, sentence: str = "", hint: str = "", longest: int = LINE) -> StringField:
    """A text on one line; `sentence` refuses an empty one."""
    checks = [Given(sentence)] if sentence else []
    return StringField(label, [*checks, _at_most(longest)], filters=[_one_line], description=hint)


class ClockField(StringField):  # type: ignore[misc]
    """A time of day as people type it: 8h30, 14 h, 1430. `data` is minutes since midnight."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return french.clock_time(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Raise ValueError with its French sentence when what was typed is no time of day."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if typed:
            self.data = french.parse_clock(typed)
            if self.data == french.MINUTES_IN_A_DAY:
                raise ValueError("Écrivez une heure de la journée, par exemple 14h30.")


class OrientForm(FrenchForm):
    """What the interview led to."""

    kind = SelectField("Orientation donnée", choices=choices(words.ORIENTATION))
    interview_on = FrenchDateField(
        "Date de l’entretien", description="Laissez vide si la famille n’a pas été reçue."
    )
    note = text_area(
        "Ce qui a été dit",
        hint="En quelques mots, sans détail de santé. La famille peut demander à lire cette note.",
    )
    counts_as_seniority = BooleanField(
        "La date de l’entretien devient la date d’ancienneté",
        description="Seulement si le règlement de fonctionnement le prévoit.",
    )


class EnlistForm(FrenchForm):
    """Which session, among those already known or a new one."""

    session = RadioField("Commission", [Given("Choisissez une commission.")], validate_choice=True)
    session_on = FrenchDateField("Date de la nouvelle commission")
    session_name = line(
        "Nom de la nouvelle commission", hint="Par exemple : commission de printemps, Montceau-les-Mines."
    )

    def offer(self, known: list[tuple[date, str]], *, choose: bool) -> None:
        """Put the known sessions in the list, the new one last; `choose` picks the first for a first look."""
        found = {session_code(on, name): f"{name}, {french.long_date(on)}" for on, name in known}
        self.session.choices = choices(found | {NEW_SESSION: "Une autre date, à saisir ci-dessous"})
        if choose:
            self.session.data = next(iter(found), NEW_SESSION)


class ReasonForm(FrenchForm):
    """Why, in a sentence the journal keeps."""

    reason = text_area("Motif", "Indiquez le motif.", "Il est gardé dans l’historique de la demande.", 1000)


class OtherSolutionForm(FrenchForm):
    """Another solution than a place given by a commission, with its proof."""

    solution = SelectField("Solution trouvée", choices=choices(OTHER_SOLUTIONS))
    since = FrenchDateField("À partir du", [Given("Indiquez depuis quand, ou à partir de quand.")])
    proof = line(
        "Comment le sait-on ?",
        "Indiquez la preuve : contrat, attestation, appel de la famille.",
        "Par exemple : appel de la mère le 3 décembre, contrat signé.",
        SHORT,
    )


class WithdrawForm(FrenchForm):
    """Why the family gives its demand up."""

    reason = SelectField("Motif", choices=choices(ASKED_BY_FAMILY))
    detail = text_area("Précision", hint="Facultatif.", longest=1000)


class ReopenForm(FrenchForm):
    """Nothing to type: the button is the answer."""


class RenewForm(FrenchForm):
    """How the family said that it still needs care."""

    how = line("Comment la famille l’a-t-elle dit ?", hint="Par exemple : appel du père.", longest=SHORT)


class AppointmentForm(FrenchForm):
    """When and where the family is received."""

    day = FrenchDateField("Date", [Given("Indiquez le jour du rendez-vous.")])
    hour = ClockField("Heure", [Given("Indiquez l’heure du rendez-vous.")], description="Par exemple 14h30.")
    place = line("Lieu", hint="Par exemple : relais de Montceau, au téléphone, à domicile.")
    note = text_area("À préparer", hint="Facultatif.", longest=1000)

    @property
    def planned_for(self) -> datetime:
        """The instant, as a clock in Paris shows it. Raises InvalidError while the day or the hour is missing."""
        if self.day.data is None or self.hour.data is None:
            raise InvalidError({"day": "Indiquez le jour et l’heure du rendez-vous."})
        hour, minute = divmod(self.hour.data, 60)
        return datetime.combine(self.day.data, time(hour, minute), PARIS)


class ExchangeForm(FrenchForm):
    """A call, a visit or a mail, and what was said."""

    kind = RadioField(
        "Moyen", choices=choices({code: words.CONTACT[code] for code in EXCHANGES}), default="call"
    )
    note = text_area(
        "Ce qui s’est dit",
        "Écrivez ce qui s’est dit, en quelques mots.",
        "En quelques mots, sans détail de santé. La famille peut demander à lire cette note.",
    )


class OutcomeForm(FrenchForm):
    """What became of an appointment."""

    outcome = RadioField(
        "Ce rendez-vous a été",
        [Given("Choisissez ce qu’est devenu le rendez-vous.")],
        choices=choices({code: words.OUTCOME[code] for code in OUTCOMES}),
    )
    note = text_area("Ce qui s’est dit, ou pourquoi", hint="Facultatif.")


def session_code(on: date, name: str) -> str:
    """What stands for a known session in the form."""
    return f"{on.isoformat()} {name}"


def session_of_code(code: str) -> tuple[date, str]:
    """The session that a code of the form stands for."""
    on, _, name = code.partition(" ")
    return date.fromisoformat(on), name


def put_refusal(form: Form, refusal: DomainError) -> bool:
    """Put the sentences of a refusal at their fields; False when one has no field in this form."""
    problems = getattr(refusal, "problems", {refusal.field or "": refusal.sentence})
    for name, sentence in problems.items():
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
    return all(name in form for name in problems)
