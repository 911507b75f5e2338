"""A rest for everybody but visitors: their messages are taken, the console and programs wait, and
notices are owed and not sent. For upgrades, moves and repairs."""

from __future__ import annotations

import datetime as dt

from app import instance
from app.database.remembered import Remembered

NAME = "maintenance"
ON, OFF = "on", "off"
_remembered: Remembered[str, bool] = Remembered()


async def is_on() -> bool:
    """Every process sees a change within two seconds."""
    known = _remembered.get(NAME)
    if known is None:
        known = _remembered.keep(NAME, await since() is not None)
    return known


async def since() -> dt.datetime | None:
    """When it began; None while there is none."""
    fact = await instance.read(NAME)
    return fact.at if fact and fact.value == ON else None


async def switch(*, on: bool) -> bool:
    """Whether that changed anything. A second time begins nothing anew."""
    if (await since() is not None) == on:
        return False
    await instance.write(NAME, ON if on else OFF)
    _remembered.clear()
    return True
