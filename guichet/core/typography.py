"""Calm: the spaces that French wants, set in one place, so that everybody may write with the plain one.

A no-break space stands before « : ; ! ? » and before %, €, h and the other units; inside quotation marks;
after « n° » and in « L. 311-3-1 ». A line never begins with a mark, nor ends with a number whose unit is on the next one.
"""

import re

NBSP = "\u00a0"

# Apart, because each then starts with a sign that is found quickly in a large page.
_RULES = (
    re.compile(r"() (?=[:;!?»%€](?!\w))"),
    re.compile(r"(«) "),
    re.compile(r"([0-9]) (?=(?:h|min|ans?|mois|jours?|km|Mo|ko)\b)"),
    re.compile(rf"([0-9][ {NBSP}]h) (?=[0-9]{{2}}\b)"),
    re.compile(r"(n°) "),
    re.compile(r"(\b[DLR]\.) (?=[0-9])"),
)
# What is typed in a form comes back as it was typed; what a machine reads is not French.
_KEPT = re.compile(r"<(textarea|script|style|pre|code)\b.*?</\1\s*>", re.DOTALL)


def spaced(text: str) -> str:
    """The sentence with its no-break spaces; done twice, it changes nothing more."""
    for rule in _RULES:
        text = rule.sub(_held, text)
    return text


def spaced_page(html: str) -> str:
    """A page whose sentences are spaced; its tags, with the values of its fields, are untouched."""
    parts: list[str] = []
    done = 0
    for kept in _KEPT.finditer(html):
        parts += [_spaced_between_tags(html[done : kept.start()]), kept[0]]
        done = kept.end()
    return "".join([*parts, _spaced_between_tags(html[done:])])


def _held(found: re.Match[str]) -> str:
    return f"{found[1]}{NBSP}"


def _spaced_between_tags(html: str) -> str:
    for rule in _RULES:
        html = rule.sub(_spaced_if_shown, html)
    return html


def _spaced_if_shown(found: re.Match[str]) -> str:
    start = found.start()
    is_in_a_tag = found.string.rfind("<", 0, start) > found.string.rfind(">", 0, start)
    return found[0] if is_in_a_tag else _held(found)
