"""The forms of the childminders' pages: what is asked, in which words, how long it may be."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField

from guichet.establishments.childminder_entries import ChildminderEntry
from guichet.placements.childminders.words import RESULT_ASKED
from guichet.web.demand.forms import FrenchForm, Given, line, text_area
from guichet.web.fields import FrenchDateField, choices

AT_HOME = "À son domicile"
NOT_LISTED = "Une autre personne, hors de la liste"
KEEPS_WAITING = {
    "yes": "La famille attend toujours une place en crèche : la demande reste en cours",
    "no": "La famille n’attend plus : la demande est placée par cette solution",
}
NOBODY = "0"
LARGEST_NUMBER = 10_000


class WholeField(IntegerField):  # type: ignore[misc]
    """A whole number, refused in French."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Raise ValueError with its French sentence when what was typed is no number."""
        self.data = None
        typed = str(valuelist[0]).strip() if valuelist else ""
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and int(typed[:6]) < LARGEST_NUMBER and len(typed) < 6):
            raise ValueError("Écrivez un nombre entier.")
        self.data = int(typed)


class ChildminderForm(FrenchForm):
    """A professional."""

    name = line("Nom et prénom", "Écrivez le nom.")
    commune_code = SelectField("Commune où les enfants sont accueillis", validate_choice=False)
    mam_id = SelectField("Lieu d’accueil", validate_choice=False)
    approved_places = WholeField(
        "Places de l’agrément",
        [Given("Indiquez le nombre de places de l’agrément.")],
        description="Le nombre d’enfants accueillis en même temps.",
    )
    youngest_months = WholeField("Accueille à partir de (mois)", default=0)
    oldest_months = WholeField("Accueille jusqu’à (mois)", default=72)
    atypical_hours = BooleanField(
        "Accepte des horaires atypiques", description="Avant 7 h 30, après 18 h 30, la nuit ou le week-end."
    )
    special_care = BooleanField(
        "A l’habitude d’enfants qui demandent une attention particulière",
        description="Aucun détail de santé n’est écrit ici.",
    )
    phone = line("Téléphone")
    shows_phone = BooleanField("Accepte que son téléphone soit donné aux familles")
    email = line(
        "Adresse électronique",
        hint="Le guichet y écrit deux fois par an pour confirmer les places.",
        longest=254,
    )
    shows_email = BooleanField("Accepte que son adresse électronique soit donnée aux familles")
    agreed_on = FrenchDateField(
        "Accord recueilli le", description="Obligatoire dès qu’une coordonnée est donnée aux familles."
    )

    def offer(self, communes: dict[str, str], mams: dict[str, str]) -> None:
        """Put the communes and the MAM in their lists."""
        self.commune_code.choices = choices(communes, "Choisir une commune")
        self.mam_id.choices = choices({f"{number}": f"MAM {name}" for number, name in mams.items()}, AT_HOME)

    @property
    def entry(self) -> ChildminderEntry:
        """What was typed; what is empty counts as nothing, and is refused by the checks."""
        mam = self.mam_id.data or ""
        return ChildminderEntry(
            name=self.name.data,
            commune_code=self.commune_code.data or "",
            approved_places=self.approved_places.data or 0,
            mam_id=int(mam) if mam.isascii() and mam.isdigit() and len(mam) < 10 else None,
            youngest_months=self.youngest_months.data or 0,
            oldest_months=72 if self.oldest_months.data is None else self.oldest_months.data,
            atypical_hours=self.atypical_hours.data,
            special_care=self.special_care.data,
            phone=self.phone.data,
            shows_phone=self.shows_phone.data,
            email=self.email.data,
            shows_email=self.shows_email.data,
            agreed_on=self.agreed_on.data,
        )


class PlacesForm(FrenchForm):
    """Some free places; their hours are typed in the week's editor."""

    places = WholeField("Nombre de places libres", [Given("Indiquez le nombre de places libres.")], default=1)
    from_on = FrenchDateField("Libres à partir du", [Given("Indiquez à partir de quel jour.")])
    until_on = FrenchDateField("Jusqu’au", description="Laissez vide si la place reste libre sans limite.")


class ContactForm(FrenchForm):
    """What came of asking a professional."""

    result = RadioField(
        "Ce que le contact a donné",
        [Given("Choisissez ce que le contact a donné.")],
        choices=choices(RESULT_ASKED),
    )
    note = text_area("Précision", hint="Facultatif, en quelques mots, sans détail de santé.", longest=1000)


class SolutionForm(FrenchForm):
    """The solution found with a childminder, and what becomes of the demand."""

    childminder = SelectField("Chez qui", [Given("Choisissez chez qui l’enfant est accueilli.")])
    since = FrenchDateField("À partir du", [Given("Indiquez depuis quand, ou à partir de quand.")])
    proof = line(
        "Comment le sait-on ?",
        "Indiquez la preuve : contrat, attestation, appel de la famille.",
        "Par exemple : contrat vu au guichet le 3 décembre.",
        300,
    )
    waits = RadioField(
        "Et la demande de crèche ?",
        [Given("Choisissez ce que devient la demande.")],
        choices=choices(KEEPS_WAITING),
    )

    def offer(self, names: dict[int, str]) -> None:
        """Put in the list those who were proposed or asked."""
        known = {str(key): name for key, name in names.items()}
        self.childminder.choices = choices(known | {NOBODY: NOT_LISTED}, "Choisir")

    @property
    def chosen(self) -> int | None:
        """The professional of the register; None for another one."""
        return int(self.childminder.data) if self.childminder.data != NOBODY else None


class EndForm(FrenchForm):
    """Why the waiting solution is over."""

    because = line(
        "Pourquoi prend-elle fin ?", "Indiquez pourquoi la solution d’attente prend fin.", longest=300
    )
