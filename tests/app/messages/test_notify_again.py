"""Many messages are told again: each to its channels, once while it waits, and taken back."""

from __future__ import annotations

import uuid

import pytest

from app import channel_settings, database, messages
from app.messages import Done, events, long_acts, notify_again
from app.messages.wanted import Wanted
from app.tables import Delivery, Message, Organization
from tests.app.messages.conftest import Leave

BY = "owner@shop.example"
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/hook"}


async def over(state: str, organization: Organization) -> None:
    """As if everything that waits had gone."""
    gone = Delivery.update({Delivery.state: state, Delivery.dispatch: uuid.uuid4()})
    await gone.where(Delivery.organization == organization.id, Delivery.state == "pending")


async def states(org: Organization) -> list[tuple[str, str]]:
    sql = "SELECT state, reason FROM delivery WHERE organization = ? ORDER BY id"
    return [(row["state"], row["reason"]) for row in await database.rows(dict, sql, org.id)]


@pytest.fixture
async def channel(org: Organization) -> str:
    more = {**HOOK, "name": "crm", "rate_limit_per_minute": 10}
    return await channel_settings.add(org.id, more, by="tests")


async def notified(org: Organization, ids: list[uuid.UUID]) -> Done:
    done = await long_acts.notify_all(org.id, ids, by=BY)
    assert isinstance(done, Done)
    return done


async def test_it_says_what_it_does_and_leaves_out(
    org: Organization, channel: str, leave: Leave
) -> None:
    lefts = [await leave() for _ in range(124)]
    ids = [uuid.UUID(each.uid) for each in lefts]
    await over("failed", org)
    waiting = await leave()
    await messages.spam(org.id, lefts[0].uid, by=BY)
    await Message.update({Message.channels: "[]"}).where(Message.id.is_in(ids[1:4]))
    meant = [*ids, uuid.UUID(waiting.uid), uuid.uuid4()]
    found = await notify_again.foresee(org.id, meant)
    assert (found.told, found.waiting, found.silent, found.closed) == (120, 1, 3, 1)
    [one] = found.channels
    assert (one.count, one.limit, found.minutes) == (120, 10, 12)

    done = await notified(org, meant)
    assert len(done.changed) == 120
    assert (await notify_again.foresee(org.id, meant)).told == 0


async def test_a_failed_a_sent_and_a_never_told_one_wait_and_are_taken_back(
    org: Organization, other_org: Organization, channel: str, leave: Leave
) -> None:
    failed, sent = await leave(), await leave()
    await over("failed", org)
    new = await channel_settings.add(org.id, {**HOOK, "name": "new"}, by="tests")
    ids = [uuid.UUID(each.uid) for each in (failed, sent)]
    assert (await notified(other_org, ids)).changed == []
    done = await notified(org, ids)
    assert await states(org) == [("pending", "replay")] * 4
    [event] = await events.of(org.id, ids[0])
    assert (event.action, event.actor, event.now["told"]) == ("notified", BY, [channel, new])
    assert [row.uid for row in (await messages.inbox(org.id, Wanted(notice="pending"))).items]

    one = Delivery.select(Delivery.id).where(Delivery.message == ids[1]).first()
    found = await one
    assert found
    await Delivery.update({Delivery.state: "sending"}).where(Delivery.id == found["id"])
    back = await long_acts.undo(org.id, uuid.UUID(done.act), by=BY)
    assert isinstance(back, Done)
    assert sorted(back.changed) == sorted(map(str, ids))
    assert sorted(await states(org)) == [
        ("cancelled", "replay_stopped"),
        ("cancelled", "replay_stopped"),
        ("failed", "replay_stopped"),
        ("sending", "replay"),
    ]


async def test_more_than_a_part_is_told_again_in_the_background_and_taken_back(
    org: Organization, channel: str, leave: Leave
) -> None:
    left = await leave()
    await over("sent", org)
    act = await long_acts.begin(org.id, [uuid.UUID(left.uid)], long_acts.NOTIFIED, by=BY)
    assert await long_acts.step()
    assert (await long_acts.of(org.id, str(act))).changed == 1
    assert await states(org) == [("pending", "replay")]
    back = await long_acts.begin_undo(org.id, await long_acts.of(org.id, str(act)), by=BY)
    await long_acts.step()
    assert (await long_acts.of(org.id, str(back))).changed == 1
    assert await states(org) == [("failed", "replay_stopped")]
