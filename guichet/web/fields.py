"""Fields of forms that read French as it is typed, and what the templates ask of any field."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import Field, SelectChoice
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import TextInput

from guichet.core import french


class FrenchDateField(Field):  # type: ignore[misc]
    """A date typed in one box: 1/9/26, 01092026, 1er septembre 2026. What was mistyped is shown again."""

    widget = TextInput()
    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return french.short_date(self.data) if self.data else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Raise ValueError with its French sentence when what was typed is no date."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if typed:
            self.data = french.parse_date(typed)


def choices(words: Mapping[str, str], blank: str | None = None) -> list[SelectChoice]:
    """The choices of a field from a table of codes and French words; `blank` is shown for no answer."""
    first = [] if blank is None else [SelectChoice("", blank)]
    return first + [SelectChoice(code, word) for code, word in words.items()]


def pairs_of(field: SelectFieldBase) -> list[tuple[str, Any]]:
    """A field's choices as the macros take them: (code, word), or (group, [(code, word), …])."""
    if not field.has_groups():
        return [(one.value, one.label) for one in field.iter_choices()]
    return [(group, [(one.value, one.label) for one in members]) for group, members in field.iter_groups()]
