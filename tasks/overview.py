"""The overview's sums of days that are over, kept behind the messages."""

from __future__ import annotations

import asyncio
import logging

from app.errors import Unavailable
from app.overview import behind

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
REST = 9
"""Times as long as a piece of the work took: it keeps visitors' messages waiting meanwhile."""


async def keep() -> None:
    """Runs until cancelled, even while the database is away."""
    clock = asyncio.get_running_loop()
    while True:
        more, began = False, clock.time()
        try:
            more = await behind.step()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("sums of the overview failed")
        await asyncio.sleep(REST * (clock.time() - began) if more else EVERY_SECONDS)
