"""Calm: what a letter or a page says of the points of a demand, as sentences ready to be printed.

The law gives the family the rules, the data used and their weight for its own case, and wants the mention to say
how to ask and whom to turn to (code des relations entre le public et l’administration, articles L311-3-1,
R311-3-1-1 and R311-3-1-2).
"""

from dataclasses import dataclass

from guichet.bareme.bareme import Bareme
from guichet.bareme.sayings import in_points
from guichet.bareme.score import Score
from guichet.bareme.telling import tell_ties
from guichet.core.french import NBSP

MENTION = (
    "Les demandes sont classées par un calcul de points qui aide la commission ; une personne décide de chaque "
    "admission. Vous pouvez demander par écrit au guichet les règles de ce calcul et leur application à votre "
    "situation ; sans réponse sous un mois, vous pouvez saisir la Commission d’accès aux documents administratifs "
    "(articles L. 311-3-1, R. 311-3-1-1 et R. 311-3-1-2 du code des relations entre le public et l’administration)."
)


@dataclass(frozen=True)
class Explanation:
    """The points at one establishment: one opening sentence, the lines, what is missing, the rules."""

    opening: str
    lines: tuple[str, ...]
    missing: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything, in the order of a letter."""
        return (self.opening, *self.lines, *self.missing, *self.rules)


def explain(bareme: Bareme, score: Score, where: str, *, restricted: bool) -> Explanation:
    """What is said of a score at an establishment called `where`.

    `restricted`: the reader may read what a social or health service said; otherwise those lines are told by
    their points only, so that the total can still be added up by hand.
    """
    opening = f"Pour {where}, votre demande a {in_points(score.total).replace('+' + NBSP, '')}."
    if score.excluded:
        opening = f"Pour {where}, une condition d’accès n’est pas remplie : {score.excluded}."
    elif score.bypass:
        opening = f"Pour {where}, votre demande est prioritaire : {score.bypass}."
    lines = tuple(
        line.sentence
        if restricted or not line.restricted
        else f"Critère à lecture réservée : {in_points(line.points)}"
        for line in score.counted
    )
    missing = tuple(lack.sentence for lack in score.missing if restricted or not lack.restricted)
    named = f"Barème appliqué : {bareme.title}" + (f" ({bareme.deliberation})" if bareme.deliberation else "")
    settled = "À égalité de points, comptent dans l’ordre : " + " ; ".join(tell_ties(bareme.ties)) + "."
    return Explanation(
        opening, lines or ("Aucun critère ne donne de points.",), missing, (f"{named}.", settled, MENTION)
    )
