"""The French words of the campaigns."""

from guichet.core import leased
from guichet.scheduling.campaigns import models, whatif

STATE = {
    leased.ASKED: "en attente",
    leased.RUNNING: "en cours",
    leased.DONE: "terminé",
    leased.FAILED: "arrêté",
}
STATE_TONE = {leased.ASKED: "info", leased.RUNNING: "info", leased.DONE: "success", leased.FAILED: "urgent"}
STEP = {
    "": "Le calcul attend son tour.",
    "gather": "Lecture des disponibilités, des salles et des jours fermés.",
    "solve": "Recherche du meilleur calendrier.",
    "explain": "Explication de chaque date.",
    "write": "Enregistrement.",
    "done": "Terminé.",
}
KIND = {
    models.FRESH: "calcul sur les disponibilités du jour",
    models.CHANGED: "essai à partir du calcul",
    models.ANSWERED: "disponibilités et réponses du jour, à partir du calcul",
    models.ABSENCE: "absence, à partir du calcul",
}
CHANGE = {
    whatif.PIN: "date fixée",
    whatif.FREE: "date de nouveau libre",
    whatif.FORBID: "date écartée",
    whatif.CADENCE: "autre cadence",
    whatif.DEPUTY: "suppléance ajoutée",
    whatif.AWAY: "absence",
}
CAUSE = (
    ("room", "salle prise"),
    ("required", "présidence ou rôle indispensable absent, ou jour écarté"),
    ("quorum", "quorum impossible"),
    ("taken", "prise par une autre séance, ou trop proche d’une autre"),
)
"""Where the half-days of an unplaced session go, in the order in which they are counted."""
ANSWER = {"free": "je peux", "if_needed": "si besoin", "not": "non"}
HALF = {"am": "matin", "pm": "après-midi"}
MONTH = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
