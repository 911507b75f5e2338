"""The sweep: looks every second for due work that no wake-up announced."""

from __future__ import annotations

import asyncio
import logging
import random
import time

from app import deliveries, health, heartbeat, maintenance
from app.deliveries import Courier
from app.errors import Unavailable
from app.messages.taken_back import take_back
from app.metrics import counted
from app.people import kept_answers
from app.people.audit import tries

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
JITTER = 0.2
"""Workers should not all look at the same moment."""
RESCUE_SECONDS = 60.0


async def sweep(courier: Courier) -> None:
    """Runs until cancelled, even while the database is away."""
    rescued = beaten = -RESCUE_SECONDS
    while True:
        try:
            if time.monotonic() - beaten > heartbeat.EVERY_SECONDS:
                await heartbeat.beat()
                beaten = time.monotonic()
            if not await maintenance.is_on():
                for each in await deliveries.due():
                    courier.look(each)
            counted.swept()
            if time.monotonic() - rescued > RESCUE_SECONDS:
                rescued = time.monotonic()
                health.glance()
                await take_back()
                await kept_answers.forget_old()
                if found := await deliveries.rescue():
                    log.warning("rescued", extra={"organizations": found})
                await tries.sum_up()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("sweep failed")
        await asyncio.sleep(EVERY_SECONDS * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
