"""The time that the fakes live in: real time, plus what a test adds to it."""

from __future__ import annotations

import time
from email.utils import formatdate


class Clock:
    """`advance` lets time pass for everybody who asks; `skew` only sets the wall clock wrong."""

    def __init__(self) -> None:
        self.offset = 0.0
        self.skew = 0.0

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time does not run backwards; use skew for a clock that is behind")
        self.offset += seconds

    def monotonic(self) -> float:
        return time.monotonic() + self.offset

    def time(self) -> float:
        return time.time() + self.offset + self.skew

    def http_date(self, after: float = 0.0) -> str:
        return formatdate(self.time() + after, usegmt=True)

    def reset(self) -> None:
        self.offset = 0.0
        self.skew = 0.0
