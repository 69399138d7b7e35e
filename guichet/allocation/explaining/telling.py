"""Calm: why a wish is granted or not, in sentences a parent understands. Only points are told, never another child."""

from collections.abc import Mapping
from typing import Any

from guichet.allocation.explaining.lines import AFTER, BLOCKING, DECIDED, GRANTED, LOST
from guichet.core import french


def wish_sentence(wish: Mapping[str, Any], *, together: bool = False, yours: str = "le vôtre") -> str:
    """What became of one wish of a line (guichet/allocation/explaining/lines.py), in one sentence.

    `together`: the demand is examined with a brother's or a sister's, and ranks with the lower points of the two.
    `yours` is what the demand is called: a commission does not read its own.
    """
    if wish["what"] == GRANTED:
        return "Une place y est proposée."
    if wish["what"] == AFTER:
        return "Non examiné : un vœu préféré, ou la place actuelle, est proposé."
    if wish["what"] == DECIDED:
        return "Non examiné : une personne a décidé de cette demande, avec son motif."
    if wish["what"] == LOST:
        return f"Non examiné : {wish['why']}."
    if wish["what"] == BLOCKING:
        return "Aucun créneau n’explique ce refus : cas à arbitrer par la commission."
    return _refused(wish, together, yours)


def _refused(wish: Mapping[str, Any], together: bool, yours: str) -> str:
    where = f"{wish['slot'][0].upper()}{wish['slot'][1:]}, section « {wish['section']} »"
    seats = wish["seats"]
    if wish.get("closed"):
        return f"{where} : l’établissement n’ouvre pas à ces heures."
    if not seats:
        return f"{where} : aucune place libre."
    if together and (short := _too_few(wish)):
        return f"{where} : {short}"
    full = f"{where} : complet ({french.count(seats, 'place')})"
    if wish.get("last") is None:
        return f"{full} ; il en faut plusieurs à la fois pour une fratrie."
    compared = "le plus bas de la fratrie en a" if together else yours
    last, asked = wish["last"], wish["asked"]
    if last != asked:
        return f"{full} ; dernier dossier admis {points(last)}, {compared} {asked}."
    return (
        f"{full} ; dernier dossier admis {points(last)}, autant que {yours} : l’ordre de départage du barème le "
        f"place avant (rang {wish['last_position']}, {yours} {wish['asked_position']})."
    )


def _too_few(wish: Mapping[str, Any]) -> str:
    """Why brothers and sisters do not fit although the better ranked leave a seat; empty when they leave none."""
    seats, better, needs = wish["seats"], wish.get("better", wish["seats"]), wish.get("needs", 1)
    if better >= seats or needs <= seats - better:
        return ""
    left = f"il en reste {seats - better}, la fratrie en demande {needs}"
    if not better:
        return f"{french.count(seats, 'place')}, la fratrie en demande {needs}."
    return (
        f"{french.count(seats, 'place')}, dont {better} à {french.plural(better, 'un dossier', 'des dossiers')} "
        f"mieux {french.plural(better, 'classé')} (dernier admis {points(wish['last'])}, le plus bas de la fratrie "
        f"en a {wish['asked']}) : {left}."
    )


def points(number: int) -> str:
    """« 1 point », « 42 points »."""
    return french.count(number, "point")
