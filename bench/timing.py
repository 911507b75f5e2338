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


def spent(*servers: int | None) -> float:
    """Seconds of the processors, of this process and of the servers with their children."""
    others = (processor(each) for each in servers if each is not None)
    return time.process_time() + sum(others)


def processor(pid: int) -> float:
    """Seconds so far, of a process and its children, with those that have ended."""
    root, found = psutil.Process(pid), 0.0
    for each in (root, *root.children(True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += sum(each.cpu_times()[:4])
    return found


async def timed(
    what: str, goal: float, ask: Ask, *servers: int | None, times: int = ASKED
) -> float:
    """Prints a line, and gives the p95. `goal` is in milliseconds, `servers` are processes, as that
    of PostgreSQL."""
    before = spent(*servers)
    taken = await asked(ask, times)
    each = 1000 * (spent(*servers) - before) / len(taken)
    return tell(what, goal, taken, f"   processor {each:6.1f} ms")


async def asked(ask: Ask, times: int, before: Callable[[], Any] = lambda: None) -> list[float]:
    """How many milliseconds it took each time."""
    taken: list[float] = []
    while len(taken) < times and sum(taken) < 1000 * SECONDS:
        before()
        began = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def tell(what: str, goal: float, taken: list[float], more: str = "") -> float:
    taken.sort()
    p50, p95 = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]
    verdict = "reached" if p95 <= goal else "MISSED"
    times = f"p50 {p50:7.1f} ms   p95 {p95:7.1f} ms"
    print(f"  {what:40} {times}{more}   ({verdict})", flush=True)
    return p95
