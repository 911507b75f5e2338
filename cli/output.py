"""What commands print, for people and for machines, and their exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import click
import msgspec

from app.errors import Invalid

EXIT_FAILURE, EXIT_NOT_FOUND, EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_TEST = 1, 3, 4, 5, 6
EXIT_DRIFT = 2
"""As programs of this kind do, though wrong usage exits with it, too."""
EXIT_BROKEN = 7
"""The chain of the audit is not whole."""
EXIT_CONFIG = 78
PLACE = re.compile(r"\{(\w+)\}")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def show(value: Any, *, as_json: bool, line: Callable[[Any], str] = str) -> None:
    """Prints a list as one line each for people, as one array for machines."""
    if as_json:
        click.echo(msgspec.json.encode(value).decode())
        return
    for each in value if isinstance(value, list) else [value]:
        click.echo(line(each))


def told(error: Invalid) -> str:
    """One line for each fault."""
    lines = []
    for problem in error.problems:
        detail = filled(problem.detail, problem.facts)
        lines.append(f"{problem.pointer.lstrip('/') or 'input'}: {detail}")
    return "\n".join(lines)


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """The text with its {places} filled; unknown ones stay."""
    return PLACE.sub(lambda place: str(facts.get(place[1], place[0])), text)
