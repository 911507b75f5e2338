"""Regular looks at how targets are kept, at reports that are due, and at messages and events that
are as old as they may get."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from app.erasure import due
from app.errors import Unavailable
from app.feed import tend
from app.reports import make
from app.targets import watch

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0
WORK = {"reports": make, "targets": watch, "retention": due, "events": tend}
JITTER = 0.2
"""Workers should not all look at the same moment."""


async def watch_over() -> None:
    """Runs until cancelled, even while the database is away."""
    while True:
        for name, work in WORK.items():
            await _once(name, work.step)
        await asyncio.sleep(EVERY_SECONDS * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311


async def _once(name: str, step: Callable[[], Awaitable[None]]) -> None:
    try:
        await step()
    except Unavailable:
        pass  # The reason is logged already.
    except Exception:
        log.exception("work failed", extra={"work": name})
