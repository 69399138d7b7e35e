"""The French words of the convocations."""

from guichet.commissions.convocations.choices import ABSENT, DEPUTY, PRESENT, PROXY
from guichet.commissions.convocations.mailed import OLD_DATE, OTHER_DATE, PERHAPS, SOMEBODY

ANSWER = {
    PRESENT: "sera présent",
    ABSENT: "sera absent",
    DEPUTY: "sera suppléé",
    PROXY: "donne pouvoir",
}
SAY = {
    PRESENT: "Je serai là",
    ABSENT: "Je ne pourrai pas venir",
    DEPUTY: "Mon suppléant viendra",
    PROXY: "Je donne pouvoir à un autre membre",
}
MAILED = {
    OLD_DATE: "à reconfirmer : sa messagerie a répondu pour une date qui a changé",
    PERHAPS: "à confirmer : sa messagerie dit « peut-être »",
    OTHER_DATE: "à rappeler : sa messagerie propose une autre date",
    SOMEBODY: "à rappeler : sa messagerie nomme quelqu’un à sa place",
}
"""What a calendar program sent that is no answer."""
MAILED_TAG = {
    OLD_DATE: "à reconfirmer",
    PERHAPS: "peut-être",
    OTHER_DATE: "autre date proposée",
    SOMEBODY: "veut se faire remplacer",
}
TO_SEND = "à envoyer"
WAY = {
    "held": TO_SEND,
    "pending": TO_SEND,
    "sending": "en cours d’envoi",
    "sent": "acceptée par son serveur",
    "to_print": "à imprimer et à remettre",
    "printed": "imprimée et remise",
    "refused": "refusée par son serveur",
    "failed": "abandonnée après plusieurs essais",
    "bounced": "revenue sans être remise",
    "cancelled": "retenue avant son départ",
}
WAY_TONE = {
    "sent": "success",
    "printed": "success",
    "refused": "error",
    "failed": "error",
    "bounced": "error",
}
"""How the way of a mail stands out; the others are plain."""
MAIL = {
    "convocation": "Convocation",
    "convocation_deputy": "Convocation du suppléant",
    "convocation_second": "Seconde convocation",
    "convocation_moved": "Nouvelle date",
    "convocation_reminder": "Rappel",
    "convocation_cancelled": "Annulation",
}
STEP = {
    "answer_convocation": "a répondu",
    "answer_by_mail": "a répondu par courriel",
    "mail_remark": "courriel de sa messagerie",
    "withdraw_convocation": "n’est plus appelé",
}


def quality(voting: bool, *, as_deputy: bool) -> str:
    """In which capacity somebody is called."""
    seat = "suppléant" if as_deputy else "titulaire"
    return f"{seat}, voix {'délibérative' if voting else 'consultative'}"
