"""What a channel's trouble makes of a notice, for as long as it lasts and after."""

from __future__ import annotations

import pytest

from app import database
from app.deliveries.forecast import missed_by
from app.deliveries.replay import replay
from app.deliveries.verdict import SCHEDULE
from app.errors import SendError
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import OK, WECOM, all_plans, later, plan, rows, went

UNKNOWN = SendError("retry", "987654", facts={"remedy": "fallback"}, http_status=200)
QUOTA = SendError("rate_limited", "90030", after=3600, http_status=200, quota=True)
ELSEWHERE = "http://127.0.0.1:9/robot/send?access_token="


async def test_a_code_that_nobody_told_us_of_meets_plain_text_at_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    await leave()
    await went(await plan(org.id), UNKNOWN)
    (again,) = await plan(org.id)
    assert (again.rendering, again.maybe_repeat) == ("fallback", False)
    await went([again], OK)
    assert await rows("delivery", "state") == [("sent",)]


async def test_it_is_tried_all_day_and_what_came_meanwhile_waits(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a")
    await leave()
    for _ in (None, *SCHEDULE):
        (tried,) = await plan(org.id)
        await went([tried], UNKNOWN)
        await later(hours=10)
    assert await rows("delivery", "state") == [("sending",)]
    await went(await plan(org.id), OK)
    assert await rows("delivery", "state") == [("sent",)]
    assert (await missed_by(org.id)).get(uid, 0) == 0


async def test_one_message_that_nobody_takes_for_an_hour_is_announced(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    other = await add("dingtalk", ELSEWHERE + "b")
    await leave()
    for planned in await all_plans(org):
        await went([planned], OK if str(planned.channel.id) == other else UNKNOWN)
    await later(minutes=61)
    await went(await plan(org.id), UNKNOWN)
    alerts = [each for each in await all_plans(org) if each.kind == "alert"]
    assert [str(each.channel.id) for each in alerts] == [other]


async def test_a_quota_is_announced_at_once_and_no_notice_is_lost_to_it(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    other = await add("dingtalk", ELSEWHERE + "b")
    await leave()
    for planned in await all_plans(org):
        await went([planned], OK if str(planned.channel.id) == other else QUOTA)
    alerts = await all_plans(org)
    assert [(str(each.channel.id), each.kind) for each in alerts] == [(other, "alert")]
    await went(alerts, OK)
    await leave()
    for _ in range(12):
        await later(days=2)
        for planned in await all_plans(org):
            await went([planned], OK if str(planned.channel.id) == other else QUOTA)
    assert ("failed",) not in await rows("delivery", "state")
    await later(days=2)
    while planned_now := await plan(org.id):
        await went(planned_now, OK)
        await later(minutes=2)
    assert {state for (state,) in await rows("delivery", "state")} == {"sent"}


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (SendError("permanent_config", "19021"), 1),
        (SendError("gone", "93000"), 1),
        (SendError("permanent_content", "http_400"), 0),
    ],
)
async def test_what_a_trouble_of_the_channel_cost_can_be_told_and_sent_again(
    error: SendError, lost: int, org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a")
    await leave()
    await went(await plan(org.id), error)
    assert (await missed_by(org.id)).get(uid, 0) == lost
    await database.execute(
        "UPDATE channel SET failures = 0, paused_until = NULL, stopped_at = NULL"
    )
    assert await replay(org.id, channel=uid, by="tests") == 1
    assert (await missed_by(org.id)).get(uid, 0) == 0
