"""Very many organizations, of which one in a hundred is busy: what the clockwork, a plan, what
visitors read and the start cost, beside the same with ten.

python -m bench.shops [organizations] [sqlite|postgres] [--keep FOLDER]

Everything that a worker does by itself is done once, as a worker does it when nothing is due, and
counted for as often as it is done in a minute. The processor's time can be compared on a machine
that others use, too; it is that of the product and of PostgreSQL together.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import uvloop

from app import (
    database,
    deliveries,
    health,
    heartbeat,
    keymark,
    presence,
    widget,
)
from app.brands import stored as brands
from app.configuration import plan as configuration
from app.database import migrate
from app.deliveries import courier, recalls
from app.files import tend as files
from app.history import versions
from app.mail import fetch, settle
from app.messages import long_acts
from app.messages.search import segments
from app.messages.taken_back import take_back
from app.metrics import found as metrics
from app.overview import behind
from app.people import kept_answers, organizations
from app.people.audit import chain, tries
from app.tables import Organization
from bench.drain import opened
from bench.filled import arguments, place
from bench.shops_filled import FEW, fill
from bench.timing import Ask, spent
from tasks.targets import WORK

MANY = 100_000
ROUNDS = 5
WARM = 2


class Work(msgspec.Struct, frozen=True):
    name: str
    each: float
    """How often in a minute."""
    ask: Ask


class Shops(msgspec.Struct, frozen=True):
    total: int
    busy: list[uuid.UUID]
    server: int | None


def works() -> list[Work]:
    """What a worker does, of tasks/."""
    tending = segments.Tending()
    egress = None
    found = [
        Work("sweep: what is due", 60, deliveries.due),
        Work("sweep: the safety net", 1, deliveries.rescue),
        Work("sweep: the heartbeat", 4, heartbeat.beat),
        Work("sweep: given back", 1, take_back),
        Work("sweep: kept answers", 1, kept_answers.forget_old),
        Work("notices taken back", 60, lambda: recalls.step(egress)),  # type: ignore[arg-type]
        Work("acts on many messages", 60, long_acts.step),
        Work("audit: first states", 30, versions.begin_all),
        Work("audit: bad sign-ins", 30, tries.sum_up),
        Work("audit: the chain", 30, chain.step),
        Work("sums of the overview", 1, behind.step),
        Work("the search index", 6, tending.step),
        Work("files without a message", 3, files.remove_loose),
        Work("files that wait", 3, files.look_again),
        Work("mail to settle", 12, settle.step),
        Work("mailboxes", 12, fetch.enabled),
        Work("health", 2, health.look),
    ]
    found += [Work(f"regularly: {name}", 2, work.step) for name, work in WORK.items()]
    return found


def others(shops: Shops) -> list[Work]:
    """What is not the clock's: `each` is 1."""
    one = shops.busy[0]

    async def planned() -> None:
        await courier.turn(one)

    async def public() -> None:
        org = await organizations.by_id(one)
        brand = await brands.by_id(org.id)
        brands.forget(org, brand.slug)
        widget.forget(one)
        await widget.read(one)
        await presence.state(org, brand=brand.id)

    async def start() -> None:
        await migrate.run()
        await organizations.first()
        await keymark.settle()
        await heartbeat.recall()

    return [
        Work("a plan", 1, planned),
        Work("what visitors read, not remembered", 1, public),
        Work("a start", 1, start),
        Work("a scrape of /metrics", 1, lambda: metrics._ask({})),
    ]


@contextlib.asynccontextmanager
async def filled(name: str, count: int, keep: Path | None) -> AsyncIterator[Shops]:
    async with contextlib.AsyncExitStack() as stack:
        folder = (
            keep / f"{count}" if keep else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        )
        folder.mkdir(exist_ok=True, parents=True)
        done = folder / f"{name}.shops"
        at = place(name, folder if keep else None, new=not done.exists())
        url, pid = await stack.enter_async_context(at)
        async with opened(folder, url):
            if not done.exists():
                began = time.perf_counter()
                await fill(count, url)
                print(f"{name}: {count} organizations, filled in", end=" ")
                print(f"{time.perf_counter() - began:.0f} s", flush=True)
                if keep:
                    done.touch()
            query = Organization.select(Organization.id).where(Organization.messages > 0)
            busy = await database.values(uuid.UUID, query)
            yield Shops(count, busy, pid)


async def cost(work: Work, server: int | None) -> tuple[float, float]:
    """Milliseconds of the processors, and of the clock: the median of some rounds."""
    used, took = [], []
    for n in range(WARM + ROUNDS):
        before, began = spent(server), time.perf_counter()
        await work.ask()
        if n >= WARM:
            used.append(1000 * (spent(server) - before))
            took.append(1000 * (time.perf_counter() - began))
    return statistics.median(used), statistics.median(took)


async def measured(name: str, count: int, keep: Path | None) -> dict[str, tuple[float, float]]:
    async with filled(name, count, keep) as shops:
        found = {}
        for work in (*works(), *others(shops)):
            found[work.name] = await cost(work, shops.server)
        minute = [work.each * found[work.name][0] for work in works()]
        found["a minute of the clockwork"] = (sum(minute), 0.0)
        return found


async def main() -> None:
    configuration.follow()
    asked = arguments(__doc__, count=MANY)
    for name in asked.only:
        few = await measured(name, FEW, asked.keep)
        many = await measured(name, asked.count, asked.keep)
        print(f"{name}, load {os.getloadavg()[0]:.1f}: processor (clock) in ms with {FEW}", end="")
        print(f" and {asked.count} organizations", flush=True)
        for work, (used, took) in few.items():
            now, long = many[work]
            times = f"{used:9.2f} ({took:7.1f}) {now:9.2f} ({long:7.1f})"
            print(f"  {work:36} {times}   {now / max(used, 0.01):6.1f} times", flush=True)


if __name__ == "__main__":
    uvloop.run(main())
