"""Runs the chaos by hand and says what became of it; the exit code is 1 when something was lost."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.bouncer import program
from tests.chaos import older, versions
from tests.chaos.run import SETTLE_SECONDS, STAGES, Report, run

VERSIONS = "versions"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--stage", choices=(*STAGES, VERSIONS), action="append")
    parser.add_argument(
        "--old",
        default="",
        help="of the stage versions: the older one, a revision; without it the last that lacks a"
        " migration of today's",
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--visitors", type=int, default=12)
    wish = parser.parse_args()
    say(f"seed {wish.seed}")
    stages = wish.stage or [*STAGES, VERSIONS]
    if "pgbouncer" in stages and program() is None:
        say("pgbouncer is left out: it is not installed. As root: apt install pgbouncer")
        stages.remove("pgbouncer")
    good = bool(stages)
    for kind in stages:
        with tempfile.TemporaryDirectory(prefix="lm-chaos-") as folder:
            try:
                report = asyncio.run(_run(kind, Path(folder), wish))
            except older.NotToBeHad as error:
                say(f"{kind} is left out: {error}")
                good = good and not wish.stage
                continue
        tell(kind, report)
        good = good and not report.judgement.faults
    return 0 if good else 1


async def _run(kind: str, folder: Path, wish: argparse.Namespace) -> Report:
    if kind == VERSIONS:
        old = older.take(wish.old or older.last(), folder)
        say(f"older: {old.revision}, which lacks {len(old.lacks)} migrations")
        return await versions.run(
            old, folder, seconds=wish.seconds, seed=wish.seed, crowd=wish.visitors, say=say
        )
    return await run(
        kind,
        folder,
        seconds=wish.seconds,
        seed=wish.seed,
        crowd=wish.visitors,
        keys=True,
        say=say,
    )


def tell(kind: str, report: Report) -> None:
    found = report.judgement
    say(f"{kind}: kills {report.kills}")
    say(f"  answers to visitors {report.answers}")
    say(f"  {found.stored} messages, {found.arrivals} arrivals without a limit")
    say(f"  {found.repeats} of them repeats under the same id")
    say(f"  {found.robot_arrivals} arrivals under a limit, at most {found.busiest_minute} a minute")
    say(f"  {found.acts}")
    say(f"  settled after {report.settled_seconds} s (at most {SETTLE_SECONDS:.0f})")
    for fault in found.faults[:20]:
        say(f"  FAULT {fault}")
    for trace in report.unforeseen if found.faults else []:
        say(f"  UNFORESEEN …{trace}")
    say(f"  {'FAILED' if found.faults else 'nothing lost, nothing doubled, no flood'}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
