"""Servers that answer the same posts: the product in its set-ups, of any commit, and a bare handler
of the same server. They take turns in short rounds, for machines differ and so do their hours: only
what stood beside each other is compared."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.secrets import random_text
from bench import load
from bench.timing import processor
from cli.bundled import Bundled
from tests.processes import ROOT, Process, free_port, serve
from tests.servers import PostgresServer

PATH = "/api/v1/leavemsg/messages"
CONNECTIONS = 32
NOISE = 0.1
"""Of the machine's processors, used by others: more than that, and only processor time counts."""
# No two have a text or a contact in common. The text is as long as what people write: one of 30
# characters is also looked for among those that go round.
CONTENT = (
    "你好，我在网站上看到你们的产品，想咨询一下批发价格、最小起订量和交货时间，"
    "方便的话请尽快联系我，谢谢。编号 #"
)
BODY = json.dumps(
    {
        "visitor": {"name": "张三", "phone": "138#", "email": "zhangsan#@example.com"},
        "message": {"content": CONTENT, "category": "产品咨询"},
        "page_url": "https://shop.example/pricing",
    },
    ensure_ascii=False,
).encode()


def body(number: int) -> bytes:
    return BODY.replace(b"#", b"%08d" % number)


@dataclass
class Round:
    """What one of them did in one turn."""

    result: load.Result
    stored: int
    """Counted at the store; for the bare handler, its answers."""
    server: float
    """Microseconds of the processors for each, of the server's processes without the database."""
    database: float
    """The same, of PostgreSQL."""
    others: float
    """The share of the machine's processors that went to nobody who took part."""

    @property
    def rate(self) -> float:
        return self.result.rate


@dataclass
class Contender:
    name: str
    path: str
    ports: list[int]
    pids: list[int]
    stored: Callable[[], Awaitable[int]] | None = None
    postgres: int | None = None
    connections: int = CONNECTIONS
    rounds: list[Round] = field(default_factory=list)
    _number: int = 0

    async def turn(self, seconds: float, rate: float | None = None) -> Round:
        self._number += 10**6
        first = self._number
        before = await self._stored()
        began = _Spent.now(self)
        result = await load.run(
            self.ports,
            lambda n: load.post(self.path, body(first + n)),
            expect=b"201",
            seconds=seconds,
            connections=self.connections,
            rate=rate,
        )
        ended = _Spent.now(self)
        stored = await self._stored() - before if self.stored else result.answers
        done = Round(
            result,
            stored,
            server=(ended.server - began.server) / stored * 1e6,
            database=(ended.database - began.database) / stored * 1e6,
            others=_others(began, ended),
        )
        if stored != result.answers or result.failed:
            print(f"{self.name}: {stored} stored of {result.answers} answers,", end=" ")
            print(f"{result.failed} failed")
        return done

    async def _stored(self) -> int:
        return await self.stored() if self.stored else 0


@dataclass
class _Spent:
    """Seconds of the processors so far: of the server, the database, this client, and of all."""

    server: float
    database: float
    client: float
    everybody: float
    idle: float

    @classmethod
    def now(cls, of: Contender) -> _Spent:
        machine = psutil.cpu_times()
        idle = machine.idle + getattr(machine, "iowait", 0.0)
        # What guests use is among what users use.
        guests = getattr(machine, "guest", 0.0) + getattr(machine, "guest_nice", 0.0)
        return cls(
            server=sum(map(processor, of.pids)),
            database=processor(of.postgres) if of.postgres else 0.0,
            client=time.process_time(),
            everybody=sum(machine) - guests,
            idle=idle,
        )


def _others(began: _Spent, ended: _Spent) -> float:
    whole = ended.everybody - began.everybody
    busy = whole - (ended.idle - began.idle)
    mine = sum(
        getattr(ended, name) - getattr(began, name) for name in ("server", "database", "client")
    )
    return max(0.0, (busy - mine) / whole) if whole else 0.0


