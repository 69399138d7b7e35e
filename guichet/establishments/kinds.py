"""Calm: the kinds of establishments."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of care of the territory (mission.md A3)."""

    MULTI_ACCUEIL = "multi_accueil"
    FAMILY_CRECHE = "family_creche"
    MICRO_CRECHE_PAJE = "micro_creche_paje"
    MICRO_CRECHE_PSU = "micro_creche_psu"
    AVIP_CRECHE = "avip_creche"
    MAM = "mam"
    CHILDMINDERS = "childminders"
    HOME_CARE = "home_care"
    LAEP = "laep"
    ALSH = "alsh"
    ADAPTED_HOLIDAYS = "adapted_holidays"


COLLECTIVE = frozenset(
    {Kind.MULTI_ACCUEIL, Kind.FAMILY_CRECHE, Kind.MICRO_CRECHE_PAJE, Kind.MICRO_CRECHE_PSU, Kind.AVIP_CRECHE}
)
"""The crèches (EAJE): a commission may place a child there, before six years (article L2324-1 CSP)."""

UNCOUNTED = frozenset({Kind.MAM, Kind.CHILDMINDERS, Kind.HOME_CARE, Kind.LAEP})
"""No licence by the hour: childminders have approvals of their own, the others no places."""
MINDED = frozenset({Kind.MAM, Kind.CHILDMINDERS})
"""Where childminders work: their free places are those that each of them says."""
