"""config: the configuration as a file that is kept with other code, looked at and applied."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from app.configuration import export as exporting
from app.configuration import plan as planning
from app.configuration.differ import Difference
from app.configuration.hidden import SHOWN
from app.configuration.parts import PARTS
from app.configuration.planned import Applied, Plan, Waiting
from app.configuration.references import Source
from app.errors import Conflict, Invalid
from app.people import organizations
from cli import config_file
from cli.output import EXIT_DRIFT, EXIT_REFUSED, filled, json_option
from cli.shared import organization_option, with_database

SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "~"}
EFFECTS = {
    "not_sent": "{notices} waiting notices of {channel} will not be sent",
    "new_settings": "{notices} waiting notices of {channel} go out with its new settings",
}
WIDTH = 72
"""Of a value in a line; a longer one is cut."""

keep_option = click.option(
    "--keep-secrets",
    is_flag=True,
    help="Where a variable or file of a secret is missing, leave what is stored.",
)


@click.group()
def config() -> None:
    """The configuration as a file: export it, see what a file would change, apply it."""


@config.command("export")
@organization_option
@click.option(
    "--part", "names", multiple=True, type=click.Choice(list(PARTS)), help="Only this one."
)
@json_option
def export_config(organization: str, names: tuple[str, ...], as_json: bool) -> None:
    """Print the configuration as YAML. Secrets become names of variables."""

    async def work() -> tuple[dict[str, Any], list[str]]:
        org = await organizations.by_slug(organization)
        return await exporting.export(org, names or tuple(PARTS))

    document, variables = with_database(work)
    if as_json:
        click.echo(msgspec.json.encode(document).decode())
    else:
        click.echo(config_file.written(document, variables), nl=False)


@config.command("plan")
@click.argument("file")
@organization_option
@keep_option
@json_option
def plan_config(file: str, organization: str, keep_secrets: bool, as_json: bool) -> None:
    """Say what FILE would change, and change nothing. Exits 2 if it would change anything."""
    read = config_file.read(file)
    found = _planned(read, file, organization, keep_secrets)
    _print(found, as_json=as_json)
    if found.differences:
        sys.exit(EXIT_DRIFT)


@config.command("apply")
@click.argument("file")
@organization_option
@keep_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def apply_config(
    file: str, organization: str, keep_secrets: bool, yes: bool, as_json: bool
) -> None:
    """Make the configuration what FILE says, all of it or nothing. A second time changes
    nothing."""
    read = config_file.read(file)
    if not yes and (as_json or file == "-" or not sys.stdin.isatty()):
        raise click.UsageError("Nobody can be asked here. Say --yes.")
    seen = _planned(read, file, organization, keep_secrets)
    if not as_json:
        _print(seen, as_json=False)
    if seen.differences and not yes:
        click.confirm("Apply this?", abort=True)

    async def work() -> Applied:
        org = await organizations.by_slug(organization)
        return await planning.apply(org, read.document, _source(file, keep_secrets), seen)

    done = _told(read, work)
    if as_json:
        click.echo(msgspec.json.encode(done).decode())
        return
    for invitation in done.invitations:
        click.echo(f"Invitation, works once: {invitation}")
    if seen.differences:
        click.echo("Applied.")


def _planned(read: config_file.File, file: str, organization: str, keep_secrets: bool) -> Plan:
    async def work() -> Plan:
        org = await organizations.by_slug(organization)
        return await planning.plan(org, read.document, _source(file, keep_secrets))

    found: Plan = _told(read, work)
    return found


def _source(file: str, keep_secrets: bool) -> Source:
    folder = Path.cwd() if file == "-" else Path(file).resolve().parent
    return Source(environment=os.environ, folder=folder, keep_stored=keep_secrets)


def _told(read: config_file.File, work: Any) -> Any:
    """What `work` returns; faults of the file are printed with their lines and end the command."""
    try:
        return with_database(work)
    except Conflict:
        raise
    except Invalid as error:
        for line in config_file.told(error, read, filled):
            click.echo(line, err=True)
        sys.exit(EXIT_REFUSED)


def _print(found: Plan, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    if not found.differences:
        click.echo("Nothing to change.")
    for each in found.differences:
        for line in _lines(each):
            click.echo(line)
    for waiting in found.waiting:
        click.echo(f"! {_effect(waiting)}")
    for token in found.withdrawn:
        click.echo(f"! the API token {token} will work no more: whoever made it is disabled")


def _lines(found: Difference) -> Iterator[str]:
    place = f"{SIGNS[found.change]} {' · '.join(found.path)}"
    if found.change == "changed" and found.before == found.after == SHOWN:
        yield f"{place}: another secret"
    elif found.change == "changed":
        yield f"{place}: {_short(found.before)} → {_short(found.after)}"
    elif found.change == "moved":
        yield f"{place}: in the order {_short(found.after)}"
    elif found.change == "removed":
        yield place
    else:
        yield f"{place}: {_short(found.after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    line = " ".join(text.split()) or '""'
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _effect(waiting: Waiting) -> str:
    return filled(EFFECTS[waiting.effect], msgspec.structs.asdict(waiting))
