"""Keeps the one-time link the last line on a terminal until the first account exists."""

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
"""How soon Enter and a first account are noticed."""


def on_terminal() -> bool:
    """Whether output and log both go to a terminal, where log lines would hide the link."""
    return sys.stdout.isatty() and sys.stderr.isatty()


async def announce() -> str:
    """Makes a link, prints it and returns it."""
    link = await setup.link()
    print(f"Set up here, once, within an hour: {link}", flush=True)
    return link


async def keep_in_sight(link: str) -> None:
    """Until there is an account: hides access lines, repeats the link after other log lines and on
    Enter, as a new one when its hour is over. Not for pipes."""
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
    """Whether somebody pressed Enter; False in the background, where we may not read the
    terminal."""
    try:
        ours = os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
        if not ours or not select.select([sys.stdin], [], [], 0)[0]:
            return False
        return bool(os.read(sys.stdin.fileno(), 4096))
    except (OSError, ValueError):
        return False
