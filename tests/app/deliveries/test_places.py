"""What a platform counts: every send of a robot, whoever sends it and whether it is saved."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from app import (
    channel_settings,
    database,
    messages,
    outside,
)
from app.channels.wecom import WeCom
from app.deliveries.places import block
from app.errors import TooMany
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from tests.app.deliveries.conftest import Leave
from tests.app.deliveries.planning import all_plans, went
from tests.fakes.vendors import FakeVendors

CAP = WeCom.limit_per_minute
KEY = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"


async def leave_at(org: Organization, count: int) -> None:
    for n in range(count):
        answers = Answers(content=f"{org.slug} {n}", phone="13800138000")
        await messages.leave(org, answers, Visit(), submission_id=f"{org.slug}-{n}")


async def share(org: Organization, key: str = KEY, **more: Any) -> str:
    raw = {"type": "wecom", "webhook_url": key, "rate_limit_per_minute": 0, **more}
    return await channel_settings.add(org.id, raw, by="tests")


async def test_one_robot_in_two_organizations_has_one_minute(
    org: Organization, other_org: Organization
) -> None:
    for each in (org, other_org):
        await share(each)
        await leave_at(each, 30)
    first = await all_plans(org)
    second = await all_plans(other_org)
    assert len(first) == CAP
    assert second == []
    (row,) = await database.rows(dict, "SELECT due_at FROM organization WHERE id = ?", other_org.id)
    assert row["due_at"] is not None


async def test_however_many_plan_at_once(org: Organization, other_org: Organization) -> None:
    for each in (org, other_org):
        await share(each)
        await leave_at(each, 30)
    both = await asyncio.gather(all_plans(org), all_plans(other_org))
    assert sum(len(planned) for planned in both) == CAP


async def test_another_robot_has_a_minute_of_its_own(
    org: Organization, other_org: Organization
) -> None:
    await share(org)
    await share(other_org, KEY.replace("a", "b"))
    for each in (org, other_org):
        await leave_at(each, 30)
    assert [len(await all_plans(each)) for each in (org, other_org)] == [CAP, CAP]


async def test_what_others_send_does_not_use_up_ones_own_limits(
    org: Organization, other_org: Organization
) -> None:
    await share(other_org)
    await leave_at(other_org, 5)
    assert len(await all_plans(other_org)) == 5
    await share(org, rate_limit_per_minute=4)
    await channel_settings.replace(org.id, {"rate_limit_total_per_minute": 5}, by="tests")
    await leave_at(org, 4)
    assert len(await all_plans(org)) == 4


async def test_a_robot_that_is_tested_and_then_saved_has_used_up_its_places(
    org: Organization, fakes: FakeVendors, leave: Leave
) -> None:
    url = fakes.add_bot("wecom", "k")
    for _ in range(5):
        await channel_settings.test(
            org.id, outside.egress(), raw={"type": "wecom", "webhook_url": url}
        )
    await share(org, url)
    for _ in range(30):
        await leave()
    assert CAP
    assert len(await all_plans(org)) == CAP - 5


async def test_five_tests_a_minute_of_a_robot_over_all_organizations(
    org: Organization, other_org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k")}
    for each in (org, other_org, org, other_org, org):
        await channel_settings.test(each.id, outside.egress(), raw=raw)
    with pytest.raises(TooMany):
        await channel_settings.test(other_org.id, outside.egress(), raw=raw)
    assert len(fakes.calls("wecom", "k")) == 5


async def test_a_test_is_refused_when_others_took_all_that_the_platform_has(
    org: Organization, other_org: Organization, fakes: FakeVendors
) -> None:
    url = fakes.add_bot("wecom", "k")
    await share(other_org, url)
    await leave_at(other_org, 18)
    await went(await all_plans(other_org))
    raw = {"type": "wecom", "webhook_url": url}
    for _ in range(2):
        await channel_settings.test(org.id, outside.egress(), raw=raw)
    with pytest.raises(TooMany) as caught:
        await channel_settings.test(org.id, outside.egress(), raw=raw)
    assert 50 <= caught.value.after <= 60


async def test_the_quiet_that_one_is_asked_for_is_everybodys(
    org: Organization, other_org: Organization
) -> None:
    for each in (org, other_org):
        await share(each)
        await leave_at(each, 3)
    (row,) = await database.rows(dict, "SELECT bucket FROM channel WHERE organization = ?", org.id)
    now = await database.now()
    async with database.transaction():
        await block(other_org.id, row["bucket"], now + dt.timedelta(days=365))
    assert await all_plans(org) == []
