"""How many pages of SQLite each question of `bench.growth` reads when nothing is in memory, and
which statements read them: a number that no other work on the machine changes.

python -m bench.pages [count] --keep FOLDER [--only PART]

The product runs in this process, without a server, so that what the process reads is what the
question read; SQLite's connections give up what they hold before each.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import uvloop

from app import database, outside, settings
from app.database.sqlite import FOR_VISITORS, READERS
from bench.filled import filled
from bench.growth import ask
from bench.growth_asked import Questions
from bench.growth_filled import fill
from tests.application import application
from tests.processes import environment

BASE_URL = "http://localhost:8080"
PAGE_BYTES = 4096
TIMES, TOLD = 3, 6
SHOWN = 240
"""Characters of a statement."""


def pages_read() -> int:
    """By this process so far, whether the system had them in memory or not."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(each for each in lines if each.startswith("rchar")).split()[1]) // PAGE_BYTES


class Counting(database.SQLite):
    """Knows what each statement has read, while one runs at a time."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.read: Counter[str] = Counter()

    async def _run_in_new_connection(self, query: str, args: Any = None, **more: Any) -> Any:
        before = pages_read()
        try:
            return await super()._run_in_new_connection(query, args, **more)
        finally:
            self.read[query] += pages_read() - before

    async def empty(self) -> None:
        """Gives up what the connections have in memory."""
        assert self._writer is not None
        await self._writer.execute("PRAGMA shrink_memory")
        for readers, many in ((self._readers, READERS), (self._for_visitors, FOR_VISITORS)):
            for _ in range(many):
                reader = await readers.get()
                await reader.execute("PRAGMA shrink_memory")
                readers.put_nowait(reader)
        self.read.clear()


async def measure(folder: Path, count: int, only: str, told: int) -> None:
    async with filled("sqlite", count, folder) as data:
        known = await fill(data)
    made = settings.load(
        environment(folder, LEAVEMSG_BASE_URL=BASE_URL, LEAVEMSG_LOG_LEVEL="error")
    )
    settings.use(made)
    engine = Counting(str(folder / "leavemsg.sqlite"))
    database.use(engine)
    await engine.open()
    transport = httpx.ASGITransport(application(made), client=("127.0.0.1", 50000))
    headers, cookies = {"Authorization": f"Bearer {known.token}"}, {"sid": known.session}
    found: dict[str, int] = {}
    where: Counter[str] = Counter()
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url=BASE_URL, headers=headers, cookies=cookies
        ) as client:
            document = (await client.get("/api/openapi.json")).json()
            for what, path in Questions(data, known, document):
                if only not in what:
                    continue
                taken = []
                for _ in range(TIMES):
                    await engine.empty()
                    before = pages_read()
                    await ask(client, path())
                    taken.append(pages_read() - before)
                found[what] = int(statistics.median(taken))
                where.update(engine.read)
                print(f"  {what:44} {found[what]:7} pages", flush=True)
                for sql, pages in engine.read.most_common(told):
                    print(f"    {pages:7}  {' '.join(sql.split())[:SHOWN]}")
    finally:
        await outside.close()
        await engine.close()
    ordered = sorted(found.values())
    print(f"half within {ordered[len(ordered) // 2]} pages, nine of ten within", end=" ")
    print(f"{ordered[9 * len(ordered) // 10]}; all together {sum(ordered)}; the statements:")
    for sql, pages in where.most_common(4 * TOLD):
        print(f"  {pages:8}  {' '.join(sql.split())[:SHOWN]}")


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--keep", type=Path, help="a folder: what it has is not filled again")
    parser.add_argument("--only", default="", help="questions that have this in their name")
    parser.add_argument("--told", type=int, default=TOLD, help="statements of each question")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        await measure(wish.keep or Path(folder), wish.count, wish.only, wish.told)


if __name__ == "__main__":
    uvloop.run(main())
