"""A clock that was set back: stored times that are an hour ahead are brought near."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import pytest

from app import database, deliveries, steady
from app.deliveries import Courier
from app.deliveries.clock_repair import catch_up
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import plan
from tests.fakes.vendors import FakeVendors

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


async def _set(table: str, **values: dt.datetime) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    await database.execute(f"UPDATE {table} SET {names}", *values.values())


async def _moment(table: str, column: str) -> dt.datetime:
    found = await database.value(dt.datetime, f"SELECT {column} FROM {table}")
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
    await database.execute("UPDATE dispatch SET state = 'sending', lease_until = ?", then)

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


@pytest.mark.parametrize("purpose", ["new", "more", "alert", "confirm"])
async def test_what_is_due_at_once_goes_now_whatever_it_is_for(
    org: Organization, add: Add, leave: Leave, purpose: str
) -> None:
    await add("custom", "http://127.0.0.1:9/hook")
    await leave()
    day_ahead = await database.now() + 24 * HOUR
    await database.execute("UPDATE delivery SET purpose = ?", purpose)
    await _set("delivery", due_at=day_ahead, rank=day_ahead)

    assert await catch_up() == 1
    assert await _moment("delivery", "due_at") <= await database.now()
    assert await catch_up() == 0


@pytest.mark.parametrize("purpose", ["repeat", "fallback"])
async def test_what_waits_for_a_while_waits_as_long_from_now(
    org: Organization, add: Add, leave: Leave, purpose: str
) -> None:
    await add("custom", "http://127.0.0.1:9/hook")
    await leave()
    day_ahead = await database.now() + 24 * HOUR
    due = day_ahead + 10 * MINUTE
    await database.execute("UPDATE delivery SET purpose = ?", purpose)
    await _set("delivery", created_at=day_ahead, due_at=due, rank=due)

    assert await catch_up() == 1
    now = await database.now()
    assert now + 9 * MINUTE < await _moment("delivery", "due_at") <= now + 10 * MINUTE
    assert await catch_up() == 0


async def test_a_wait_that_is_meant_is_left_alone(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", "http://127.0.0.1:9/hook")
    await leave()
    due = await database.now() + 5 * HOUR
    await database.execute("UPDATE delivery SET purpose = 'fallback'")
    await _set("delivery", due_at=due, rank=due)
    assert await catch_up() == 0
    assert await _moment("delivery", "due_at") == due


class Planned(msgspec.Struct):
    id: uuid.UUID
    at: dt.datetime | None


async def put_forward(**much: float) -> None:
    """The database's clock: what is stored is then as much older."""
    by = dt.timedelta(**much)
    for table, column in (
        ("attempt", "blocks_until"),
        ("attempt", "started_at"),
        ("dispatch", "lease_until"),
    ):
        for row in await database.rows(Planned, f"SELECT id, {column} AS at FROM {table}"):
            if row.at:
                await database.execute(
                    f"UPDATE {table} SET {column} = ? WHERE id = ?", row.at - by, row.id
                )
    behind = await database.now() - by
    steady.clock().begin(behind.timestamp() - steady.uptime())


async def test_a_clock_put_forward_lets_no_more_go_in_a_minute(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    for _ in range(15):
        await leave()
    await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == 10

    await put_forward(hours=1)
    await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == 10
    assert await _moment("organization", "due_at") > await database.now()


async def test_a_clock_put_forward_ends_no_lease(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    """What is on the wire does not go a second time."""
    await add("custom", fakes.add_hook("crm"))
    await leave()
    await plan(org.id)
    await put_forward(hours=1)
    assert await plan(org.id) == []
