"""Calm: the French words of the offers: why a family says no, how it answered, what becomes of a seat."""

DECLINE_REASON = {
    "hours": "les jours ou les heures ne conviennent pas",
    "place": "l’établissement ne convient pas (trop loin, autre vœu)",
    "date": "la date d’entrée ne convient pas",
    "found_elsewhere": "une autre solution est trouvée",
    "no_longer_needed": "plus besoin d’un accueil",
    "moved": "déménagement",
    "other": "une autre raison",
}
WITHDRAWN_FOR = {
    "found_elsewhere": "found_elsewhere",
    "no_longer_needed": "no_longer_needed",
    "moved": "moved",
}
"""What the reason of a refusal becomes when the demand is withdrawn with it; « other » for the rest."""
HOW = {
    "link": "par le lien de la lettre",
    "phone": "par téléphone",
    "desk": "au guichet",
    "mail": "par courrier ou courriel",
}
HOW_NOTED = {code: word for code, word in HOW.items() if code != "link"}
FREED_WHY = {
    "declined": "place refusée par la famille",
    "expired": "famille sans réponse",
    "missed": "enfant non venu",
    "cancelled": "proposition annulée",
    "left": "départ d’un enfant",
    "told": "annoncée par la direction",
}
FREED_OUTCOME = {
    "given": "proposée à une autre famille",
    "kept": "gardée par l’établissement",
    "gone": "n’est plus libre",
}
STATE_TONE = {
    "held": "info",
    "offered": "warning",
    "postponed": "warning",
    "accepted": "success",
    "entered": "success",
    "declined": "plain",
    "expired": "plain",
    "missed": "urgent",
    "cancelled": "plain",
}
