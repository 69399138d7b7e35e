"""Calm: what a command line that was not understood is told, in French: one sentence, and where to look."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

SECTIONS = {"Options": "Options ", "Commands": "Commandes "}
"""Click adds the colon."""
PHRASES = {
    "Show this message and exit.": "Montrer cette aide.",
    "[required]": "[obligatoire]",
    "[default: ": "[par défaut : ",
}


class FrenchHelp(click.HelpFormatter):
    """The help of a command, with the few words that Click writes by itself."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is written."""
        super().write_usage(prog, args, prefix or "Usage : ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A titled part."""
        with super().section(SECTIONS.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Names, and what each does."""
        super().write_dl([(name, _in_french(text)) for name, text in rows], col_max, col_spacing)


def _in_french(text: str) -> str:
    for english, french in PHRASES.items():
        text = text.replace(english, french)
    return text


def said(refusal: click.UsageError) -> str:
    """The refusal in one sentence, and the command that tells more."""
    line = refusal.ctx.command_path if refusal.ctx else "guichet"
    return f"{_sentence(refusal)} Pour l’aide : « {line} --help »."


def _sentence(refusal: click.UsageError) -> str:
    if isinstance(refusal, click.NoSuchOption):
        near = f" Vouliez-vous dire {', '.join(refusal.possibilities)} ?" if refusal.possibilities else ""
        return f"L’option « {refusal.option_name} » n’existe pas.{near}"
    if isinstance(refusal, click.BadOptionUsage):
        return (
            f"L’option « {refusal.option_name} » ne s’emploie pas ainsi : elle attend une valeur, ou aucune."
        )
    if isinstance(refusal, click.MissingParameter):
        return f"Il manque {_named(refusal)}."
    if isinstance(refusal, click.BadParameter):
        return f"La valeur donnée à {_named(refusal)} ne convient pas{_wanted(refusal)}."
    return "Cette ligne de commande a un mot de trop ou un mot que le guichet ne comprend pas."


def _named(refusal: click.BadParameter) -> str:
    one = refusal.param
    if one is None:
        return "une valeur"
    if isinstance(one, click.Argument):
        return f"l’argument {one.make_metavar(refusal.ctx) if refusal.ctx else one.name}"
    return f"l’option « {one.opts[-1]} »"


def _wanted(refusal: click.BadParameter) -> str:
    kind = refusal.param.type if refusal.param else None
    if isinstance(kind, click.Choice):
        return f" ; choisissez parmi : {', '.join(map(str, kind.choices))}"
    if isinstance(kind, click.Path | click.File):
        return " : vérifiez que ce fichier existe et peut être lu ou écrit"
    return " : un nombre entier est attendu" if kind in (click.INT,) else ""
