"""The French words of a dry run, of a signature and of what follows."""

from guichet.commissions.papers import models as papers
from guichet.commissions.signing import settling
from guichet.core import leased

SETTLED = {
    settling.OFFER: "place proposée",
    settling.HOLD: "place réservée",
    settling.WAIT: "attend une autre commission du tour",
    settling.UNPLACED: "sans place",
    settling.ORIENTED: "reportée à une prochaine séance",
}
MOVES_TO = {settling.OFFER: "placed", settling.UNPLACED: "unplaced", settling.ORIENTED: "oriented"}
"""The state a demand takes at the signature."""
STEP = {
    "": "En attente d’un travailleur",
    "read": "Lecture des décisions et du tour",
    "check": "Contrôle indépendant",
    "letters": "Écriture des lettres",
    "done": "Terminé",
}
SIGNS_AS = {"president": "présidence", "second": "seconde signature"}
PAPER = {
    papers.PACK: "Dossier de séance, sans les noms",
    papers.NOMINAL: "Procès-verbal nominatif",
    papers.COMMUNICABLE: "Procès-verbal communicable",
    papers.EXTRACT: "Extrait pour la famille",
    papers.ATTENDANCE: "Feuille de présence à signer",
    papers.CALLED: "Preuves de convocation",
}
PAPER_STEP = {
    0: "en attente d’un travailleur",
    10: "lecture de la séance",
    40: "mise en page",
    90: "enregistrement",
}
"""By the percent that the worker has reached."""
PAPER_STATE = {
    leased.ASKED: "demandé",
    leased.RUNNING: "en cours",
    leased.DONE: "prêt",
    leased.FAILED: "échec",
}
