"""The OpenAPI document without a server."""

from __future__ import annotations

import os

import click
import msgspec

from app import settings


@click.command()
@click.option("--pretty", is_flag=True, help="Indent it for people.")
def openapi(pretty: bool) -> None:
    """Print the OpenAPI document, of which clients are generated. Needs no database."""
    from web import asgi
    from web.api.openapi import describe

    settings.use(settings.load(os.environ, only_look=True))
    found = msgspec.json.encode(describe(asgi.bare()))
    click.echo(msgspec.json.format(found, indent=2 if pretty else -1).decode())
