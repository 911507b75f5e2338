"""Moving windows in memory, as the library `limits` has them for Redis.

Its own in memory looks through all keys with every count, each in another thread: with the visitors
of an hour that took half as long as their messages.
"""

from __future__ import annotations

import time

import msgspec
from limits import RateLimitItem, WindowStats

SWEEP_SECONDS = 60.0


class _Window(msgspec.Struct):
    seconds: int
    moments: list[float]
    """The oldest first; no more than are allowed."""

    def live(self, now: float) -> list[float]:
        """Without what is too old, and what was to come when a clock was set back."""
        begin = now - self.seconds
        if self.moments and not begin <= self.moments[0] <= now:
            self.moments = [each for each in self.moments if begin <= each <= now]
        return self.moments


class Windows:
    """As the library's `MovingWindowRateLimiter`."""

    def __init__(self) -> None:
        self.by_key: dict[str, _Window] = {}
        self._swept = time.time()

    async def hit(self, item: RateLimitItem, *keys: str) -> bool:
        """Counts one if there is room."""
        now, key = time.time(), item.key_for(*keys)
        self._sweep(now)
        window = self.by_key.get(key)
        if window is None:
            window = self.by_key[key] = _Window(item.get_expiry(), [])
        moments = window.live(now)
        if len(moments) >= item.amount:
            return False
        moments.append(now)
        return True

    async def test(self, item: RateLimitItem, *keys: str) -> bool:
        """Whether there is room."""
        return (await self.get_window_stats(item, *keys)).remaining > 0

    async def get_window_stats(self, item: RateLimitItem, *keys: str) -> WindowStats:
        now, window = time.time(), self.by_key.get(item.key_for(*keys))
        moments = window.live(now) if window else ()
        begun = moments[0] if moments else now
        return WindowStats(begun + item.get_expiry(), item.amount - len(moments))

    async def clear(self, item: RateLimitItem, *keys: str) -> None:
        self.by_key.pop(item.key_for(*keys), None)

    def _sweep(self, now: float) -> None:
        """Nothing is kept of who does not come again."""
        if 0 <= now - self._swept < SWEEP_SECONDS:
            return
        self._swept = now
        for key in [key for key, window in self.by_key.items() if not window.live(now)]:
            del self.by_key[key]
