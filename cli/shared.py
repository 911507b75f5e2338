"""Shared by commands that use the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import click

from app import keymark, settings
from app.configuration import plan
from app.database import migrate
from app.people import audit, organizations
from cli import log, running

BY = "command line"
organization_option = click.option(
    "--organization", default=organizations.FIRST, show_default=True, help="Its slug."
)


def settings_of() -> settings.Settings:
    """The settings, which logging follows from here on. Raises Misconfigured."""
    found = settings.current()
    log.configure(found.log_level)
    return found


def with_database(work: Callable[[], Awaitable[Any]]) -> Any:
    """Runs `work` with the database open and its schema up to date, also beside a running
    product."""
    found = settings_of()
    result: list[Any] = []

    async def main() -> None:
        async with running.database_open(found, wait=0):
            await migrate.check()
            if await migrate.missing():
                await running.schema_ready()
            await keymark.check()
            # Another process may have just made the tables, still empty.
            await organizations.first()
            plan.follow()
            with audit.acting("cli"):
                result.append(await work())

    running.run(main())
    return result[0]
