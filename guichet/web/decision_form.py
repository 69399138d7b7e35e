"""The form in which a director writes down what the commission decided."""

from collections.abc import Mapping

from wtforms import Form, RadioField, SelectField

from guichet.accounts.policy import Person, Reach
from guichet.commissions.actions import DecisionEntry
from guichet.core.errors import InvalidError
from guichet.core.week import Week
from guichet.demands import words
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from guichet.web.demand.forms import FrenchForm, Given, text_area
from guichet.web.fields import FrenchDateField, choices
from guichet.web.week_form import week_from_form

WHOLE, PART = "whole", "part"


class RecordForm(FrenchForm):
    """Placed or unplaced; what is not asked by the chosen outcome is not read."""

    outcome = RadioField(
        "La commission a décidé",
        [Given("Choisissez ce que la commission a décidé.")],
        choices=choices({"placed": "Une place est attribuée", "unplaced": "Pas de place"}),
    )
    establishment_id = SelectField("Établissement qui accueille ou qui répond", coerce=int)
    entry_on = FrenchDateField("Entrée le")
    hours = RadioField(
        "Jours et heures donnés",
        choices=choices({WHOLE: "Toute la semaine demandée", PART: "Une partie, à régler ci-dessous"}),
        default=WHOLE,
    )
    reason = SelectField("Motif", choices=choices(words.UNPLACED_REASON, blank="Choisissez un motif"))
    detail = text_area(
        "Précision", hint="Une phrase simple : la famille la lira dans sa lettre.", longest=1000
    )

    def offer(self, houses: dict[int, str]) -> None:
        """The establishments the person may answer for, the wished ones first."""
        self.establishment_id.choices = choices({str(key): label for key, label in houses.items()})

    def entry(self, demand: Demand, week: Week | None) -> DecisionEntry:
        """The decision as typed, on the session the demand is enlisted for."""
        placed = self.outcome.data == "placed"
        return DecisionEntry(
            outcome=self.outcome.data,
            session_on=demand.session_on or demand.received_on,
            session_name=demand.session_name,
            establishment_id=self.establishment_id.data,
            entry_on=self.entry_on.data if placed else None,
            week=week if placed else None,
            reason="" if placed else self.reason.data,
            detail=self.detail.data,
        )


class DropForm(FrenchForm):
    """Why a decision is set aside or annulled."""

    reason = text_area(
        "Motif", "Indiquez le motif.", "Il est gardé dans l’historique de la demande.", longest=1000
    )


def houses_for(demand: Demand, person: Person, catalogue: Catalogue) -> dict[int, str]:
    """The establishments whose places this person may give, by id: the family's wishes first, in order."""
    everywhere = Reach.ALL in person.reaches("record_decision")
    own = [
        house
        for house in catalogue.houses.values()
        if house.is_open and (house.id in person.houses or (everywhere and house.is_collective))
    ]
    ranks = {wish.establishment_id: wish.rank for wish in demand.wishes if wish.establishment_id}
    own.sort(key=lambda house: ranks.get(house.id, len(ranks) + 1))
    return {
        house.id: house.label + (f", vœu {ranks[house.id]}" if house.id in ranks else "") for house in own
    }


def week_given(typed: Mapping[str, str], form: RecordForm, demand: Demand) -> Week | None:
    """The half-days given, None for the whole week asked. Raises InvalidError at the faulty day."""
    if form.outcome.data != "placed" or form.hours.data != PART:
        return None
    week = week_from_form(typed)
    if not week:
        raise InvalidError({"week": "Indiquez les jours et les heures donnés."})
    return None if week == demand.week else week


def problems_of(form: Form, week_problems: Mapping[str, str]) -> dict[str, str]:
    """Every sentence of the form and of its week, by the id of the box it leads to."""
    found = {
        field.id + ("-0" if field.type == "RadioField" else ""): str(field.errors[0])
        for field in form
        if field.errors
    }
    return found | dict(week_problems)