async def interleaved(contenders: Sequence[Contender], rounds: int, seconds: float) -> None:
    """In turns, each round the other way round than the last."""
    for each in contenders:
        await each.turn(min(1.0, seconds))
    for number in range(rounds):
        for each in contenders if number % 2 else reversed(contenders):
            each.rounds.append(await each.turn(seconds))


def ratio(one: Contender, other: Contender) -> tuple[float, float, float]:
    """Of what both stored a second, round by round: median, least and most."""
    found = [a.rate / b.rate for a, b in zip(one.rounds, other.rounds, strict=True)]
    return statistics.median(found), min(found), max(found)


def median(of: Contender, what: str) -> float:
    return statistics.median(getattr(each, what) for each in of.rounds)


def tell(contenders: Sequence[Contender], floor: Contender) -> bool:
    """A line for each, and whether the machine was quiet enough for ratios."""
    for each in contenders:
        middle, least, most = ratio(each, floor)
        p99 = statistics.median(one.result.p99 for one in each.rounds)
        database = f" + {median(each, 'database'):4.0f}" if each.postgres else ""
        print(
            f"{each.name:24} {median(each, 'rate'):7.0f}/s   p99 {p99:6.1f} ms"
            f"   {middle:.3f} ({least:.3f}-{most:.3f}) of {floor.name}"
            f"   processor {median(each, 'server'):4.0f}{database} us each"
        )
    others = statistics.median(one.others for each in contenders for one in each.rounds)
    print(f"Others used {others:.0%} of the processors.", end=" ")
    print(
        "TOO NOISY: only the processor's time can be compared."
        if others > NOISE
        else "Quiet enough for ratios."
    )
    return others <= NOISE


@contextlib.asynccontextmanager
async def bare() -> AsyncIterator[Contender]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port)], cwd=ROOT)
    try:
        await listening(port)
        yield Contender("bare handler", "/bare", [port], [process.pid])
    finally:
        process.terminate()
        process.wait()


async def listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def on_sqlite(
    folder: Path, code: Path = ROOT, name: str = "sqlite"
) -> AsyncIterator[Contender]:
    """All in one process, on SQLite; `code` is the tree that runs."""
    process = serve(folder / "data", PYTHONPATH=code)
    async with _running(process, code):
        path = folder / "data" / "leavemsg.sqlite"

        async def stored() -> int:
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as there:
                (count,) = there.execute("SELECT count(*) FROM message").fetchone()
            return int(count)

        yield _product(name, [process], stored)


@contextlib.asynccontextmanager
async def on_postgres(
    server: PostgresServer,
    folder: Path,
    code: Path = ROOT,
    name: str = "postgres",
    *,
    webs: int = 1,
) -> AsyncIterator[Contender]:
    """So many processes that answer, with PostgreSQL and a Redis of their own."""
    dsn = await server.create()
    database = dsn.partition("?")[0].rpartition("/")[2]
    assert server.process is not None
    redis = Bundled(folder)
    await redis.start()
    shared = {"DATABASE_URL": dsn, "REDIS_URL": redis.url, "LEAVEMSG_SECRET_KEY": random_text()}
    try:
        async with contextlib.AsyncExitStack() as stack:
            processes = []
            for number in range(webs):
                process = serve(folder / f"data{number}", PYTHONPATH=code, **shared)
                process.verb = "web"
                processes.append(await stack.enter_async_context(_running(process, code)))

            async def stored() -> int:
                return int(await server.ask("SELECT count(*) FROM message", database))

            found = _product(name, processes, stored)
            found.postgres = server.process.pid
            yield found
    finally:
        await redis.stop()


@contextlib.asynccontextmanager
async def _running(process: Process, code: Path) -> AsyncIterator[Process]:
    process.start_anew(code)
    try:
        yield await process.ready()
    finally:
        process.stop()


def _product(
    name: str, processes: Sequence[Process], stored: Callable[[], Awaitable[int]]
) -> Contender:
    ports = [int(each.env["PORT"]) for each in processes]
    return Contender(name, PATH, ports, [each.popen.pid for each in processes], stored)
