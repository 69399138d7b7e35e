"""Calm: what a command line that was not understood is told, in French: one sentence, and where to look."""

import click


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
