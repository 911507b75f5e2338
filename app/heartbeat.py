"""Records that a worker looks for work, and what the clocks said when it last did."""

from __future__ import annotations

import datetime as dt

import msgspec

from app import database, instance, settings, steady

NAME = "worker"
EVERY_SECONDS = 15.0
LATE = dt.timedelta(seconds=3 * EVERY_SECONDS)


class Beat(msgspec.Struct):
    """Also the address that the worker writes into notices and the ids of mails. `held` is by how
    many seconds the clock was put forward lately: the next process has to know it, too."""

    boot: str
    up: float
    base_url: str = ""
    held: float = 0.0


async def beat() -> None:
    asked = steady.uptime()
    held = steady.clock().observe(await database.now(), asked).total_seconds()
    now = Beat(steady.boot(), steady.uptime(), settings.current().base_url, held)
    await instance.write(NAME, msgspec.json.encode(now).decode())


async def address() -> str:
    """LEAVEMSG_BASE_URL as the last worker that beat has it; empty while none has."""
    last = await instance.read(NAME)
    return msgspec.json.decode(last.value, type=Beat).base_url if last else ""


async def is_late(now: dt.datetime) -> bool:
    """Whether no worker beat recently. A beat from the future also counts as late: the clock was
    set back, and a living worker beats again."""
    last = await instance.read(NAME)
    return last is None or not -LATE <= now - last.at <= LATE


async def recall() -> None:
    """Tells the steady clock where it stood at a worker's last beat, so that a new process notices
    a jump since. After a reboot of unknown length, all of the time since counts as a jump for a
    while."""
    last = await instance.read(NAME)
    if last is None:
        return
    beat = msgspec.json.decode(last.value, type=Beat)
    same = beat.boot == steady.boot() != ""
    up = beat.up if same else steady.uptime()
    steady.clock().begin(last.at.timestamp() - up - beat.held)
