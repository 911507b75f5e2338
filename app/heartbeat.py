"""That a worker looks for work, and what the clocks said when it last did."""

from __future__ import annotations

import datetime as dt

import msgspec

from app import instance, steady

NAME = "worker"
EVERY_SECONDS = 15.0
LATE = dt.timedelta(seconds=3 * EVERY_SECONDS)


class Beat(msgspec.Struct):
    boot: str
    up: float


async def beat() -> None:
    value = msgspec.json.encode(Beat(steady.boot(), steady.uptime())).decode()
    await instance.write(NAME, value)


async def is_late(now: dt.datetime) -> bool:
    """A beat of the future was written by a clock since set back: who lives will beat again."""
    last = await instance.read(NAME)
    return last is None or not -LATE <= now - last.at <= LATE


async def recall() -> None:
    """Where the clock stood when a worker last looked, so that a process that begins knows whether
    it was put forward meanwhile. After a start of the machine nobody knows how long that took: then
    all of the time since counts as put forward, for a while."""
    last = await instance.read(NAME)
    if last is None:
        return
    beat = msgspec.json.decode(last.value, type=Beat)
    same = beat.boot == steady.boot() != ""
    steady.clock().begin(last.at.timestamp() - (beat.up if same else steady.uptime()))
