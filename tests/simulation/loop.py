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


class Handle(asyncio.Handle):
    """Without a look at what is for debugging: a seed makes thousands."""

    __slots__ = ()

    def __init__(self, callback: Any, args: Any, loop: Any, context: Any) -> None:
        self._callback, self._args = callback, args
        self._loop, self._cancelled = loop, False
        self._context = contextvars.copy_context() if context is None else context


class Timer(Handle):
    """One that waits among the timers."""

    __slots__ = ("_when",)

    def cancel(self) -> None:
        self._cancelled = True
        self._callback = self._args = None

    def when(self) -> float:
        return self._when

    def __lt__(self, other: Timer) -> bool:
        # Timers of the same moment come off the heap as it has them.
        return False


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

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Handle:  # type: ignore[override]
        handle = Handle(callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> Timer:  # type: ignore[override]
        timer = Timer(callback, args, self, context)
        timer._when = when
        # Compared as pairs, which asks a Python method only for the same moment.
        heapq.heappush(self._scheduled, (when, timer))  # type: ignore[attr-defined]
        return timer

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> Timer:  # type: ignore[override]
        return self.call_at(self.now + delay, callback, *args, context=context)

    def _run_once(self) -> None:
        for handle in self._turn():
            context = handle._context
            process = context.get(HERE)
            if handle._cancelled or not (process is None or process.alive):
                continue
            try:
                context.run(handle._callback, *handle._args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                self.call_exception_handler({"message": "a callback failed", "exception": error})

    def _turn(self) -> list[Handle]:
        """What is ready now, or at the next moment at which anything is."""
        ready, timers = self._ready, self._scheduled  # type: ignore[attr-defined]
        while timers and timers[0][1]._cancelled:
            heapq.heappop(timers)
        if not ready:
            if not timers:
                raise Endless("nothing is left to wait for")
            self.now = max(self.now, timers[0][0])
        now = self.now
        while timers and timers[0][0] <= now:
            ready.append(heapq.heappop(timers)[1])
        turn = list(ready)
        ready.clear()
        if self._shuffles and len(turn) > 1:
            self._dice.shuffle(turn)
        self.steps += len(turn)
        if self.steps > STEPS_MAX:
            raise Endless("it does not come to rest")
        return turn

    def run_in_executor(self, executor: Any, work: Any, *given: Any) -> asyncio.Future[Any]:
        """At once: a real thread would end after any number of turns, never the same."""
        done: asyncio.Future[Any] = self.create_future()
        try:
            done.set_result(work(*given))
        except Exception as error:
            done.set_exception(error)
        return done

    def _asyncgen_firstiter_hook(self, begun: Any) -> None:
        """Nobody asks which are open."""

    def _process_events(self, events: Any) -> None:
        raise AssertionError

    def _timer_handle_cancelled(self, handle: Any) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
