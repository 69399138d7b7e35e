"""Calm: the French words of the codes stored with a demand. The only file that holds them."""

from guichet.demands.states import STATES

STATE = STATES
CARE = {
    "regular": "accueil régulier",
    "occasional": "accueil occasionnel",
    "emergency": "accueil d’urgence",
}
CHANNEL = {
    "desk": "au guichet",
    "phone": "par téléphone",
    "mail": "par courrier ou courriel",
    "portal": "par le portail",
    "establishment": "par un établissement",
    "monenfant": "par monenfant.fr",
}
MODE = {
    "childminder": "assistante ou assistant maternel",
    "mam": "maison d’assistants maternels (MAM)",
    "home_care": "garde à domicile",
    "any_creche": "n’importe quelle crèche du territoire",
}
ORIENTATION = {
    "commission": "commission d’admission",
    "childminder": "assistante ou assistant maternel",
    "home_care": "garde à domicile",
    "occasional": "accueil occasionnel, sans commission",
    "emergency": "accueil d’urgence, hors commission",
    "elsewhere": "autre territoire",
}
ORIENTED_TOWARDS = {
    "commission": "une commission d’admission",
    "childminder": "une assistante ou un assistant maternel",
    "home_care": "une garde à domicile",
    "occasional": "un accueil occasionnel, sans commission",
    "emergency": "un accueil d’urgence, sans attendre une commission",
    "elsewhere": "un autre territoire",
}
"""The same, inside the sentence of a letter."""
SOLUTION = {
    "establishment": "place dans un établissement",
    "childminder": "assistante ou assistant maternel",
    "home_care": "garde à domicile",
    "elsewhere": "place trouvée ailleurs",
    "family": "garde par la famille",
}
UNPLACED_REASON = {
    "no_seat": "aucune place libre sur les jours demandés",
    "section_full": "section d’âge complète à la date d’entrée",
    "days_do_not_fit": "les jours libres ne correspondent pas aux jours demandés",
    "rank": "places attribuées à des demandes mieux classées",
    "entry_too_early": "aucune place avant la date d’entrée souhaitée",
    "other": "autre motif, précisé",
}
WITHDRAWN_REASON = {
    "found_elsewhere": "solution trouvée ailleurs",
    "kept_by_family": "garde par la famille",
    "moved": "déménagement",
    "no_longer_needed": "besoin disparu",
    "merged": "doublon fusionné avec un autre dossier",
    "other": "autre motif",
}
EXPIRED_REASON = {
    "not_renewed": "demande non renouvelée après deux rappels par deux voies",
    "school_age": "entrée à l’école",
    "offer_unanswered": "place proposée restée sans réponse",
}
CLOSED_REASON = WITHDRAWN_REASON | EXPIRED_REASON
SENIORITY_RULE = {
    "received": "date de réception de la demande",
    "interview": "date de l’entretien au guichet",
    "kept": "date de la demande précédente, sans interruption",
}
SCHOOL_HOLIDAYS = {
    "all": "toute l’année",
    "except": "hors vacances scolaires",
    "only": "vacances scolaires seulement",
}
CONTACT = {"appointment": "rendez-vous", "call": "appel téléphonique", "visit": "visite", "mail": "courriel"}
OUTCOME = {"held": "tenu", "missed": "manqué", "cancelled": "annulé", "": "à venir"}
TAG_MANY = {
    "incomplete": "incomplètes",
    "birth_to_confirm": "naissances à confirmer",
    "to_renew": "à renouveler",
    "urgent": "urgentes",
    "sibling": "fratries",
    "linked": "suites d’une place",
}
"""The same over a list of demands."""
TAG = {
    "incomplete": "incomplète",
    "birth_to_confirm": "naissance à confirmer",
    "to_renew": "à renouveler",
    "urgent": "urgente",
    "sibling": "fratrie",
    "linked": "suite d’une place",
}
STEP = {
    "register": "Enregistrement",
    "orient": "Orientation",
    "enlist": "Inscription en commission",
    "postpone": "Retrait de la commission",
    "move_session": "Commission reportée à une autre date",
    "place": "Place attribuée",
    "leave_unplaced": "Sans place",
    "release": "Place libérée",
    "annul": "Décision annulée",
    "withdraw": "Retrait de la demande",
    "expire": "Expiration",
    "reopen": "Réouverture",
    "change_need": "Besoin modifié",
    "change_wishes": "Vœux modifiés",
    "edit_family": "Dossier de la famille modifié",
    "renew": "Renouvellement",
    "check_proof": "Justificatif vérifié",
    "receive_proof": "Justificatif reçu",
    "refuse_proof": "Justificatif refusé",
    "ask_proof": "Justificatif demandé",
    "ask_papers": "Justificatifs demandés par courrier",
    "upload_paper": "Copie d’un justificatif gardée",
    "erase_paper": "Copie d’un justificatif effacée",
    "add_fact": "Situation ajoutée",
    "remove_fact": "Situation retirée",
    "confirm_birth": "Naissance confirmée",
    "merge": "Dossiers fusionnés",
    "not_the_same": "Doublon écarté",
    "record_decision": "Décision enregistrée, à confirmer",
    "drop_decision": "Décision écartée",
    "pin_proposal": "Décision fixée dans une proposition",
    "lift_pin": "Décision levée dans une proposition",
    "ask_renewal": "Renouvellement demandé",
    "second_ask": "Rappel, deuxième essai",
    "remind_papers": "Rappel des justificatifs",
    "warn_update": "Mise à jour demandée avant la commission",
    "explain_points": "Points expliqués à la famille",
    "contact": "Échange noté",
    "take_over": "Reprise du dossier",
    "assess": "Points appréciés",
    "remove_assessment": "Points retirés",
    "appointment_held": "Rendez-vous tenu",
    "appointment_missed": "Rendez-vous manqué",
    "appointment_cancelled": "Rendez-vous annulé",
    "hand_childminders": "Liste d’assistantes maternelles remise",
    "contact_childminder": "Assistante maternelle contactée",
    "wait_with_childminder": "Solution d’attente chez une assistante maternelle",
    "end_childminder": "Fin de la solution d’attente",
    "offer_made": "Place proposée à la famille",
    "offer_held": "Place réservée jusqu’à la fin du tour",
    "offer_accepted": "Place acceptée par la famille",
    "offer_declined": "Place refusée par la famille",
    "offer_postponed": "Autre date d’entrée demandée",
    "offer_date_kept": "Date d’entrée maintenue",
    "offer_told": "Famille jointe, faute de lettre reçue",
    "offer_reminded": "Rappel de la place proposée",
    "offer_expired": "Place proposée restée sans réponse",
    "offer_cancelled": "Proposition annulée",
    "offer_entered": "Enfant arrivé",
    "offer_missed": "Enfant non venu",
    "ratify": "Décision hors séance ratifiée par la commission",
}
DECISION = {
    "recorded": "à confirmer",
    "confirmed": "confirmée",
    "dropped": "écartée",
    "annulled": "annulée",
}
DECISION_OUTCOME = {
    "placed": "place attribuée",
    "unplaced": "pas de place",
    "postponed": "examen reporté",
}
LETTER = {
    "acknowledgement": "Accusé de réception",
    "need_recap": "Récapitulatif de la demande modifiée",
    "merged": "Demandes réunies en une seule",
    "missing_papers": "Justificatifs manquants",
    "orientation": "Orientation",
    "commission_date": "Date de la commission",
    "placed": "Place proposée",
    "unplaced": "Pas de place",
    "postponed": "Examen reporté",
    "decided_together": "Réponses aux demandes de la famille",
    "update_needed": "Mise à jour avant la commission",
    "explanation": "Explication des points",
    "renewal": "Demande de renouvellement",
    "renewal_second": "Demande de renouvellement, deuxième essai",
    "closed": "Demande fermée",
    "offer_reminder": "Rappel de la place proposée",
    "offer_accepted": "Place acceptée",
    "offer_declined": "Place refusée",
    "offer_postponed": "Autre date d’entrée demandée",
    "offer_date_kept": "Date d’entrée maintenue",
    "offer_unanswered": "Place proposée restée sans réponse",
    "childminders": "Liste d’assistantes et d’assistants maternels",
}
"""The kinds of letters about a demand; a kind that is not here is shown by its subject."""
QUEUE_TAB = {
    "open": "en cours",
    "received": "reçues",
    "oriented": "orientées",
    "commission": "en commission",
    "placed": "placées",
    "unplaced": "sans place",
    "closed": "fermées",
    "all": "toutes",
}
"""The counted tabs of the queue: « demandes … »."""
QUEUE_SORT = {
    "oldest": "les plus anciennes d’abord",
    "newest": "les plus récentes d’abord",
    "entry": "par date d’entrée souhaitée",
}
QUEUE_AGE = {
    "unborn": "à naître",
    "0": "moins de 1 an",
    "1": "1 an",
    "2": "2 ans",
    "3": "3 ans et plus",
}
CASE = {
    "appointment": "Rendez-vous du jour et résultats à noter",
    "orient": "Demandes reçues à orienter",
    "follow_up": "Orientations sans suite",
    "rejection": "Silence qui vaudra bientôt refus",
    "papers": "Justificatifs à réclamer par un appel",
    "renewal_call": "Renouvellements sans réponse, à appeler",
    "renewal": "Renouvellements arrivés à échéance",
    "birth": "Naissances à confirmer",
}
"""The cases of the page « aujourd’hui », in its order."""
CARE_SHORT = {"regular": "régulier", "occasional": "occasionnel", "emergency": "urgence"}
MODE_SHORT = {
    "childminder": "assistante maternelle",
    "mam": "MAM",
    "home_care": "garde à domicile",
    "any_creche": "toute crèche",
}
"""For a line of a list, where the whole word does not fit."""
CASE_WHY = {
    "appointment": "Ceux d’aujourd’hui, et les passés dont personne n’a noté le résultat.",
    "orient": "Reçues depuis plus de {orient_within_days} jours sans orientation.",
    "follow_up": "Orientées depuis plus de {follow_up_within_days} jours, sans échange noté depuis.",
    "rejection": "Dans les {notice} jours, le silence d’un gestionnaire public vaudra refus : une réponse écrite l’évite.",
    "papers": "Les rappels par courrier sont épuisés : appelez la famille.",
    "renewal_call": "La famille n’a pas répondu au premier courrier. Aucune demande n’expire sans ce deuxième essai.",
    "renewal": "La date de renouvellement est passée, et le courrier n’est pas encore parti.",
    "birth": "La date prévue est passée : la demande garde son rang, mais n’est pas examinée avant.",
}
"""Why each case is there; the numbers are the delays in force, in days."""


def commission_called(name: str) -> str:
    """The name of a commission inside a sentence, after « la »."""
    return f"c{name[1:]}" if name.startswith("Commission") else f"commission « {name} »"
