"""The sweep: looks every second for what is due and was not rung for."""

from __future__ import annotations

import asyncio
import logging
import random
import time

from app import deliveries, health, heartbeat
from app.deliveries import Courier
from app.errors import Unavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
JITTER = 0.2
"""Workers must not look all at the same moment."""
RESCUE_SECONDS = 60.0


async def sweep(courier: Courier) -> None:
    """Runs until cancelled, whatever the database does meanwhile."""
    rescued = beaten = -RESCUE_SECONDS
    while True:
        try:
            if time.monotonic() - beaten > heartbeat.EVERY_SECONDS:
                await heartbeat.beat()
                beaten = time.monotonic()
            for each in await deliveries.due():
                courier.look(each)
            if time.monotonic() - rescued > RESCUE_SECONDS:
                rescued = time.monotonic()
                health.glance()
                if found := await deliveries.rescue():
                    log.warning("rescued", extra={"organizations": found})
        except Unavailable:
            pass  # The log has the reason already.
        except Exception:
            log.exception("sweep failed")
        await asyncio.sleep(EVERY_SECONDS * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
