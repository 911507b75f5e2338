"""secrets make: what an installation of several containers needs, made once by its first one."""

from __future__ import annotations

import os
import secrets as random
from pathlib import Path
from urllib.parse import quote

import click

from app import durable
from app.settings import SECRET_KEY_LENGTH
from cli.output import EXIT_REFUSED

LENGTH = 32
"""Bytes of chance in each."""


@click.group()
def secrets() -> None:
    """Files with the secrets of an installation, for containers."""


@secrets.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--given",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder with files of these names that you made yourself: they are taken.",
)
@click.option("--owner", type=int, help="The number of the user that the product runs under.")
def make(folder: Path, given: Path | None, owner: int | None) -> None:
    """Make FOLDER/postgres/postgres_password, FOLDER/product/database_url and
    FOLDER/product/secret_key, each only if it is not there: what is in force is never replaced."""
    # The database's container runs under another user.
    password = _kept(folder / "postgres/postgres_password", given, random.token_hex(LENGTH))
    (folder / "postgres/postgres_password").chmod(0o644)
    address = f"postgres://leavemsg:{quote(password, safe='')}@postgres/leavemsg"
    _kept(folder / "product/database_url", given, address, owner)
    key = _kept(folder / "product/secret_key", given, random.token_hex(LENGTH), owner)
    if len(key) < SECRET_KEY_LENGTH:
        click.echo(f"secret_key is too short: use {SECRET_KEY_LENGTH} characters or more", err=True)
        click.get_current_context().exit(EXIT_REFUSED)


def _kept(path: Path, given: Path | None, made: str, owner: int | None = None) -> str:
    """What stands in it; written first if it is not there."""
    if path.exists():
        click.echo(f"{path.name}: kept")
        return path.read_text().strip()
    source = given / path.name if given else None
    taken = source is not None and source.is_file()
    value = source.read_text().strip() if source and taken else made
    path.parent.mkdir(parents=True, exist_ok=True)
    with durable.written(path) as file:
        file.write(value.encode())
        if owner is not None:
            os.chown(file.fileno(), owner, owner)
    click.echo(f"{path.name}: {'taken from ' + str(given) if taken else 'made'}")
    return value
