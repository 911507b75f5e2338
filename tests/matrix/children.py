"""Processes of the product that start in a moment: forked from one that has imported everything.

They are as real as any: their own memory and connections, killed and frozen by real signals.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.processes import TLS

READY_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
PRELOADED = ["cli.main", "tasks", "web.asgi"]

nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(PRELOADED)


def _live(verb: str, environment: dict[str, str], log: str) -> None:
    """The whole life of a child, from here on what `leavemsg <verb>` would be."""
    os.setsid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(told, 1)
    os.dup2(told, 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["leavemsg", verb]
    from cli.main import main

    main()


class Child:
    """One process. It is dead, alive or frozen, and its log says what it printed."""

    def __init__(self, verb: str, environment: dict[str, str], log: Path) -> None:
        self.verb, self.environment, self.log = verb, environment, log
        self.process = nursery.Process(
            target=_live, args=(verb, environment, str(log)), daemon=True
        )

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def alive(self) -> bool:
        return self.process.is_alive()

    def begin(self) -> Child:
        self.process.start()
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
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient(base_url=self.url, verify=TLS) as client:
                return (await client.get("/livez")).status_code == 200
        return False

    def signal(self, number: int) -> None:
        """Never to somebody else who has got the number of a process that is gone."""
        if self.alive:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.signal(signal.SIGKILL)
        self.process.join()

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
        assert self.process.exitcode is not None
        return self.process.exitcode


async def until(holds: Callable[[], bool], within: float = 30.0) -> None:
    """Waits for something in this process to become true."""
    async with asyncio.timeout(within):
        while not holds():
            await asyncio.sleep(0.01)
