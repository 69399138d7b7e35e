"""The French words of this room's codes."""

STATES = {
    "held": "préparé, pas encore libéré",
    "pending": "en attente d’envoi",
    "sending": "en cours d’envoi",
    "sent": "envoyé",
    "to_print": "à imprimer",
    "printed": "imprimé et posté",
    "refused": "refusé par le serveur",
    "failed": "abandonné après plusieurs essais",
    "bounced": "revenu sans être remis",
    "cancelled": "annulé",
}

EVENTS = {
    "released": "libéré",
    "sent": "envoyé",
    "deferred": "remis à plus tard",
    "refused": "refusé par le serveur",
    "failed": "abandonné",
    "bounced": "revenu sans être remis",
    "to_print": "mis en page",
    "printed": "imprimé et posté",
    "retried": "relancé",
    "cancelled": "annulé",
}

CHANNELS = {"email": "par courriel", "print": "par la poste"}
STOPPED = "Le service d’envoi est arrêté : des courriers attendent depuis le {since}. Prévenez l’administrateur du serveur."
