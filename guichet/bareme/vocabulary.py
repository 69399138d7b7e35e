"""Calm: the facts a barème may weigh, and the ones the law forbids it to weigh.

A closed list, in the words a family reads: a criterion on anything else is refused. `demands/facts.py` is the
only place that gives these facts their values. A handicap is a yes or a no, never its nature (GDPR article 9;
CNIL, former simplified standard NS-058).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from guichet.core import french
from guichet.core.names import tokens

Shape = Literal["flag", "number", "choice", "commune"]
Value = bool | int | str


@dataclass(frozen=True)
class FactKind:
    """One fact: what it is called, the shape of its value, and how far it is known.

    `proof` says what proves it, empty when the guichet establishes it by itself. `local` facts depend on the
    establishment. `restricted` ones are read with the right `read_referral` only. What is not `collected` may
    stand in an example but never in a barème in force.
    """

    code: str
    label: str
    shape: Shape
    proof: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    unit: tuple[str, str] = ("", "")
    """The unit of a number, one and many."""
    bounds: tuple[int, int] = (0, 600)
    said: str = ""
    """How the value reads, with {} for it; empty: the label, then the value."""
    local: bool = False
    restricted: bool = False
    collected: bool = True

    def say(self, value: Value) -> str:
        """The value in words, inside a sentence: « quotient familial de 512 € »."""
        if self.shape == "flag":
            return self.label if value else f"non : {self.label}"
        if self.shape == "choice":
            return self.values.get(str(value), str(value))
        if self.shape == "commune":
            return f"{self.label} (code Insee {value})"
        amount = french.count(int(value), *self.unit) if self.unit[0] else french.amount(int(value))
        return self.said.format(amount) if self.said else f"{self.label} : {amount}"


ACTIVITY = {
    "two_active": "deux parents en activité",
    "one_active_one_seeking": "un parent en activité, l’autre en recherche d’emploi",
    "one_active_one_inactive": "un parent en activité, l’autre sans activité",
    "two_seeking": "deux parents sans activité, dont un au moins en recherche d’emploi",
    "two_inactive": "deux parents sans activité",
    "single_active": "parent seul en activité",
    "single_seeking": "parent seul en recherche d’emploi",
    "single_inactive": "parent seul sans activité",
}
"""Work, training and studies are activity; a parental leave is not."""
CURRENT_CARE = {
    "none": "aucun mode de garde",
    "parental_leave": "un parent en congé parental",
    "parents": "gardé par ses parents",
    "relatives": "gardé par la famille ou des proches",
    "creche": "déjà accueilli en crèche",
    "childminder": "déjà accueilli par une assistante ou un assistant maternel",
    "home_care": "gardé à domicile",
    "other": "un autre mode de garde",
}
CARE = {
    "regular": "accueil régulier",
    "occasional": "accueil occasionnel",
    "emergency": "accueil d’urgence",
}
_MONTHS, _EUROS, _DAYS = ("mois", "mois"), ("€", "€"), ("jour", "jours")

KINDS = (
    FactKind("activity", "activité des parents", "choice", "attestation d’employeur, de formation ou de France Travail", ACTIVITY),
    FactKind("single_parent", "parent seul", "flag", "acte de naissance, attestation Caf ou MSA, ou jugement"),
    FactKind("minor_parent", "parent mineur", "flag", "pièce d’identité"),
    FactKind("parent_under_21", "parent de moins de 21 ans", "flag", "pièce d’identité"),
    FactKind("returns_to_work", "reprise d’activité datée", "flag", "attestation d’employeur"),
    FactKind("insertion", "parcours d’insertion", "flag", "attestation France Travail, du référent, ou de minimum social"),
    FactKind("social_minimum", "minimum social (RSA, ASS ou AAH)", "flag", "attestation de droit"),
    FactKind("quotient", "quotient familial", "number", "attestation Caf ou MSA, ou avis d’impôt", unit=_EUROS, bounds=(0, 20_000), said="quotient familial de {}"),
    FactKind("annual_income", "revenus annuels nets", "number", "avis d’impôt", unit=_EUROS, bounds=(0, 1_000_000), said="revenus annuels nets de {}", collected=False),
    FactKind("children_at_home", "enfants à charge", "number", unit=("enfant", "enfants"), bounds=(0, 15), said="{} à charge"),
    FactKind("births", "enfants nés en même temps", "number", "acte de naissance ou certificat de grossesse", unit=("enfant", "enfants"), bounds=(1, 6), said="{} de la même naissance"),
    FactKind("adoption", "adoption", "flag", "décision de placement"),
    FactKind("special_care", "enfant qui demande une attention particulière (handicap ou maladie, sans précision)", "flag", "attestation, sans le motif"),
    FactKind("handicap_in_family", "handicap ou longue maladie d’un parent, d’un frère ou d’une sœur (sans précision)", "flag", "attestation, sans le motif"),
    FactKind("housing_difficulty", "difficulté de logement", "flag"),
    FactKind("pmi_referral", "orientation par la PMI", "flag", "courrier du professionnel", restricted=True),
    FactKind("social_referral", "orientation par un service social", "flag", "courrier du professionnel", restricted=True),
    FactKind("home_commune", "commune où vit la famille", "commune", "justificatif de domicile", said="{}"),
    FactKind("in_territory", "famille qui vit dans une commune du territoire", "flag", "justificatif de domicile"),
    FactKind("current_care", "mode de garde actuel", "choice", values=CURRENT_CARE),
    FactKind("care", "accueil demandé", "choice", values=CARE),
    FactKind("atypical_hours", "horaires atypiques demandés", "flag"),
    FactKind("days_asked", "jours demandés par semaine", "number", unit=_DAYS, bounds=(0, 7), said="{} par semaine"),
    FactKind("age_at_entry", "âge de l’enfant à l’entrée souhaitée", "number", unit=_MONTHS, bounds=(0, 72), said="{} à l’entrée souhaitée"),
    FactKind("months_before_birth", "avance de la demande sur la naissance", "number", unit=_MONTHS, bounds=(-72, 12), said="avance sur la naissance : {}"),
    FactKind("months_waiting", "ancienneté de la demande", "number", unit=_MONTHS, bounds=(0, 120), said="{} d’ancienneté"),
    FactKind("commission_passages", "passages en commission sans place", "number", unit=("passage", "passages"), bounds=(0, 50), said="{} en commission sans place"),
    FactKind("sibling_anywhere", "frère ou sœur déjà accueilli dans un établissement", "flag", "attestation d’accueil"),
    FactKind("sibling_here", "frère ou sœur accueilli dans cet établissement", "flag", "attestation d’accueil", local=True),
    FactKind("same_commune", "établissement de la commune où vit la famille", "flag", "justificatif de domicile", local=True),
    FactKind("works_near", "travail d’un parent dans la commune de l’établissement", "flag", "attestation d’employeur", local=True),
    FactKind("wish_rank", "rang du vœu", "number", bounds=(1, 30), said="vœu n° {}", local=True),
)  # fmt: skip
BY_CODE = {kind.code: kind for kind in KINDS}

TIES = {
    "wish_rank": "le rang du vœu, le plus préféré d’abord",
    "seniority": "la date de la demande, la plus ancienne d’abord",
    "quotient": "le quotient familial, le plus bas d’abord (vérifié ; sinon après les autres)",
    "older_child": "l’âge de l’enfant, le plus âgé d’abord",
    "draw": "un tirage enregistré : le nombre tiré du numéro de la demande et de la clé du barème",
}
"""What may settle a tie, in the words of the pages."""

LAW = "articles 225-1 et 225-2 du code pénal, loi n° 2008-496 du 27 mai 2008"
HEALTH = "article 9 du RGPD, recommandation de la Cnil : un oui ou un non, jamais la nature"

_FORBIDDEN = (
    ("le sexe", LAW, "sexe sexes sexuel sexuelle genre fille filles garcon garcons feminin masculin sex gender transgenre"),
    ("l’orientation sexuelle ou les mœurs", LAW, "homosexuel homosexuelle homosexuels homoparental homoparentale homoparentalite lesbienne gay moeurs"),
    ("l’origine", LAW, "origine origines nationalite nationalites etranger etrangere etrangers ethnie ethnique race raciale nation francais francaise immigre immigree origin nationality ethnicity maghrebin maghrebine africain africaine arabe rom roms tsigane tzigane gitan peau lieu-naissance pays-naissance gens-voyage"),
    ("la religion", LAW, "religion religions religieux religieuse culte confession bapteme baptise croyance catholique chretien chretienne musulman musulmane islam juif juive protestant protestante bouddhiste faith"),
    ("les opinions", LAW, "syndicat syndical syndicale opinion opinions politique politiques"),
    ("l’apparence ou le nom", LAW, "apparence patronyme prenom prenoms genetique surname nom-famille couleur-cheveux couleur-yeux"),
    ("la langue", LAW, "langue francophone francophones language"),
    ("la nature d’un handicap ou d’une maladie", HEALTH, "autisme autiste autistique tsa trisomie trisomique surdite sourd sourde malvoyant aveugle cecite epilepsie epileptique diabete diabetique asthme allergie allergique paralysie polyhandicap moteur mental psychique sensoriel visuel auditif cancer mucoviscidose vih diagnostic diagnosis disease nature-handicap type-handicap taux-handicap degre-handicap gravite-handicap nature-maladie type-maladie gravite-maladie"),
)  # fmt: skip
"""What may not be weighed, its law, and the words that betray it; « nature-handicap »: both words together."""
_BY_WORDS = tuple(
    (frozenset(word.upper().split("-")), what, law) for what, law, said in _FORBIDDEN for word in said.split()
)
_HARMLESS = (frozenset(("GENRE", "ACCUEIL")),)
"""« Genre d’accueil » is a kind of care."""


def forbidden(text: str) -> str | None:
    """The sentence that refuses a code or a label that speaks of what may not be weighed, or nothing."""
    said = set(tokens(text.replace("_", " ")))
    for harmless in _HARMLESS:
        if harmless <= said:
            said -= harmless
    for words, what, law in _BY_WORDS:
        if words <= said:
            return f"un critère sur {what} est interdit ({law})"
    return None
