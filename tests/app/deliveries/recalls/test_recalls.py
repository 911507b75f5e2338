"""Notices are taken back when their message is done with: owed with the act, done once."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any

import pytest

from app import channel_settings, database, deliveries, messages, outside
from app.deliveries import Courier, detail, recalls
from app.erasure import remove
from app.messages import Left
from app.tables import Organization, Recall
from tests.app.deliveries.conftest import Leave, settled
from tests.fakes.vendors import FakeVendors

CORP, SECRET = "ww0123456789abcdef", "app-s3cret"
BY = "owner@shop.example"


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalls, "GRACE", dt.timedelta(0))


async def add_app(org: Organization, fakes: FakeVendors, **options: Any) -> str:
    url = fakes.add_bot("wecom_app", CORP, secret=SECRET, rate=0)
    raw = {"type": "wecom_app", "corpid": CORP, "agentid": 1000002, "secret": SECRET}
    given = {"to_users": ["li"], "server": url, "withdraw": True, **options}
    return await channel_settings.add(org.id, {**raw, **given}, by=BY)


async def told(courier: Courier, org: Organization, leave: Leave) -> Left:
    left = await leave()
    await settled(courier, org)
    return left


async def states() -> list[str]:
    return [each["state"] for each in await Recall.select(Recall.state).order_by(Recall.id)]


async def work() -> None:
    while await recalls.step(outside.egress()):
        pass


def taken_back(fakes: FakeVendors) -> list[str]:
    return [call.parsed["msgid"] for call in fakes.calls("wecom_app.recall") if call.ok]


async def test_it_is_owed_with_the_act_and_done_once_by_many(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    await add_app(org, fakes)
    left, other = [await told(courier, org, leave) for _ in range(2)]
    await work()
    assert (await states(), taken_back(fakes)) == (["held", "held"], [])

    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    assert await states() == ["pending", "held"]
    await asyncio.gather(*(work() for _ in range(4)))
    assert (await states(), len(taken_back(fakes))) == (["done", "held"], 1)
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    (recalled,) = (await detail.one(org.id, sent.uid)).recalls
    assert recalled.state == "done"
    assert recalled.done_at is not None

    await messages.spam(org.id, other.uid, by=BY)
    await work()
    assert len(taken_back(fakes)) == 2


async def test_who_dies_in_it_is_followed_by_another(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    await add_app(org, fakes)
    left = await told(courier, org, leave)
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    now = await database.now()
    await Recall.update({Recall.lease_until: now + dt.timedelta(seconds=60)}, force=True)
    await work()
    assert taken_back(fakes) == []

    await Recall.update({Recall.lease_until: now - dt.timedelta(seconds=1)}, force=True)
    await work()
    assert (await states(), len(taken_back(fakes))) == (["done"], 1)


async def test_what_is_opened_again_in_time_stays(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    await add_app(org, fakes)
    left = await told(courier, org, leave)
    done = await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    await messages.undo(org.id, uuid.UUID(done.act), by=BY)
    await work()
    assert (await states(), taken_back(fakes)) == (["held"], [])

    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    await work()
    assert len(taken_back(fakes)) == 1


async def test_one_that_arrives_after_its_message_was_handled_is_taken_back(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    await add_app(org, fakes)
    left = await leave()
    fakes.fault("wecom_app", CORP, "slow:300")
    sending = asyncio.create_task(settled(courier, org))
    await fakes.arrived(1, "wecom_app", CORP)
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    await sending

    assert await states() == ["pending"]
    await work()
    assert len(taken_back(fakes)) == 1


async def test_what_somebody_has_sent_once_more_stays(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    await add_app(org, fakes)
    left = await told(courier, org, leave)
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    await work()
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    await deliveries.replay(org.id, delivery=sent.uid, by=BY)
    await settled(courier, org)
    await work()

    assert (await states(), len(taken_back(fakes))) == (["done", "held"], 1)


async def test_a_failure_is_tried_again_and_a_refusal_is_said(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    uid = await add_app(org, fakes)
    first, second, third = [await told(courier, org, leave) for _ in range(3)]
    fakes.fault("wecom_app.recall", CORP, "busy", "code:40058")
    for each in (first, second):
        await messages.handle(org.id, each.uid, outcome="phone", by=BY)
        await work()
    assert await states() == ["pending", "failed", "held"]
    rows = await Recall.select(Recall.code, Recall.hint).order_by(Recall.id)
    assert [each["code"] for each in rows[:2]] == ["-1", "40058"]
    assert rows[1]["hint"].startswith("WeCom did not withdraw")

    await Recall.update({Recall.due_at: await database.now()}).where(Recall.state == "pending")
    await work()
    assert (await states(), len(taken_back(fakes))) == (["done", "failed", "held"], 1)

    shown = await channel_settings.channel(org.id, uid)
    kept = {name: shown[name] for name in ("type", "corpid", "agentid", "server", "to_users")}
    await channel_settings.change(org.id, uid, {**kept, "withdraw": False}, by=BY)
    await messages.handle(org.id, third.uid, outcome="phone", by=BY)
    await work()
    assert (await states(), len(taken_back(fakes))) == (["done", "failed", "failed"], 1)


async def test_one_that_was_taken_back_and_whose_answer_was_lost_is_done(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    await add_app(org, fakes)
    left = await told(courier, org, leave)
    fakes.fault("wecom_app.recall", CORP, "reset_after_accept")
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    await work()
    assert (await states(), len(taken_back(fakes))) == (["pending"], 1)

    await Recall.update({Recall.due_at: await database.now()}, force=True)
    await work()
    assert (await states(), len(taken_back(fakes))) == (["done"], 1)


async def test_without_the_wish_nothing_is_held_and_old_ones_are_forgotten(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    uid = await add_app(org, fakes, withdraw=False)
    left = await told(courier, org, leave)
    assert await states() == []
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)

    await channel_settings.archive(org.id, uid, by=BY)
    await add_app(org, fakes)
    left = await told(courier, org, leave)
    long_ago = await database.now() - dt.timedelta(hours=25)
    await Recall.update({Recall.sent_at: long_ago}, force=True)
    await messages.handle(org.id, left.uid, outcome="phone", by=BY)
    assert await states() == ["held"]
    await recalls.forget()
    assert await states() == []


async def test_a_digest_stays(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    await add_app(org, fakes)
    lefts = [await leave() for _ in range(12)]
    await settled(courier, org)
    for each in lefts:
        await messages.handle(org.id, each.uid, outcome="phone", by=BY)
    await work()

    assert len(taken_back(fakes)) == len(await states()) == 9


async def test_what_is_erased_is_taken_back_from_the_phone_too(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    """Erased for good or anonymised; and what is erased while its notice is sent."""
    await add_app(org, fakes)
    left, handled = [await told(courier, org, leave) for _ in range(2)]
    await messages.handle(org.id, handled.uid, outcome="phone", by=BY)
    await work()
    assert len(taken_back(fakes)) == 1
    await remove.remove(org.id, [uuid.UUID(left.uid), uuid.UUID(handled.uid)], by=BY)
    assert await states() == ["pending", "done"]
    await work()
    assert (await states(), len(taken_back(fakes))) == (["done", "done"], 2)
    await Recall.update({Recall.sent_at: await database.now() - recalls.POSSIBLE * 2}, force=True)
    await recalls.forget()
    assert await states() == []
