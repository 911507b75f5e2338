"""The clockwork: a supervised arq worker for wake-ups, and a sweep that needs no Redis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from app import queue
from app.deliveries import Courier
from app.egress import Egress
from tasks.audit import chain_up
from tasks.backups import keep_backups
from tasks.checks import look_after
from tasks.files import tend_files
from tasks.long_acts import carry_on
from tasks.mail import fetch_mail, settle_mail
from tasks.overview import keep
from tasks.recalls import take_back_notices
from tasks.search import tend
from tasks.sweep import sweep
from tasks.targets import watch_over
from tasks.worker import supervise

log = logging.getLogger(__name__)

CANCEL_EVERY_SECONDS = 0.2
GRACE_SECONDS = 14.0
"""Seconds that running sends may take after a stop; a whole stop takes less than 20 s."""


async def run(stop: asyncio.Event, egress: Egress, redis_url: str) -> None:
    """Works until `stop` is set, then lets sends end and records them. Raises the error of a part
    that ended early."""
    courier = Courier(egress)
    queue.hear(courier.look)
    clockwork = [
        asyncio.create_task(sweep(courier)),
        asyncio.create_task(supervise(courier, redis_url)),
        asyncio.create_task(tend()),
        asyncio.create_task(carry_on()),
        asyncio.create_task(look_after(egress)),
        asyncio.create_task(take_back_notices(egress)),
        asyncio.create_task(keep()),
        asyncio.create_task(chain_up()),
        asyncio.create_task(watch_over()),
        asyncio.create_task(settle_mail()),
        asyncio.create_task(tend_files()),
        asyncio.create_task(fetch_mail(egress)),
        asyncio.create_task(keep_backups()),
    ]
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopped, *clockwork], return_when=asyncio.FIRST_COMPLETED)
    finally:
        queue.hear(None)
        await _end([stopped, *clockwork])
        await courier.stop(GRACE_SECONDS)
    await asyncio.gather(*(task for task in clockwork if not task.cancelled()))


async def _end(running: Sequence[asyncio.Task[Any]]) -> None:
    """Cancels repeatedly: arq's loop can swallow a cancellation."""
    while left := [task for task in running if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=CANCEL_EVERY_SECONDS)
