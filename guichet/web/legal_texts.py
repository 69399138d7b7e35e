"""Calm: what the legal pages need to know of an installation, and that only its administrator can say."""

from guichet.core.texts import DeclaredText

PUBLISHER = DeclaredText(
    "publisher",
    "Éditeur du site",
    "La collectivité qui porte le guichet : nom, adresse, téléphone.",
)
PUBLICATION_DIRECTOR = DeclaredText(
    "publication_director",
    "Direction de la publication",
    "La personne qui représente la collectivité : prénom, nom, qualité.",
)
HOST = DeclaredText("host", "Hébergeur du site", "Qui fait fonctionner le serveur : nom, adresse, téléphone.")
CONTROLLER = DeclaredText(
    "controller",
    "Responsables du traitement",
    "Qui décide de ce traitement : la ou les collectivités, et l’accord qui les lie (article 26 du RGPD).",
)
DPO = DeclaredText(
    "dpo", "Délégué à la protection des données", "Comment le joindre : adresse électronique ou postale."
)
ACCESSIBILITY_CONTACT = DeclaredText(
    "accessibility_contact",
    "Contact pour l’accessibilité",
    "À qui signaler un défaut d’accessibilité : adresse électronique, téléphone.",
)
LEGAL_TEXTS = (PUBLISHER, PUBLICATION_DIRECTOR, HOST, CONTROLLER, DPO, ACCESSIBILITY_CONTACT)
