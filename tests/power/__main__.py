"""Runs the proof by hand or in CI and says what was found; the exit code is 1 when something would
be lost by a power cut, or an answer left too early."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.power.judge import Found, judge
from tests.power.opening import opens
from tests.power.traced import Traced, submit

MISSING = "strace is not installed. As root: apt install strace"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.power", description=__doc__)
    parser.add_argument("--submissions", type=int, default=10_000)
    parser.add_argument("--visitors", type=int, default=6, help="who submit at the same time")
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--opened", type=int, default=5, help="every which the product opens")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the trace")
    wish = parser.parse_args()
    if shutil.which("strace") is None:
        say(MISSING)
        return 2
    with tempfile.TemporaryDirectory(prefix="lm-power-") as folder:
        return _run(wish, Path(folder), wish.keep or Path(folder))


def _run(wish: argparse.Namespace, folder: Path, kept: Path) -> int:
    server = Traced(folder / "data", kept / "trace")
    try:
        asyncio.run(server.start())
        asyncio.run(submit(server.url, wish.submissions, wish.visitors))
    finally:
        server.stop()
    size = server.trace.stat().st_size / 1024**2
    say(f"{wish.submissions} submissions by {wish.visitors} at a time, {size:.0f} MB of trace")
    found = judge(
        server.lines,
        str(server.database),
        most=wish.cuts,
        seed=wish.seed,
        opens=lambda left, told: opens(left / server.database.name, told, server.env),
        every=wish.opened,
    )
    tell(found)
    complete = found.answers == wish.submissions and found.cuts >= min(wish.cuts, found.syncs)
    if not complete:
        say(f"INCOMPLETE {found.answers} answers, {found.cuts} cuts were judged")
    return 1 if found.faults or not complete else 0


def tell(found: Found) -> None:
    say(f"{found.answers} answers, {found.syncs} syncs of the log")
    say(f"{found.cuts} power cuts, {found.torn} with something of what was not synced")
    say(f"{found.rows} times an acknowledged row was looked for")
    for fault in found.faults[:20]:
        say(f"FAULT {fault}")
    say("FAILED" if found.faults else "no answer before its sync, and nothing lost by any cut")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
