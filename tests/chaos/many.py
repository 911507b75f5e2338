"""Larger installations: behind PgBouncer, and with a second database and Redis that take over."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from cli.bundled import Bundled
from tests.bouncer import Bouncer
from tests.chaos.doubled import Pair, Sentinels
from tests.chaos.stage import (
    Part,
    RedisPart,
    ServerPart,
    Stage,
    processes,
    stage_of,
    started,
)
from tests.servers import PostgresServer

SESSIONS = 8


class TakeoverPart(Part):
    """The first is killed, the second takes over."""

    def __init__(self, name: str, double: Pair | Sentinels, seconds: tuple[float, float]) -> None:
        super().__init__(name, seconds)
        self.double = double

    async def kill(self) -> None:
        await self.double.fail_over()
        self.kills += 1


@contextlib.asynccontextmanager
async def on_pgbouncer(folder: Path) -> AsyncIterator[Stage]:
    """All processes share few sessions, each for one transaction."""
    postgres, redis = PostgresServer().start(), Bundled(folder)
    bouncer = Bouncer(postgres, sessions=SESSIONS).start()
    await redis.start()
    try:
        url = bouncer.dsn(await postgres.create())
        async with stage_of(url, folder, redis) as stage:
            stage.parts += [
                RedisPart(redis, (6, 10)),
                ServerPart("postgres", postgres, (15, 20)),
                ServerPart("pgbouncer", bouncer, (8, 12)),
            ]
            processes(stage)
            yield await started(stage)
    finally:
        await redis.stop()
        bouncer.stop()
        postgres.stop()


@contextlib.asynccontextmanager
async def on_failover(folder: Path) -> AsyncIterator[Stage]:
    """A PostgreSQL with a standby, a Redis with sentinels."""
    pair, sentinels = await Pair().start(), await Sentinels(folder).start()
    try:
        async with stage_of(await pair.create(), folder, sentinels) as stage:
            stage.parts += [
                TakeoverPart("postgres takeover", pair, (12, 18)),
                TakeoverPart("redis takeover", sentinels, (10, 15)),
            ]
            processes(stage)
            yield await started(stage)
    finally:
        await sentinels.stop()
        pair.stop()
