"""Calm: the sentences of a score, as a parent reads them."""

from collections.abc import Sequence

from guichet.bareme.facts import Given, Proof
from guichet.core import french
from guichet.core.french import NBSP


def signed(points: int) -> str:
    """« + 20 », « − 20 », « 0 »: a true minus sign, and spaces that do not break."""
    if not points:
        return "0"
    return f"{'+' if points > 0 else '−'}{NBSP}{french.amount(abs(points))}"


def in_points(points: int) -> str:
    """« + 20 points », « 0 point »."""
    return f"{signed(points)}{NBSP}{french.plural(points, 'point')}"


def proof_words(proofs: Sequence[Proof], given: Given | None = None) -> str:
    """What supports a fact: the papers and the day they were looked at, or who appreciated it."""
    if given:
        return f"apprécié le {french.short_date(given.on)} par {given.by}"
    return " ; ".join(_proof(proof) for proof in proofs)


def line_sentence(label: str, fact: str, proof: str, points: int) -> str:
    """« Activité des parents : deux parents en activité (…, vérifié le 12/10/2026) : + 40 points »."""
    said = "" if not fact or fact.casefold() == label.casefold() else f" : {fact}"
    support = f" ({proof})" if proof else ""
    return f"{label}{said}{support} : {in_points(points)}"


def awaited_sentence(label: str, hoped: str, papers: Sequence[str], more: int) -> str:
    """What would bring more: « Activité des parents : + 20 points quand le justificatif « … » sera vérifié »."""
    if not papers:
        return f"{label} : {in_points(more)} quand cette situation sera vérifiée ({hoped})"
    named = french.join_and([f"«{NBSP}{paper}{NBSP}»" for paper in papers])
    if len(papers) == 1:
        return f"{label} : {in_points(more)} quand le justificatif {named} sera vérifié"
    return f"{label} : {in_points(more)} quand les justificatifs {named} seront vérifiés"


def unknown_sentence(label: str, fact: str, most: int) -> str:
    """What was not said, and the most it could bring."""
    return f"{label} : jusqu’à {in_points(most)} ({fact}, à renseigner et à vérifier)"


def _proof(proof: Proof) -> str:
    aged = ", à renouveler" if proof.aged else ""
    return f"{proof.paper}, vérifié le {french.short_date(proof.checked_on)}{aged}"
