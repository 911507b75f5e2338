"""A secret that this process cannot read: what is owed waits for the key, and everybody is told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from app import channel_settings, database, deliveries
from app.deliveries import Courier, trouble
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors

OTHER = {"LEAVEMSG_SECRET_KEY": "o" * 40}


async def states(table: str) -> list[str]:
    rows = await database.rows(dict, f"SELECT state FROM {table} ORDER BY id")
    return [row["state"] for row in rows]


class Planned(msgspec.Struct):
    id: uuid.UUID
    at: dt.datetime | None


async def later(org: Organization, courier: Courier, **moved: float) -> None:
    """As if so much time had gone by for what waits."""
    back = dt.timedelta(**moved)
    for table, column in (("dispatch", "retry_at"), ("channel", "paused_until")):
        for row in await database.rows(Planned, f"SELECT id, {column} AS at FROM {table}"):
            if row.at:
                await database.execute(
                    f"UPDATE {table} SET {column} = ? WHERE id = ?", row.at - back, row.id
                )
    await settled(courier, org)


async def test_it_waits_for_days_and_goes_when_the_key_is_back(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    add: Add,
    leave: Leave,
    configure: Callable[..., Any],
) -> None:
    await add("custom", fakes.add_hook("crm"))
    configure(**OTHER)
    await leave("你好")
    await settled(courier, org)
    for _ in range(30):
        await later(org, courier, hours=2)
    assert (await states("dispatch"), await states("delivery")) == (["retry"], ["sending"])

    configure()
    await deliveries.rescue()
    await settled(courier, org)
    assert (await states("dispatch"), await states("delivery")) == (["sent"], ["sent"])
    assert len(fakes.calls("hook", "crm")) == 1
    assert await trouble.broken(org.id) == []


async def test_the_channel_is_in_trouble_at_once_and_says_why(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    add: Add,
    leave: Leave,
    configure: Callable[..., Any],
) -> None:
    uid = await add("custom", fakes.add_hook("crm"), name="CRM")
    configure(**OTHER)
    await leave()
    await settled(courier, org)

    assert [each.channel_uid for each in await trouble.broken(org.id)] == [uid]
    (row,) = await database.rows(dict, "SELECT error_code, hint FROM channel")
    assert (row["error_code"], "Enter it again" in row["hint"]) == ("secret_unreadable", True)


async def test_a_secret_entered_again_is_enough(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    add: Add,
    leave: Leave,
    configure: Callable[..., Any],
) -> None:
    address = fakes.add_hook("crm")
    uid = await add("custom", address)
    configure(**OTHER)
    await leave()
    await settled(courier, org)
    await channel_settings.change(org.id, uid, {"webhook_url": address}, by="tests")
    await later(org, courier, minutes=2)
    assert await states("delivery") == ["sent"]


async def test_what_cannot_be_read_takes_no_place_of_the_limit(
    org: Organization,
    courier: Courier,
    fakes: FakeVendors,
    add: Add,
    leave: Leave,
    configure: Callable[..., Any],
) -> None:
    await add("custom", fakes.add_hook("crm"))
    configure(**OTHER)
    await leave()
    await settled(courier, org)
    (row,) = await database.rows(
        dict, "SELECT count(*) AS n FROM attempt WHERE blocks_until > ?", await database.now()
    )
    assert row["n"] == 0
