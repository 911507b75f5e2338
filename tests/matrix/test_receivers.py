"""Receivers that hang, refuse, drip or drown us, and channels that change while work is on the
wire."""

from __future__ import annotations

import asyncio
import datetime as dt

import psutil
import pytest

from app import channel_settings, database, deliveries
from tests.matrix.world import World

BACKLOG = 12
PROMPT_SECONDS = 5.0
GROWTH_BYTES = 20 * 1024 * 1024
GIGABYTE = {"body": "x" * 1024 * 1024, "repeat": 1024}
LONGEST_GAP = 10 * 3600
"""Hours that are longer than the longest pause between two tries."""
TRIES = 11


async def test_row_15_channels_that_hang_delay_no_other_and_are_then_probed_one_by_one(
    world: World,
) -> None:
    """All on one host: what a receiver keeps waiting is its own."""
    for name in ("a", "b", "c"):
        await world.channel("custom", world.fakes.add_hook(name, ["hang_after"]), timeout=1)
    await world.hook(timeout=1)
    for _ in range(BACKLOG):
        await world.leave()
    await world.worker()
    await world.until("sent", BACKLOG, within=PROMPT_SECONDS)

    await _until_paused(3)
    await world.until_state_of("dispatch", "sending", count=0)
    before = len(world.fakes.calls())
    await world.pass_time(120)
    await world.fakes.arrived(before + 3)
    await asyncio.sleep(0.5)
    assert len(world.fakes.calls()) == before + 3


async def _until_paused(count: int) -> None:
    async with asyncio.timeout(30):
        while True:
            rows = await database.rows(
                dict, "SELECT count(*) AS n FROM channel WHERE paused_until IS NOT NULL"
            )
            if rows[0]["n"] == count:
                return
            await asyncio.sleep(0.05)


async def test_row_16_too_many_with_a_time_is_tried_again_then_under_the_same_id(
    world: World,
) -> None:
    too_many = {"status": 429, "headers": {"Retry-After": "120"}}
    await world.hook("crm", too_many, {"status": 200})
    await world.leave()
    await world.worker()
    await world.until_state_of("dispatch", "retry")
    (dispatch,) = await world.rows("dispatch")
    (attempt,) = await world.rows("attempt")
    pause = dispatch["retry_at"] - attempt["finished_at"]
    assert dt.timedelta(seconds=119) < pause < dt.timedelta(seconds=150)

    await world.pass_time(60)
    await asyncio.sleep(0.5)
    assert len(world.fakes.calls()) == 1
    await world.pass_time(90)
    await world.until("sent")
    assert [one.attempts for one in world.fakes.hook_report("crm").values()] == [2]


ANSWERS = {
    ("wecom", "rate_limit"): ("rate_limited", 60),
    ("wecom", "code:93000"): ("gone", None),
    ("wecom", "body:{}"): ("unknown", None),
    ("wecom", "http:302"): ("retry", None),
    ("wecom", "http:502:html"): ("retry", None),
    ("dingtalk", "rate_limit"): ("rate_limited", 600),
    ("dingtalk", "code:310000"): ("permanent_config", None),
    ("feishu", "rate_limit"): ("rate_limited", 2),
    ("feishu", "code:19021"): ("permanent_config", None),
    ("feishu", "html"): ("unknown", None),
}
"""What a platform says instead of its own "ok": the class, and for how long the channel rests."""


async def test_row_17_only_the_platforms_own_ok_is_a_success(world: World) -> None:
    cases = {}
    for number, (vendor, fault) in enumerate(ANSWERS):
        url = world.fakes.add_bot(vendor, f"t{number}")
        world.fakes.fault(vendor, f"t{number}", fault)
        cases[await world.channel(vendor, url)] = ANSWERS[vendor, fault]
    await world.leave()
    await world.worker()
    async with asyncio.timeout(30):
        while len(found := await _outcomes()) < len(cases):
            await asyncio.sleep(0.05)
    assert found == {uid: outcome for uid, (outcome, _) in cases.items()}
    for row in await world.rows("channel"):
        _, rest = cases[str(row["id"])]
        if rest:
            pause = row["blocked_until"] - row["error_at"]
            assert pause == dt.timedelta(seconds=rest)


