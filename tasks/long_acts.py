"""Acts on many messages, carried on part by part."""

from __future__ import annotations

import asyncio
import logging

from app.errors import Unavailable
from app.messages import long_acts

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
REST_SECONDS = 0.02
"""Between two parts: visitors' messages come first."""


async def carry_on() -> None:
    """Runs until cancelled, even while the database is away."""
    while True:
        more = False
        try:
            more = await long_acts.step()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("long acts failed")
        await asyncio.sleep(REST_SECONDS if more else EVERY_SECONDS)
