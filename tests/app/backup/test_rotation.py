"""Which backups go."""

from __future__ import annotations

import datetime as dt

from app.backup.rotation import made_at, surplus

LAST = dt.datetime(2026, 11, 30, 3, tzinfo=dt.UTC)


def name(days: int, end: str = "") -> str:
    return f"leavemsg-{LAST - dt.timedelta(days=days):%Y%m%dT%H%M%SZ}.lmbak{end}"


def test_the_newest_stay_and_the_last_of_each_week_before() -> None:
    daily = [name(days) for days in range(60)]

    gone = surplus(daily, keep=7, weeks=4)

    left = [each for each in daily if each not in gone]
    # 30 November is a Monday: the weeks before end on 29, 22 and 15.
    assert left == [name(days) for days in (*range(7), 8, 15)]
    assert gone == sorted(gone)


def test_sealed_and_plain_ones_are_counted_together() -> None:
    assert surplus([name(0), name(1, ".age"), name(2)], keep=2, weeks=0) == [name(2)]


def test_the_newest_is_never_removed_and_nothing_that_is_not_ours() -> None:
    others = ["notes.txt", "leavemsg-99999999T999999Z.lmbak", f"{name(9)}.part", "erased.txt"]

    assert surplus([name(300), *others], keep=0, weeks=0) == []
    assert [made_at(each) for each in others] == [None] * len(others)
