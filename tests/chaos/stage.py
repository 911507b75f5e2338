"""The installation that is tormented: its processes and servers, each of which can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Protocol

import msgspec
import psutil

from app import (
    channel_settings,
    database,
    limits,
    messages,
    outside,
    settings,
)
from app.database import migrate
from app.errors import Unavailable
from app.fields.check import Answers
from app.mail import mailbox_change
from app.mail.mailboxes import Config
from app.people import agents, organizations, tokens
from app.rules import reminders
from app.tables import Mailbox, Organization
from cli.bundled import Bundled
from tests.fakes.imap import FakeImap
from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors
from tests.matrix.children import Child
from tests.matrix.world import World
from tests.processes import free_port
from tests.servers import PostgresServer

LIMIT = 10
WAITING, SOON = 12, 4
"""Messages that wait for somebody to claim them, and the seconds to their first reminder."""
START_SECONDS = 60
UNDER_WAY_SECONDS = 1.0
"""What was sent just before the time was moved on arrives just after it."""
SERVICE, COLLEAGUE = "service@shop.example", "小林"
REMINDED = "售后服务"
NEVER = (86_400.0, 86_400.0)
PROXY = {"LEAVEMSG_TRUSTED_PROXIES": "127.0.0.0/8"}
SECRET, NEXT = "tests-only-" + "k" * 32, "the-next-one-" + "n" * 32


class Part:
    """Something that dies and comes back."""

    def __init__(self, name: str, seconds: tuple[float, float]) -> None:
        self.name, self.seconds = name, seconds
        self.kills = 0

    async def kill(self) -> None:
        """Returns when it is dead and has been started again, though it may not be ready yet."""
        raise AssertionError

    async def over(self) -> None:
        """Nothing is killed any more."""


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
        self._end()
        await self.server.start()

    def _end(self) -> None:
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()
        self.kills += 1


class AwayPart(RedisPart):
    """It stays away until all is over."""

    async def kill(self) -> None:
        if not self.kills:
            self._end()

    async def over(self) -> None:
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


class Restarted(Protocol):
    """A server that can be killed and started again."""

    def kill(self) -> None: ...

    def start(self) -> object: ...


class ServerPart(Part):
    def __init__(self, name: str, server: Restarted, seconds: tuple[float, float]) -> None:
        super().__init__(name, seconds)
        self.server = server

    async def kill(self) -> None:
        self.server.kill()
        self.kills += 1
        self.server.start()


class LapsePart(Part):
    """The mailbox's lease lapses, as if two minutes were over: another worker takes it, and what
    held it may still be there."""

    async def kill(self) -> None:
        with contextlib.suppress(Unavailable):
            await Mailbox.update({Mailbox.held_until: Mailbox.created_at}).where(
                Mailbox.holder.is_not_null()
            )
            self.kills += 1


Moved = tuple[float, float]
"""From when to when, by the receiver's clock, the world's time was moved on."""


class Stage(msgspec.Struct, kw_only=True):
    """`channel` has the links that are tapped; `waiting` are messages whose reminders come due."""

    world: World
    mail: FakeMail
    box: FakeImap
    channel: str
    token: str
    waiting: list[str]
    parts: list[Part] = []
    moved: list[Moved] = []

    async def pass_time(self, seconds: float) -> None:
        clock = self.world.fakes.clock
        began = clock.monotonic()
        await self.world.pass_time(seconds)
        clock.advance(seconds)
        self.moved.append((began, clock.monotonic() + UNDER_WAY_SECONDS))

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


Begin = Callable[[World, FakeVendors], Awaitable[str]]
"""Brings an empty database to the newest schema and adds the channels, with the second vendors' as
that which hangs. The one with the links."""


class Server(Protocol):
    """Of Redis' protocol."""

    @property
    def url(self) -> str: ...


@contextlib.asynccontextmanager
async def on_sqlite(folder: Path) -> AsyncIterator[Stage]:
    """One server with everything in it, and a second worker on the same file."""
    async with stage_of("", folder, Bundled(folder)) as stage:
        port = free_port()
        changes = {"PORT": str(port), "REDIS_URL": "", "LEAVEMSG_BASE_URL": base_of(port)}
        server = ProcessPart(stage.world, "serve", (2, 5), **changes, **PROXY)
        # Ids of mails have the host of the address: all processes are told the same one.
        worker = ProcessPart(stage.world, "worker", (2, 5), LEAVEMSG_BASE_URL=base_of(port))
        stage.parts += [server, worker, BundledPart(server, (5, 8)), LapsePart("mailbox", (2, 4))]
        yield await started(stage)


@contextlib.asynccontextmanager
async def on_postgres(folder: Path) -> AsyncIterator[Stage]:
    """Two web processes, three workers, their own Redis and PostgreSQL."""
    async with many(folder) as (stage, redis, postgres):
        stage.parts += [RedisPart(redis, (6, 10)), ServerPart("postgres", postgres, (10, 15))]
        processes(stage)
        yield await started(stage)


@contextlib.asynccontextmanager
async def on_no_redis(folder: Path) -> AsyncIterator[Stage]:
    """The same, and nothing dies but Redis, which stays away."""
    async with many(folder) as (stage, redis, _):
        processes(stage)
        await started(stage)
        stage.parts = [each for each in stage.parts if isinstance(each, ProcessPart)]
        for each in stage.parts:
            each.seconds = NEVER
        stage.parts.append(AwayPart(redis, (1, 2)))
        yield stage


