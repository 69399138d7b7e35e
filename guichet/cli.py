"""The command line: `guichet run`, `guichet migrate`… Each command is loaded only when it is asked for."""

import importlib
import os
import sys

import click

from guichet.core.errors import ConfigurationError, DomainError
from guichet.machine.usage import FrenchHelp, said

COMMANDS = {
    "run": "guichet.machine.process_commands:run",
    "web": "guichet.machine.process_commands:web",
    "worker": "guichet.machine.process_commands:worker",
    "beat": "guichet.machine.process_commands:beat",
    "mailbox": "guichet.machine.process_commands:mailbox",
    "migrate": "guichet.machine.data_commands:migrate",
    "load-demo": "guichet.machine.demo_commands:load_demo",
    "load-territory": "guichet.machine.territory_commands:load_territory",
    "territory-example": "guichet.machine.territory_commands:territory_example",
    "create-admin": "guichet.machine.account_commands:create_admin",
    "backup": "guichet.machine.data_commands:backup",
    "restore": "guichet.machine.data_commands:restore",
    "receive-bounce": "guichet.machine.data_commands:receive_bounce",
    "allocate": "guichet.machine.allocation_commands:allocate",
    "plan": "guichet.machine.calendar_commands:plan_calendar",
    "draw": "guichet.machine.draw_commands:draw",
}


class Commands(click.Group):
    """The commands of the table above. Loading the database for `guichet run` would slow every start."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Their names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command:
        """The command of this name, loaded now."""
        place = COMMANDS.get(name)
        if place is None:
            raise ConfigurationError(
                f"La commande « {name} » n’existe pas. Les commandes sont : {', '.join(COMMANDS)}."
            )
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
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
