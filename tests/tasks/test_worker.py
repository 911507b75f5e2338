"""The clockwork with a real Redis: rung, swept, and alive again after Redis was away."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

import tasks
from app import (
    channel_settings,
    maintenance,
    messages,
    outside,
    queue,
)
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from cli.bundled import Bundled
from tests.fakes.vendors import FakeVendors


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Bundled]:
    server = Bundled(tmp_path)
    await server.start()
    queue.connect(server.url)
    yield server
    await queue.close()
    await server.stop()


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture
async def worker(db: str, redis: Bundled) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(tasks.run(stop, outside.egress(), redis.url))
    yield
    stop.set()
    await running


@pytest.fixture
async def sink(org: Organization, fakes: FakeVendors) -> FakeVendors:
    entry = {"type": "custom", "webhook_url": fakes.add_hook("crm")}
    await channel_settings.add(org.id, entry, by="tests")
    return fakes


@pytest.fixture
def rung_for_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes but by a ring through Redis, as from another process."""
    monkeypatch.setattr(sys.modules["tasks.sweep"], "EVERY_SECONDS", 3600.0)
    monkeypatch.setattr(tasks.worker, "IDLE_SECONDS", 3600.0)
    monkeypatch.setattr(queue, "hear", lambda _: None)
    # A ring that a busy machine made too late would not come again.
    monkeypatch.setattr(queue, "RING_SECONDS", 10.0)


async def leave(org: Organization, answers: Answers, text: str) -> None:
    given = msgspec.structs.replace(answers, content=text)
    await messages.leave(org, given, Visit(ip="192.0.2.1"), submission_id=uuid.uuid4().hex)


@pytest.mark.usefixtures("worker")
async def test_a_ring_brings_the_notice(
    org: Organization, sink: FakeVendors, answers: Answers
) -> None:
    await leave(org, answers, "hello")
    await sink.arrived(1, "hook", "crm")


@pytest.mark.usefixtures("rung_for_only", "worker")
async def test_a_ring_of_another_process_wakes_the_worker(
    org: Organization, sink: FakeVendors, answers: Answers
) -> None:
    for number in range(3):
        await leave(org, answers, f"hello {number}")
        await sink.arrived(number + 1, "hook", "crm")


@pytest.mark.usefixtures("rung_for_only")
async def test_a_redis_that_lets_nobody_listen_is_asked(
    org: Organization, sink: FakeVendors, answers: Answers, redis: Bundled
) -> None:
    bell = queue.Doorbell(redis.url)
    await bell.redis.acl_setuser("default", commands=["-subscribe", "-publish"])
    await bell.close()
    stop = asyncio.Event()
    running = asyncio.create_task(tasks.run(stop, outside.egress(), redis.url))
    await leave(org, answers, "hello")
    await sink.arrived(1, "hook", "crm")
    stop.set()
    await running


@pytest.mark.usefixtures("worker")
async def test_while_it_is_maintained_notices_are_owed_and_go_out_afterwards(
    org: Organization, sink: FakeVendors, answers: Answers
) -> None:
    await maintenance.switch(on=True)
    await leave(org, answers, "hello")
    # Longer than a ring and a sweep take.
    await asyncio.sleep(1.5)
    assert not sink.calls("hook", "crm")
    await maintenance.switch(on=False)
    await sink.arrived(1, "hook", "crm")


@pytest.mark.usefixtures("worker")
async def test_without_redis_the_sweep_brings_it(
    org: Organization, sink: FakeVendors, answers: Answers, redis: Bundled
) -> None:
    await redis.stop()
    await leave(org, answers, "hello")
    await sink.arrived(1, "hook", "crm")


@pytest.mark.usefixtures("worker")
async def test_after_redis_came_back_empty_rings_work_again(
    org: Organization, sink: FakeVendors, answers: Answers, redis: Bundled
) -> None:
    assert redis.process is not None
    redis.process.kill()
    redis.process.wait()
    await leave(org, answers, "while away")
    for file in (redis.folder / "appendonlydir").glob("*"):
        file.unlink()
    await redis.start()
    await leave(org, answers, "after")
    await sink.arrived(2, "hook", "crm")


@pytest.mark.usefixtures("worker")
async def test_a_frozen_redis_holds_up_no_visitor(
    org: Organization, sink: FakeVendors, answers: Answers, redis: Bundled
) -> None:
    assert redis.process is not None
    redis.process.send_signal(signal.SIGSTOP)
    try:
        async with asyncio.timeout(1):
            await leave(org, answers, "hello")
        await sink.arrived(1, "hook", "crm")
    finally:
        redis.process.send_signal(signal.SIGCONT)


@pytest.mark.usefixtures("worker")
async def test_what_lies_in_redis_runs_no_code(
    org: Organization, sink: FakeVendors, answers: Answers, redis: Bundled, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    client = queue.connection(redis.url)
    for name, body in {
        "pickled": pickle.dumps(_Touch(mark)),
        "broken": b"{",
        "unknown": queue.encode({"t": None, "f": "other", "a": [], "k": {}, "et": 1}),
        "no-id": queue.encode({"t": None, "f": queue.JOB, "a": ["x"], "k": {}, "et": 1}),
    }.items():
        await client.set(f"arq:job:{name}", body)
        await client.zadd(queue.QUEUE, {name: 1})
    await client.aclose(close_connection_pool=True)  # type: ignore[call-arg]

    await leave(org, answers, "hello")
    await sink.arrived(1, "hook", "crm")
    await asyncio.sleep(0.2)
    assert not mark.exists()


class _Touch:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return (Path.touch, (self.path,))


async def test_a_thousand_rings_send_once(
    org: Organization, sink: FakeVendors, answers: Answers, redis: Bundled
) -> None:
    await leave(org, answers, "hello")
    bell = queue.Doorbell(redis.url)
    await asyncio.gather(*(bell.ring(org.id, n) for n in range(1000)))
    await bell.close()
    stop = asyncio.Event()
    running = asyncio.create_task(tasks.run(stop, outside.egress(), redis.url))
    await sink.arrived(1, "hook", "crm")
    await asyncio.sleep(1)
    stop.set()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert len(sink.calls("hook", "crm")) == 1
