"""The managers of the demonstration. The communes are real, the signatories and the associations invented."""

from guichet.demo.territory import TRIBUNAL
from guichet.establishments.installation import InstalledManager


def _town(code: str, name: str, months: int, signatory: str) -> InstalledManager:
    return InstalledManager(
        code,
        f"Ville de {name}",
        True,
        months,
        f"la maire de {name}",
        signatory,
        "Adjointe à la petite enfance, par délégation de la maire",
        TRIBUNAL,
    )


def _association(code: str, name: str, signatory: str) -> InstalledManager:
    return InstalledManager(
        code,
        name,
        False,
        4,
        f"la présidente de l’association {name.removeprefix('Association ')}",
        signatory,
        "Présidente de l’association",
        "",
    )


MANAGERS = (
    InstalledManager(
        "communaute",
        "Communauté urbaine Creusot-Montceau",
        True,
        4,
        "la présidente de la Communauté urbaine Creusot-Montceau",
        "Solveig Armandelle",
        "Vice-présidente chargée de la petite enfance, par délégation de la présidente",
        TRIBUNAL,
    ),
    _town("ville_montceau", "Montceau-les-Mines", 4, "Ghislaine Torvandier"),
    _town("ville_sanvignes", "Sanvignes-les-Mines", 4, "Apolline Rebreuchet"),
    _town("ville_blanzy", "Blanzy", 4, "Maryvonne Quessanteau"),
    _town("ville_saint_vallier", "Saint-Vallier", 2, "Léontine Fauquembre"),
    _town("ville_genelard", "Génelard", 2, "Bérengère Ousselin"),
    _association("les_ecureuils", "Association Les Écureuils du Mont", "Philomène Castaigneux"),
    _association("main_dans_la_main", "Association Main dans la main à domicile", "Ombeline Vertadour"),
    _association("grand_air", "Association Vacances au grand air", "Roselyne Dampérouse"),
)
