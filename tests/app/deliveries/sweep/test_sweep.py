"""Finding what nobody rang for."""

import datetime as dt
from typing import Any

from app import channel_settings, database, deliveries
from app.people import organizations
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import HOOK, plan


async def due(org: Organization, seconds: float | None) -> None:
    moment = None if seconds is None else await database.now() + dt.timedelta(seconds=seconds)
    await database.execute("UPDATE organization SET due_at = ? WHERE id = ?", moment, org.id)


async def overdue(minutes: float) -> None:
    """As if everything that waits had been due for so long, and nobody had been told."""
    moment = await database.now() - dt.timedelta(minutes=minutes)
    await database.execute("UPDATE delivery SET due_at = ?", moment)
    await database.execute("UPDATE organization SET due_at = NULL")


async def test_who_is_due_is_found_and_who_waited_longest_first(
    org: Organization, other_org: Organization
) -> None:
    third = await organizations.create("third", "Third")
    await due(org, -1)
    await due(other_org, -10)
    await due(third, 10)
    assert await deliveries.due() == [other_org.id, org.id]
    await due(org, None)
    assert await deliveries.due() == [other_org.id]


async def test_fifty_are_taken_at_a_time(db: str) -> None:
    for n in range(55):
        await due(await organizations.create(f"shop-{n}", "Shop"), -1)
    assert len(await deliveries.due()) == 50


async def test_what_a_message_leaves_behind_is_found_without_any_ring(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    assert await deliveries.due() == [org.id]
    assert len(await plan(org.id)) == 1
    assert await deliveries.due() == []


async def test_what_was_forgotten_is_rescued(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", HOOK + "a")
    await leave()
    await overdue(0.5)
    assert await deliveries.rescue() == 0
    await overdue(2)
    assert await deliveries.rescue() == 1
    assert await deliveries.due() == [org.id]
    assert await deliveries.rescue() == 0


async def test_what_cannot_go_anyway_is_not_rescued(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    now = await database.now()
    for change in ("stopped_at = ?", "archived_at = ?", "enabled = ?"):
        value: Any = False if change.startswith("enabled") else now
        await database.execute(f"UPDATE channel SET {change}", value)
        await overdue(2)
        assert await deliveries.rescue() == 0, change
        await database.execute(
            "UPDATE channel SET stopped_at = NULL, archived_at = NULL, enabled = ?", True
        )


async def test_what_is_sent_is_not_rescued(org: Organization, add: Add, leave: Leave) -> None:
    uid = await add("custom", HOOK + "a")
    await leave()
    await channel_settings.archive(org.id, uid, by="tests")
    await overdue(2)
    assert await deliveries.rescue() == 0
