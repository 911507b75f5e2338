"""The courier carries what was planned: all sends at once, none inside a transaction."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid

from app.channels.sender import Receipt
from app.deliveries.parcel import pack, sender_of
from app.deliveries.plan import Planned, plan
from app.deliveries.record import record
from app.egress import Egress
from app.errors import SendError, Unavailable
from app.secrets import Unreadable

log = logging.getLogger(__name__)

SENDS_AT_ONCE = 50
START_SECONDS = 15.0
"""A stalled process must not start to send later than this after its grant: with the deadline and
two seconds more it still ends before the lease does."""
DATABASE_RETRY = 1.0


class Courier:
    """One in each worker process. What it holds in memory may be lost at any moment."""

    def __init__(self, egress: Egress) -> None:
        self.egress = egress
        self._seats = asyncio.Semaphore(SENDS_AT_ONCE)
        self._sending: set[asyncio.Task[None]] = set()
        self._draining: dict[uuid.UUID, bool] = {}
        self._stopping = False

    async def drain(self, organization: uuid.UUID) -> None:
        """Plans until nothing is left to plan; the sends go on by themselves and drain again.

        A call for an organization that is being drained here makes that one look once more.
        """
        if organization in self._draining:
            self._draining[organization] = True
            return
        self._draining[organization] = True
        try:
            while self._draining[organization] and not self._stopping:
                self._draining[organization] = False
                await self._plan(organization)
        finally:
            del self._draining[organization]

    async def _plan(self, organization: uuid.UUID) -> None:
        await self._seats.acquire()
        self._seats.release()
        planned = await plan(organization)
        for one in planned:
            task = asyncio.create_task(self._carry(one))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        if planned:
            self._draining[organization] = True

    async def _carry(self, planned: Planned) -> None:
        await asyncio.sleep(planned.delay)
        async with self._seats:
            started = time.monotonic()
            outcome = await self._send(planned)
            if outcome is None:
                return
            await self._record(planned, outcome, int((time.monotonic() - started) * 1000))
        await self._look_again(planned.organization)

    async def _look_again(self, organization: uuid.UUID) -> None:
        # An away database is met again by the sweep, which also finds this organization.
        with contextlib.suppress(Unavailable):
            await self.drain(organization)

    async def _send(self, planned: Planned) -> Receipt | SendError | None:
        """None when it is too late to start: the lease will lapse and be planned anew."""
        try:
            sender = sender_of(planned.channel)
            parcel = await pack(planned)
        except Unreadable:
            return SendError(
                "permanent_config",
                "secret_unreadable",
                hint="The stored secret cannot be read with this secret key. Enter it again.",
                left=False,
            )
        except Unavailable:
            return None
        if time.monotonic() - planned.granted > START_SECONDS:
            return None
        try:
            async with asyncio.timeout(sender.deadline + 2):
                return await sender.send(parcel, self.egress)
        except SendError as error:
            return error
        except TimeoutError:
            return SendError("unknown", "timeout", hint="The other side did not answer in time")
        except asyncio.CancelledError:
            return SendError("unknown", "stopped", "the worker was stopped while sending")
        except Exception as error:
            log.exception("sender failed", extra={"kind": planned.channel["kind"]})
            return SendError("retry", "internal", type(error).__name__)

    async def _record(
        self, planned: Planned, outcome: Receipt | SendError, duration_ms: int
    ) -> None:
        """Keeps the outcome while the database is away, for as long as the process lives."""
        while True:
            try:
                await record(planned, outcome, duration_ms)
                return
            except Unavailable:
                await asyncio.sleep(DATABASE_RETRY)

    async def stop(self, grace: float) -> None:
        """Plans no more, lets what is on the wire end, then records the rest as unknown."""
        self._stopping = True
        sending = set(self._sending)
        if sending:
            _, late = await asyncio.wait(sending, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
