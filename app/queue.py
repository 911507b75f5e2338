"""The doorbell: tells a worker that an organization has something due. The only module that uses
arq's client.

A worker of this process hears it directly. For others a job lies in Redis, and what is published
there ends arq's wait.

A lost, doubled or delayed ring costs only time: the database says what is due, and the sweep finds
it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import msgspec
from arq.connections import ArqRedis
from redis import asyncio as redis
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool

from app.metrics.counted import RINGS

RING_SECONDS = 0.2
"""A ring takes no longer; the sweep finds what it was for."""
STATE_SECONDS = 1.5
"""Monitoring may wait: a machine that is busy for a moment does not mean that Redis is down."""
REST_SECONDS = 1.0
"""No ring for this long after a failed one: the sweep is as quick."""
GAP_SECONDS = 0.05
REMEMBERED_MAX = 10_000
EXPIRES_SECONDS = 60
QUEUE = "leavemsg:doorbells"
BELL = "leavemsg:bell"
"""Where a new job is published."""
SENTINEL = "redis+sentinel://"
SENTINEL_PORT = 26379
JOB = "drain"
PROBE, PROBE_MS = "leavemsg:probe", 5000
Ear = Callable[[uuid.UUID], None]
"""Hears of an organization, and does not wait."""


def encode(job: dict[str, Any]) -> bytes:
    return msgspec.json.encode(job, enc_hook=repr)


def decode(data: bytes) -> dict[str, Any]:
    """JSON, never pickle: data in Redis must not be able to run code."""
    return msgspec.json.decode(data, type=dict[str, Any])


def connection(url: str) -> ArqRedis:
    """A client that gives up in bounded time; it connects at first use.

    `redis+sentinel://:password@host:port,host:port/name/db` asks the sentinels for the master.
    """
    options: dict[str, Any] = dict(socket_connect_timeout=2, socket_timeout=5)
    ours: dict[str, Any] = dict(
        job_serializer=encode,
        job_deserializer=decode,
        default_queue_name=QUEUE,
        expires_extra_ms=EXPIRES_SECONDS * 1000,
    )
    if not url.startswith(SENTINEL):
        pool: Any = redis.ConnectionPool.from_url(url, **options)
        return ArqRedis(pool, **ours)
    nodes, name, db, password = sentinel_parts(url)
    asked = Sentinel(nodes, sentinel_kwargs={**options, "password": password}, **options)  # type: ignore[no-untyped-call]
    pool = SentinelConnectionPool(name, asked, db=db, password=password, **options)  # type: ignore[no-untyped-call]
    return ArqRedis(pool, **ours)


def sentinel_parts(url: str) -> tuple[list[tuple[str, int]], str, int, str | None]:
    """Nodes, the master's name, the database's number and the password."""
    rest = url.removeprefix(SENTINEL)
    login, _, places = rest.rpartition("@")
    hosts, _, path = places.partition("/")
    name, _, db = path.partition("/")
    nodes = []
    for node in hosts.split(","):
        host, _, port = node.partition(":")
        nodes.append((host, int(port or SENTINEL_PORT)))
    password = unquote(login.partition(":")[2]) or None
    return nodes, name or "mymaster", int(db or 0), password


class Doorbell:
    def __init__(self, url: str) -> None:
        self.redis = connection(url)
        self.failed = 0
        self._rest_until = 0.0
        self._next: dict[uuid.UUID, float] = {}

    async def ring(self, organization: uuid.UUID, number: int) -> bool:
        """`number` is the organization's count of wakes, which makes each job's id unique.

        Rings at most once in GAP_SECONDS: calls in between share the next ring.
        """
        now = time.monotonic()
        due = self._next.get(organization, now)
        if due > now + GAP_SECONDS:
            return True
        if len(self._next) >= REMEMBERED_MAX:
            self._next.clear()
        self._next[organization] = max(due, now) + GAP_SECONDS
        await asyncio.sleep(max(0.0, due - now))
        return await self._enqueue(organization, number)

    async def _enqueue(self, organization: uuid.UUID, number: int) -> bool:
        if time.monotonic() < self._rest_until:
            return False
        try:
            async with asyncio.timeout(RING_SECONDS):
                await self.redis.enqueue_job(
                    JOB,
                    str(organization),
                    _job_id=f"{JOB}:{organization}:{number}",
                    _expires=EXPIRES_SECONDS,
                )
                await self._publish()
        except (OSError, redis.RedisError, TimeoutError):
            self.failed += 1
            RINGS.add("failed")
            self._rest_until = time.monotonic() + REST_SECONDS
            return False
        RINGS.add("ok")
        return True

    async def _publish(self) -> None:
        """A user of Redis who may not publish leaves it to the workers to look."""
        with contextlib.suppress(redis.ResponseError):
            await self.redis.publish(BELL, "")

    async def state(self) -> str:
        """ok, full, read_only or down, tested by a write."""
        try:
            async with asyncio.timeout(STATE_SECONDS):
                await self.redis.set(PROBE, "", px=PROBE_MS)
                return "ok"
        except redis.OutOfMemoryError:
            return "full"
        except redis.ReadOnlyError:
            return "read_only"
        except (OSError, redis.RedisError, TimeoutError):
            return "down"

    async def now(self) -> dt.datetime | None:
        """Its clock; None when it does not answer."""
        try:
            async with asyncio.timeout(STATE_SECONDS):
                seconds, micros = await self.redis.time()
        except (OSError, redis.RedisError, TimeoutError):
            return None
        return dt.datetime.fromtimestamp(seconds, dt.UTC) + dt.timedelta(microseconds=micros)

    async def close(self) -> None:
        with contextlib.suppress(OSError, redis.RedisError):
            await self.redis.aclose(close_connection_pool=True)


_bell: Doorbell | None = None
_ear: Ear | None = None
_ringing: set[asyncio.Task[bool]] = set()


def connect(url: str) -> Doorbell:
    global _bell
    _bell = Doorbell(url)
    return _bell


async def close() -> None:
    """Lets the last rings end, which takes RING_SECONDS and GAP_SECONDS at most."""
    global _bell
    if _bell is not None:
        bell, _bell = _bell, None
        await asyncio.gather(*_ringing, return_exceptions=True)
        await bell.close()


def hear(ear: Ear | None) -> None:
    """What is rung for in this process reaches `ear` instead of Redis; None ends that."""
    global _ear
    _ear = ear


def wake(organization: uuid.UUID, number: int) -> None:
    """After the commit. Nobody waits for Redis: what no wake-up announces is found by the sweep."""
    if _ear is not None:
        _ear(organization)
    elif _bell is not None:
        task = asyncio.create_task(_bell.ring(organization, number))
        _ringing.add(task)
        task.add_done_callback(_ringing.discard)


async def now() -> dt.datetime | None:
    return await _bell.now() if _bell is not None else None


async def state() -> str:
    return await _bell.state() if _bell is not None else "down"
