"""Tokens that platforms lend, for one process."""

from __future__ import annotations

import asyncio

from app.channels.lent import InMemory, Lent


class Platform:
    def __init__(self, seconds: float = 60) -> None:
        self.asked, self.seconds = 0, seconds

    async def fetch(self) -> Lent:
        self.asked += 1
        await asyncio.sleep(0)
        return Lent(f"t{self.asked}", self.seconds)


async def test_who_wants_one_at_the_same_time_gets_the_same() -> None:
    lender, platform = InMemory(), Platform()

    found = await asyncio.gather(*(lender.token("k", platform.fetch) for _ in range(5)))
    assert found == ["t1"] * 5
    again = [lender.token("k", platform.fetch, refused="t1") for _ in range(5)]
    assert await asyncio.gather(*again) == ["t2"] * 5
    assert await lender.token("other", platform.fetch) == "t3"


async def test_one_that_is_over_is_asked_for_anew() -> None:
    lender, platform = InMemory(), Platform(seconds=0)

    assert [await lender.token("k", platform.fetch) for _ in range(2)] == ["t1", "t2"]
