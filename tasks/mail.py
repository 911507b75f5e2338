"""Mail that came in, and that whoever took it did not settle."""

from __future__ import annotations

import asyncio
import logging

from app.errors import Unavailable
from app.mail import settle

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0


async def settle_mail() -> None:
    """Runs until cancelled, even while the database is away."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            while await settle.step():
                pass
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("mail could not be settled")
