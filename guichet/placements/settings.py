"""What an administrator chooses about places."""

from guichet.core.parameters import Declared

PEAK_ROUNDS_UP = Declared(
    "peak_rounds_up", "Arrondi de 115 % : 0 à l’entier inférieur, 1 à l’entier supérieur", 0, 0, 1
)
"""How 34.5 children are counted (R2324-27 CSP). Down until somebody reads the rule itself: article 6 of the arrêté of
8 October 2021 is said to round up, and a licence must never be passed on hearsay."""
REVIEW_EVERY = Declared(
    "review_sheet_every_days", "Relire la fiche d’un établissement tous les (jours)", 180, 30, 730
)
CHASE_EVERY = Declared("chase_sheet_every_days", "Relancer une fiche non relue tous les (jours)", 30, 7, 180)
OFFER_ANSWER = Declared(
    "offer_answer_days",
    "Réponse d’une famille à une place, sans règlement qui le dise, sous (jours)",
    10,
    1,
    60,
)
SETTINGS = (PEAK_ROUNDS_UP, REVIEW_EVERY, CHASE_EVERY, OFFER_ANSWER)
