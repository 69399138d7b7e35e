"""The French words of the commissions."""

from guichet.commissions import reglement as rules
from guichet.core.french import count, join_and
from guichet.scheduling.days.calendar import UNIT, UNITS

ROLE = {
    "president": "Présidence",
    "elected": "Élu",
    "manager": "Gestionnaire",
    "coordinator": "Coordination petite enfance",
    "director": "Direction d’établissement",
    "rpe": "Relais petite enfance",
    "pmi": "Protection maternelle et infantile (PMI)",
    "caf": "Caisse d’allocations familiales (Caf)",
    "parent": "Représentant des parents",
    "expert": "Personnalité qualifiée",
    "other": "Autre",
}
DECIDES = {
    rules.COMMISSION_DECIDES: "La commission décide",
    rules.MANAGER_DECIDES: "Le gestionnaire décide, après l’avis de la commission",
}
QUORUM = {
    rules.NO_QUORUM: "Aucun nombre demandé",
    rules.HALF: "La moitié des membres à voix délibérative",
    rules.MAJORITY: "Plus de la moitié des membres à voix délibérative",
    rules.NUMBER: "Un nombre fixé",
}
RECUSAL = {
    rules.OUT: "Il sort du compte : un membre de moins, pour les présents comme pour le total",
    rules.ABSENT: "Il compte comme absent",
    rules.COUNTED: "Il reste compté parmi les présents",
}
SILENCE = {
    rules.RELEASED: "La place passe à un autre enfant ; la demande attend avec son ancienneté",
    rules.CLOSED: "La place passe à un autre enfant ; la demande est fermée",
}
UNIT_CHOICES = {str(unit): words for unit, words in UNITS.items()}
VOTING = {True: "Voix délibérative", False: "Voix consultative"}
CONFLICT_OF_HOUSES = "Un établissement relève d’une seule commission"


def reglement_in_words(one: rules.Reglement) -> list[tuple[str, str]]:
    """The règlement, one line a subject, as it is read on the page of a commission."""
    return [
        ("Qui décide", DECIDES[one.decides]),
        ("Quorum", quorum_in_words(one)),
        ("Seconde convocation", "sans quorum, même ordre du jour" if one.second_without_quorum else "avec le même quorum"),
        ("Pouvoirs", _proxies(one)),
        ("Partage des voix", "voix prépondérante de la présidence" if one.casting_vote else "pas de voix prépondérante"),
        ("Membre en déport", RECUSAL[one.recusal]),
        ("Convocation", f"{count(one.notice_days, UNIT[one.delay.unit], UNITS[one.delay.unit])} avant la séance"),
        ("Clôture de l’ordre du jour", f"{count(one.agenda_closes_days, 'jour')} avant la séance"),
        ("Départ des lettres", f"{count(one.letters_wait_days, 'jour')} après la signature"),
        ("Réponse des familles", f"dans les {count(one.answer_days, 'jour')}"),
        ("Sans réponse", SILENCE[one.silence]),
    ]  # fmt: skip


def quorum_in_words(one: rules.Reglement) -> str:
    """« La moitié des membres à voix délibérative, dont au moins 1 siège « Élu » »."""
    said = f"{one.quorum_number} membres présents" if one.quorum == rules.NUMBER else QUORUM[one.quorum]
    roles = [f"{count(least, 'siège')} « {ROLE[role]} »" for role, least in one.roles.items() if least]
    return f"{said}, dont au moins {join_and(roles)}" if roles else said


def _proxies(one: rules.Reglement) -> str:
    if not one.proxies:
        return "aucun"
    said = f"{one.proxies} par membre présent" + (", dans le même collège" if one.proxies_in_college else "")
    return (
        f"{said}, comptés dans le quorum" if one.proxies_in_quorum else f"{said}, non comptés dans le quorum"
    )


SESSION_STATE = {
    "planned": "prévue",
    "convened": "convoquée",
    "sitting": "en cours",
    "signed": "signée",
    "postponed": "reportée",
    "cancelled": "annulée",
}
SESSION_TONE = {"planned": "plain", "convened": "info", "sitting": "warning", "signed": "success"}
"""How a state of a session stands out; the others are grey."""
ITEM = {
    "approval": "Approbation du procès-verbal précédent",
    "follow_up": "Suites données aux décisions précédentes",
    "needs": "Places à pourvoir et besoins",
    "text": "Autre point",
}
SECTION = {
    "unborn": "Enfants à naître à l’entrée",
    "babies": "Moins de 1 an à l’entrée",
    "middle": "De 1 à 2 ans à l’entrée",
    "older": "2 ans et plus à l’entrée",
}
APART = {
    "not_renewed": "la famille n’a pas confirmé sa demande",
    "papers": "des justificatifs manquent",
    "birth": "la naissance n’est pas confirmée",
    "window": "l’entrée souhaitée est hors de la période du tour",
    "late": "inscrite après la clôture de l’ordre du jour",
    "elsewhere": "aucun vœu dans les établissements de la commission",
}
BASIS = {"between": "place libérée entre deux séances", "emergency": "admission en urgence"}
"""What a decision rests on when no session took it."""
CHOICE = {
    "accept": "Place accordée",
    "change": "Place accordée autrement",
    "partial": "Semaine partielle",
    "wait": "Liste d’attente",
    "refuse": "Refus",
    "postpone": "Reportée",
}
"""What a session decides on an item."""
FILLED_BY = {"holder": "titulaire", "deputy": "suppléance", "": "absence"}
