"""Connections that stay open for the next request to the same place."""

from __future__ import annotations

import time

from app.egress.streams import Stream
from app.egress.targets import Target

# Shorter than usual servers keep a connection: what goes into a closing one is lost, and nobody
# knows whether it arrived. It serves bursts; occasional sends connect anew.
IDLE_SECONDS = 4.0
IDLE_CONNECTIONS = 20


class Kept:
    def __init__(self) -> None:
        self._idle: list[tuple[float, tuple[str, str, int], Stream]] = []
        """When each was put aside, the oldest first, and where it leads to."""

    def take(self, target: Target) -> Stream | None:
        """The one that was used last, if there is one that still works."""
        self._forget(time.monotonic() - IDLE_SECONDS)
        for found in reversed(self._idle):
            _, place, stream = found
            if place == _place(target):
                self._idle.remove(found)
                if stream.is_idle():
                    return stream
                stream.close()
        return None

    def put(self, target: Target, stream: Stream) -> None:
        self._idle.append((time.monotonic(), _place(target), stream))
        self._forget(0.0)

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[2].close()

    def _forget(self, before: float) -> None:
        """What was put aside before, and what is too much."""
        while self._idle and (self._idle[0][0] < before or len(self._idle) > IDLE_CONNECTIONS):
            self._idle.pop(0)[2].close()


def _place(target: Target) -> tuple[str, str, int]:
    return target.scheme, target.host, target.port
