from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def process() -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-W",
            "error",
            "-m",
            "tests.fakes",
            "--http",
            "0",
            "--smtp",
            "0",
            "--demo",
        ),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    yield started
    if started.returncode is None:
        started.kill()
    await started.communicate()


async def lines_until(process: asyncio.subprocess.Process, word: str) -> str:
    assert process.stdout is not None
    text = ""
    async with asyncio.timeout(20):
        while word not in text:
            line = await process.stdout.readline()
            assert line, text
            text += line.decode()
    return text


async def test_it_runs_by_hand_and_stops_cleanly(
    process: asyncio.subprocess.Process, client: httpx.AsyncClient
) -> None:
    told = await lines_until(process, "smtp password")
    for word in ("smtp starttls", "smtp implicit", "smtp plain", "/hook/demo", "/_fake/messages"):
        assert word in told
    match = re.search(r"wecom +(http\S+key=demo)", told)
    assert match is not None

    await client.post(match[1], json={"msgtype": "text", "text": {"content": "一\n二\x1b[31m"}})
    assert "wecom demo accepted | 一 二 [31m" in await lines_until(process, "accepted")

    process.send_signal(signal.SIGINT)
    assert (await lines_until(process, "stopped")).strip() == "stopped"
    assert await asyncio.wait_for(process.wait(), 10) == 0
