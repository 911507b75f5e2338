"""How often a stranger may knock."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from limits import RateLimitItemPerSecond

from app import limits
from app.errors import TooMany
from app.tables import Organization, new_id
from cli.bundled import Bundled

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def counts() -> Iterator[None]:
    limits.forget_all()
    yield
    limits.forget_all()


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Bundled]:
    server = Bundled(tmp_path)
    await server.start()
    limits.connect(server.url)
    yield server
    await server.stop()


@pytest.fixture
def shop() -> Organization:
    return Organization(id=new_id(), slug="shop")


async def through(times: int, work: Callable[[], Any]) -> int:
    """How many of so many got through."""
    passed = 0
    for _ in range(times):
        with contextlib.suppress(TooMany):
            await work()
            passed += 1
    return passed


async def test_an_address_may_leave_five_messages_a_minute(
    configure: Callable[..., Any], shop: Organization
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=5)
    assert await through(8, lambda: limits.allow_submit(HERE, shop)) == 5
    assert await through(8, lambda: limits.allow_submit(THERE, shop)) == 5


async def test_who_is_sent_away_learns_when_to_come_back(
    configure: Callable[..., Any], shop: Organization
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    await limits.allow_submit(HERE, shop)
    with pytest.raises(TooMany) as caught:
        await limits.allow_submit(HERE, shop)
    assert 55 <= caught.value.after <= 61


async def test_zero_lifts_the_limit(configure: Callable[..., Any], shop: Organization) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=0)
    assert await through(100, lambda: limits.allow_submit(HERE, shop)) == 100
    assert await through(100, lambda: limits.allow_fault(HERE, shop)) == 100


async def test_who_corrects_may_try_more_often_than_who_sends(
    configure: Callable[..., Any], shop: Organization
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=2)
    assert await through(20, lambda: limits.allow_fault(HERE, shop)) == 12
    assert await through(8, lambda: limits.allow_submit(HERE, shop)) == 2


async def test_each_organization_counts_for_itself(
    configure: Callable[..., Any], shop: Organization
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    other = Organization(id=new_id(), slug="other")
    assert await through(2, lambda: limits.allow_submit(HERE, shop)) == 1
    assert await through(2, lambda: limits.allow_submit(HERE, other)) == 1


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_one_household_is_one_address(address: str, counted_as: str) -> None:
    assert limits.network(address) == counted_as


async def test_an_answer_comes_first_once(shop: Organization) -> None:
    assert [await limits.answers_first(mark) for mark in ("a", "b", "a")] == [True, True, False]


async def test_five_tests_a_minute_and_channel() -> None:
    assert await through(7, lambda: limits.allow_test("shop", "channel 1")) == 5
    assert await through(7, lambda: limits.allow_test("shop", "channel 2")) == 5


async def test_sixty_tests_a_minute_and_organization() -> None:
    each = iter(range(1000))
    assert await through(70, lambda: limits.allow_test("shop", f"channel {next(each)}")) == 60
    assert await through(1, lambda: limits.allow_test("other", "channel")) == 1


async def test_a_robot_is_counted_over_all_organizations() -> None:
    assert await through(7, lambda: limits.allow_test("shop", "channel")) == 5
    assert await through(1, lambda: limits.allow_test("other", "channel")) == 0


async def test_two_processes_count_together(redis: Bundled) -> None:
    assert await through(3, lambda: limits.allow_test("shop", "channel")) == 3
    limits.connect(redis.url)  # Another process would begin like this: with nothing in memory.
    assert await through(5, lambda: limits.allow_test("shop", "channel")) == 2


async def test_many_at_once_are_counted_exactly(redis: Bundled) -> None:
    tried = await asyncio.gather(
        *(limits.allow_test("shop", "channel") for _ in range(40)), return_exceptions=True
    )
    assert sum(each is None for each in tried) == 5


async def test_without_redis_the_process_counts_alone(redis: Bundled) -> None:
    await redis.stop()
    assert await through(7, lambda: limits.allow_test("shop", "channel")) == 5


async def test_a_frozen_redis_holds_nobody_up_for_long(redis: Bundled) -> None:
    assert redis.process is not None
    await limits.allow_test("shop", "warm")
    redis.process.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert await through(7, lambda: limits.allow_test("shop", "channel")) == 5
        assert time.monotonic() - started < 8
    finally:
        redis.process.send_signal(signal.SIGCONT)


async def test_after_a_rest_redis_is_asked_again(
    redis: Bundled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REST_SECONDS", 0.0)
    await redis.stop()
    await limits.allow_test("shop", "channel")
    await redis.start()
    assert await through(7, lambda: limits.allow_test("shop", "channel")) == 4
    limits.connect(redis.url)  # Redis knows of them all: another process has none left.
    assert await through(7, lambda: limits.allow_test("shop", "channel")) == 0


async def test_nobody_begins_anew_when_redis_fails(redis: Bundled) -> None:
    assert await through(3, lambda: limits.allow_test("shop", "channel")) == 3
    await redis.stop()
    assert await through(5, lambda: limits.allow_test("shop", "channel")) == 2


async def test_what_is_forgiven_counts_anew(redis: Bundled) -> None:
    mine, theirs = limits.SignIn(HERE, "owner"), limits.SignIn(THERE, "owner")
    assert [await through(7, functools.partial(wrong, each)) for each in (mine, theirs)] == [5, 5]
    await mine.right()
    assert [await through(7, functools.partial(wrong, each)) for each in (mine, theirs)] == [5, 0]


async def test_only_wrong_passwords_count(redis: Bundled) -> None:
    assert await through(90, limits.SignIn(HERE, "owner").allow) == 90


async def wrong(here: limits.SignIn) -> None:
    await here.allow()
    await here.wrong()


async def test_a_place_comes_free_when_its_time_is_over() -> None:
    limiter, item = limits.Limiter(None), RateLimitItemPerSecond(2)
    assert [await limiter.hit(item, "key") > 0 for _ in range(3)] == [False, False, True]
    await asyncio.sleep(1.05)
    assert await limiter.hit(item, "key") == 0


async def test_no_address_of_a_visitor_is_kept_with_what_is_counted(org: Organization) -> None:
    limits.forget_all()
    await limits.allow_submit("203.0.113.77", org)
    await limits.allow_fault("203.0.113.77", org)
    await limits.floods("203.0.113.77", org, "text")
    await limits.goes_round("203.0.113.77", org, "text", 3, count=True)
    keys = [*limits._limiter._own.by_key]
    assert len(keys) == 5
    assert [key for key in keys if "203.0" in key] == []
