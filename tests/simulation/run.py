"""Runs seeds, one after the other or on several cores."""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from app import limits
from tasks.sweep import RESCUE_SECONDS
from tests.simulation.judge import judge
from tests.simulation.scene import Shop, scene, use_settings
from tests.simulation.storage import File
from tests.simulation.story import Story
from tests.simulation.world import Rest, World, taken_over

MEMORY = Path("/dev/shm")
FREEZE_EVERY = 50


class Ended(msgspec.Struct):
    """How one seed went. `mark` is of all that happened, in its order."""

    seed: int
    mark: str
    faults: list[str]
    messages: int
    arrivals: int
    seconds: float
    """Virtual."""


def once(seed: int, shop: Shop, file: File, clock: type, *, told: bool = False) -> Ended:
    file.reset()
    clock.world = world = World(seed, file, told=told)
    limits.forget_all()  # Its new counts begin at the world's time.
    sweeping: Any = sys.modules["tasks.sweep"]
    sweeping.asyncio, sweeping.random = Rest(world), random.Random(seed)
    sweeping.RESCUE_SECONDS = RESCUE_SECONDS
    story = Story(world, scene(shop, file, world.dice, world.kind))
    story.run()
    faults = judge(story)
    for process in world.processes:
        process.kill("it is over")
    return Ended(
        seed=seed,
        mark=world.mark,
        faults=faults,
        messages=len(story.said),
        arrivals=len(world.platforms.arrivals),
        seconds=world.loop.now,
    )


def memory() -> tempfile.TemporaryDirectory[str]:
    """Where databases of seeds are: no disk is asked."""
    return tempfile.TemporaryDirectory(
        prefix="lm-sim-", dir=MEMORY if MEMORY.is_dir() else None, ignore_cleanup_errors=True
    )


def several(
    seeds: Iterable[int], template: Path, shop: Shop, place: Path, *, told: bool = False
) -> Iterator[Ended]:
    """In this process, which does nothing else afterwards; `place` is for their databases."""
    # What has died in the middle of something says so when it is cleared away.
    sys.unraisablehook = lambda _: None
    warnings.simplefilter("ignore", RuntimeWarning)
    use_settings(template.parent)
    gc.disable()
    with taken_over() as clock:
        file = File(template, Path(tempfile.mkdtemp(dir=place)))
        for number, seed in enumerate(seeds):
            ended = once(seed, shop, file, clock, told=told)
            # Between two seeds: what the last one left must not end within the next.
            clock.world = None
            gc.collect()
            if number % FREEZE_EVERY == 0:
                # What is there now are caches, which need not be gone through each time.
                gc.freeze()
            yield ended
