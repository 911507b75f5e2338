"""A short cache for rows that every request needs and that change seldom."""

from __future__ import annotations

import math
import time
from collections.abc import Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from app import database

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

SECONDS = 2.0
"""Every process sees a change after this long."""
AT_MOST = 1000


class Remembered(Generic[K, V]):
    """Values by key, separately for each database; `seconds=math.inf` for what never changes."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._kept: WeakKeyDictionary[database.Engine, dict[K, tuple[float, V]]] = (
            WeakKeyDictionary()
        )

    def get(self, key: K) -> V | None:
        """None when unknown or expired."""
        until, found = self._here().get(key, (-math.inf, None))
        return found if time.monotonic() < until else None

    def keep(self, key: K, value: V) -> V:
        here = self._here()
        if len(here) >= AT_MOST:
            here.clear()
        here[key] = (time.monotonic() + self._seconds, value)
        return value

    def forget(self, key: K) -> None:
        """Drops a value after a change, so that the editor sees it at once."""
        self._here().pop(key, None)

    def clear(self) -> None:
        self._here().clear()

    def _here(self) -> dict[K, tuple[float, V]]:
        return self._kept.setdefault(database.engine(), {})
