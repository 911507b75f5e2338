"""Visitors' files are tended: what has no message is removed, what waits for the scanner seen."""

from __future__ import annotations

import asyncio
import logging

from app.errors import Unavailable
from app.files import tend

log = logging.getLogger(__name__)

EVERY_SECONDS = 20.0


async def tend_files() -> None:
    """Runs until cancelled, even while the database or the store is away."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            while await tend.remove_loose():
                pass
            await tend.look_again()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("files could not be tended")
