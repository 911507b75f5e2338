"""An event loop whose time is virtual, and whose turns are those of one integer."""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
import random
from typing import Any

HERE: contextvars.ContextVar[Any] = contextvars.ContextVar("simulated process", default=None)
"""The simulated process that a task belongs to; None for the world around."""
STEPS_MAX = 400_000
"""A seed that takes more turns never ends."""


class Endless(Exception):
    """Nothing is left to wait for, or it never stops."""


class Task(asyncio.Task):  # type: ignore[type-arg]
    """A set of tasks is gone through in the order of their making, not of their addresses."""

    _log_destroy_pending = False
    numbers = itertools.count()

    def __init__(self, *given: Any, **more: Any) -> None:
        self.number = next(Task.numbers)
        super().__init__(*given, **more)

    def __hash__(self) -> int:
        return self.number


class Loop(asyncio.BaseEventLoop):
    """Jumps to the next timer when nothing is ready. With `shuffles`, what is ready at the same
    moment runs in any order. What belongs to a dead process is dropped without a word, as by
    SIGKILL: no `finally` runs."""

    def __init__(self, dice: random.Random, *, shuffles: bool) -> None:
        super().__init__()
        self.now = 0.0
        self._dice, self._shuffles = dice, shuffles
        self.steps = 0
        Task.numbers = itertools.count()
        self.made: list[Task] = []
        """What is cleared away runs its `finally`, so nothing is before the end."""
        self.set_task_factory(self._task)
        self.set_exception_handler(lambda _, __: None)

    def time(self) -> float:
        return self.now

    def _task(self, loop: Any, work: Any, context: Any = None, **more: Any) -> Task:
        here = HERE.get()
        if context is not None and here is not None and HERE not in context:
            # Made empty by the product: it is of this process all the same.
            context.run(HERE.set, here)
        made = Task(work, loop=loop, context=context, **more)
        self.made.append(made)
        return made

    def _run_once(self) -> None:
        ready, timers = self._ready, self._scheduled  # type: ignore[attr-defined]
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
        if not ready:
            if not timers:
                raise Endless("nothing is left to wait for")
            self.now = max(self.now, timers[0]._when)
        while timers and timers[0]._when <= self.now:
            timer = heapq.heappop(timers)
            timer._scheduled = False
            ready.append(timer)
        count = len(ready)
        turn = [ready.popleft() for _ in range(count)]
        if self._shuffles and count > 1:
            self._dice.shuffle(turn)
        self.steps += count
        if self.steps > STEPS_MAX:
            raise Endless("it does not come to rest")
        for handle in turn:
            if handle._cancelled:
                continue
            process = handle._context.get(HERE)
            if process is None or process.alive:
                handle._run()

    def _process_events(self, events: Any) -> None:
        raise AssertionError

    def _timer_handle_cancelled(self, handle: Any) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
