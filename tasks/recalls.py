"""Notices whose message is done with are taken back."""

from __future__ import annotations

import asyncio
import logging
import random
import time

from app.deliveries import recalls
from app.egress import Egress
from app.errors import Unavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
JITTER = 0.2
"""Workers should not all look at the same moment."""
FORGET_SECONDS = 600.0


async def take_back_notices(egress: Egress) -> None:
    """Runs until cancelled, even while the database is away."""
    forgotten = -FORGET_SECONDS
    while True:
        await asyncio.sleep(EVERY_SECONDS * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
        try:
            while await recalls.step(egress):
                pass
            if time.monotonic() - forgotten > FORGET_SECONDS:
                forgotten = time.monotonic()
                await recalls.forget()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("notices could not be taken back")
