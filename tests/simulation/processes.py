"""A simulated process of the product: its own connections, courier, caches and clockwork. It can be
stopped, and killed at any await."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Coroutine
from typing import Any

from app import database, heartbeat
from app.deliveries import Courier
from app.errors import Unavailable
from tasks.sweep import sweep
from tests.simulation.loop import HERE
from tests.simulation.world import World

GRACE_SECONDS = 14.0
"""As tasks.GRACE_SECONDS."""
RECORD_SECONDS = 30.0
"""A record may have to wait for a disk that stalls; its lease is over not long after."""
START_SECONDS = (0.3, 6.0)


class Died(Exception):
    """The process that was asked is gone."""


class Process:
    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number
        self.name = f"p{number}"
        self.alive, self.started = True, False
        self.connections: list[Any] = []
        self.batches: dict[Any, Any] = {}
        self.engine = database.SQLite(str(world.file.path))
        self.courier = Courier(world.platforms)
        self.context = contextvars.Context()
        self.context.run(HERE.set, self)
        self.died_at = float("inf")
        self.frozen_at, self.frozen_until = float("inf"), 0.0
        """From the first time that it froze to the last."""
        self.gone: asyncio.Future[None] = world.loop.create_future()
        self.sweeping: asyncio.Task[None] | None = None

    def task(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        return self.world.loop.create_task(work, context=self.context.copy())

    def start(self) -> None:
        self.world.note(f"{self.name} starts")
        self.task(self._run())

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await self.engine.open()
                await heartbeat.recall()
                break
            await asyncio.sleep(1)
        self.started = True
        self.sweeping = asyncio.ensure_future(sweep(self.courier))

    async def act(self, work: Coroutine[Any, Any, Any]) -> Any:
        """For somebody outside. Raises Died when no answer comes."""
        answer = self.task(work)
        await asyncio.wait([answer, self.gone], return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise Died
        return answer.result()

    async def stop(self) -> None:
        """As after SIGTERM; whatever it does not manage in time is lost."""
        if self.alive and self.started:
            self.world.note(f"{self.name} stops")
            await asyncio.wait([self.task(self._stop()), self.gone], timeout=GRACE_SECONDS + 6)
        self.kill("stopped")

    async def _stop(self) -> None:
        if self.sweeping is not None:
            self.sweeping.cancel()
        await self.courier.stop(GRACE_SECONDS)

    def kill(self, why: str) -> None:
        if not self.alive:
            return
        self.alive, self.died_at = False, self.world.loop.now
        self.world.note(f"{self.name} dies: {why}")
        for each in self.connections:
            each.lose()
        if not self.gone.done():
            self.world.loop.call_soon(self._tell, context=self.world.around)

    def alive_after(self, at: float) -> bool:
        """Whether it lived long enough to write down what it heard then."""
        froze = self.frozen_at < at + RECORD_SECONDS and at < self.frozen_until
        return self.died_at > at + RECORD_SECONDS and not froze

    def freeze(self, seconds: float) -> None:
        """It begins no transaction for so long, as when its machine is paused."""
        self.frozen_at = min(self.frozen_at, self.world.loop.now)
        self.frozen_until = self.world.loop.now + seconds
        self.world.note(f"{self.name} freezes for {seconds:.0f} s")

    def _tell(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)

    async def die(self, why: str) -> None:
        """Never returns: it was the last that its task did."""
        self.kill(why)
        await self.world.loop.create_future()
