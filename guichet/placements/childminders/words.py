"""Calm: the French words of what is done with childminders."""

from guichet.core import french

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
STEP = {
    "add_childminder": "Fiche créée",
    "change_childminder": "Fiche modifiée",
    "change_childminder_places": "Places libres écrites",
    "remove_childminder_places": "Places libres retirées",
    "import_childminder": "Mise à jour par import",
    "confirm_childminder": "Places confirmées",
    "ask_childminder": "Confirmation demandée par courriel",
    "stop_childminder": "N’est plus proposée",
    "resume_childminder": "Proposée de nouveau",
}


def ages(youngest: int, oldest: int) -> str:
    """The ages accepted, given in months: « dès la naissance, jusqu’à 6 ans », « dès 3 mois, jusqu’à 30 mois »."""
    first = f"dès {_age(youngest)}" if youngest else "dès la naissance"
    return f"{first}, jusqu’à {_age(oldest)}"


def _age(months: int) -> str:
    years, rest = divmod(months, 12)
    return french.count(years, "an") if years and not rest else french.count(months, "mois", "mois")
