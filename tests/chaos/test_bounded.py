"""The chaos, short enough for every run of the tests. `make chaos` is the long one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.chaos.judge import busiest_minute, repeated
from tests.chaos.run import run

SECONDS = 12.0
KILLS_AT_LEAST = 5


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_row_07_random_kills_lose_and_double_nothing(kind: str, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    report = await run(kind, tmp_path, seconds=SECONDS, seed=seed, hurry=True)
    print(f"seed {seed}: {report}")  # noqa: T201  what to repeat a failure with
    assert report.judgement.faults == []
    assert sum(report.kills.values()) >= KILLS_AT_LEAST
    assert report.judgement.stored > 0
    assert all(report.judgement.acts[each] for each in ("claims", "replies", "answers by mail"))


def test_the_busiest_minute_is_any_sixty_seconds() -> None:
    times = [0.0, 30.0, 59.0, 61.0, 89.0]
    assert busiest_minute(times, []) == 4
    assert busiest_minute(times, [(60.0, 60.5)]) == 3
    assert busiest_minute(times, [(58.0, 62.0)]) == 2


def test_a_repeat_is_explained_by_an_unanswered_try_of_the_same_id_only() -> None:
    arrived = {("once", "a"): 1, ("twice", "b"): 2, ("three times", "c"): 3}
    assert repeated(arrived, {}) == 3
    assert repeated(arrived, {"a": 5, "b": 1, "c": 1}) == 1
    assert repeated(arrived, {"a": 5}) == 3
    assert repeated(arrived, {"b": 1, "c": 2}) == 0
