"""The forms a letter takes on a screen: the text and the HTML of the mail, from the same facts.

The printed form is in `paper.py`. Letters have their own Jinja environment, so that a worker never needs the
web application to write one.
"""

import re
import textwrap
import unicodedata
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from guichet.core.typography import spaced, spaced_page
from guichet.notifications.letter import Letter

LETTERS = Path(__file__).parents[2] / "templates" / "letters"
WIDTH = 72
LONGEST_LABEL = 26
JOINERS = "\u200c\u200d"
"""The two invisible characters a name may need: Persian words and family emoji are written with them."""

Facts = dict[str, Any]
"""A letter as plain JSON values: what the row keeps, and all that the templates see."""


@dataclass(frozen=True)
class Rendered:
    """The mail, ready to leave. `facts` is kept to print the same letter later."""

    subject: str
    text: str
    html: str
    facts: Facts


def render(letter: Letter) -> Rendered:
    """Give a letter its text and HTML forms.

    Raises jinja2.UndefinedError when a template asks for a fact that no letter has.
    """
    facts = facts_of(letter)
    environment = _environment()
    return Rendered(
        subject=facts["subject"],
        text=spaced(_squeeze(environment.get_template("letter.txt.j2").render(facts))),
        html=spaced_page(environment.get_template("letter.html.j2").render(facts)),
        facts=facts,
    )


def facts_of(letter: Letter) -> Facts:
    """The letter as JSON values, every string made harmless and nothing else changed."""
    facts: Facts = _clean(letter)
    return facts


def harmless(text: str) -> str:
    """The text without what could disguise or break it: controls, line breaks, direction overrides.

    Visible characters all stay, in any script. No-break spaces stay too, and are put where French wants them.
    """
    # Python does not call the spaces of French printable: they must not cost a look at each sign.
    if not text.replace("\u00a0", "").replace("\u202f", "").isprintable() or "  " in text:
        text = re.sub("[ ]{2,}", " ", "".join(_visible(character) for character in text))
    return spaced(text.strip(" "))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r\v\f\x85" or category in ("Zl", "Zp"):
        return " "
    if category in ("Cc", "Cs", "Cn", "Co") or (category == "Cf" and character not in JOINERS):
        return ""
    return character


def _clean(value: Any) -> Any:  # noqa: ANN401 - walks any value of a letter
    if isinstance(value, str):
        return harmless(value)
    if is_dataclass(value):
        return {field.name: _clean(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(LETTERS),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrapped"] = wrapped
    environment.filters["aligned"] = aligned
    return environment


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """The paragraph cut at 72 columns; addresses of pages and no-break spaces are never cut."""
    if text and len(first) + len(text) <= WIDTH:
        return first + text
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def aligned(rows: list[tuple[str, str]]) -> str:
    """The (label, value) rows of a table as lines a person reads and a screen reader speaks in order."""
    short = [len(label) for label, _ in rows if len(label) <= LONGEST_LABEL]
    column = max(short, default=0) + 3
    lines = []
    for label, value in rows:
        if len(label) <= LONGEST_LABEL:
            lines.append(wrapped(value, f"{label} :".ljust(column + 1), " " * (column + 1)))
        else:
            lines.append(wrapped(f"{label} :"))
            lines.append(wrapped(value, "  ", "  "))
    return "\n".join(lines)


def _squeeze(text: str) -> str:
    """At most one empty line between two blocks, so that the template can stay readable."""
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
