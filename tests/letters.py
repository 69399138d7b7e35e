"""A plain letter for the tests of the outbox; every part can be given by name."""

from typing import Any

from guichet.notifications.letter import Letter, NextStep, Recipient, Section, Sender, Table

SENDER = Sender(
    name="Guichet d’essai",
    address=("1 place du Guichet", "71300 Montceau-les-Mines"),
    phone="03 53 01 00 01",
    email="rpe@exemple.test",
)
ADDRESS = (
    "Appartement 12, bâtiment C",
    "Résidence des Peupliers",
    "14 rue de l’Écluse",
    "Lieu-dit Les Quatre Vents",
    "71410 SANVIGNES-LES-MINES",
)


def recipient(email: str | None = "parent@exemple.test", name: str = "Madame Anaïs Marchelin") -> Recipient:
    """Who receives it, with the longest postal address an envelope window must show."""
    return Recipient(name=name, address=ADDRESS, email=email)


def letter(**changes: Any) -> Letter:
    """An acknowledgement."""
    values: dict[str, Any] = {
        "kind": "acknowledgement",
        "subject": "Votre demande d’accueil pour Zoé est enregistrée",
        "sender": SENDER,
        "recipient": recipient(),
        "reference": "2026-000142",
        "dated": "Montceau-les-Mines, le lundi 23 novembre 2026",
        "greeting": "Madame,",
        "opening": ("Nous avons reçu le lundi 23 novembre 2026 votre demande d’accueil pour Zoé.",),
        "next_step": NextStep(
            "Le guichet", "vous appeler pour convenir d’un entretien.", "lundi 7 décembre 2026"
        ),
        "tables": (
            Table(
                "Votre demande",
                (
                    ("Enfant", "Zoé Marchelin, née le 3 mars 2026"),
                    ("Jours et heures", "lundi et mardi, de 8 h à 17 h 30 ; vendredi, de 8 h à 12 h (23 h)"),
                    ("Date prise en compte pour l’ancienneté", "lundi 23 novembre 2026"),
                ),
            ),
        ),
        "sections": (
            Section(
                "Si vous ne recevez pas de réponse",
                (
                    "L’absence de réponse le 23 janvier 2027 vaut décision de rejet. Vous pouvez alors, dans un "
                    "délai de deux mois, demander que cette décision soit revue.",
                ),
            ),
        ),
        "signatory": ("Claire Vaneuil", "Responsable du relais petite enfance"),
        "action": ("Suivre ma demande", "https://guichet.exemple.test/suivi/9f3c?a=1&b=2"),
        "notice": "Le guichet enregistre ces informations pour étudier votre demande d’accueil.",
        "attachments": ("Livret d’accueil",),
    }
    return Letter(**values | changes)
