"""What agents wrote and commissions answered, in the demonstration."""

TOWNS = {
    "ville_montceau": "Montceau-les-Mines",
    "ville_blanzy": "Blanzy",
    "ville_saint_vallier": "Saint-Vallier",
    "ville_sanvignes": "Sanvignes-les-Mines",
    "ville_genelard": "Génelard",
}
NOTES = {
    "commission": (
        "Besoin confirmé à l’entretien. Les deux parents travaillent ; pas de solution dans la famille.",
        "Souhaite une place en crèche d’abord. Informée des délais et des autres modes d’accueil.",
        "Reprise du travail à la fin du congé parental. Les horaires sont ceux de la fiche.",
    ),
    "childminder": ("Liste des assistants maternels disponibles remise. Rappel prévu dans trois semaines.",),
    "home_care": ("Horaires trop tôt pour une crèche : garde à domicile étudiée avec l’association.",),
    "occasional": (
        "Quelques demi-journées, sans commission : l’établissement appelle selon ses places libres.",
    ),
    "emergency": ("Accueil d’urgence demandé aux établissements proches, hors commission.",),
    "elsewhere": ("La famille travaille près du Creusot : orientée vers le relais de ce bassin.",),
}
PROOFS = (
    "Contrat avec une assistante maternelle, vu au guichet.",
    "Appel de la famille : contrat signé, copie reçue par courriel.",
    "Attestation de l’employeur de la garde à domicile.",
)
REFUSALS = (
    ("no_seat", ""),
    ("section_full", ""),
    ("days_do_not_fit", "Des places restent le mercredi et le vendredi après-midi."),
    ("rank", ""),
    ("rank", "Douze demandes pour quatre places dans cette section."),
    ("entry_too_early", "Les places se libèrent en septembre."),
)
INTERVIEWS = (
    "Entretien au guichet : besoin et horaires confirmés.",
    "Entretien au guichet. La famille connaît aussi les assistants maternels de sa commune.",
    "Entretien par téléphone à la demande de la famille, sans voiture.",
    "Entretien au guichet, avec les deux parents. Visite de la crèche conseillée.",
)
NEWS = (
    "Point avec la famille : rien de nouveau, le besoin est le même.",
    "La famille a visité une crèche et contacté deux assistantes maternelles.",
    "Message laissé, puis rappel de la famille dans la journée : elle attend toujours.",
)
