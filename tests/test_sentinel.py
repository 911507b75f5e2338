"""Redis behind sentinels: doorbells and limits find the master that the sentinels name."""

from __future__ import annotations

import asyncio
import subprocess
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import limits, queue
from app.errors import TooMany
from cli.bundled import binary
from tests.processes import free_port


@pytest.fixture
async def sentinel(tmp_path: Path) -> AsyncIterator[str]:
    """A master and one sentinel; the address to connect with."""
    master, watcher = free_port(), free_port()
    configuration = tmp_path / "sentinel.conf"
    configuration.write_text(
        f"port {watcher}\nsentinel monitor mymaster 127.0.0.1 {master} 1\ndir {tmp_path}\n"
    )
    commands = (
        [binary(), "--port", str(master), "--dir", str(tmp_path), "--save", ""],
        [binary(), str(configuration), "--sentinel"],
    )
    running = [subprocess.Popen(each, stdout=subprocess.DEVNULL) for each in commands]
    url = f"redis+sentinel://127.0.0.1:{watcher}/mymaster/0"
    bell = queue.connect(url)
    async with asyncio.timeout(20):
        while await bell.state() != "ok":
            await asyncio.sleep(0.1)
    yield url
    await queue.close()
    limits.forget_all()
    for process in running:
        process.terminate()
        process.wait()


async def test_a_ring_reaches_the_master(sentinel: str) -> None:
    bell = queue.Doorbell(sentinel)
    assert await bell.ring(uuid.uuid4(), 1)
    await bell.close()


async def test_limits_are_counted_there(sentinel: str) -> None:
    limits.connect(sentinel)
    for _ in range(5):
        await limits.allow_test("shop", "channel")
    limits.connect(sentinel)
    with pytest.raises(TooMany):
        await limits.allow_test("shop", "channel")


def test_an_address_with_everything_is_understood() -> None:
    assert queue.sentinel_parts("redis+sentinel://:p%40ss@a:1,b/main/3") == (
        [("a", 1), ("b", 26379)],
        "main",
        3,
        "p@ss",
    )
