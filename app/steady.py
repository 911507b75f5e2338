"""Notices when the database's clock was put forward lately, and by how much.

Limits are counted by the database's clock, which all processes share. Put forward, it would end a
minute too early. So each process compares it with the machine's steady clock, and for a while
counts as if it had not moved.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections import deque
from pathlib import Path
from weakref import WeakKeyDictionary

from app import database

HOLD_SECONDS = 120.0
"""The longest lease and a minute: all places taken before the jump are free by then."""
GRAIN_SECONDS = 1.0
SLEW_SECONDS = 0.1
"""A clock that NTP slews, at most by 500 ppm, gains less than this in the meantime."""
BOOT = Path("/proc/sys/kernel/random/boot_id")


def uptime() -> float:
    """Seconds since the machine started, sleep included; the same in every process."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot() -> str:
    """An id that changes with each start of the machine; empty when unknown."""
    with contextlib.suppress(OSError):
        return BOOT.read_text().strip()
    return ""


class Steady:
    """`observe` takes the other clock's time, and returns how far it was put forward."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._before: deque[tuple[float, float, float]] = deque()
        """(first, last, offset): from first to last by uptime, the clock less the uptime was as low
        as offset."""

    def begin(self, offset: float) -> None:
        """`offset` is what was known before this process: the other clock less the uptime."""
        self._last = offset

    def observe(
        self, now: dt.datetime, asked: float, answered: float | None = None
    ) -> dt.timedelta:
        """`now` was read between these two moments of `uptime`; the second defaults to now. What a
        late answer can explain is no jump."""
        answered = uptime() if answered is None else answered
        at_least, at_most = now.timestamp() - answered, now.timestamp() - asked
        if self._last is not None:
            # It may have had that offset until just now.
            self._note(answered, self._last)
        self._last = at_most
        while self._before and self._before[0][1] < answered - HOLD_SECONDS:
            self._before.popleft()
        jump = at_least - min((low for _, _, low in self._before), default=at_least)
        return dt.timedelta(seconds=jump if jump > SLEW_SECONDS else 0.0)

    def _note(self, up: float, offset: float) -> None:
        if self._before and up - self._before[-1][0] < GRAIN_SECONDS:
            first, _, low = self._before.pop()
            self._before.append((first, up, min(low, offset)))
        else:
            self._before.append((up, up, offset))


_clocks: WeakKeyDictionary[database.Engine, Steady] = WeakKeyDictionary()


def clock() -> Steady:
    """The clock of the database in use."""
    return _clocks.setdefault(database.engine(), Steady())
