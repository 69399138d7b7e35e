"""The printed form of a letter: a tagged PDF (PDF/UA-1) whose address shows in the window of a DL envelope.

Apart from `render.py` because the typesetter is heavy: only what prints imports it.
"""

import json
import re
from collections.abc import Sequence
from contextlib import suppress

import typst

from guichet.notifications.render import LETTERS, Facts

PICTURES = re.compile("[\u200c\u200d\ufe0e\ufe0f\u2190-\u2bff\U0001f000-\U0001faff]")
BEYOND_EMBEDDED = re.compile("[^\u0000-\u04ff\u1e00-\u2040\u20a0-\u20bf]")
"""What the fonts inside the typesetter cannot draw when the machine has no other font."""


def print_letters(letters: Sequence[Facts]) -> bytes:
    """One PDF of these letters, each starting on its own sheet with its own page numbers.

    A character no font can draw must not keep a letter from leaving: pictures are left out first, so that a
    name in another script still prints where the machine can; then what remains undrawable becomes « ? ».
    Raises ValueError when there is nothing to print.
    """
    if not letters:
        raise ValueError("nothing to print")
    facts = json.dumps(letters, ensure_ascii=False)
    without_pictures = PICTURES.sub("", facts)
    for attempt in (facts, without_pictures):
        with suppress(typst.TypstError):
            return _typeset(attempt)
    return _typeset(BEYOND_EMBEDDED.sub("?", without_pictures))


def _typeset(letters: str) -> bytes:
    pdf = typst.compile(
        str(LETTERS / "letter.typ"), sys_inputs={"letters": letters}, pdf_standards="ua-1", format="pdf"
    )
    if not isinstance(pdf, bytes):
        raise TypeError("the typesetter gave several files for one PDF")
    return pdf
