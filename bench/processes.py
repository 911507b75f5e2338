"""Two web processes to one on PostgreSQL, where they do not take each other's processor, nor
PostgreSQL's and the load's: the kernel gives each of them a part of a core and no more. So it shows
on a small machine whether one waits for the other. Needs root and control groups.

python -m bench.processes [rounds] [seconds] [part of a core]
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import uvloop

from bench.contenders import CONNECTIONS, Contender, interleaved, on_postgres, ratio, tell
from bench.submissions import TWO_GOAL, judged
from tests.servers import PostgresServer

GROUPS = Path("/sys/fs/cgroup")
PERIOD = 10_000
"""Microseconds: how often a part is handed out. Answers wait for the next at most so long."""


@contextlib.contextmanager
def limited(pids: Sequence[int], part: float) -> Iterator[None]:
    """Each of the processes, with its children, gets at most that part of a core, until it ends.
    Raises OSError where this may not be done."""
    first = GROUPS / "cpu" if (GROUPS / "cpu").is_dir() else GROUPS
    made: list[Path] = []
    try:
        for pid in pids:
            group = first / f"bench-{os.getpid()}-{pid}"
            group.mkdir()
            made.append(group)
            quota = int(PERIOD * part)
            if (group / "cpu.max").exists():
                (group / "cpu.max").write_text(f"{quota} {PERIOD}")
            else:
                (group / "cpu.cfs_period_us").write_text(f"{PERIOD}")
                (group / "cpu.cfs_quota_us").write_text(f"{quota}")
            for each in (pid, *(child.pid for child in psutil.Process(pid).children(True))):
                (group / "cgroup.procs").write_text(f"{each}")
        yield
    finally:
        for group in made:
            for line in (group / "cgroup.procs").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    (first / "cgroup.procs").write_text(line)
            group.rmdir()


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3
    part = float(sys.argv[3]) if len(sys.argv) > 3 else 0.25
    server = PostgresServer().start()
    try:
        with tempfile.TemporaryDirectory() as place:
            async with AsyncExitStack() as stack:
                found: list[Contender] = []
                for name, webs in (("one process", 1), ("two processes", 2)):
                    (folder := Path(place) / str(webs)).mkdir()
                    contender = on_postgres(server, folder, name=name, webs=webs)
                    found.append(await stack.enter_async_context(contender))
                    found[-1].connections = webs * CONNECTIONS
                    stack.enter_context(limited(found[-1].pids, part))
                print(f"{part:g} of a core and {CONNECTIONS} connections each")
                await interleaved(found, rounds, seconds)
                quiet = tell(found, found[0])
                more, least, most = ratio(found[1], found[0])
                print(
                    f"two processes to one     {more:.2f} ({least:.2f}-{most:.2f})"
                    f" (goal {TWO_GOAL}: {judged(more, TWO_GOAL, quiet)})"
                )
    finally:
        server.stop()


if __name__ == "__main__":
    uvloop.run(main())
