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
