"""What commands share that look into the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from app import keymark, settings
from app.database import migrate
from app.people import organizations
from cli import log, running


def settings_of() -> settings.Settings:
    """Raises Misconfigured. Logging follows the settings from here on."""
    found = settings.current()
    log.configure(found.log_level)
    return found


def with_database(work: Callable[[], Awaitable[Any]]) -> Any:
    """Runs `work` with the database open and its schema up to date; works beside a running
    product."""
    found = settings_of()
    result: list[Any] = []

    async def main() -> None:
        async with running.database_open(found, wait=0):
            await migrate.check()
            if await migrate.missing():
                await running.schema_ready()
            await keymark.check()
            # Another process may have made the tables a moment ago, and nothing in them yet.
            await organizations.first()
            result.append(await work())

    running.run(main())
    return result[0]
