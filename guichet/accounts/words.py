"""The French words of this room's codes."""

from guichet.accounts.policy import Person, Reach

ROLES = {
    "rpe_agent": "agent RPE",
    "director": "direction d’établissement",
    "member": "membre de commission",
    "coordinator": "coordination",
    "administrator": "administration",
}

ROLE_HINTS = {
    "rpe_agent": "Enregistre et suit les demandes : partout, ou seulement dans les communes cochées plus bas.",
    "director": "Voit les demandes qui souhaitent ses établissements, enregistre, propose des décisions.",
    "member": "Lit les demandes qui passent en commission.",
    "coordinator": "Lit et traite toutes les demandes, change les réglages, lit les traces.",
    "administrator": "Ouvre et ferme les comptes, change les réglages, lit les traces. Ne lit aucun dossier.",
}

RIGHTS = {
    "read_demand": "lire les demandes",
    "register": "enregistrer une demande",
    "edit_family": "corriger le dossier d’une famille",
    "read_referral": "lire une orientation de la PMI ou d’un service social",
    "check_proof": "vérifier les justificatifs",
    "orient": "orienter une demande, noter les entretiens et les appels",
    "enlist": "inscrire une demande à une commission",
    "close": "retirer, clore ou rouvrir une demande",
    "merge": "réunir deux dossiers d’un même enfant",
    "record_decision": "enregistrer une décision",
    "confirm_decision": "confirmer la décision enregistrée par une autre personne",
    "answer_offers": "noter la réponse d’une famille à une place proposée",
    "confirm_entry": "confirmer l’arrivée des enfants, répondre aux dates demandées",
    "propose_seat": "proposer une place libérée, admettre en urgence",
    "grant_between": "confirmer une place donnée entre deux séances, si l’on préside",
    "keep_childminders": "tenir la liste des assistantes maternelles et de leurs places libres",
    "read_offer": "lire les fiches des établissements",
    "edit_sheet": "tenir la fiche, l’agrément et les fermetures d’un établissement",
    "open_peak": "ouvrir le surnombre, jusqu’à 115 % de l’agrément",
    "review_sheet": "dire qu’une fiche est à jour",
    "read_places": "voir les places libres, semaine par semaine",
    "read_presence": "lire la liste des enfants accueillis",
    "edit_presence": "tenir la liste des enfants accueillis",
    "handle_letters": "suivre les courriers, les relancer, les imprimer",
    "export": "exporter les listes",
    "propose": "calculer une proposition d’attribution et y fixer des décisions",
    "read_proposals": "lire les propositions d’attribution",
    "assess": "apprécier les points d’une demande, avec un motif écrit",
    "read_commissions": "lire les commissions, leurs séances et leurs ordres du jour",
    "keep_commissions": "tenir les commissions : règlement, établissements, sièges, tours",
    "say_time": "dire ses disponibilités pour les commissions où l’on siège",
    "prepare_sessions": "préparer les séances des commissions et leur ordre du jour",
    "sit": "suivre une séance à l’écran et déclarer ses liens avec une demande",
    "run_session": "tenir une séance : appel, quorum, déports, conduite de l’écran",
    "decide_at_session": "enregistrer en séance les décisions de la commission",
    "sign_minutes": "signer le procès-verbal d’une séance",
    "read_bareme": "lire le barème",
    "edit_bareme": "écrire le barème, l’essayer et le mettre en vigueur",
    "read_figures": "lire les indicateurs",
    "read_audit": "lire les traces : qui a ouvert quel dossier",
    "manage_accounts": "inviter, modifier et fermer les comptes",
    "change_parameters": "changer les réglages",
}

REACHES = {
    Reach.ALL: "sur tout le territoire",
    Reach.COMMUNES: "dans vos communes",
    Reach.HOUSES: "pour vos établissements",
    Reach.COMMISSION: "pour les demandes en commission",
}

TRACE_ACTIONS = {
    "read": "a ouvert",
    "search": "a cherché",
    "export": "a exporté",
    "print": "a imprimé",
    "visit": "a ouvert le lien de",
    "change": "a changé",
    "refused": "s’est vu refuser",
    "sign_in": "s’est connecté",
    "sign_in_failed": "connexion manquée",
}

TRACE_DETAILS = {
    "justificatifs": "ses justificatifs",
    "justificatif": "un justificatif",
    "famille": "la famille",
    "enfant": "l’enfant",
    "naissance": "la naissance",
    "doublons": "la comparaison de doublons",
    "decision": "la décision",
    "proposition": "la place proposée",
    "urgence": "l’admission en urgence",
    "contact": "les échanges",
    "serve_commune": "les communes desservies",
    "invite_account": "invitation",
    "invite_again": "nouvelle invitation",
    "change_account": "nom, adresse ou rôles",
    "close_account": "fermeture",
    "reopen_account": "réouverture",
    "end_sign_ins": "fin des connexions en cours",
    "accept_invitation": "première connexion",
    "reset_password": "mot de passe oublié",
    "change_password": "mot de passe changé",
}
"""What was looked at or done, behind the codes that the doors write."""

TRACE_SUBJECTS = {
    "establishment": "un établissement",
    "presence": "la liste des enfants accueillis",
    "placement": "l’accueil d’un enfant",
    "offer": "une place proposée",
    "offers": "la liste des réponses des familles",
    "freed_seat": "une place libérée",
    "freed_seats": "la liste des places libérées",
    "demand": "une demande",
    "childminder": "une assistante maternelle",
    "childminders": "la liste des assistantes maternelles",
    "family": "une famille",
    "letter": "des courriers",
    "double": "des doublons",
    "queue": "la liste des demandes",
    "paper": "un justificatif",
    "fact": "un justificatif",
    "commission": "une commission",
    "session": "une séance de commission",
    "convocation": "une convocation",
    "follow_up": "les suites des commissions",
    "session_task": "les échéances d’une séance",
    "campaign": "une campagne de commissions",
    "calendar_run": "un calendrier calculé",
    "decision": "une décision",
    "decisions": "la liste des décisions",
    "proposal": "une proposition d’attribution",
    "proposals": "la liste des propositions d’attribution",
    "draft": "un brouillon",
    "account": "un compte",
    "page": "une page",
    "parameter": "un réglage",
    "manager": "un gestionnaire",
    "desk": "un point d’accueil",
    "text": "les mentions légales",
    "audit": "les traces",
    "figures": "les indicateurs",
}


def rights_of(person: Person) -> list[tuple[str, str]]:
    """What a person may do and how far, as two columns of plain French."""
    return [
        (RIGHTS[action], REACHES[person.reaches(action)[0]]) for action in RIGHTS if person.reaches(action)
    ]
