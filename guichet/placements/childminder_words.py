"""Calm: the French words of what is done with childminders."""

RESULT = {
    "called": "a répondu",
    "no_answer": "pas de réponse",
    "refused": "ne peut pas",
    "meeting": "rendez-vous pris",
}
RESULT_ASKED = {
    "called": "Elle ou il a répondu : on en reparle",
    "no_answer": "Pas de réponse, à rappeler",
    "refused": "Elle ou il ne peut pas accueillir l’enfant",
    "meeting": "Un rendez-vous est pris avec la famille",
}
RESULT_TONE = {"called": "info", "no_answer": "warning", "refused": "plain", "meeting": "success"}
