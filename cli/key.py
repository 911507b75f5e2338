"""key: what the secret key encrypts, changing to another one, and going on without a lost one."""

from __future__ import annotations

import os
from typing import Any

import click

from app import keyfile, keymark, settings
from app.database import migrate
from app.errors import Conflict
from app.keys import census
from app.keys.rotate import AUDIT, needed_by_audit, rotate
from app.people.audit import chain
from cli import log, running
from cli.output import EXIT_FAILURE, EXIT_REFUSED, json_option, show
from cli.shared import with_database

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


@key.command()
@json_option
def status(as_json: bool) -> None:
    """How many values each key has encrypted, and whether an older one is still needed. Changes
    nothing, also while the product runs."""
    found, audits = with_database(_looked)
    said = {
        "key": found.keys[0],
        "others": found.keys[1:],
        "values": found.values,
        "audit_chains": audits,
        "needs_older": bool(found.older or audits or found.marked),
        "unreadable": found.lost,
        "earlier_form": found.by(census.EARLIER),
    }
    show(said, as_json=as_json, line=_told)


async def _looked() -> tuple[census.Census, int]:
    return await census.look(), await needed_by_audit()


def _told(said: dict[str, Any]) -> str:
    keys = {said["key"]: "the present key", **dict.fromkeys(said["others"], "an older key")}
    lines = [f"The present key is {said['key']}."]
    lines += [f"{each} can be read with, too." for each in said["others"]]
    for name, counts in said["values"].items():
        every = (f"{n} with {each} ({keys.get(each, 'not here')})" for each, n in counts.items())
        lines.append(f"{name}: {', '.join(every)}")
    if said["audit_chains"]:
        lines.append(f"{AUDIT}: {said['audit_chains']} are checked by an older key")
    if said["earlier_form"]:
        lines.append(NAMELESS)
    if said["unreadable"]:
        lines.append(LOST.format(n=said["unreadable"]))
    lines.append(NEEDED if said["needs_older"] else NOT_NEEDED)
    return "\n".join(lines)


NAMELESS = (
    "What is in the earlier form does not name its key: `leavemsg key rotate` makes it anew, or"
    " says what no key reads."
)
LOST = (
    "{n} cannot be read, for their key is not here: list it in LEAVEMSG_OTHER_SECRET_KEYS and run"
    " `leavemsg key rotate`, or enter those secrets again."
)
AUDITS = (
    "Audits that are not whole: {n}. Only an older key shows where: look at them first, with"
    " `leavemsg audit verify`."
)
NEEDED = "Older keys are still needed: run `leavemsg key rotate`."
NOT_NEEDED = (
    "Nothing that can be read needs another key. Links in notices, mails and status pages made with"
    " an older one work as long as it is listed."
)
OWN_KEY = (
    "The key is set by LEAVEMSG_SECRET_KEY. Write the old one into LEAVEMSG_OTHER_SECRET_KEYS and a"
    " new one into LEAVEMSG_SECRET_KEY, start the product again, then run `leavemsg key rotate`."
)
RENEWED = (
    "From the next start on a new key is written with; the old one stays in {path} and is read"
    " with. Start the product, then run `leavemsg key rotate`."
)


@key.command()
def new() -> None:
    """Make a new secret key beside the old one, where it is kept in the data folder. Stop the
    product first."""
    found = _kept_in_file()
    with running.only_one(found):
        keyfile.renew(found.data_dir)
    click.echo(RENEWED.format(path=found.data_dir / keyfile.NAME))


@key.command("rotate")
def rotate_all() -> None:
    """Encrypt with the present key whatever an older one has encrypted, while the product runs. Can
    be interrupted and run again. Exits with 1 when something cannot be read with any key."""
    if with_database(_rotate):
        click.get_current_context().exit(EXIT_FAILURE)


async def _rotate() -> int:
    """How many could not be read."""
    unreadable = 0
    async for done in rotate():
        click.echo(f"{done.name}: {done.changed} changed")
        for each in done.unreadable:
            click.echo(f"{done.name}: {each} cannot be read with any key")
        unreadable += len(done.unreadable)
    click.echo(NEEDED_STILL if unreadable else NOT_NEEDED)
    return unreadable


NEEDED_STILL = "List the missing key in LEAVEMSG_OTHER_SECRET_KEYS, or enter those secrets again."


@key.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(yes: bool) -> None:
    """Remove older keys from the data folder, once nothing stored needs them. Links made with them
    end."""
    found = _kept_in_file()
    if not with_database(keymark.is_only_this):
        raise Conflict("keys_needed", "Older keys are still needed: run `leavemsg key rotate`")
    if audits := with_database(needed_by_audit):
        click.echo(AUDITS.format(n=audits), err=True)
    if not yes and not click.confirm("Links made with older keys end. Go on?"):
        click.get_current_context().exit(EXIT_REFUSED)
    click.echo(f"{keyfile.keep_only_first(found.data_dir)} removed.")


def _kept_in_file() -> settings.Settings:
    found = settings.load(os.environ)
    settings.use(found)
    log.configure(found.log_level)
    if os.environ.get("LEAVEMSG_SECRET_KEY") or os.environ.get("LEAVEMSG_SECRET_KEY_FILE"):
        raise Conflict("own_key", OWN_KEY)
    return found
