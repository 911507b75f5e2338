"""Many callers, one commit: whoever comes while a commit is under way shares the next one.

Nobody is answered before the commit that holds his work, and a fault in one piece of work is not
the
others' fault: the batch is then done again one by one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from app.errors import Unavailable

Key = TypeVar("Key", bound=Hashable)
Work = TypeVar("Work")
Done = TypeVar("Done")

SIZE = 64
"""Large enough that the commit is no longer the larger part, small enough to stay in
milliseconds."""


class Batch(Generic[Key, Work, Done]):
    """`commit(key, works)` does all the works of one key in one transaction, an answer for each."""

    def __init__(
        self, commit: Callable[[Key, Sequence[Work]], Awaitable[Sequence[Done | Exception]]]
    ) -> None:
        self._commit = commit
        self._waiting: dict[Key, list[tuple[Work, asyncio.Future[Done]]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, key: Key, work: Work) -> Done:
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(key)
        if waiting is not None:
            waiting.append((work, future))
            return await future
        self._waiting[key] = [(work, future)]
        # A task of its own: a visitor who leaves must not take the others' commit with him.
        task = asyncio.create_task(self._drain(key))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await future

    async def _drain(self, key: Key) -> None:
        try:
            while waiting := self._waiting[key]:
                taken, self._waiting[key] = waiting[:SIZE], waiting[SIZE:]
                await self._answer(key, taken)
        finally:
            for _, future in self._waiting.pop(key):
                future.cancel()

    async def _answer(self, key: Key, taken: list[tuple[Work, asyncio.Future[Done]]]) -> None:
        try:
            answers = await self._commit(key, [work for work, _ in taken])
        except Exception as error:
            if len(taken) == 1 or isinstance(error, Unavailable):
                answers = [error] * len(taken)
            else:
                for one in taken:
                    await self._answer(key, [one])
                return
        for (_, future), answer in zip(taken, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
