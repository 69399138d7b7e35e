"""Calm: the delays of the desk's clock, which an administrator changes on the settings screen."""

from guichet.core.parameters import Declared

ORIENT_WITHIN = Declared("orient_within_days", "Orienter une demande reçue sous (jours)", 15, 1, 180)
FOLLOW_UP_WITHIN = Declared(
    "follow_up_within_days", "Donner suite à une orientation sous (jours)", 30, 1, 365
)
RENEW_EVERY = Declared("renew_every_days", "Renouveler une demande tous les (jours)", 180, 30, 730)
ASK_RENEWAL_BEFORE = Declared(
    "ask_renewal_before_days", "Demander le renouvellement avant l’échéance (jours)", 15, 0, 60
)
SECOND_CHANNEL_AFTER = Declared(
    "second_channel_after_days", "Faire un deuxième essai sans réponse sous (jours)", 15, 3, 60
)
RENEWAL_GRACE = Declared(
    "renewal_grace_days", "Délai de grâce d’un renouvellement, après le deuxième essai (jours)", 30, 7, 180
)
REMIND_PAPERS_EVERY = Declared(
    "remind_papers_every_days", "Rappeler les justificatifs manquants tous les (jours)", 15, 3, 90
)
PAPERS_REMINDERS = Declared(
    "papers_reminders", "Rappels des justificatifs avant un appel du guichet", 2, 0, 5
)
REOPEN_WITHIN = Declared("reopen_within_days", "Rouvrir une demande fermée sous (jours)", 60, 0, 365)
KEEP_DRAFTS = Declared("keep_drafts_days", "Garder un brouillon (jours)", 30, 1, 90)
CHILDMINDER_ANSWER = Declared(
    "childminder_answer_days",
    "Réponse attendue d’une famille à une liste d’assistantes maternelles sous (jours)",
    21,
    3,
    90,
)
CONFIRM_CHILDMINDERS = Declared(
    "confirm_childminders_days",
    "Faire confirmer les places d’une assistante maternelle tous les (jours)",
    183,
    30,
    365,
)

DELAYS = (
    ORIENT_WITHIN,
    FOLLOW_UP_WITHIN,
    RENEW_EVERY,
    ASK_RENEWAL_BEFORE,
    SECOND_CHANNEL_AFTER,
    RENEWAL_GRACE,
    REMIND_PAPERS_EVERY,
    PAPERS_REMINDERS,
    REOPEN_WITHIN,
    KEEP_DRAFTS,
    CHILDMINDER_ANSWER,
    CONFIRM_CHILDMINDERS,
)
