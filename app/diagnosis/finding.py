"""One thing that was looked at."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Sequence
from typing import Any

import msgspec

DEADLINE = 3.0
"""Seconds for each look: a page and a terminal wait no longer."""


PLACE = re.compile(r"\{(\w+)\}")


class Finding(msgspec.Struct, frozen=True):
    """`state` is ok, warn (works, but look at it) or fail. `said` is an English message id with
    places for `facts`, without any secret. `name`: of what, where there are several."""

    state: str
    about: str
    said: str
    facts: dict[str, Any] = {}
    name: str = ""

    def line(self) -> str:
        """In English, for a terminal, and for whoever is asked for help."""
        name = f"{self.name}: " if self.name else ""
        return f"{self.state:4}  {self.about:11}  {name}{self.told()}"

    def told(self) -> str:
        """What was said, in English, with its facts."""
        return PLACE.sub(lambda place: str(self.facts.get(place[1], place[0])), self.said)


async def within(about: str, look: Awaitable[Sequence[Finding]]) -> list[Finding]:
    """What was found, or that it took too long."""
    try:
        async with asyncio.timeout(DEADLINE):
            return list(await look)
    except TimeoutError:
        late = {"seconds": str(int(DEADLINE))}
        return [Finding("warn", about, "No answer within {seconds} seconds.", late)]