async def _outcomes() -> dict[str, str]:
    """The first try of every channel."""
    rows = await database.rows(dict, "SELECT channel, outcome FROM attempt WHERE outcome <> ''")
    return {str(row["channel"]): row["outcome"] for row in rows if row["outcome"] != "ok"}


async def test_row_18_what_drips_ends_at_its_deadline(world: World) -> None:
    await world.hook("crm", {"status": 500, "body": "x" * 100, "drip": 1}, timeout=2)
    await world.leave()
    await world.worker()
    await world.until_state_of("dispatch", "retry")
    (attempt,) = await world.rows("attempt")
    assert 1900 <= attempt["duration_ms"] < 4000


async def test_row_18_a_gigabyte_is_not_read(world: World) -> None:
    await world.hook("crm", {"status": 500, **GIGABYTE})
    worker = await world.worker()
    before = psutil.Process(worker.pid).memory_info().rss
    for _ in range(10):
        await world.leave()
    await world.until_state_of("dispatch", "retry")
    (attempt, *_) = [row for row in await world.rows("attempt") if row["finished_at"]]
    assert attempt["duration_ms"] < 3000
    assert len(attempt["response"]) <= 2000
    assert psutil.Process(worker.pid).memory_info().rss - before < GROWTH_BYTES


async def test_row_28_what_is_in_flight_ends_as_begun_and_the_next_try_uses_the_new(
    world: World,
) -> None:
    uid = await world.hook("old", {"status": 500, "delay": 0.5})
    new = world.fakes.add_hook("new")
    await world.leave()
    await world.worker()
    await world.fakes.arrived(1, "hook", "old")
    await channel_settings.change(world.org.id, uid, {"webhook_url": new}, by="tests")
    await world.until_state_of("dispatch", "retry")
    await world.pass_time(60)
    await world.until("sent")

    (first,), (second,) = world.fakes.calls("hook", "old"), world.fakes.calls("hook", "new")
    assert first.webhook_id == second.webhook_id


@pytest.mark.parametrize(
    ("status", "ends"), [(200, ("sent", "")), (500, ("cancelled", "channel_archived"))]
)
async def test_row_28_a_channel_removed_in_flight_gets_no_further_try(
    world: World, status: int, ends: tuple[str, str]
) -> None:
    uid = await world.hook("crm", {"status": status, "delay": 0.5})
    await world.leave()
    await world.worker()
    await world.fakes.arrived(1)
    await channel_settings.archive(world.org.id, uid, by="tests")
    await world.until_state_of("attempt", "", column="outcome", count=0)
    await world.pass_time(60)
    await world.until(ends[0])
    assert [(row["state"], row["reason"]) for row in await world.rows("delivery")] == [ends]
    assert len(world.fakes.calls()) == 1


async def test_row_28_what_waits_for_a_removed_channel_is_cancelled_with_its_reason(
    world: World,
) -> None:
    uid = await world.hook()
    await world.leave()
    await channel_settings.archive(world.org.id, uid, by="tests")
    (row,) = await world.rows("delivery")
    assert (row["state"], row["reason"]) == ("cancelled", "channel_archived")


async def test_row_34_a_day_without_any_receiver_ends_in_failed_ones_that_can_be_replayed(
    world: World,
) -> None:
    uid = await world.hook("crm", *[{"status": 500}] * (2 * TRIES), {"status": 200})
    for _ in range(2):
        await world.leave()
    await world.worker()
    for count in range(1, 2 * TRIES + 1):
        await world.fakes.arrived(count)
        await world.until_state_of("dispatch", "sending", count=0)
        await world.pass_time(LONGEST_GAP)
    assert [(row["state"], row["reason"]) for row in await world.rows("delivery")] == [
        ("failed", "tries_used_up")
    ] * 2
    assert (await channel_settings.channel(world.org.id, uid))["health"]["state"] == "failing"

    assert await deliveries.replay(world.org.id, channel=uid, by="tests") == 2
    await world.until("sent", 2)
    assert (await channel_settings.channel(world.org.id, uid))["health"]["state"] == "ok"
