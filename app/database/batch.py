"""Many callers, one commit: callers that come during a commit share the next one.

Each is answered after the commit with their work. When one piece of work fails, the batch is
repeated one by one, so that the others do not fail with it.
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
"""Large enough that the commit is the smaller part, small enough to take milliseconds."""
AGAIN_SECONDS = 0.5
"""Seconds to wait after a connection died in a commit; a running server accepts a new one by
then."""
WAITED = ("locked", "too_slow")
"""Reasons that show only after a long wait."""


class Batch(Generic[Key, Work, Done]):
    """`commit(key, works)` does all works of one key in one transaction and returns an answer for
    each. Doing the same works again must change nothing."""

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
        # Its own task: a visitor who leaves must not cancel the others' commit.
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

    async def _surely(self, key: Key, works: Sequence[Work]) -> Sequence[Done | Exception]:
        try:
            return await self._commit(key, works)
        except Unavailable as lost:
            if not lost.unknown:
                raise
        # It may or may not be committed: repeating it makes it certain.
        await asyncio.sleep(AGAIN_SECONDS)
        try:
            return await self._commit(key, works)
        except Unavailable as error:
            raise Unavailable(reason=error.reason, unknown=True) from error

    async def _answer(self, key: Key, taken: list[tuple[Work, asyncio.Future[Done]]]) -> None:
        try:
            answers = await self._surely(key, [work for work, _ in taken])
        except Exception as error:
            if isinstance(error, Unavailable) and error.reason in WAITED:
                # Callers who queued meanwhile would only wait as long for the same error.
                taken, self._waiting[key] = taken + self._waiting[key], []
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
