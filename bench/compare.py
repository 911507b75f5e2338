"""Submissions stored a second by several commits, in turns with each other and a bare handler.

python -m bench.compare [--rounds N] [--seconds S] [--postgres] REVISION …

A revision is what git knows, or `.` for the files as they are. All run in this environment: compare
commits with the same dependencies.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import uvloop

from bench.contenders import bare, interleaved, median, on_postgres, on_sqlite, ratio, tell
from tests.processes import ROOT
from tests.servers import PostgresServer


@contextmanager
def tree(revision: str, folder: Path) -> Iterator[Path]:
    """The files of a commit."""
    if revision == ".":
        yield ROOT
        return
    place = folder / "code"
    subprocess.run(
        ["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", place, revision], check=True
    )
    try:
        yield place
    finally:
        subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", place], check=True)


async def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.compare")
    parser.add_argument("revisions", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    async with AsyncExitStack() as stack:
        server = None
        if asked.postgres:
            server = PostgresServer().start()
            stack.callback(server.stop)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = [await stack.enter_async_context(bare())]
        for number, revision in enumerate(asked.revisions):
            (there := folder / str(number)).mkdir()
            code = stack.enter_context(tree(revision, there))
            product = (
                on_postgres(server, there, code, revision)
                if server
                else on_sqlite(there, code, revision)
            )
            found.append(await stack.enter_async_context(product))
        await interleaved(found, asked.rounds, asked.seconds)
        tell(found, found[0])
        for each in found[2:]:
            middle, least, most = ratio(each, found[1])
            saved = median(found[1], "server") - median(each, "server")
            print(
                f"{each.name} to {found[1].name}: {middle:.2f} ({least:.2f}-{most:.2f}) times as"
                f" many stored, each with {saved:.0f} us of the processor less"
            )


if __name__ == "__main__":
    uvloop.run(main())
