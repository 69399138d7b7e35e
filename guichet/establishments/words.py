"""Calm: the French words of the kinds of establishments."""

KIND = {
    "multi_accueil": "multi-accueil",
    "family_creche": "crèche familiale",
    "micro_creche_paje": "micro-crèche (Paje)",
    "micro_creche_psu": "micro-crèche",
    "avip_creche": "crèche à vocation d’insertion (AVIP)",
    "mam": "maison d’assistants maternels",
    "childminders": "assistants maternels",
    "home_care": "garde à domicile",
    "laep": "lieu d’accueil enfants-parents",
    "alsh": "accueil de loisirs",
    "adapted_holidays": "centre de vacances adapté",
}

PRICE_RULE = {
    "psu": "selon les revenus de la famille (PSU, barème de la Caf)",
    "paje": "payé par la famille, aidée par la Caf (Paje)",
    "employer": "la famille est employeur, aidée par la Caf",
    "other": "autre règle, dite dans le fonctionnement",
}

KEPT_USE = {
    "occasional": "accueil occasionnel",
    "emergency": "accueil d’urgence",
    "reserved": "places réservées",
}
"""What the seats that the commission does not give are kept for."""