@contextlib.asynccontextmanager
async def many(
    folder: Path, begin: Begin | None = None
) -> AsyncIterator[tuple[Stage, Bundled, PostgresServer]]:
    """A PostgreSQL and a Redis of its own."""
    postgres, redis = PostgresServer().start(), Bundled(folder)
    await redis.start()
    try:
        async with stage_of(await postgres.create(), folder, redis, begin) as stage:
            yield stage, redis, postgres
    finally:
        await redis.stop()
        postgres.stop()


def processes(stage: Stage) -> None:
    """Two that answer, three that send."""
    for _ in range(2):
        port = free_port()
        changes = {"PORT": str(port), "LEAVEMSG_BASE_URL": base_of(port)}
        stage.parts.append(ProcessPart(stage.world, "web", (2, 4), **changes, **PROXY))
    stage.parts += [
        ProcessPart(stage.world, "worker", (2, 5), LEAVEMSG_BASE_URL=base_of(port))
        for _ in range(3)
    ]
    stage.parts.append(LapsePart("mailbox", (2, 4)))


def base_of(port: int) -> str:
    return f"http://127.0.0.1:{port}"


async def started(stage: Stage) -> Stage:
    for part in stage.parts:
        if isinstance(part, ProcessPart):
            await part.child.start()
    await ready(stage)
    await stage.pass_time(60 - SOON)
    return stage


async def ready(stage: Stage) -> None:
    """The mailbox is read, and messages wait for somebody."""
    async with asyncio.timeout(START_SECONDS):
        # What came before it was first looked into is nobody's.
        while not await Mailbox.exists().where(Mailbox.looked_at.is_not_null()):
            await asyncio.sleep(0.1)
    stage.waiting += await _waiting(stage.world)


async def _begin(world: World, hanging: FakeVendors) -> str:
    await migrate.run()
    world.org = await organizations.first()
    crm = await world.hook("crm")
    await world.robot(rate_limit_per_minute=LIMIT)
    await world.channel("custom", hanging.add_hook("hangs", ["hang_after"]), name="hangs")
    return crm


@contextlib.asynccontextmanager
async def stage_of(
    url: str, folder: Path, redis: Server, begin: Begin | None = None
) -> AsyncIterator[Stage]:
    """A configured organization: a receiver without a limit, one with ten a minute, one that
    hangs, mail that goes out and comes in, and reminders."""
    chosen = {
        "LEAVEMSG_DATA_DIR": str(folder),
        "LEAVEMSG_SECRET_KEY": SECRET,
        "LEAVEMSG_OTHER_SECRET_KEYS": NEXT,
        "LEAVEMSG_EGRESS_ALLOW": "127.0.0.0/8",
    }
    settings.use(settings.load({**chosen, "PATH": os.environ["PATH"]}))
    engine = database.make(url, str(folder / "leavemsg.sqlite"))
    database.use(engine)
    limits.forget_all()
    await engine.open()
    async with (
        FakeVendors() as fakes,
        FakeVendors(host="127.0.0.2") as hanging,
        FakeMail() as mail,
        FakeImap() as box,
    ):
        world = World(url=url, folder=folder, org=Organization(), fakes=fakes, redis=redis)
        try:
            crm = await (begin or _begin)(world, hanging)
            await _mail(world, mail, box, crm)
            await _team(world, crm)
            token = await tokens.create(world.org.id, "mail", ["mail:deliver"])
            yield Stage(world=world, mail=mail, box=box, channel=crm, token=token, waiting=[])
        finally:
            world.end()
            await outside.close()
            await engine.close()


async def _mail(world: World, mail: FakeMail, box: FakeImap, crm: str) -> None:
    """Replies go out; notices do not, as it steps in for a channel that works."""
    smtp = {
        "host": mail.host,
        "port": mail.port("plain-noauth"),
        "secure": False,
        "allow_plaintext": True,
    }
    entry = {
        "type": "email",
        "smtp_config": smtp,
        "from": SERVICE,
        "to": ["team@shop.example"],
        "rate_limit_per_minute": 0,
        "fallback_for": crm,
        "fallback_after_seconds": 86400,
    }
    await channel_settings.add(world.org.id, entry, by="tests")
    config = Config(name=SERVICE, host="127.0.0.1", port=box.port, tls="none", user=SERVICE)
    await mailbox_change.save(outside.egress(), world.org.id, None, config, "good", by="tests")


async def _team(world: World, crm: str) -> None:
    """Somebody who claims, is on duty, and two steps of reminders."""
    await agents.create(
        world.org.id, email="colleague@shop.example", password="correct horse 9", name=COLLEAGUE
    )
    steps = [{"after_minutes": n, "channel": crm, "mention": "duty"} for n in (1, 2)]
    chain = {"categories": [REMINDED], "steps": steps}
    await reminders.save(world.org.id, {"chains": [chain]}, by="tests")


async def _waiting(world: World) -> list[str]:
    found = []
    for number in range(WAITING):
        answers = Answers(content=f"waiting {number}", phone="13800138000", category=REMINDED)
        left = await messages.leave(
            world.org, answers, messages.Visit(ip="192.0.2.1"), submission_id=f"waiting-{number}"
        )
        found.append(left.uid)
    return found
