"""Processes that a test kills, freezes and lets thaw."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.nursery import Forked
from tests.processes import GONE, TLS

READY_SECONDS = 60.0


class Child:
    """One process. It is dead, alive or frozen, and its log says what it printed."""

    def __init__(self, verb: str, environment: dict[str, str], log: Path) -> None:
        self.verb, self.environment, self.log = verb, environment, log
        self._running: Forked | subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> Forked | subprocess.Popen[bytes]:
        assert self._running is not None
        return self._running

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def alive(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def begin(self) -> Child:
        self._running = Forked(self.verb, env=self.environment, stdout=self.log, stderr=self.log)
        return self

    async def start(self) -> Child:
        """Begins and waits until it works."""
        self.begin()
        is_ready = self._runs if self.verb == "worker" else self._answers
        deadline = time.monotonic() + READY_SECONDS
        while not await is_ready():
            assert self.alive, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            await asyncio.sleep(0.01)
        return self

    async def _runs(self) -> bool:
        return self.log.exists() and "The worker runs." in self.log.read_text()

    async def _answers(self) -> bool:
        with contextlib.suppress(*GONE):
            async with httpx.AsyncClient(base_url=self.url, verify=TLS) as client:
                return (await client.get("/livez")).status_code == 200
        return False

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    async def stopped(self, within: float) -> int:
        """Asks it to stop; the exit code."""
        self.signal(signal.SIGTERM)
        async with asyncio.timeout(within):
            while self.alive:
                await asyncio.sleep(0.02)
        return self.process.wait()


async def until(holds: Callable[[], bool], within: float = 30.0) -> None:
    """Waits for something in this process to become true."""
    async with asyncio.timeout(within):
        while not holds():
            await asyncio.sleep(0.01)
