"""Runs seeds by hand or in CI; the exit code is 1 when one of them failed, and its number repeats
it."""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.simulation import forks, planted
from tests.simulation.run import Ended, memory, several
from tests.simulation.scene import Shop, prepare

SEEDS = 1_000_000
FAULTY_MAX = 10
"""Failed seeds, after which it stops."""
PART = 10
"""However little time there is, one of so many seeds is gone through."""
PLANTED_SEEDS = 3000
CAUGHT = 0.95
TOLD_EVERY = 1000


def main() -> int:
    _always_the_same()
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many")
    after = f"end after these, but not before one of {PART} seeds is through"
    parser.add_argument("--minutes", type=float, default=math.inf, help=after)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int, help="only this one, and tell what happens")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--planted", nargs="?", const="", help="faults, or the one of this name")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lm-sim-") as folder:
        template, shop = prepare(Path(folder))
        if wish.seed is not None:
            return _one(wish, template, shop)
        if wish.planted is not None:
            return _planted(wish, template, shop)
        return _all(wish, template, shop)


def _always_the_same() -> None:
    """A set of texts is gone through in an order that Python draws at each start, unless told."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])  # noqa: S606


def _one(wish: argparse.Namespace, template: Path, shop: Shop) -> int:
    if wish.planted:
        planted.plant(planted.named(wish.planted))
    with memory() as place:
        (ended,) = several([wish.seed], template, shop, Path(place), told=True)
    for fault in ended.faults:
        say(f"FAULT {fault}")
    say(f"seed {ended.seed}: {ended.mark}, {len(ended.faults)} faults")
    return 1 if ended.faults else 0


def _all(wish: argparse.Namespace, template: Path, shop: Shop) -> int:
    seeds = range(wish.first, wish.first + wish.seeds)
    done = messages = arrivals = 0
    hours, enough = 0.0, False
    faulty: list[Ended] = []
    until = time.monotonic() + wish.minutes * 60
    for ended in forks.spread(seeds, template, shop, wish.jobs):
        done, messages = done + 1, messages + ended.messages
        arrivals, hours = arrivals + ended.arrivals, hours + ended.seconds / 3600
        if ended.faults:
            faulty.append(ended)
            say(f"seed {ended.seed}: {'; '.join(ended.faults[:3])}")
        if done % TOLD_EVERY == 0:
            say(f"{done} seeds, {len(faulty)} failed")
        enough = done == wish.seeds or (done * PART >= wish.seeds and time.monotonic() > until)
        if len(faulty) >= FAULTY_MAX or enough:
            break
    each = forks.seconds() / max(done, 1) * 1000
    say(f"{done} of {wish.seeds} seeds: {messages} messages, {arrivals} notices")
    say(f"{hours:.0f} hours of virtual time")
    say(f"{each:.1f} ms of a processor each; {len(faulty)} failed")
    if faulty:
        say(f'repeat one: make simulate ARGS="--seed {faulty[0].seed}"')
    return 0 if enough and not faulty else 1


def _planted(wish: argparse.Namespace, template: Path, shop: Shop) -> int:
    seeds = range(wish.first, wish.first + min(wish.seeds, PLANTED_SEEDS))
    chosen: Iterable[planted.Fault] = planted.FAULTS
    if wish.planted:
        chosen = [planted.named(wish.planted)]
    tried = caught = 0
    for fault in chosen:
        tried += 1
        took = 0
        found = None
        for ended in forks.spread(seeds, template, shop, wish.jobs, fault):
            took += 1
            if ended.faults:
                found = ended
                break
        caught += found is not None
        if found:
            say(f"{fault.name}: caught after {took} seeds ({found.seed}: {found.faults[0]})")
        else:
            say(f"{fault.name}: NOT CAUGHT by {took} seeds. It breaks: {fault.says}")
    say(f"{caught} of {tried} planted faults caught")
    return 0 if caught >= CAUGHT * tried else 1


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
