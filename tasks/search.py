"""The search index, kept behind the messages."""

from __future__ import annotations

import asyncio
import logging

from app.errors import Unavailable
from app.messages.search.segments import Tending

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0


async def tend() -> None:
    """Runs until cancelled, even while the database is away."""
    tending = Tending()
    while True:
        more = False
        try:
            more = await tending.step()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("search index failed")
        if not more:
            await asyncio.sleep(EVERY_SECONDS)
