"""What a step holds, read field by field; each refusal is one sentence kept at its field."""

from collections.abc import Collection, Mapping
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from guichet.core import french
from guichet.core.errors import InvalidError
from guichet.core.names import clean_name

FRANCE, FRANCE_CODE = "FR", 33
SHORT, LONG = 80, 200
MINUTES = 60
MOST_FIGURES = 9
FRENCH_FIGURES = 9
"""Of a phone number, without its leading zero."""


class Typed:
    """The values of one form, and the problems found while reading them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: dict[str, str] = {}

    def refuse(self, field: str, sentence: str) -> None:
        """Keep the first sentence of a field."""
        self.problems.setdefault(field, sentence)

    def done(self) -> None:
        """Raise InvalidError when something was refused."""
        if self.problems:
            raise InvalidError(self.problems)

    def raw(self, field: str) -> str:
        """As typed, without the spaces around."""
        return self.values.get(field, "").strip()

    def any_of(self, *fields: str) -> bool:
        """Whether something was typed in one of these fields."""
        return any(self.raw(field) for field in fields)

    def words(self, field: str, longest: int = SHORT) -> str:
        """A name or a few words, cleaned of what is invisible."""
        text = clean_name(self.values.get(field, ""))
        if len(text) > longest:
            self.refuse(field, f"C’est trop long : {longest} caractères au plus.")
            return ""
        return text

    def flag(self, field: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.raw(field))

    def choice(self, field: str, codes: Collection[str], otherwise: str = "") -> str:
        """One of the codes offered; `otherwise` when nothing or something else came."""
        typed = self.raw(field)
        return typed if typed in codes else otherwise

    def day(self, field: str) -> date | None:
        """A date, typed as people do."""
        typed = self.raw(field)
        if not typed:
            return None
        try:
            return french.parse_date(typed)
        except ValueError as refusal:
            self.refuse(field, str(refusal))
            return None

    def number(self, field: str, lowest: int, highest: int) -> int | None:
        """A whole number between two bounds."""
        typed = self.raw(field).replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
        if not typed:
            return None
        figures = typed.isascii() and typed.isdigit() and len(typed) <= MOST_FIGURES
        if not figures or not lowest <= int(typed) <= highest:
            self.refuse(
                field,
                f"Écrivez un nombre entre {french.amount(lowest)} et {french.amount(highest)}.",
            )
            return None
        return int(typed)

    def hours(self, field: str, highest: int) -> int | None:
        """A number of hours such as « 28,5 », in minutes."""
        typed = self.raw(field).lower().removesuffix("h").strip().replace(",", ".")
        if not typed:
            return None
        whole, _, tenths = typed.partition(".")
        figures = (whole + tenths).isascii() and (whole + tenths).isdigit() and len(typed) <= MOST_FIGURES
        if not figures or not 0 < float(typed) <= highest:
            self.refuse(field, f"Écrivez un nombre d’heures par semaine, {highest} au plus : 35 ou 28,5.")
            return None
        return round(float(typed) * MINUTES)

    def phone(self, field: str) -> str:
        """A phone number, French unless it begins with + or 00, written with its spaces."""
        typed = self.raw(field)
        if not typed:
            return ""
        try:
            number = phonenumbers.parse(typed[:40], FRANCE)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not _complete(number):
            self.refuse(field, "Ce numéro de téléphone n’est pas complet : par exemple 06 39 98 12 34.")
            return ""
        form = phonenumbers.PhoneNumberFormat
        written = form.NATIONAL if number.country_code == FRANCE_CODE else form.INTERNATIONAL
        return phonenumbers.format_number(number, written)[:20]

    def email(self, field: str) -> str:
        """An address of mail that is well written. Nobody is asked whether it exists."""
        typed = self.raw(field)
        if not typed:
            return ""
        try:
            # The reserved domain .test is that of demonstrations: no real mail can reach it.
            return validate_email(typed, check_deliverability=False, test_environment=True).normalized
        except EmailNotValidError:
            self.refuse(
                field, "Cette adresse électronique n’est pas bien écrite : par exemple prenom.nom@exemple.fr."
            )
            return ""


def _complete(number: phonenumbers.PhoneNumber) -> bool:
    # The library lets pass a French number one figure short, as special services have.
    if number.country_code == FRANCE_CODE:
        return len(str(number.national_number)) == FRENCH_FIGURES
    return phonenumbers.is_possible_number(number)
