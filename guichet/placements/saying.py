"""Calm: what a verdict says, in a sentence that a family and a commission can read."""

from guichet.core.french import NBSP, join_and, weekday_name
from guichet.core.week import Week
from guichet.establishments.capacity import Colour, Verdict


def verdict_in_brief(verdict: Verdict, asked: Week) -> tuple[str, str, str]:
    """(tone, two or three words, the days that fit or why nothing does) of a verdict; asked is the whole week."""
    if verdict.section is None:
        return "off", "hors âges", "aucune section n’accueille cet âge à cette date"
    if verdict.colour is Colour.GREEN:
        return "green", "tient", ""
    if verdict.colour is Colour.AMBER:
        return "amber", "à confirmer", f"jusqu’à 115{NBSP}%, si la direction le confirme"
    if verdict.fits_days:
        days = len(verdict.fits_days)
        named = join_and([weekday_name(day) for day in verdict.fits_days])
        return "part", f"{days} jour{'s' if days > 1 else ''} sur {len(asked.days)}", named
    if verdict.closed and not verdict.blocked:
        return "red", "fermé", verdict.closed.describe()
    return "red", "complet", ""


def verdict_in_words(verdict: Verdict) -> list[str]:
    """The sentences of a verdict, the most important first."""
    if verdict.section is None:
        return ["Aucune section n’accueille cet âge à cette date."]
    section = f" (section «{NBSP}{verdict.section.name}{NBSP}»)" if verdict.section.id else ""
    if verdict.colour is Colour.GREEN:
        return [f"Toute la semaine tient{section}."]
    said: list[str] = []
    if verdict.colour is Colour.AMBER:
        said.append(
            f"Possible jusqu’à 115{NBSP}%{NBSP}: la direction doit confirmer que l’encadrement suffit."
        )
    if verdict.closed:
        said.append(f"Fermé{NBSP}: {verdict.closed.describe()}.")
    if verdict.blocked:
        said.append(f"Complet{section}{NBSP}: {verdict.blocked.describe()}.")
    if verdict.too_many_hours and verdict.colour is Colour.RED:
        said.append(f"Au-dessus de l’agrément, les heures de la semaine dépasseraient 100{NBSP}%.")
    if verdict.fits_days:
        said.append(f"Tiennent{NBSP}: {join_and([weekday_name(day) for day in verdict.fits_days])}.")
    return said
