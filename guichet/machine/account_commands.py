"""The command that opens the first account of an installation."""

import os

import click
from sqlalchemy import select

from guichet.accounts import actions
from guichet.accounts.entry import AccountEntry
from guichet.accounts.models import User
from guichet.accounts.policy import ADMINISTRATOR
from guichet.core import clock
from guichet.core.actor import Actor
from guichet.core.settings import Settings
from guichet.establishments.catalogue import load_catalogue
from guichet.machine.data_commands import opened

OPERATOR = Actor(user_id=None, name="Exploitant (ligne de commande)")


@click.command()
@click.option("--email", prompt="Adresse électronique", help="Son adresse électronique.")
@click.option("--name", prompt="Prénom et nom", help="Ses prénom et nom.")
def create_admin(email: str, name: str) -> None:
    """Invite an administrator, or invite again one who has not chosen a password yet (a lost link)."""
    settings = Settings.from_environment(os.environ)
    entry = AccountEntry(email=email, name=name, roles=frozenset({ADMINISTRATOR}))
    with opened(settings) as database, database.transaction() as session:
        catalogue = load_catalogue(session)
        waiting = select(User.id).where(User.email == entry.mail, User.password_hash.is_(None))
        known = session.scalar(waiting)
        at, url = clock.now(), settings.public_url
        if known is None:
            _, link = actions.invite(session, entry, catalogue, url, actor=OPERATOR, at=at)
        else:
            link = actions.invite_again(session, known, catalogue, url, actor=OPERATOR, at=at)
    click.echo(f"Ouvrez ce lien, qui sert une seule fois, pour choisir le mot de passe :\n{link}")
