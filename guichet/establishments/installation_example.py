"""Calm: a whole example of the file of an installation, with a comment at each part. Desk, managers and houses are invented."""

import json
from typing import Any

from guichet.core.shapes import COMMENT
from guichet.establishments.words import KIND
from guichet.territory.reference import territory

DESK = "rpe-montceau"
CITY_HALL, ASSOCIATION = "ville-montceau", "association-lutins"


def example() -> str:
    """The example as JSON, ready to be loaded; phones are of the range kept for works of fiction."""
    known = territory()
    content: dict[str, Any] = {
        COMMENT: [
            "Exemple complet du fichier d’une installation : remplacez ce qui est inventé par vos données.",
            "Une clé « _comment » peut être écrite partout ; elle n’est jamais lue.",
            "Un « code » désigne la même chose d’un chargement à l’autre : ne le changez plus après le premier.",
        ],
        "epci": {
            COMMENT: "L’intercommunalité et les neuf chiffres de son SIREN.",
            "siren": known.epci_siren,
            "name": known.epci_name,
        },
        "bassins": [{"code": one.code, "name": one.name} for one in known.bassins],
        "desks": [_desk()],
        "communes": _communes(),
        "managers": _managers(),
        "establishments": _establishments(),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _desk() -> dict[str, Any]:
    return {
        COMMENT: "Un point d’accueil : tout ce qui est ici est imprimé sur les accusés de réception.",
        "code": DESK,
        "name": "Relais petite enfance, accueil de Montceau-les-Mines",
        "address": "4 place des Lavandières",
        "postcode": "71300",
        "city": "Montceau-les-Mines",
        "phone": "03 53 01 10 01",
        "email": "accueil@relais.example",
    }


def _communes() -> list[dict[str, Any]]:
    """The communes shipped with the product, all served by the one desk."""
    said = (
        "« code » est le code Insee ; « bassin » et « desk » sont des codes écrits plus haut ; degrés WGS 84."
    )
    listed: list[dict[str, Any]] = [
        {
            "code": one.code,
            "name": one.name,
            "postcodes": list(one.postcodes),
            "population": one.population,
            "latitude": one.latitude,
            "longitude": one.longitude,
            "bassin": one.bassin,
            "desk": DESK,
        }
        for one in territory().communes
    ]
    return [{COMMENT: said, **listed[0]}, *listed[1:]]


def _managers() -> list[dict[str, Any]]:
    return [
        {
            COMMENT: [
                "Un gestionnaire public : son silence vaut refus après 2 mois, ou 4 si ses règles demandent l’avis",
                "d’une commission. « deciding_authority » se lit dans une phrase : « écrire à la maire de … ».",
            ],
            "code": CITY_HALL,
            "name": "Ville de Montceau-les-Mines",
            "is_public": True,
            "implicit_rejection_months": 4,
            "deciding_authority": "la maire de Montceau-les-Mines",
            "signatory_name": "Ghislaine Torvandier",
            "signatory_title": "Adjointe à la petite enfance, par délégation de la maire",
            "tribunal": "Tribunal administratif de Dijon, 22 rue d’Assas, 21000 Dijon",
        },
        {
            COMMENT: "Un gestionnaire privé : ni délai de silence, ni tribunal.",
            "code": ASSOCIATION,
            "name": "Association Les Lutins du canal",
            "is_public": False,
            "deciding_authority": "la présidente de l’association Les Lutins du canal",
            "signatory_name": "Philomène Castaigneux",
            "signatory_title": "Présidente de l’association",
        },
    ]


def _establishments() -> list[dict[str, Any]]:
    kinds = [f"{code} ({french})" for code, french in KIND.items()]
    return [
        {
            COMMENT: [
                f"« kind » est l’un de : {', '.join(kinds)}.",
                "« commune » est un code Insee, « manager » le code d’un gestionnaire, « capacity » un nombre de places.",
                "« is_open » à false ferme l’établissement : plus aucun vœu ne peut le viser.",
            ],
            "code": "les-roseaux",
            "name": "Les Roseaux",
            "kind": "multi_accueil",
            "commune": "71306",
            "manager": CITY_HALL,
            "capacity": 40,
            "ages": "de 10 semaines à 3 ans",
            "address": "3 rue des Tilleuls",
            "phone": "03 53 01 20 01",
            "email": "les-roseaux@ville.example",
            "how_it_works": "Accueil régulier, occasionnel ou d’urgence. Les places régulières passent en commission.",
            "is_open": True,
        },
        {
            COMMENT: "Ce qui suit « manager » peut être omis : voici le plus court.",
            "code": "les-lutins",
            "name": "Les Lutins",
            "kind": "micro_creche_paje",
            "commune": "71040",
            "manager": ASSOCIATION,
        },
    ]
