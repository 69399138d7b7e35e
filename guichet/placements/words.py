"""Calm: the French words of the places: why a seat is taken, whether a week fits."""

LOAD = {
    "present": "présents",
    "accepted": "acceptés, à venir",
    "offered": "proposés",
    "held": "réservés jusqu’à la fin du tour",
    "draft": "en projet",
}
LOAD_OF = {
    "present": ("présent", "présents"),
    "accepted": ("accepté, à venir", "acceptés, à venir"),
    "offered": ("proposé", "proposés"),
    "held": ("réservé jusqu’à la fin du tour", "réservés jusqu’à la fin du tour"),
    "draft": ("en projet", "en projet"),
}
"""The same after a number."""

COLOUR = {
    "green": "la semaine tient",
    "amber": "à confirmer par la direction (jusqu’à 115 %)",
    "red": "ne tient pas",
}

SOURCE = {
    "commission": "décision d’une commission",
    "director": "saisie de la direction",
    "import": "liste importée",
}
