"""What dispatches are about, read for several at once."""

from __future__ import annotations

import asyncio

from app.deliveries.carried import carried
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import HOOK, plan


async def test_each_gets_its_own_message_whoever_asks_at_the_same_moment(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    left = [await leave() for _ in range(4)]
    planned = await plan(org.id)

    found = await asyncio.gather(*(carried(each, None) for each in planned))

    assert [len(rows) for rows in found] == [1, 1, 1, 1]
    assert {str(rows[0].id) for rows in found} == {each.uid for each in left}
    assert [rows[0].dispatch for rows in found] == [each.dispatch for each in planned]


async def test_a_dispatch_whose_message_is_gone_carries_nothing(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    await leave()
    (planned,) = await plan(org.id)
    planned.dispatch = planned.attempt

    assert await carried(planned, None) == []
