"""At most N starts in any sixty seconds, counted over everything that shares a limit."""

import datetime as dt
import math
import uuid

import pytest

from app.deliveries.throttle import (
    Rule,
    Usage,
    next_free,
    next_start,
    places,
    unreserved,
)

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
MINE, OTHER = uuid.uuid4(), uuid.uuid4()


def rule(**changes: object) -> Rule:
    values: dict[str, object] = {
        "channel": MINE,
        "bucket": "robot",
        "limit": 10,
        "cap": None,
        "high": False,
        "shares_with_high": False,
    }
    return Rule(**{**values, **changes})  # type: ignore[arg-type]


def used(taken: int, *, channel: uuid.UUID = MINE, bucket: str = "robot", after: int = 30) -> Usage:
    return Usage(channel, bucket, taken, NOW + dt.timedelta(seconds=after), NOW)


def test_a_fresh_channel_has_all_of_its_places() -> None:
    assert places(rule(), [], None) == 10


def test_a_taken_place_is_gone() -> None:
    assert places(rule(), [used(7)], None) == 3


def test_no_limit_is_infinite() -> None:
    assert places(rule(limit=0), [used(500)], None) == math.inf


def test_the_platform_caps_a_generous_limit() -> None:
    assert places(rule(limit=100, cap=18), [used(17)], None) == 1


def test_the_platform_caps_also_without_a_limit() -> None:
    assert places(rule(limit=0, cap=18), [used(18)], None) == 0


def test_two_channels_with_one_robot_share_its_limit() -> None:
    assert places(rule(), [used(10, channel=OTHER)], None) == 0


def test_another_robot_takes_nothing() -> None:
    assert places(rule(), [used(10, channel=OTHER, bucket="another")], None) == 10


def test_a_channel_that_changed_its_robot_keeps_its_count() -> None:
    assert places(rule(), [used(10, bucket="former")], None) == 0


@pytest.mark.parametrize(("high", "left"), [(True, 3), (False, 1)])
def test_under_a_total_limit_two_of_ten_wait_for_high_priority(high: bool, left: int) -> None:
    usage = [used(7, channel=OTHER, bucket="another")]
    assert places(rule(high=high), usage, 10) == left


def test_a_robot_shared_with_high_priority_keeps_two_of_ten() -> None:
    assert places(rule(shares_with_high=True), [used(8)], None) == 0


def test_a_lone_channel_reserves_nothing_for_nobody() -> None:
    assert places(rule(), [used(9)], None) == 1


def test_more_taken_than_a_lowered_limit_allows_is_no_room() -> None:
    assert places(rule(limit=3), [used(10)], None) == 0


def test_the_next_place_is_the_first_that_comes_free() -> None:
    usage = [used(5, after=40), used(5, after=20), used(1, channel=OTHER, bucket="x", after=1)]
    assert next_free(rule(), usage, None) == NOW + dt.timedelta(seconds=20)


def test_under_a_total_limit_any_place_that_comes_free_counts() -> None:
    usage = [used(5, after=40), used(1, channel=OTHER, bucket="x", after=1)]
    assert next_free(rule(), usage, 6) == NOW + dt.timedelta(seconds=1)
    assert next_free(rule(), [], 6) is None
    mine_elsewhere = [used(1, bucket="earlier", after=7), used(1, channel=OTHER, after=9)]
    assert next_free(rule(), mine_elsewhere, None) == NOW + dt.timedelta(seconds=7)
    assert next_free(rule(), mine_elsewhere[1:], None) == NOW + dt.timedelta(seconds=9)


def test_what_other_organizations_send_counts_for_the_platform_alone() -> None:
    theirs = Usage(None, "robot", 3, NOW, NOW)
    usage = [theirs, used(2, channel=OTHER), theirs]
    assert places(rule(limit=10), usage, None) == 10 - 2
    assert places(rule(limit=None, cap=10), usage, None) == 10 - 8
    assert places(rule(limit=None), usage, 10) == 8 - 2


def test_the_reserve_is_of_the_platforms_limit_too_and_of_whole_places() -> None:
    assert places(rule(limit=None, cap=10, shares_with_high=True), [], None) == 8
    for limit, left in ((1, 1), (4, 4), (5, 4), (9, 8), (10, 8), (14, 12)):
        assert unreserved(limit) == left
        assert isinstance(unreserved(limit), int)


def test_the_next_start_keeps_the_platforms_distance_from_the_last() -> None:
    def started(seconds: float, bucket: str = "robot") -> Usage:
        return Usage(MINE, bucket, 1, NOW, NOW + dt.timedelta(seconds=seconds))

    usage = [started(-9), started(-2), started(5, "x")]
    assert next_start("robot", 3, usage, NOW) == NOW + dt.timedelta(seconds=1)
    assert next_start("robot", 1, usage, NOW) == NOW
    assert next_start("robot", 0, [started(4)], NOW) == NOW
    assert next_start("robot", 3, usage[2:], NOW) == NOW
