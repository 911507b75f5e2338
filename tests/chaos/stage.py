"""The installation that is tormented: its processes and servers, each of which can be killed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import psutil

from app import (
    database,
    limits,
    outside,
    settings,
)
from app.database import migrate
from app.people import organizations
from cli.bundled import Bundled
from tests.fakes.vendors import FakeVendors
from tests.matrix.children import Child
from tests.matrix.world import World
from tests.processes import free_port
from tests.servers import PostgresServer

LIMIT = 10
SECRET = "tests-only-" + "k" * 32


class Part:
    """Something that dies and comes back."""

    def __init__(self, name: str, seconds: tuple[float, float]) -> None:
        self.name, self.seconds = name, seconds
        self.kills = 0

    async def kill(self) -> None:
        """Returns when it is dead and has been started again, though it may not be ready yet."""
        raise AssertionError


class ProcessPart(Part):
    def __init__(
        self, world: World, verb: str, seconds: tuple[float, float], **changes: str
    ) -> None:
        super().__init__(verb, seconds)
        self.world, self.verb, self.changes = world, verb, changes
        self.child: Child = world.child(verb, **changes)

    async def kill(self) -> None:
        self.child.kill()
        self.kills += 1
        self.child = self.world.child(self.verb, **self.changes).begin()

    def revive(self) -> None:
        """A process that could not start, for its database was away, is started by somebody."""
        if not self.child.alive:
            self.child = self.world.child(self.verb, **self.changes).begin()


class RedisPart(Part):
    """Our own server, killed and started with what it had written."""

    def __init__(self, server: Bundled, seconds: tuple[float, float]) -> None:
        super().__init__("redis", seconds)
        self.server = server

    async def kill(self) -> None:
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()
        self.kills += 1
        await self.server.start()


class BundledPart(Part):
    """The product's own child; the product starts it again."""

    def __init__(self, parent: ProcessPart, seconds: tuple[float, float]) -> None:
        super().__init__("bundled redis", seconds)
        self.parent = parent

    async def kill(self) -> None:
        if not self.parent.child.alive:
            return
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.parent.child.pid).children():
                child.kill()
                self.kills += 1


class PostgresPart(Part):
    def __init__(self, server: PostgresServer, seconds: tuple[float, float]) -> None:
        super().__init__("postgres", seconds)
        self.server = server

    async def kill(self) -> None:
        self.server.kill()
        self.kills += 1
        self.server.start()


class Stage:
    def __init__(self, world: World, hanging: FakeVendors, parts: list[Part]) -> None:
        self.world, self.hanging, self.parts = world, hanging, parts

    @property
    def urls(self) -> list[str]:
        return [
            part.child.url
            for part in self.parts
            if isinstance(part, ProcessPart) and part.verb in ("web", "serve")
        ]

    @property
    def worker_kills(self) -> int:
        return sum(part.kills for part in self.parts if part.name in ("worker", "serve"))


@contextlib.asynccontextmanager
async def on_sqlite(folder: Path) -> AsyncIterator[Stage]:
    """One server with everything in it, and a second worker on the same file."""
    async with _world("", folder, Bundled(folder)) as (world, hanging):
        port = free_port()
        changes = {"PORT": str(port), "REDIS_URL": "", "LEAVEMSG_BASE_URL": _base(port)}
        server = ProcessPart(world, "serve", (2, 5), **changes)
        parts = [server, ProcessPart(world, "worker", (2, 5)), BundledPart(server, (5, 8))]
        yield await _started(Stage(world, hanging, parts))


@contextlib.asynccontextmanager
async def on_postgres(folder: Path) -> AsyncIterator[Stage]:
    """Two web processes, three workers, their own Redis and PostgreSQL."""
    postgres, redis = PostgresServer().start(), Bundled(folder)
    await redis.start()
    try:
        async with _world(await postgres.create(), folder, redis) as (world, hanging):
            parts: list[Part] = [RedisPart(redis, (6, 10)), PostgresPart(postgres, (10, 15))]
            for _ in range(2):
                port = free_port()
                changes = {"PORT": str(port), "LEAVEMSG_BASE_URL": _base(port)}
                parts.append(ProcessPart(world, "web", (2, 4), **changes))
            parts += [ProcessPart(world, "worker", (2, 5)) for _ in range(3)]
            yield await _started(Stage(world, hanging, parts))
    finally:
        await redis.stop()
        postgres.stop()


def _base(port: int) -> str:
    return f"http://127.0.0.1:{port}"


async def _started(stage: Stage) -> Stage:
    for part in stage.parts:
        if isinstance(part, ProcessPart):
            await part.child.start()
    return stage


@contextlib.asynccontextmanager
async def _world(
    url: str, folder: Path, redis: Bundled
) -> AsyncIterator[tuple[World, FakeVendors]]:
    """A configured organization: a receiver without a limit, one with ten a minute, one that
    hangs."""
    chosen = {
        "LEAVEMSG_DATA_DIR": str(folder),
        "LEAVEMSG_SECRET_KEY": SECRET,
        "LEAVEMSG_EGRESS_ALLOW": "127.0.0.0/8",
    }
    settings.use(settings.load({**chosen, "PATH": os.environ["PATH"]}))
    engine = database.make(url, str(folder / "leavemsg.sqlite"))
    database.use(engine)
    limits.forget_all()
    await engine.open()
    await migrate.run()
    async with FakeVendors() as fakes, FakeVendors(host="127.0.0.2") as hanging:
        world = World(
            url=url, folder=folder, org=await organizations.first(), fakes=fakes, redis=redis
        )
        await world.hook("crm")
        await world.robot(rate_limit_per_minute=LIMIT)
        await world.channel("custom", hanging.add_hook("hangs", ["hang_after"]), name="hangs")
        try:
            yield world, hanging
        finally:
            world.end()
            await outside.close()
            await engine.close()
