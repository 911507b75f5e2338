"""What visitors are told is never better than the truth."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from app.overview.parts import rounded
from app.targets.replies import ENOUGH, STEPS, USUALLY, Promise, Replies, promise, stored

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


def of(handled: dict[str, int], *waiting: int) -> Promise | None:
    return promise(handled, waiting, in_hours=True)


def test_it_is_the_shortest_time_that_is_usually_kept() -> None:
    assert of({"5": 23, "100": 2}) == Promise(15, 92, 25, True)
    assert of({"5": 10, "100": 23}) == Promise(120, 100, 33, True)


def test_of_few_messages_nothing_is_said() -> None:
    assert of({"5": 19}) is None
    assert of({"5": 20}) == Promise(15, 100, 20, True)


def test_what_waits_too_long_counts_as_not_kept() -> None:
    assert of({"5": 20}, *[15] * 5) == Promise(15, 80, 25, True)
    assert of({"5": 20}, *[15] * 6) == Promise(30, 100, 20, True)
    assert of({"5": 20}, *[40 * 60] * 6) is None


def test_what_takes_for_ever_is_no_promise() -> None:
    assert of({str(41 * 60): 50}) is None
    assert of({}) is None


@given(
    minutes=st.lists(st.floats(0, 5000), min_size=1, max_size=200),
    waiting=st.lists(st.integers(0, 5000), max_size=60),
)
def test_it_is_never_better_than_the_truth(minutes: list[float], waiting: list[int]) -> None:
    counts: dict[str, int] = {}
    for each in minutes:
        name = rounded(int(each))
        counts[name] = counts.get(name, 0) + 1
    found = promise(counts, waiting, in_hours=False)
    if found is None:
        return
    within = sum(each <= found.minutes for each in minutes)
    decided = len(minutes) + sum(each >= found.minutes for each in waiting)
    assert found.minutes in STEPS
    assert found.of == decided >= ENOUGH
    assert USUALLY <= found.percent <= 100 * within / decided


def test_what_nobody_has_looked_at_for_a_day_is_not_told() -> None:
    kept = Replies(NOW, [Promise(15, 92, 25, True)])
    soon = NOW + dt.timedelta(hours=23)
    assert kept.promise_at(soon, in_hours=True) == kept.promises[0]
    assert kept.promise_at(soon, in_hours=False) is None, "a brand without hours has none"
    assert kept.promise_at(NOW + dt.timedelta(hours=25), in_hours=True) is None
    assert stored("").promise_at(NOW, in_hours=True) is None
