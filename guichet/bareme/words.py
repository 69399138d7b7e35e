"""Calm: the French words of the barème's codes. The only file that holds them, with `vocabulary.py`."""

STATE = {"draft": "brouillon", "in_force": "en vigueur", "closed": "fermé"}
KIND = {
    "flag": "Points simples",
    "group": "Groupe de situations qui s’excluent",
    "brackets": "Tranches d’un nombre",
    "repeat": "Points répétés",
    "assessed": "Points appréciés par une personne",
}
KIND_HINT = {
    "flag": "Des points une fois, quand une situation est vérifiée : parent seul, fratrie sur place…",
    "group": "Une seule ligne compte, la première qui convient : activité des parents, mode de garde…",
    "brackets": "Des points selon la tranche d’un nombre : quotient familial, avance sur la naissance…",
    "repeat": "Des points à chaque fois, avec un plafond si on le veut : passages en commission, mois d’attente.",
    "assessed": "Une fourchette, et un motif écrit à chaque fois : suivi social, avis d’un professionnel.",
}
RULES = {"eligibility": "Conditions d’accès", "bypasses": "Priorités", "quotas": "Quotas"}
RULE = {"eligibility": "condition d’accès", "bypasses": "priorité", "quotas": "quota"}
RULE_HINT = {
    "eligibility": "Qui peut demander. Jugée sur ce que la famille déclare : un papier en retard ne ferme pas la porte.",
    "bypasses": "Ce qui passe avant les points. Sans situation écrite, une personne décide, avec un motif.",
    "quotas": "Une part des places gardée pour certaines familles, arrondie à l’entier inférieur.",
}
STEP = {
    "create": "Création",
    "edit": "Modification",
    "put_in_force": "Mise en vigueur",
    "close": "Fermeture",
}
