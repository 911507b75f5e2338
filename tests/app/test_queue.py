"""The doorbell."""

from __future__ import annotations

import asyncio
import signal
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app import queue
from cli.bundled import Bundled

ORG = uuid.UUID("01a20000-0000-7000-8000-000000000001")
OTHER = uuid.UUID("01a20000-0000-7000-8000-000000000002")


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Bundled]:
    server = Bundled(tmp_path)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bell(redis: Bundled) -> AsyncIterator[queue.Doorbell]:
    made = queue.connect(redis.url)
    yield made
    await queue.close()


async def rung(bell: queue.Doorbell) -> list[str]:
    names = await bell.redis.zrange(queue.QUEUE, 0, -1)
    return sorted(name.decode() for name in names)


async def test_a_ring_says_whose_turn_it_is_and_nothing_else(bell: queue.Doorbell) -> None:
    assert await bell.ring(ORG, 7)
    assert await rung(bell) == [f"drain:{ORG}:7"]
    job = queue.decode(await bell.redis.get(f"arq:job:drain:{ORG}:7"))
    assert (job["f"], job["a"], job["k"]) == (queue.JOB, [str(ORG)], {})


async def test_a_ring_that_nobody_hears_is_forgotten(bell: queue.Doorbell) -> None:
    await bell.ring(ORG, 7)
    assert 0 < await bell.redis.pttl(f"arq:job:drain:{ORG}:7") <= 2 * queue.EXPIRES_SECONDS * 1000


async def test_a_ring_for_the_same_reason_is_one(bell: queue.Doorbell) -> None:
    for _ in range(3):
        assert await bell.ring(ORG, 7)
    assert await rung(bell) == [f"drain:{ORG}:7"]


async def test_a_flood_shares_its_rings(
    bell: queue.Doorbell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "RING_SECONDS", 10.0)
    assert all(await asyncio.gather(*(bell.ring(ORG, n) for n in range(200))))
    assert len(await rung(bell)) <= 2


async def test_a_flood_of_one_does_not_delay_another(
    bell: queue.Doorbell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "RING_SECONDS", 10.0)
    monkeypatch.setattr(queue, "GAP_SECONDS", 60.0)
    flood = [asyncio.create_task(bell.ring(ORG, n)) for n in range(200)]
    await asyncio.sleep(0)
    assert await bell.ring(OTHER, 1)
    waiting = [task for task in flood if not task.done()]
    assert waiting  # They share a ring that is a minute away.
    for task in waiting:
        task.cancel()


async def test_a_new_reason_after_a_while_rings_again(
    bell: queue.Doorbell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "RING_SECONDS", 10.0)
    await bell.ring(ORG, 1)
    await asyncio.sleep(queue.GAP_SECONDS * 2)
    await bell.ring(ORG, 2)
    assert len(await rung(bell)) == 2


async def test_who_rings_for_thousands_remembers_a_bounded_number(
    bell: queue.Doorbell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "REMEMBERED_MAX", 10)
    await asyncio.gather(*(bell.ring(uuid.uuid4(), 1) for _ in range(50)))
    assert len(bell._next) <= 10


async def test_without_a_bell_nobody_is_rung() -> None:
    queue.wake(ORG, 1)
    assert not queue._ringing
    assert await queue.state() == "down"


async def test_whoever_rings_does_not_wait_and_the_last_rings_end_first(redis: Bundled) -> None:
    bell = queue.connect(redis.url)
    queue.wake(ORG, 7)
    assert not await rung(bell)
    await queue.close()
    assert await rung(queue.connect(redis.url)) == [f"drain:{ORG}:7"]
    await queue.close()


async def test_a_worker_of_this_process_hears_directly(bell: queue.Doorbell) -> None:
    heard: list[uuid.UUID] = []
    queue.hear(heard.append)
    queue.wake(ORG, 7)
    queue.hear(None)
    queue.wake(OTHER, 8)
    await asyncio.gather(*queue._ringing)
    assert (heard, await rung(bell)) == ([ORG], [f"drain:{OTHER}:8"])


async def test_a_ring_is_published_and_one_who_may_not_publish_rings_all_the_same(
    bell: queue.Doorbell, redis: Bundled
) -> None:
    async with bell.redis.pubsub() as ear:
        await ear.subscribe(queue.BELL)
        assert await ear.get_message(timeout=2)
        assert await bell.ring(ORG, 7)
        heard = await ear.get_message(timeout=2)
        assert heard
        assert heard["type"] == "message"
    await bell.redis.acl_setuser("default", commands=["-publish"])
    assert await bell.ring(OTHER, 8)
    assert len(await rung(bell)) == 2


async def test_a_dead_redis_costs_next_to_nothing(bell: queue.Doorbell, redis: Bundled) -> None:
    await redis.stop()
    started = time.monotonic()
    assert not await bell.ring(ORG, 1)
    assert not await bell.ring(OTHER, 1)
    assert await queue.state() == "down"
    assert time.monotonic() - started < 3
    assert bell.failed == 1  # The second did not even try.


async def test_a_frozen_redis_costs_no_more_than_the_ring_may(
    bell: queue.Doorbell, redis: Bundled
) -> None:
    await bell.ring(OTHER, 1)
    assert redis.process is not None
    redis.process.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert not await bell.ring(ORG, 1)
        # The client itself would wait for 5 seconds.
        assert time.monotonic() - started < 3
    finally:
        redis.process.send_signal(signal.SIGCONT)


async def test_a_redis_that_came_back_is_rung_again(
    bell: queue.Doorbell, redis: Bundled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "REST_SECONDS", 0.0)
    await redis.stop()
    assert not await bell.ring(ORG, 1)
    await redis.start()
    assert await bell.ring(OTHER, 1)
    assert await queue.state() == "ok"


def test_jobs_are_json_also_when_they_cannot_be() -> None:
    job = {"f": "drain", "a": [1], "r": ValueError("x")}
    assert queue.decode(queue.encode(job))["r"] == "ValueError('x')"


@pytest.mark.parametrize("data", [b"\x80\x04.", b"{", b"[]", b""])
def test_what_is_no_job_is_never_read_as_one(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        queue.decode(data)
