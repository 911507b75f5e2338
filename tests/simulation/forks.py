"""Seeds on several cores: each process is forked from one that has imported the product."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import resource
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.simulation import planted
from tests.simulation.run import Ended, memory, several
from tests.simulation.scene import Shop

FORK = multiprocessing.get_context("fork")


class _Shared:
    """Seeds that several processes go through, each the next that nobody has: some kinds of seeds
    cost three times what others do."""

    def __init__(self, seeds: range) -> None:
        self._seeds = seeds
        self._taken = FORK.Value("q", 0)

    def __iter__(self) -> Iterator[int]:
        while (place := self._take()) < len(self._seeds):
            yield self._seeds[place]

    def _take(self) -> int:
        with self._taken.get_lock():
            self._taken.value += 1
            return self._taken.value - 1


def spread(
    seeds: range, template: Path, shop: Shop, jobs: int, fault: planted.Fault | None = None
) -> Generator[Ended, None, None]:
    """As they end. Who has seen enough stops asking."""
    shared, place = _Shared(seeds), memory()
    given = (shared, template, shop, Path(place.name), fault)
    running = {}
    for _ in range(jobs):
        here, there = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_run, args=(there, *given))
        process.start()
        there.close()
        running[here] = process
    try:
        left = list(running)
        while left:
            for each in multiprocessing.connection.wait(left):
                try:
                    yield from each.recv()
                except EOFError:
                    left.remove(each)
    finally:
        for process in running.values():
            process.terminate()
            process.join()
        place.cleanup()


def _run(
    there: Any,
    seeds: Iterable[int],
    template: Path,
    shop: Shop,
    place: Path,
    fault: planted.Fault | None,
) -> None:
    if fault is not None:
        planted.plant(fault)
    with contextlib.suppress(BrokenPipeError):
        for ended in several(seeds, template, shop, place):
            there.send([ended])
    there.close()
    # Nothing of the process that it was forked from is to be ended here.
    os._exit(0)


def aside(work: Callable[[Path], tuple[Path, Shop]], folder: Path) -> tuple[Path, Shop]:
    """Done in another process, so that settings and clocks here stay as they are."""
    here, there = FORK.Pipe(duplex=False)
    process = FORK.Process(target=lambda: there.send(work(folder)))
    process.start()
    there.close()
    found: tuple[Path, Shop] = here.recv()
    process.join()
    return found


def seconds() -> float:
    """Of processors, by all that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
