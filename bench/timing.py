"""How long something takes, and how much of the processors: on a machine that others use, too, only
that can be compared."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psutil

ASKED, SECONDS = 40, 6
"""How often each is asked, unless that takes longer."""
Ask = Callable[[], Awaitable[Any]]


def spent(server: int | None) -> float:
    """Seconds of the processors, of this process and of the server with its children."""
    return time.process_time() + (0.0 if server is None else processor(server))


def processor(pid: int) -> float:
    """Seconds so far, of a process and its children, with those that have ended."""
    root, found = psutil.Process(pid), 0.0
    for each in (root, *root.children(True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += sum(each.cpu_times()[:4])
    return found


async def timed(what: str, goal: float, ask: Ask, server: int | None = None) -> None:
    """Prints a line. `goal` is in milliseconds, `server` the process of PostgreSQL."""
    taken: list[float] = []
    before = spent(server)
    while len(taken) < ASKED and sum(taken) < 1000 * SECONDS:
        began = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - began))
    each = 1000 * (spent(server) - before) / len(taken)
    taken.sort()
    p50, p95 = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]
    verdict = "reached" if p95 <= goal else "MISSED"
    times = f"p50 {p50:7.1f} ms   p95 {p95:7.1f} ms"
    print(f"  {what:40} {times}   processor {each:6.1f} ms   ({verdict})", flush=True)
