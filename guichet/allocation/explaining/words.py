"""Calm: the French words of the codes of a proposal. The only file that holds them."""

from collections.abc import Mapping, Sequence
from datetime import date

from guichet.core import french
from guichet.core.week import Week

STATE = {"asked": "demandée", "running": "en cours de calcul", "done": "calculée", "failed": "arrêtée"}
KIND = {
    "fresh": "dossiers et places du jour",
    "pinned": "mêmes dossiers, autres décisions",
    "replayed": "calcul refait à l’identique",
}
STEP = {
    "": "En attente d’un travailleur",
    "gather": "Lecture des demandes, des points et des places",
    "allocate": "Calcul de la proposition",
    "settle": "Recherche d’une proposition avec moins de cas à arbitrer",
    "check": "Contrôle par un second programme",
    "prices": "Prix des règles",
    "counter_offers": "Contre-propositions sur les places qui restent",
    "write": "Écriture des résultats",
    "done": "Terminé",
}
OUTCOME = {"placed": "place proposée", "kept": "garde sa place actuelle", "unplaced": "pas de place proposée"}
SEAT = {
    "open": "place ouverte à tous",
    "opened": "place réservée que personne n’a demandée",
    "current": "sa place actuelle",
    "pinned": "décision",
}
LEFT_OUT = {
    "decided": "une décision est déjà enregistrée : sa place est comptée prise",
    "not_regular": "accueil occasionnel ou d’urgence, hors commission",
    "no_week": "jours et heures non précisés",
    "no_birth": "ni date de naissance, ni date prévue",
    "age": "aucune section ne prend cet âge à la date d’entrée",
    "wishless": "aucun de ses vœux ne peut être examiné",
}
LOST = {
    "places": "cet établissement n’a pas de places à proposer",
    "age": "aucune section n’y prend cet âge à la date d’entrée",
}
"""Why a wish is not examined; a condition of access says its own words."""
PRICE = {
    "as_asked": "Les règles de cette proposition",
    "reserved_first": "Places réservées attribuées avant les autres",
    "open_first": "Places ouvertes à tous attribuées avant les réservées",
    "reserve_opens": "Places réservées non demandées ouvertes à tous",
    "reserve_stays_closed": "Places réservées non demandées laissées vides",
    "children_apart": "Frères et sœurs examinés chacun pour soi",
    "common_order": "Un seul ordre pour tous les établissements (les points les plus bas de chaque demande)",
}
"""The rules one could choose instead (guichet/allocation/explaining/prices.py)."""
RESERVE = {"insertion": "insertion"}
"""Reserves that are not quotas of the barème: those have their own label."""


def seat_words(seat: str, pinned: bool, labels: Mapping[str, str]) -> str:
    """The kind of a seat: « place réservée : insertion »."""
    if pinned:
        return SEAT["pinned"]
    return SEAT.get(seat) or f"place réservée : {labels.get(seat, seat)}"


def ages_words(low: int, high: int) -> str:
    """« 0 à 15 mois »; the upper bound is excluded, as a section is written."""
    return f"{low} à {high} mois"


def period_words(months: Sequence[date]) -> str:
    """« septembre 2027 », « de septembre 2027 à juin 2028 » for the months of a slot, in order."""
    first, last = months[0], months[-1]
    if first == last:
        return french.month_year(first)
    whole = (last.year - first.year) * 12 + last.month - first.month + 1 == len(months)
    start = french.MONTHS[first.month - 1]
    de = "d’" if start[0] in "aoé" else "de "
    return f"{de}{french.month_year(first)} à {french.month_year(last)}" + (
        "" if whole else ", certains mois"
    )


def when_words(when: Sequence[tuple[Sequence[date], Week]]) -> str:
    """The hours and the months of a slot: « mardi, de 9 h à 12 h, de septembre 2027 à juin 2028 »."""
    months, week = when[0]
    said = f"{week.describe()}, {period_words(months)}"
    return said if len(when) == 1 else f"{said} (et d’autres heures d’autres mois)"
