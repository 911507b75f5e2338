"""A short cache for rows that every request needs and that change seldom."""

from __future__ import annotations

import asyncio
import contextvars
import math
import time
import weakref
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from app import database, turns

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

SECONDS = 2.0
"""Every process sees a change after this long."""
AT_MOST = 1000
"""Of one kind. One more takes the place of the one that was kept first, which ends first."""


class Remembered(Generic[K, V]):
    """Values by key, separately for each database; `seconds=math.inf` for what never changes."""

    def __init__(self, seconds: float = SECONDS, *, at_most: int | None = None) -> None:
        self._seconds = seconds
        self._at_most = at_most
        self._kept: WeakKeyDictionary[database.Engine, dict[K, tuple[float, V]]] = (
            WeakKeyDictionary()
        )
        self._engine: Callable[[], database.Engine | None] = lambda: None
        self._of_engine: dict[K, tuple[float, V]] = {}
        self._asked: dict[tuple[database.Engine, K], asyncio.Task[V]] = {}

    async def of(self, key: K, ask: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The value, which visitors may want. When it is unknown or expired, `ask` is called once
        for all who want it meanwhile."""
        if (found := self.get(key)) is not None:
            return found
        place = (database.engine(), key)
        task = self._asked.get(place)
        if task is None:
            # Its own task, and outside of any transaction: whoever came first may be cancelled.
            work = self._ask(place, ask)
            task = asyncio.create_task(work, context=contextvars.Context())
            self._asked[place] = task
        return await asyncio.shield(task)

    async def _ask(
        self, place: tuple[database.Engine, K], ask: Callable[[], Coroutine[Any, Any, V]]
    ) -> V:
        try:
            # Visitors may wait for it, whoever asked first.
            with turns.of_visitors():
                found = await ask()
        finally:
            current = self._asked.get(place) is asyncio.current_task()
            if current:
                del self._asked[place]
        return self.keep(place[1], found) if current else found

    def get(self, key: K) -> V | None:
        """None when unknown or expired."""
        until, found = self._here().get(key, (-math.inf, None))
        return found if time.monotonic() < until else None

    def keep(self, key: K, value: V) -> V:
        here = self._here()
        here.pop(key, None)
        if len(here) >= (self._at_most or AT_MOST):
            del here[next(iter(here))]
        here[key] = (time.monotonic() + self._seconds, value)
        return value

    def forget(self, key: K) -> None:
        """Drops a value after a change, so that the editor sees it at once."""
        self._here().pop(key, None)
        # What is being read may be as it was before.
        self._asked.pop((database.engine(), key), None)

    def clear(self) -> None:
        self._here().clear()
        self._asked.clear()

    def _here(self) -> dict[K, tuple[float, V]]:
        engine = database.engine()
        if self._engine() is not engine:
            self._of_engine = self._kept.setdefault(engine, {})
            self._engine = weakref.ref(engine)
        return self._of_engine
