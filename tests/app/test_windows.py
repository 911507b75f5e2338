"""Moving windows in memory."""

from __future__ import annotations

import pytest
from limits import RateLimitItemPerMinute

from app import windows
from app.windows import Windows

TWICE = RateLimitItemPerMinute(2)


class Clock:
    """Told by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(windows, "time", found := Clock())
    return found


async def test_each_place_comes_free_a_window_after_it_was_taken(clock: Clock) -> None:
    found = Windows()
    assert await found.hit(TWICE, "a")
    clock.now += 30
    assert [await found.hit(TWICE, "a") for _ in range(2)] == [True, False]
    assert not await found.test(TWICE, "a")
    assert await found.get_window_stats(TWICE, "a") == (1_000_060, 0)
    clock.now += 31
    assert await found.test(TWICE, "a")
    assert [await found.hit(TWICE, "a") for _ in range(2)] == [True, False]


async def test_a_clock_that_was_set_back_shuts_nobody_out(clock: Clock) -> None:
    found = Windows()
    for _ in range(2):
        await found.hit(TWICE, "a")
    clock.now -= 3600
    assert [await found.hit(TWICE, "a") for _ in range(3)] == [True, True, False]
    assert await found.get_window_stats(TWICE, "a") == (996_460, 0)


async def test_keys_know_nothing_of_each_other_and_one_is_forgiven(clock: Clock) -> None:
    found = Windows()
    for _ in range(2):
        await found.hit(TWICE, "a")
    assert await found.get_window_stats(TWICE, "b") == (1_000_060, 2)
    await found.clear(TWICE, "a")
    assert await found.test(TWICE, "a")


async def test_to_ask_counts_nothing_and_keeps_nothing(clock: Clock) -> None:
    found = Windows()
    for _ in range(5):
        assert await found.test(TWICE, "a")
    assert not found.by_key


async def test_who_does_not_come_again_is_forgotten(clock: Clock) -> None:
    found = Windows()
    for name in "abc":
        await found.hit(TWICE, name)
    clock.now += 61
    await found.hit(TWICE, "d")
    assert len(found.by_key) == 1
