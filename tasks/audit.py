"""The chain of the audit, kept behind its entries, and the states that the history of the settings
begins with."""

from __future__ import annotations

import asyncio
import logging

from app.errors import Unavailable
from app.history import versions
from app.people.audit import chain

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
REST = 4
"""Times as long as a piece of the work took: visitors' messages go first, also while all entries of
before an upgrade get their place."""


async def chain_up() -> None:
    """Runs until cancelled, even while the database is away."""
    clock = asyncio.get_running_loop()
    while True:
        more, began = False, clock.time()
        try:
            more = await versions.begin_all()
            more |= await chain.step()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("the audit's chain failed")
        await asyncio.sleep(REST * (clock.time() - began) if more else EVERY_SECONDS)
