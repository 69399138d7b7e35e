"""Calm: the French words of the codes stored with a family. The only file that holds them."""

LINK = {
    "mother": "mère",
    "father": "père",
    "parent": "parent",
    "guardian": "tuteur ou tutrice",
    "other": "autre responsable",
}
ACTIVITY = {
    "employed": "en emploi",
    "self_employed": "à son compte",
    "job_seeking": "en recherche d’emploi",
    "training": "en formation",
    "student": "étudiante ou étudiant, ou scolarité",
    "parental_leave": "en congé parental ou maternité",
    "inactive": "sans activité",
}
BENEFIT = {
    "rsa": "RSA (revenu de solidarité active)",
    "ass": "ASS (allocation de solidarité spécifique)",
    "aah": "AAH (allocation aux adultes handicapés)",
}
CUSTODY = {
    "together": "les parents vivent ensemble, ou un seul parent",
    "alternating": "garde alternée",
    "other": "autre garde séparée",
}
BENEFITS_OFFICE = {"caf": "Caf", "msa": "MSA"}
CHANNEL = {"email": "par courriel", "post": "par courrier postal"}
CURRENT_CARE = {
    "parents": "ses parents",
    "relatives": "la famille ou des proches",
    "creche": "une crèche",
    "childminder": "une assistante ou un assistant maternel",
    "home_care": "une garde à domicile",
    "school": "l’école",
    "other": "un autre mode de garde",
}
UNBORN = "Enfant à naître"
MULTIPLE_BIRTHS = {"1": "un seul enfant", "2": "jumeaux", "3": "triplés"}
ABOUT = {"household": "le foyer", "adult": "l’adulte", "child": "l’enfant"}
PROOF = {
    "none": "aucun justificatif demandé",
    "expected": "attendu",
    "received": "reçu, à vérifier",
    "checked": "vérifié",
    "refused": "refusé, à redemander",
}


def child_called(first_name: str, last_name: str) -> str:
    """« Lina Verdoux »; « Enfant à naître · Verdoux » before the first name is known."""
    return f"{first_name} {last_name}" if first_name else f"{UNBORN} · {last_name}"
