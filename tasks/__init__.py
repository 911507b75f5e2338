"""The clockwork: a supervised arq worker for doorbells, and a sweep that needs no Redis at all."""

from __future__ import annotations

import asyncio
import logging

from app.deliveries import Courier
from app.egress import Egress
from tasks.sweep import sweep
from tasks.worker import supervise

log = logging.getLogger(__name__)

GRACE_SECONDS = 15.0
"""After a stop, what is on the wire may end for this long."""


async def run(stop: asyncio.Event, egress: Egress, redis_url: str) -> None:
    """Works until `stop` is set, then lets sends end and records them."""
    courier = Courier(egress)
    clockwork = [
        asyncio.create_task(sweep(courier)),
        asyncio.create_task(supervise(courier, redis_url)),
    ]
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopped, *clockwork], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopped, *clockwork):
            task.cancel()
        await asyncio.gather(stopped, *clockwork, return_exceptions=True)
        await courier.stop(GRACE_SECONDS)
