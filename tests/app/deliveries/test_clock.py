"""A clock that was set back: stored times that are an hour ahead are brought near."""

from __future__ import annotations

import datetime as dt

from app import database, deliveries
from app.deliveries import Courier
from app.deliveries.clock import catch_up
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


async def _set(table: str, **values: dt.datetime) -> None:
    names = ", ".join(f"{name} = {{}}" for name in values)
    await database.fetch(f"UPDATE {table} SET {names}", *values.values())


async def _moment(table: str, column: str) -> dt.datetime:
    (row,) = await database.fetch(f"SELECT {column} AS at FROM {table}")
    found = database.moment(row["at"])
    assert found is not None
    return found


async def test_what_is_not_planned_yet_goes_now(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    await leave()
    then = await database.now() + HOUR
    await _set("delivery", due_at=then, rank=then)
    await _set("organization", due_at=then)

    assert await deliveries.rescue() == 1
    assert await deliveries.due() == [org.id]
    await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == 1


async def test_a_retry_comes_within_a_minute(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 500}]))
    await leave()
    await settled(courier, org)
    then = await database.now() + HOUR
    await _set("attempt", started_at=then, finished_at=then)
    await _set("dispatch", retry_at=then)

    assert await catch_up() == 1
    assert await _moment("dispatch", "retry_at") <= await database.now() + MINUTE


async def test_a_lease_and_its_place_last_a_minute_more_at_the_longest(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    await leave()
    await settled(courier, org)
    then = await database.now() + HOUR
    await _set("attempt", started_at=then, blocks_until=then)
    await _set("organization", due_at=then)
    await database.fetch("UPDATE dispatch SET state = 'sending', lease_until = {}", then)

    assert await catch_up() == 1
    for table, column in (("attempt", "blocks_until"), ("dispatch", "lease_until")):
        assert await _moment(table, column) <= await database.now() + MINUTE


async def test_a_clock_that_goes_well_is_left_alone(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 500}]))
    await leave()
    await settled(courier, org)
    before = await _moment("dispatch", "retry_at")
    assert await catch_up() == 0
    assert await _moment("dispatch", "retry_at") == before


async def test_a_pause_of_the_platform_lasts_a_minute_more_at_the_longest(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    await leave()
    await settled(courier, org)
    then = await database.now() + HOUR
    await _set("channel", blocked_until=then)
    await _set("organization", due_at=then)
    await _set("attempt", blocks_until=then)
    await catch_up()
    assert await _moment("channel", "blocked_until") == then

    await _set("attempt", started_at=then, blocks_until=then)
    await catch_up()
    assert await _moment("channel", "blocked_until") <= await database.now() + MINUTE
