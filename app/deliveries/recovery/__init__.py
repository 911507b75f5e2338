"""A channel that works again, or can be reached again: what waits for another try goes now.

A receiver that nobody could connect to is knocked at, so that it is told as soon as it is back. A
knock asks nothing and sends nothing: it is no try.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import uuid
from collections.abc import Callable, Sequence

from app import database
from app.channels.kinds import KINDS
from app.channels.sender import Acceptance
from app.database import columns
from app.deliveries import statements as every
from app.deliveries.owe import Locked, lock
from app.deliveries.planned import Planned
from app.deliveries.recovery import statements
from app.deliveries.sealed import sender_of
from app.egress import OutboundError
from app.egress.way import Egress
from app.errors import NotFound, SendError, Unavailable
from app.tables.deliveries import Channel, Dispatch

log = logging.getLogger(__name__)

KNOCK_SECONDS = 2.0
SOON = dt.timedelta(minutes=3)
"""A channel that fails for longer is left to the schedule of its tries."""
TRIES = 3
"""Of one dispatch in this time, by that schedule."""
AWAY = ("connect_failed", "dns_failed")
"""Nothing was sent: nobody is there."""


async def recovered(organization: uuid.UUID, org: Locked, channels: Sequence[uuid.UUID]) -> None:
    """Before it is written that they work, under the organization's lock. What was begun since
    their last success is due, once: what fails among successes keeps its schedule, or its tries
    would be used up within minutes."""
    if not channels:
        return
    these, ids = database.one_of(columns(Dispatch.channel), channels)
    known, kinds = _known()
    sql = statements.SOONER.replace("[these]", these).replace("[known]", known)
    await database.execute(sql, org.now, organization, org.now, ids, kinds)


async def reachable(organization: uuid.UUID, channel: uuid.UUID) -> None:
    """Somebody could connect to it. One dispatch finds out whether it works; when it does, the
    others follow."""
    away, codes = database.one_of(columns(Channel.error_code, of="c"), AWAY)
    known, kinds = _known()
    sql = statements.UNREACHED.replace("[away]", away).replace("[known]", known)
    async with database.transaction():
        try:
            org = await lock(organization)
        except NotFound:
            return
        values = (organization, channel, org.now - SOON, codes, TRIES, kinds)
        found = await database.value(uuid.UUID, sql, *values)
        if found is not None:
            await database.execute(statements.END_PAUSE, channel)
            await database.execute(every.RETRY_LATER, org.now, found)


def _known() -> tuple[str, object]:
    """The kinds whose receivers notice a repeat, as a condition and its value."""
    kinds = [name for name, kind in KINDS.items() if kind.idempotent]
    return database.one_of(columns(Channel.kind, of="c"), kinds)


class Knocker:
    """One task for each channel. Its memory may be lost: then the schedule of tries holds."""

    def __init__(self, egress: Egress, opened: Callable[[uuid.UUID], None]) -> None:
        self._egress = egress
        self._opened = opened
        self._knocking: dict[uuid.UUID, asyncio.Task[None]] = {}

    def follow(self, planned: Planned, outcome: Acceptance | SendError) -> None:
        """Begins to knock when it could not be reached."""
        channel = planned.channel.id
        if channel in self._knocking or not isinstance(outcome, SendError):
            return
        if outcome.code in AWAY and (url := sender_of(planned.channel).address()):
            task = asyncio.create_task(self._knock(planned.organization, channel, url))
            self._knocking[channel] = task
            task.add_done_callback(lambda _: self._knocking.pop(channel))

    async def _knock(self, organization: uuid.UUID, channel: uuid.UUID, url: str) -> None:
        for _ in range(int(SOON.total_seconds() / KNOCK_SECONDS)):
            await asyncio.sleep(KNOCK_SECONDS)
            try:
                await self._egress.reach(url, deadline=KNOCK_SECONDS)
                await reachable(organization, channel)
            except (OutboundError, Unavailable):
                continue  # Nobody is there yet, or our own database is away.
            except Exception:
                log.exception("knocking failed")
            self._opened(organization)
            return

    async def stop(self) -> None:
        for task in self._knocking.values():
            task.cancel()
        await asyncio.gather(*self._knocking.values(), return_exceptions=True)
