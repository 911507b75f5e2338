"""Regular looks at channels that are seldom used."""

from __future__ import annotations

import asyncio
import logging
import random

from app.deliveries import checks
from app.egress import Egress
from app.errors import Unavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 600.0
JITTER = 0.2
"""Workers should not all look at the same moment."""


async def look_after(egress: Egress) -> None:
    """Runs until cancelled, even while the database is away."""
    while True:
        await asyncio.sleep(EVERY_SECONDS * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
        try:
            while await checks.check_some(egress):
                pass
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("checks failed")
