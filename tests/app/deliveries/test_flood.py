"""What is set aside in a flood is told of once, when it is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from app import database, deliveries, messages
from app.channels.wording import headline
from app.deliveries import Courier
from app.deliveries.flood import LONGEST, QUIET
from app.deliveries.parcel import pack
from app.fields.check import Answers
from app.messages import Left, Visit
from app.tables import Organization, new_id
from tests.app.deliveries import planning
from tests.app.deliveries.conftest import Add, settled
from tests.app.deliveries.planning import plan
from tests.fakes.vendors import FakeVendors

HOOK = "http://127.0.0.1:9/hook"
OVER = QUIET.total_seconds() + 1


async def flood(org: Organization, count: int, spam: str = "flood") -> list[Left]:
    return [
        await messages.leave(
            org,
            Answers(content=f"广告 {new_id()}", phone="13800138000"),
            Visit(ip="192.0.2.1"),
            submission_id=str(new_id()),
            spam=spam,
        )
        for _ in range(count)
    ]


async def later(seconds: float) -> None:
    await planning.later(seconds=seconds)
    rows = await database.rows(dict, "SELECT id, created_at FROM message")
    async with database.transaction():
        await database.execute_many(
            "UPDATE message SET created_at = ? WHERE id = ?",
            [(row["created_at"] - dt.timedelta(seconds=seconds), row["id"]) for row in rows],
        )


async def owed() -> list[dict[str, Any]]:
    return await database.rows(dict, "SELECT * FROM delivery WHERE purpose = 'flood' ORDER BY id")


async def test_a_flood_is_told_of_once_with_its_number_when_it_is_over(
    org: Organization, add: Add
) -> None:
    await add("custom", HOOK)
    await flood(org, 37)
    assert await plan(org.id) == []
    await later(seconds=OVER)
    (planned,) = await plan(org.id)
    parcel = await pack(planned)
    assert (parcel.kind, parcel.total, parcel.notices) == ("flood", 37, ())
    assert headline(msgspec.structs.replace(parcel, locale="en")) == (
        "37 messages were set aside while the form was flooded"
    )
    assert "37" in headline(parcel)
    assert parcel.inbox_link.endswith("/inbox?status=spam")


async def test_it_arrives_through_every_kind_without_a_visitors_word(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add
) -> None:
    await add("custom", fakes.add_hook("crm"))
    await flood(org, 3)
    await later(seconds=OVER)
    await settled(courier, org)
    (call,) = fakes.calls("hook", "crm")
    body = msgspec.json.decode(call.raw)
    assert (body["type"], body["total"], body["messages"]) == ("leave_message_flood", 3, [])
    (row,) = await owed()
    assert row["state"] == "sent"


async def test_every_one_puts_it_off_until_the_hour_is_over(org: Organization, add: Add) -> None:
    await add("custom", HOOK)
    await flood(org, 1)
    (first,) = await owed()
    await later(seconds=60)
    await flood(org, 1)
    (again,) = await owed()
    assert again["due_at"] - again["created_at"] > QUIET
    await later(seconds=60)
    await database.execute("UPDATE delivery SET created_at = ?", again["created_at"] - LONGEST)
    before = (await owed())[0]["due_at"]
    await flood(org, 1)
    (kept,) = await owed()
    assert (kept["due_at"], kept["id"]) == (before, first["id"])


async def test_the_next_flood_is_told_of_by_itself(org: Organization, add: Add) -> None:
    await add("custom", HOOK)
    await flood(org, 2)
    await later(seconds=OVER)
    (planned,) = await plan(org.id)
    await flood(org, 3)
    assert (await pack(planned)).total == 2
    assert [row["state"] for row in await owed()] == ["sending", "pending"]


@pytest.mark.parametrize("spam", ["links", "blocked", "trap", "fast", "same_text"])
async def test_what_is_set_aside_otherwise_is_told_to_nobody(
    org: Organization, add: Add, spam: str
) -> None:
    await add("custom", HOOK)
    await flood(org, 3, spam)
    assert await owed() == []


async def test_once_all_were_looked_at_there_is_nothing_to_tell(
    org: Organization, add: Add
) -> None:
    await add("custom", HOOK)
    one, other = await flood(org, 2)
    await messages.handle(org.id, one.uid, outcome="none", by="tests")
    assert [row["state"] for row in await owed()] == ["pending"]
    await messages.reopen(org.id, other.uid, by="tests")
    assert [row["state"] for row in await owed()] == ["cancelled"]


async def test_a_flood_that_could_not_be_told_is_told_with_all_that_failed(
    org: Organization, add: Add
) -> None:
    await add("custom", HOOK)
    await flood(org, 2)
    await database.execute("UPDATE delivery SET state = 'failed'")
    assert await deliveries.replay(org.id, by="tests") == 1
