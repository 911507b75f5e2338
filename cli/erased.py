"""erased: what was erased, for copies of the data that were made before."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

import click

from app.erasure import tombstones
from cli.output import json_option, show
from cli.shared import with_database


@click.group()
def erased() -> None:
    """Messages that were erased, so that no copy brings them back."""


@erased.command("list")
@click.option("--to", "file", type=click.File("w"), default="-", help="A file; else it is printed.")
def list_them(file: TextIO) -> None:
    """Write the ids of all that was erased, one a line. Keep it beside your backups."""

    async def work() -> list[str]:
        found, last = [], None
        while some := await tombstones.after(last):
            found += [str(each) for each in some]
            last = some[-1]
        return found

    for each in with_database(work):
        file.write(f"{each}\n")


@erased.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def apply(file: Path, as_json: bool) -> None:
    """Erase again what FILE lists and an older copy brought back."""
    ids = tombstones.read_file(file)

    async def work() -> dict[str, int]:
        return {"listed": len(ids), "erased": await tombstones.obey(ids)}

    show(with_database(work), as_json=as_json, line=_told)


def _told(found: dict[str, Any]) -> str:
    return f"{found['erased']} of {found['listed']} were there, and are erased."
