"""A channel in its quiet hours: what can wait waits, and comes together."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from app import channel_settings, database, messages
from app.deliveries import log, replay
from app.deliveries.log import Filter
from app.messages import acts
from app.rules import change
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import (
    BUSY,
    HOOK,
    WECOM,
    all_plans,
    due_in,
    later,
    plan,
    rows,
    went,
)

NEVER = {"from": None, "to": None}


def around_now(hours: int = 2) -> dict[str, Any]:
    """Quiet hours that began an hour ago."""
    now = dt.datetime.now(ZoneInfo("Asia/Shanghai")).replace(second=0)
    begin, end = now - dt.timedelta(hours=1), now + dt.timedelta(hours=hours)
    return {"from": f"{begin:%H:%M}", "to": f"{end:%H:%M}"}


async def set_quiet(org: Organization, uid: str, quiet: dict[str, Any]) -> None:
    await channel_settings.change(org.id, uid, {"quiet_hours": quiet}, by="tests")


async def test_high_priority_passes_and_the_rest_comes_as_one_digest(
    org: Organization, add: Add, leave: Leave
) -> None:
    channel = await add("wecom", WECOM + "a", quiet_hours=around_now())
    rule = {"name": "r", "when": {"words": ["urgent"]}, "then": {"priority": "high"}}
    await change.replace(org.id, {"rules": [rule]}, by="tests")
    for text in ("one", "urgent", "two"):
        await leave(text)
    (urgent,) = await all_plans(org)
    await went([urgent])
    assert await rows("delivery", "state", "reason") == [
        ("pending", "quiet"),
        ("sent", ""),
        ("pending", "quiet"),
    ]
    page = await log.listed(org.id, Filter(state="pending"))
    assert {each.waits_for for each in page.items} == {"quiet"}
    assert await all_plans(org) == []
    wait = await due_in(org)
    assert wait is not None
    assert 110 * 60 < wait <= 120 * 60

    await set_quiet(org, channel, around_now(hours=3))
    assert await all_plans(org) == []
    await set_quiet(org, channel, NEVER)
    (digest,) = await all_plans(org)
    assert (digest.kind, digest.size) == ("digest", 2)


async def test_what_becomes_urgent_meanwhile_is_told_and_what_is_sent_by_hand_too(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a", quiet_hours=around_now())
    left, sent = await leave("one"), await leave("two")
    assert await all_plans(org) == []
    await messages.to_one(org.id, left.uid, acts.prioritized("high"), by="tests")
    (planned,) = await all_plans(org)
    assert await rows("delivery", "dispatch") == [(planned.dispatch,), (None,)]

    await database.execute(
        "UPDATE delivery SET state = 'failed' WHERE message = ?", uuid.UUID(sent.uid)
    )
    await replay(org.id, by="tests")
    assert len(await all_plans(org)) == 1


async def test_a_further_try_waits_too_and_so_does_whoever_stands_in(
    org: Organization, add: Add, leave: Leave
) -> None:
    first = await add("custom", HOOK + "a")
    await add("custom", HOOK + "b", fallback_for=first, fallback_after_seconds=60)
    await leave("one")
    await went(await plan(org.id), BUSY)
    await set_quiet(org, first, around_now())
    await leave("two")
    await later(seconds=30)
    assert await all_plans(org) == []
    now = await database.now()
    (retry,) = await rows("dispatch", "retry_at")
    assert retry[0] > now + dt.timedelta(minutes=110)
    waiting = await database.values(
        dt.datetime, "SELECT due_at FROM delivery WHERE purpose = 'fallback' ORDER BY id"
    )
    assert waiting[1] > now + dt.timedelta(minutes=110)


async def test_it_is_kept_when_it_is_left_out_and_shown_as_it_was_written(
    org: Organization, add: Add
) -> None:
    uid = await add("custom", HOOK + "a", quiet_hours={"from": "22:00", "to": "08:00"})
    await channel_settings.change(org.id, uid, {"name": "x"}, by="tests")
    shown = {"from": "22:00", "to": "08:00", "outside_office_hours": False}
    assert (await channel_settings.channel(org.id, uid))["quiet_hours"] == shown
    await channel_settings.change(org.id, uid, {"quiet_hours": None}, by="tests")
    assert (await channel_settings.channel(org.id, uid))["quiet_hours"] is None
