"""The page that shows every piece of the screens with plain data. For the demonstration only."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, render_template
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from guichet.core.week import PRESETS, Week
from guichet.demands.states import STATES
from guichet.web import door
from guichet.web.charts import Series
from guichet.web.fields import FrenchDateField, choices
from guichet.web.week_form import typed_from_week

bp = Blueprint("style", __name__)

NEED = Week.of([(1, 480, 1050), (2, 480, 1050), (4, 510, 720), (4, 810, 1110), (5, 480, 720)])
NIGHT = Week.of([(2, 1200, 1440), (3, 0, 390), (6, 420, 1140), (7, 420, 1140)])
OPENING = Week.same_hours((1, 2, 3, 4, 5), (450, 1020))
MORNINGS = Week.same_hours((1, 2, 4, 5), (480, 720))
TODAY = date(2026, 9, 1)


class SampleForm(Form):  # type: ignore[misc]
    """One field of each type, two of them refused."""

    class Meta:
        """What WTForms says by itself, it says in French."""

        locales = ("fr",)

    first_name = StringField("Prénom de l’enfant", [InputRequired("Écrivez le prénom de l’enfant.")])
    birth = FrenchDateField(
        "Date de naissance ou date prévue", [InputRequired("Écrivez la date de naissance.")]
    )
    email = EmailField("Adresse électronique", description="Pour recevoir les courriers du guichet.")
    situation = RadioField(
        "Situation de la famille",
        choices=choices({"couple": "En couple", "single": "Parent seul", "other": "Autre"}),
    )
    commune = SelectField("Commune", choices=choices({"blanzy": "Blanzy", "genelard": "Génelard"}))
    remark = TextAreaField("Ce que la famille veut ajouter")
    expected = BooleanField("L’enfant n’est pas encore né")


@bp.get("/style")
@door.open_to_all
def style() -> str:
    """Every macro of templates/_macros.html, once."""
    form = SampleForm(
        data={"email": "camille.bruyere@exemple.test", "situation": "single", "commune": "blanzy"}
    )
    form.validate()
    return render_template(
        "style.html",
        form=form,
        states=list(STATES),
        need=NEED,
        night=NIGHT,
        opening=OPENING,
        presets=PRESETS,
        typed=typed_from_week(NEED) | {"week-3-1-start": "14h", "week-3-1-end": "12h"},
        week_problems={"week-3": "Mercredi : l’heure de fin est avant l’heure de début."},
        queue=_queue(),
        events=_events(),
        months=[
            "sept.",
            "oct.",
            "nov.",
            "déc.",
            "janv.",
            "févr.",
            "mars",
            "avril",
            "mai",
            "juin",
            "juil.",
            "août",
        ],
        series=_series(),
        communes=[("Montceau-les-Mines", 412), ("Blanzy", 138), ("Sanvignes-les-Mines", 96), ("Gourdon", 0)],
    )


def _queue() -> list[dict[str, Any]]:
    names = [
        ("Lina", "Bruyère", "Blanzy"),
        ("Noé", "Castelain-Morvandiau", "Saint-Romain-sous-Gourdon"),
        ("Enfant à naître", "Dufresnoy", "Montceau-les-Mines"),
        ("Ilyès", "Ferrandier", "Sanvignes-les-Mines"),
        ("Mahaut", "Grandjon", "Génelard"),
        ("Sacha", "Hautecombe", "Saint-Vallier"),
        ("Éléonore", "Issartel", "Perrecy-les-Forges"),
    ]
    weeks = [NEED, MORNINGS, OPENING, NIGHT]
    codes = list(STATES)
    return [
        {
            "child": first,
            "family": last,
            "commune": commune,
            "age": "14 mois" if index % 3 else "à naître",
            "week": weeks[index % len(weeks)],
            "entry": date(2027, 1 + index % 9, 4),
            "wishes": ["Les Lucioles", "La Marelle", "n’importe quelle crèche"][: 1 + index % 3],
            "state": codes[index % len(codes)],
            "urgent": index % 7 == 3,
            "incomplete": index % 5 == 1,
            "waiting": f"{1 + index} mois",
            "next": date(2026, 9, 3 + index),
        }
        for index, (first, last, commune) in enumerate((names * 4)[:22])
    ]


def _events() -> list[dict[str, Any]]:
    return [
        {
            "at": datetime(2026, 9, 1, 7, 40, tzinfo=UTC),
            "what": "Orientée vers la commission d’admission",
            "who": "Maud Vercel, guichet de Montceau",
            "why": "Entretien tenu ce matin. La mère reprend le travail le 4 janvier ; les grands-parents gardent le mercredi.",
            "state": "oriented",
        },
        {
            "at": datetime(2026, 8, 24, 9, 0, tzinfo=UTC),
            "what": "Rappel des pièces manquantes",
            "kind": "letter",
            "url": "#courrier",
            "delivery": {"label": "non distribué : boîte inconnue", "tone": "urgent"},
        },
        {
            "at": datetime(2026, 8, 20, 14, 5, tzinfo=UTC),
            "what": "Appel de la famille",
            "who": "Maud Vercel, guichet de Montceau",
            "kind": "call",
            "why": "Demande si une place le vendredi est possible.",
        },
        {
            "at": datetime(2026, 8, 12, 8, 31, tzinfo=UTC),
            "what": "Accusé de réception",
            "kind": "letter",
            "url": "#courrier",
            "delivery": {"label": "remis", "tone": "success"},
        },
        {
            "at": datetime(2026, 8, 12, 8, 30, tzinfo=UTC),
            "what": "Demande enregistrée au guichet",
            "who": "Maud Vercel, guichet de Montceau",
            "state": "received",
        },
    ]


def _series() -> list[Series]:
    return [
        Series("placées", (12, 18, 9, 14, 22, 17, 25, 31, 28, 40, 12, 6), "placed"),
        Series("sans place", (4, 6, 3, 9, 7, 5, 12, 14, 9, 11, 4, 2), "unplaced"),
    ]
