"""The printed form of a paper of a session: a tagged PDF (PDF/UA-1).

Apart from what asks for it, because the typesetter is heavy: only workers import this file.
"""

import json
from pathlib import Path

import typst

from guichet.commissions.papers.facts import Facts
from guichet.core.typography import spaced
from guichet.notifications.paper import BEYOND_EMBEDDED, PICTURES

TEMPLATE = Path(__file__).parents[3] / "templates" / "documents" / "session.typ"


def print_paper(facts: Facts) -> bytes:
    """The PDF. A character that no font can draw never keeps a paper from being made."""
    written = spaced(PICTURES.sub("", json.dumps(facts, ensure_ascii=False, separators=(",", ":"))))
    try:
        return _typeset(written)
    except typst.TypstError:
        return _typeset(BEYOND_EMBEDDED.sub("?", written))


def _typeset(paper: str) -> bytes:
    pdf = typst.compile(str(TEMPLATE), sys_inputs={"paper": paper}, pdf_standards="ua-1", format="pdf")
    if not isinstance(pdf, bytes):
        raise TypeError("the typesetter gave several files for one PDF")
    return pdf
