"""A clock that does not jump: how far the one that we compare was put forward lately.

Limits are counted by the clock of the database, which every process shares, and which somebody can
put forward: then a minute is over that has not gone by. So each process compares it with a clock of
the machine that only runs, and counts for a while as if it had not been moved.
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
"""What was taken before the clock was moved is free by then: the longest lease and a minute."""
GRAIN_SECONDS = 1.0
SLEW_SECONDS = 0.1
"""A clock that is led to the right time gains less than this meanwhile: 500 ppm at the most."""
BOOT = Path("/proc/sys/kernel/random/boot_id")


def uptime() -> float:
    """Seconds since the machine was started, also asleep; the same in every process."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot() -> str:
    """Another one after each start of the machine; empty where nobody knows."""
    with contextlib.suppress(OSError):
        return BOOT.read_text().strip()
    return ""


class Steady:
    """`observe` is told what the other clock says, and says by how much that is too late."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._before: deque[tuple[float, float, float]] = deque()
        """(first, last, offset): between these moments the clock was at least so far behind."""

    def begin(self, offset: float) -> None:
        """What was known before this process: the other clock less the uptime."""
        self._last = offset

    def observe(
        self, now: dt.datetime, asked: float, answered: float | None = None
    ) -> dt.timedelta:
        """`now` was read between these two moments of `uptime`; the second is now if not given.
        Only what cannot come from a late answer counts as a jump."""
        answered = uptime() if answered is None else answered
        at_least, at_most = now.timestamp() - answered, now.timestamp() - asked
        if self._last is not None:
            # It may have stood there until just now.
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
    """That of the database in force."""
    return _clocks.setdefault(database.engine(), Steady())
