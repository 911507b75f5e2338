"""What commands share: settings, a database for one command, output for people and for machines."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import click
import msgspec

from app import keymark, migrate, organizations, settings
from app.errors import Invalid
from cli import log, running

EXIT_FAILURE, EXIT_NOT_FOUND, EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_TEST = 1, 3, 4, 5, 6
EXIT_CONFIG = 78
PLACE = re.compile(r"\{(\w+)\}")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


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


def show(value: Any, *, as_json: bool, line: Callable[[Any], str] = str) -> None:
    """A list is a line each for people, one array for machines."""
    if as_json:
        click.echo(msgspec.json.encode(value).decode())
        return
    for each in value if isinstance(value, list) else [value]:
        click.echo(line(each))


def told(error: Invalid) -> str:
    """Every fault in one line each."""
    lines = []
    for problem in error.problems:
        detail = filled(problem.detail, problem.facts)
        lines.append(f"{problem.pointer.lstrip('/') or 'input'}: {detail}")
    return "\n".join(lines)


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """A place for which there is no fact stays as it is written."""
    return PLACE.sub(lambda place: str(facts.get(place[1], place[0])), text)
