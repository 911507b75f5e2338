"""Backups that are made by themselves: in a process of their own, for they take long and open
another database meanwhile."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from app import settings
from app.backup import scheduled
from app.errors import Unavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
COMMAND = "import os; os.nice(10); from cli.main import main; main()"


async def keep_backups() -> None:
    """Runs until cancelled. One that is under way then is given up; the next begins anew."""
    while True:
        try:
            if settings.current().backups.to and await scheduled.take():
                await make()
        except Unavailable:
            pass  # The reason is logged already.
        except Exception:
            log.exception("no backup could be made")
        await asyncio.sleep(EVERY_SECONDS)


async def make() -> None:
    """What it says goes where our own log goes."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COMMAND, "backup", "run", "--json"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env=dict(os.environ),
    )
    try:
        code = await child.wait()
    except BaseException:
        child.terminate()
        await child.wait()
        await scheduled.gave_up()
        raise
    if code:
        log.error("backup failed", extra={"code": code})
        await scheduled.gave_up()
