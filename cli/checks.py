"""check and version."""

from __future__ import annotations

import os
import sys

import click

from app import settings
from app.errors import Misconfigured
from cli.output import EXIT_CONFIG, json_option, show


@click.command()
@json_option
def check(as_json: bool) -> None:
    """Check every setting and list them with their meaning. Exits 78 if one is wrong."""
    faults: list[str] = []
    try:
        settings.load(os.environ, only_look=True)
    except Misconfigured as error:
        faults = error.faults
    if as_json:
        show({"ok": not faults, "faults": faults}, as_json=True)
    else:
        for option in settings.OPTIONS:
            kept = " (a secret; NAME_FILE reads it from a file)" if option.secret else ""
            click.echo(f"{option.name:28} {option.help}{kept} [{option.default}]")
        for fault in faults:
            click.echo(fault, err=True)
    if faults:
        sys.exit(EXIT_CONFIG)


@click.command()
@json_option
def version(as_json: bool) -> None:
    """Print the version."""
    show({"version": settings.VERSION} if as_json else settings.VERSION, as_json=as_json)
