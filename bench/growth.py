"""Every page and list among very many messages with their notices, by HTTP: cold, when nothing of
the database is in memory, and warm.

python -m bench.growth [count] [sqlite|postgres] [--keep FOLDER]

Cold: before each question what the system keeps of the database's files in memory is given up
(posix_fadvise), and PostgreSQL has a memory of its own of 1 MB; SQLite's connections keep theirs,
2 MB each. Warm is as it is by itself; PostgreSQL has 128 MB.
"""

from __future__ import annotations

import contextlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import uvloop

from bench.filled import Filled, arguments, filled, place
from bench.growth_asked import EXPORT, Questions
from bench.growth_filled import Known, fill
from bench.timing import asked, tell, timed
from tests.processes import Process, serve

GOAL, WARM, COLD = 60, 20, 8
"""Milliseconds; how often each is asked."""
PAGE_BYTES = 8192


class Files:
    """Of the database."""

    def __init__(self, name: str, keep: Path) -> None:
        self.folder = keep / "postgres" / "data" / "base" if name == "postgres" else keep
        self.pattern = "**/*" if name == "postgres" else "*.sqlite*"

    def every(self) -> list[Path]:
        return [path for path in self.folder.glob(self.pattern) if path.is_file()]

    def forget(self) -> None:
        """What the system has of them in memory."""
        for path in self.every():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                os.fdatasync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def reading(self) -> float:
        """Milliseconds that a page from any place takes, usually."""
        largest = max(self.every(), key=lambda path: path.stat().st_size)
        taken: list[float] = []
        with largest.open("rb", buffering=0) as file:
            pages = largest.stat().st_size // PAGE_BYTES
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
            for _ in range(200):
                began = time.perf_counter()
                os.pread(file.fileno(), PAGE_BYTES, random.randrange(pages) * PAGE_BYTES)
                taken.append(1000 * (time.perf_counter() - began))
        return statistics.median(taken)


async def memory_of(url: str, value: str) -> None:
    """What PostgreSQL has from its next start on."""
    connection = await asyncpg.connect(url)
    await connection.execute(f"ALTER SYSTEM SET shared_buffers = '{value}'")
    await connection.close()


@contextlib.asynccontextmanager
async def product(
    keep: Path, url: str, known: Known, files: Files
) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    """Started anew while nothing of the database is in memory."""
    files.forget()
    process = serve(keep, DATABASE_URL=url, LEAVEMSG_LOG_LEVEL="warning")
    began = time.perf_counter()
    process.start_anew()
    try:
        await process.ready()
        print(f"  first answer after {time.perf_counter() - began:.1f} s", flush=True)
        headers = {"Authorization": f"Bearer {known.token}"}
        cookies = {"sid": known.session}
        async with httpx.AsyncClient(
            base_url=process.url, headers=headers, cookies=cookies, timeout=60
        ) as client:
            yield process, client
    finally:
        process.stop()


async def ask(client: httpx.AsyncClient, path: str) -> None:
    if EXPORT in path:
        async with client.stream("GET", path) as answer:
            answer.raise_for_status()
            await anext(answer.aiter_raw())
        return
    answer = await client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:400])


async def measure(
    name: str, keep: Path, data: Filled, known: Known, *, cold: bool
) -> dict[str, float]:
    """The p95 of each question."""
    files, found = Files(name, keep), dict[str, float]()
    async with (
        place(name, keep, new=False) as (url, server),
        product(keep, url, known, files) as (process, client),
    ):
        assert process.popen is not None
        document = (await client.get("/api/openapi.json")).json()
        if cold:
            print(f"  a page of the disk: {files.reading():.2f} ms", flush=True)
        for what, path in Questions(data, known, document):

            async def one(path: Any = path) -> None:
                await ask(client, path())

            if cold:
                found[what] = tell(what, GOAL, await asked(one, COLD, files.forget))
            else:
                await one()
                found[what] = await timed(what, GOAL, one, process.popen.pid, server, times=WARM)
    return found


def total(what: str, found: dict[str, float]) -> None:
    missed = sorted(((p95, each) for each, p95 in found.items() if p95 > GOAL), reverse=True)
    print(f"{what}: {len(found) - len(missed)} of {len(found)} within {GOAL} ms", flush=True)
    for p95, each in missed:
        print(f"  {p95:8.1f} ms {each}", flush=True)


async def run(name: str, count: int, keep: Path) -> None:
    async with filled(name, count, keep) as data:
        known = await fill(data)
        embedded = name != "postgres"
    for cold in (False, True):
        if not embedded:
            async with place(name, keep, new=False) as (url, _):
                await memory_of(url, "1MB" if cold else "128MB")
        what = f"{name}, {count} messages, {'cold' if cold else 'warm'}"
        print(f"{what}, load {os.getloadavg()[0]:.1f}", flush=True)
        total(what, await measure(name, keep, data, known, cold=cold))
    if not embedded:
        async with place(name, keep, new=False) as (url, _):
            await memory_of(url, "128MB")


async def main() -> None:
    wish = arguments(__doc__, count=1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        for name in wish.only:
            await run(name, wish.count, wish.keep or Path(folder))


if __name__ == "__main__":
    uvloop.run(main())
