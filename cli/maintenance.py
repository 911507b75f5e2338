"""maintenance: a rest for everybody but visitors."""

from __future__ import annotations

import click

from app import maintenance as resting
from cli.shared import with_database


@click.group()
def maintenance() -> None:
    """Take visitors' messages while console, programs and notices wait, for upgrades and moves."""


@maintenance.command()
def on() -> None:
    """Serve visitors only from here on. Every process sees it within two seconds; what is being
    sent ends first."""
    changed = with_database(lambda: resting.switch(on=True))
    click.echo("Only visitors are served now." if changed else "It is on already.")


@maintenance.command()
def off() -> None:
    """Serve everybody again. The notices that waited go out."""
    changed = with_database(lambda: resting.switch(on=False))
    click.echo("Everybody is served again." if changed else "It is off already.")


@maintenance.command()
def status() -> None:
    """Say whether it is on, and since when."""
    since = with_database(resting.since)
    click.echo(f"On since {since:%Y-%m-%d %H:%M} UTC." if since else "Off.")
