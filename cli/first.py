"""The one-time link on a terminal: the last line until somebody has made the first account."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import sys

from app import setup
from app.errors import Unavailable
from cli import log

LOOK_SECONDS = 0.25
"""How soon Enter is answered, and a first account noticed."""


def on_terminal() -> bool:
    """Both what we say and what we log are read on one, so that the one can hide the other."""
    return sys.stdout.isatty() and sys.stderr.isatty()


async def announce() -> str:
    """Prints a link that works, and returns it."""
    link = await setup.link()
    print(f"Set up here, once, within an hour: {link}", flush=True)
    return link


async def keep_in_sight(link: str) -> None:
    """Until there is an account: access lines are held back, whatever else is logged is followed by
    the link, and Enter prints it again, or a new one when its hour is over. Not for pipes."""
    with log.only_warnings() as logged:
        while await _open():
            if logged() or _entered():
                link = await _again(link)
            await asyncio.sleep(LOOK_SECONDS)


async def _open() -> bool:
    with contextlib.suppress(Unavailable):
        return await setup.is_open()
    return True


async def _again(link: str) -> str:
    with contextlib.suppress(Unavailable):
        if not await setup.valid(link.rpartition("/")[2]):
            return await announce()
    print(f"Set up here: {link}", flush=True)
    return link


def _entered() -> bool:
    """Somebody pressed Enter. In the background the terminal is not ours to read."""
    try:
        ours = os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
        if not ours or not select.select([sys.stdin], [], [], 0)[0]:
            return False
        return bool(os.read(sys.stdin.fileno(), 4096))
    except (OSError, ValueError):
        return False
