"""How long a copy of very many messages takes: to make, to read again and to restore, and how much
memory that needs.

python -m bench.backup [count] [sqlite] [postgres] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

import uvloop

from app import database
from app.backup.make import make
from app.backup.restore import restore
from app.backup.verify import verify
from app.database.snapshot import count as rows_of
from bench.filled import filled
from tests.servers import PostgresServer

KINDS = ("sqlite", "postgres")


async def main(count: int, kinds: list[str], keep: Path | None) -> None:
    with tempfile.TemporaryDirectory() as place:
        for kind in kinds:
            async with filled(kind, count, keep):
                file = Path(place) / f"{kind}.backup"
                before = peak()
                began = time.perf_counter()
                made = await make(file)
                said(f"made, {made.bytes / 2**20:.0f} MB", kind, began, before)
                assert made.messages == count, made.messages
            await read_again(kind, file, count)
            await into_empty(kind, file, Path(place), count)


async def read_again(kind: str, file: Path, count: int) -> None:
    before, began = peak(), time.perf_counter()
    found = await verify(file, room=file.parent)
    said("verified", kind, began, before)
    assert found.rows["message"] == count


async def into_empty(kind: str, file: Path, place: Path, count: int) -> None:
    """Onto a database of the same kind that has nothing yet."""
    server = PostgresServer().start() if kind == "postgres" else None
    url = await server.create() if server else ""
    engine = database.make(url, str(place / "restored.sqlite"))
    database.use(engine)
    await engine.open()
    try:
        before, began = peak(), time.perf_counter()
        await restore(file)
        said("restored", kind, began, before)
        assert await rows_of("message") == count
    finally:
        await engine.close()
        if server:
            server.stop()


def peak() -> float:
    """Megabytes that this process has needed at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def said(what: str, kind: str, began: float, before: float) -> None:
    took, more = time.perf_counter() - began, peak() - before
    print(f"{kind:9} {what:20} {took:7.1f} s   at most {more:5.0f} MB more", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.backup", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], default=[])
    parser.add_argument("--keep", type=Path)
    wish = parser.parse_args()
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main(wish.count, wish.kinds or [*KINDS], wish.keep))
