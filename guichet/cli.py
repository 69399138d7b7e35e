"""The command line: `guichet run`, `guichet migrate`… Each command is loaded only when it is asked for."""

import importlib
import os
import sys
from typing import NamedTuple

import click

from guichet.core.errors import ConfigurationError, DomainError
from guichet.machine.usage import FrenchHelp, said


class Command(NamedTuple):
    """Where a command is, `module:name`, and what its help says it does."""

    place: str
    does: str


COMMANDS = {
    "run": Command(
        "guichet.machine.process_commands:run",
        "Tout lancer sur cette machine : base, Redis, site, envois, horloge.",
    ),
    "web": Command("guichet.machine.process_commands:web", "Lancer seulement le site."),
    "worker": Command("guichet.machine.process_commands:worker", "Lancer seulement le service d’envoi."),
    "beat": Command(
        "guichet.machine.process_commands:beat", "Lancer seulement l’horloge (une seule par installation)."
    ),
    "mailbox": Command(
        "guichet.machine.process_commands:mailbox",
        "Lancer la messagerie de démonstration, qui garde tout courriel dans une boîte d’essai.",
    ),
    "migrate": Command(
        "guichet.machine.data_commands:migrate",
        "Créer la base de données ou l’amener à la version du programme.",
    ),
    "load-demo": Command(
        "guichet.machine.demo_commands:load_demo",
        "Migrer la base, puis y charger la démonstration si elle est vide (avec GUICHET_DEMO=1).",
    ),
    "load-territory": Command(
        "guichet.machine.territory_commands:load_territory",
        "Charger les communes, points d’accueil, gestionnaires et établissements de FICHIER.",
    ),
    "territory-example": Command(
        "guichet.machine.territory_commands:territory_example",
        "Montrer un fichier complet, à recopier pour « guichet load-territory ».",
    ),
    "create-admin": Command(
        "guichet.machine.account_commands:create_admin",
        "Ouvrir un compte d’administration ; affiche le lien où choisir le mot de passe.",
    ),
    "backup": Command(
        "guichet.machine.data_commands:backup",
        "Sauvegarder toute la base dans FICHIER, sans arrêter Guichet.",
    ),
    "restore": Command(
        "guichet.machine.data_commands:restore",
        "Remettre dans la base ce que FICHIER contient (Guichet arrêté).",
    ),
    "receive-bounce": Command(
        "guichet.machine.data_commands:receive_bounce",
        "Lire sur l’entrée standard un avis de non-remise et le rattacher à sa lettre.",
    ),
    "allocate": Command(
        "guichet.machine.allocation_commands:allocate",
        "Proposer une attribution des places pour le problème de FICHIER (guichet-allocation/1).",
    ),
    "plan": Command(
        "guichet.machine.calendar_commands:plan_calendar",
        "Planifier une année de commissions. Le plan du fichier PROBLÈME est écrit dans RÉSULTAT, sans base de données.",
    ),
    "draw": Command(
        "guichet.machine.draw_commands:draw",
        "Dessiner les états et les étapes dans FICHIER, à partir des tables.",
    ),
}


class Commands(click.Group):
    """The commands of the table above. To list them loads none: the solver alone takes a second."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Their names, in the order of the table."""
        return list(COMMANDS)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with what it does, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.does) for name, command in COMMANDS.items()])

    def get_command(self, _context: click.Context, name: str) -> click.Command:
        """The command of this name, loaded now."""
        listed = COMMANDS.get(name)
        if listed is None:
            raise ConfigurationError(
                f"La commande « {name} » n’existe pas. Les commandes sont : {', '.join(COMMANDS)}."
            )
        module, _, attribute = listed.place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        command.help = listed.does
        return command


@click.group(cls=Commands, help="Guichet unique petite enfance.", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def group() -> None:
    """Every command reads its settings from the environment (see README.md)."""


def main() -> None:
    """Run the command asked for; a refusal is one French sentence and the exit status 1 (2 when mistyped)."""
    # Families' data: what the guichet writes is for the account it runs under, and nobody else.
    os.umask(0o077)
    click.Context.formatter_class = FrenchHelp
    try:
        # Click answers the status of a command that ended by itself (--help, a stop), and nothing otherwise.
        sys.exit(group(standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as asked:
        print(asked.ctx.get_help() if asked.ctx else asked.format_message(), file=sys.stderr)
        sys.exit(2)
    except click.UsageError as refusal:
        print(said(refusal), file=sys.stderr)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        print("Commande abandonnée.", file=sys.stderr)
        sys.exit(1)
    except (ConfigurationError, DomainError) as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)
    except PermissionError as refusal:
        print(f"Accès refusé à {refusal.filename} : vérifiez à qui appartient ce dossier.", file=sys.stderr)
        sys.exit(1)
