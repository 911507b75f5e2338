"""key accept: going on with another secret key."""

from __future__ import annotations

import os

import click

from app import keymark, settings
from app.database import migrate
from app.people.audit import chain
from cli import log, running
from cli.output import EXIT_REFUSED

LOSSES = (
    "The data was written with another secret key. With the current one the secrets of channels"
    " must be entered again, links that visitors hold end, and so do forms that are open right now."
    " Authenticator apps must be set up again; passkeys and recovery codes go on working. Messages"
    " stay as they are."
)


@click.group()
def key() -> None:
    """The secret key that the data is written with."""


@key.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def accept(yes: bool) -> None:
    """Go on with the current secret key, when the one that the data was written with is lost. A key
    is made where none is set. Stop the product first."""
    found = settings.load(os.environ, new_key=True)
    settings.use(found)
    log.configure(found.log_level)
    with running.only_one(found):
        running.run(_accept(found, sure=yes))


async def _accept(found: settings.Settings, *, sure: bool) -> None:
    async with running.database_open(found, wait=0):
        await migrate.run()
        if await keymark.state() != "other":
            click.echo("This is the key that the data was written with. There is nothing to do.")
            return
        click.echo(LOSSES)
        if not sure and not click.confirm("Go on with the current key?"):
            click.get_current_context().exit(EXIT_REFUSED)
        await keymark.accept()
        await chain.accept_key()
        click.echo("The current key is in force.")
        for name in await keymark.unreadable():
            click.echo(f"Enter its secrets again: {name}")
