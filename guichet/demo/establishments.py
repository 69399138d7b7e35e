"""The offer of the demonstration: the establishments of the territory by kind and commune, under invented names.

Capacities are invented too. Phones are in a range that Arcep keeps for works of fiction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from guichet.establishments.installation import InstalledEstablishment
from guichet.establishments.models import Kind

TODDLERS = "de 10 semaines à 3 ans"
UP_TO_SIX = "de 10 semaines à 5 ans"
CHILDMINDED = "de la naissance à 6 ans"
LEISURE = "de 3 à 11 ans"

HOW_IT_WORKS = {
    Kind.MULTI_ACCUEIL: "Accueil collectif régulier, occasionnel ou d’urgence. Le tarif dépend de vos revenus "
    "(barème national de la Caf). Les places régulières passent en commission.",
    Kind.FAMILY_CRECHE: "Votre enfant est accueilli chez une assistante maternelle salariée de la crèche, avec des "
    "temps collectifs chaque semaine. Le tarif dépend de vos revenus. Les places passent en commission.",
    Kind.MICRO_CRECHE_PAJE: "Petit groupe de douze enfants au plus. Vous payez la crèche, puis la Caf vous verse "
    "une aide (complément de libre choix du mode de garde).",
    Kind.MICRO_CRECHE_PSU: "Petit groupe de douze enfants au plus. Le tarif dépend de vos revenus (barème national "
    "de la Caf). Les places passent en commission.",
    Kind.AVIP_CRECHE: "Crèche à vocation d’insertion : des places sont gardées pour les parents qui cherchent un "
    "emploi ou suivent une formation, avec un accompagnement.",
    Kind.MAM: "Des assistants maternels travaillent ensemble dans une même maison. Vous êtes l’employeur ; la Caf "
    "vous aide.",
    Kind.CHILDMINDERS: "Votre enfant est accueilli au domicile d’un assistant maternel agréé. Vous êtes "
    "l’employeur ; le relais vous aide pour le contrat et la Caf verse une aide.",
    Kind.HOME_CARE: "Une personne vient garder votre enfant chez vous, y compris tôt le matin, tard le soir ou le "
    "week-end.",
    Kind.LAEP: "Un lieu pour jouer et parler, où l’adulte reste avec l’enfant. Gratuit, sans inscription.",
    Kind.ALSH: "Accueil de loisirs le mercredi et pendant les vacances scolaires. Le tarif dépend de vos revenus.",
    Kind.ADAPTED_HOLIDAYS: "Deux semaines en été pour quinze à vingt-cinq enfants qui ont besoin d’une attention "
    "particulière.",
}

BLANZY, CIRY, GENELARD, GOURDON = "71040", "71132", "71212", "71222"
MONTCEAU, POUILLOUX, SAINT_BERAIN, SAINT_ROMAIN = "71306", "71356", "71390", "71477"
SAINT_VALLIER, SANVIGNES, PERRECY = "71486", "71499", "71346"

# 146 assistants maternels in the bassin (convention territoriale globale); their share by commune is invented.
CHILDMINDERS_BY_COMMUNE = {
    BLANZY: ("Blanzy", 22),
    CIRY: ("Ciry-le-Noble", 9),
    GENELARD: ("Génelard", 7),
    GOURDON: ("Gourdon", 4),
    "71278": ("Marigny", 1),
    "71286": ("Mary", 1),
    MONTCEAU: ("Montceau-les-Mines", 41),
    "71320": ("Mont-Saint-Vincent", 2),
    PERRECY: ("Perrecy-les-Forges", 7),
    POUILLOUX: ("Pouilloux", 5),
    SAINT_BERAIN: ("Saint-Berain-sous-Sanvignes", 6),
    SAINT_ROMAIN: ("Saint-Romain-sous-Gourdon", 2),
    SAINT_VALLIER: ("Saint-Vallier", 24),
    SANVIGNES: ("Sanvignes-les-Mines", 15),
}


@dataclass(frozen=True)
class DemoEstablishment:
    """An establishment or a service. `capacity` in places, or None where places are not counted.

    `communes` are all those it serves when it serves several; `childminders` counts persons, not places.
    """

    code: str
    name: str
    kind: Kind
    commune_code: str
    manager_code: str
    capacity: int | None
    ages: str
    address: str
    phone: str
    email: str
    how_it_works: str
    childminders: int | None = None
    communes: tuple[str, ...] = ()

    @property
    def installed(self) -> InstalledEstablishment:
        """As the file of an installation would say it."""
        return InstalledEstablishment(
            self.code,
            self.name,
            self.kind,
            self.commune_code,
            self.manager_code,
            self.capacity,
            self.ages,
            self.address,
            self.phone,
            self.email,
            self.how_it_works,
        )


# code, name, kind, commune, manager, places, ages, address
_ROWS: tuple[tuple[str, str, Kind, str, str, int | None, str, str], ...] = (
    ("lucioles", "Les Lucioles", Kind.MULTI_ACCUEIL, MONTCEAU, "ville_montceau", 40, TODDLERS, "3 rue des Tilleuls"),
    ("hirondelles", "Les Hirondelles", Kind.MULTI_ACCUEIL, SANVIGNES, "ville_sanvignes", 25, TODDLERS, "8 allée des Charmes"),
    ("pain-d-epice", "Pain d’épice", Kind.MULTI_ACCUEIL, BLANZY, "ville_blanzy", 30, TODDLERS, "1 rue du Moulin à vent"),
    ("petits-mineurs", "Les Petits Mineurs", Kind.MULTI_ACCUEIL, SAINT_VALLIER, "ville_saint_vallier", 30, TODDLERS, "15 avenue des Glycines"),
    ("ribambelle", "Ribambelle", Kind.FAMILY_CRECHE, MONTCEAU, "ville_montceau", 24, TODDLERS, "5 rue des Tilleuls"),
    ("farandole", "Farandole", Kind.FAMILY_CRECHE, SANVIGNES, "ville_sanvignes", 15, TODDLERS, "10 allée des Charmes"),
    ("balancelle", "La Balancelle", Kind.FAMILY_CRECHE, BLANZY, "ville_blanzy", 18, TODDLERS, "2 rue du Moulin à vent"),
    ("coquelicots", "Les Coquelicots", Kind.FAMILY_CRECHE, SAINT_VALLIER, "ville_saint_vallier", 18, TODDLERS, "17 avenue des Glycines"),
    ("ecureuils", "Les Écureuils", Kind.MICRO_CRECHE_PAJE, GOURDON, "les_ecureuils", 10, TODDLERS, "6 chemin des Noisetiers"),
    ("mesanges", "Les Mésanges", Kind.MICRO_CRECHE_PAJE, SAINT_ROMAIN, "les_ecureuils", 10, TODDLERS, "4 route de l’Étang"),
    ("galipette", "Galipette", Kind.MICRO_CRECHE_PSU, SAINT_VALLIER, "ville_saint_vallier", 12, TODDLERS, "9 rue du Clos Fleuri"),
    ("peniche", "La Petite Péniche", Kind.MICRO_CRECHE_PSU, GENELARD, "ville_genelard", 12, TODDLERS, "13 rue des Bateliers"),
    ("tremplin", "Le Tremplin", Kind.AVIP_CRECHE, MONTCEAU, "ville_montceau", 20, UP_TO_SIX, "21 quai des Peupliers"),
    ("mam-cabane", "La Cabane aux câlins", Kind.MAM, BLANZY, "les_ecureuils", 12, CHILDMINDED, "7 impasse du Verger"),
    ("mam-papillons", "Les Papillons du canal", Kind.MAM, CIRY, "les_ecureuils", 12, CHILDMINDED, "3 rue de l’Écluse"),
    ("mam-nid", "Le Nid douillet", Kind.MAM, SANVIGNES, "les_ecureuils", 8, CHILDMINDED, "12 rue des Acacias"),
    ("main-dans-la-main", "Main dans la main", Kind.HOME_CARE, MONTCEAU, "main_dans_la_main", None, "de la naissance à 12 ans", "30 quai des Peupliers"),
    ("laep-parenthese", "La Parenthèse", Kind.LAEP, MONTCEAU, "communaute", None, "de la naissance à 6 ans", "2 place des Lavandières"),
    ("laep-pause", "La Pause des petits", Kind.LAEP, SAINT_VALLIER, "communaute", None, "de la naissance à 6 ans", "5 rue du Clos Fleuri"),
    ("alsh-montceau", "L’Île aux enfants", Kind.ALSH, MONTCEAU, "ville_montceau", 80, LEISURE, "1 allée du Plan d’eau"),
    ("alsh-sanvignes", "Les Explorateurs", Kind.ALSH, SANVIGNES, "ville_sanvignes", 48, LEISURE, "6 rue des Acacias"),
    ("alsh-blanzy", "Les Robinsons", Kind.ALSH, BLANZY, "ville_blanzy", 60, LEISURE, "11 rue du Vieux Puits"),
    ("alsh-saint-vallier", "La Grande Ourse", Kind.ALSH, SAINT_VALLIER, "ville_saint_vallier", 64, LEISURE, "4 avenue des Glycines"),
    ("alsh-saint-berain", "Les Trappeurs", Kind.ALSH, SAINT_BERAIN, "communaute", 24, LEISURE, "2 rue des Fougères"),
    ("alsh-pouilloux", "Les Sauterelles", Kind.ALSH, POUILLOUX, "communaute", 24, LEISURE, "3 place du Marronnier"),
    ("alsh-canal", "Les Trois Écluses", Kind.ALSH, CIRY, "communaute", 60, LEISURE, "8 rue de l’Écluse"),
    ("grand-air", "Le Grand Air", Kind.ADAPTED_HOLIDAYS, MONTCEAU, "grand_air", 25, "de 3 à 15 ans", "12 chemin de la Clairière"),
)  # fmt: skip

_SEVERAL_COMMUNES = {
    "alsh-canal": (CIRY, PERRECY, GENELARD),
    "main-dans-la-main": tuple(CHILDMINDERS_BY_COMMUNE),
    "grand-air": tuple(CHILDMINDERS_BY_COMMUNE),
}


def _places(numbers: Iterator[int]) -> Iterator[DemoEstablishment]:
    for code, name, kind, commune, manager, capacity, ages, address in _ROWS:
        yield DemoEstablishment(
            code,
            name,
            kind,
            commune,
            manager,
            capacity,
            ages,
            address,
            _phone(next(numbers)),
            f"{code}@bassin-sud.example",
            HOW_IT_WORKS[kind],
            communes=_SEVERAL_COMMUNES.get(code, ()),
        )


def _networks(numbers: Iterator[int]) -> Iterator[DemoEstablishment]:
    """One network of childminders per commune, reached through the relais."""
    for commune, (name, persons) in CHILDMINDERS_BY_COMMUNE.items():
        yield DemoEstablishment(
            f"assmat-{commune}",
            f"Assistants maternels de {name}",
            Kind.CHILDMINDERS,
            commune,
            "communaute",
            None,
            CHILDMINDED,
            "",
            _phone(next(numbers)),
            f"assmat-{commune}@rpe-bassin-sud.example",
            HOW_IT_WORKS[Kind.CHILDMINDERS],
            childminders=persons,
        )


def _phone(number: int) -> str:
    return f"03 53 01 {number // 100:02} {number % 100:02}"


_numbers = count(2001)
ESTABLISHMENTS = (*_places(_numbers), *_networks(_numbers))
