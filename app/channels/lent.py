"""Credentials that a platform lends for a while in exchange for a secret, such as an access token.

Where they are kept is said by `use`: in the product the database, so that all processes share one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec


class Lent(msgspec.Struct, frozen=True):
    """`seconds` is how long it holds, as the platform said."""

    token: str
    seconds: float


Fetch = Callable[[], Awaitable[Lent]]
"""Asks the platform. Raises SendError."""


class Lender(Protocol):
    async def token(self, key: str, fetch: Fetch, *, refused: str = "") -> str:
        """The token of this key, whose text is secret; `refused` is one that the platform does not
        take any more. Of all who want a new one at the same time one asks. Raises SendError."""
        ...


class InMemory:
    """For one process."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, float]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def token(self, key: str, fetch: Fetch, *, refused: str = "") -> str:
        async with self._asking.setdefault(key, asyncio.Lock()):
            token, until = self._kept.get(key, ("", 0.0))
            if token in ("", refused) or until <= time.monotonic():
                lent = await fetch()
                token = lent.token
                self._kept[key] = token, time.monotonic() + lent.seconds
            return token


_lender: Lender = InMemory()


def use(lender: Lender) -> None:
    global _lender
    _lender = lender


def lender() -> Lender:
    return _lender
