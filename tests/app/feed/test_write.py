"""Events are written with what they tell of, and say nothing of anybody."""

from __future__ import annotations

import uuid

import msgspec

from app import messages
from app.erasure import remove
from app.feed.begin import begin
from app.feed.catalogue import TYPES
from app.feed.event import Event
from app.fields.check import Answers
from app.messages import Visit, acts, change, remarks
from app.tables import Agent, FeedEvent, Organization
from tests.app.deliveries.conftest import Leave
from tests.app.feed.conftest import Feed

BY = "owner@shop.example"
SHAPES = {each.name: each.data for each in TYPES}


def types(events: list[Event]) -> list[str]:
    return [each.type for each in events]


async def test_the_whole_life_of_a_message(
    org: Organization, owner: Agent, begun: uuid.UUID, leave: Leave, feed: Feed
) -> None:
    left = await leave("我想咨询一下产品价格")
    uid = uuid.UUID(left.uid)
    await change.to_one(org.id, left.uid, acts.assigned(owner.id), by=BY)
    await remarks.add(org.id, left.uid, "马上给您回电话", visible=True, by=BY)
    await remarks.add(org.id, left.uid, "a note", visible=False, by=BY)
    handled = await change.handle(org.id, left.uid, outcome="phone", by=BY)
    await change.undo(org.id, uuid.UUID(handled.act), by=BY)
    await change.handle(org.id, left.uid, outcome="phone", by=BY)
    await remarks.judge(org.id, left.uid, solved=True)
    await remarks.append(org.id, left.uid, "还有一个问题")
    await change.spam(org.id, left.uid, by=BY)
    await change.to_one(org.id, left.uid, acts.trashed(), by=BY)
    await change.to_one(org.id, left.uid, acts.restored(), by=BY)

    found = await feed()
    assert types(found) == [
        "message.created",
        "message.assigned",
        "message.replied",
        "message.handled",
        "message.reopened",
        "message.handled",
        "message.solved",
        "message.added",
        "message.reopened",
        "message.spam",
        "message.deleted",
        "message.restored",
    ]
    for each in found:
        msgspec.convert(each.data, SHAPES[each.type])
        named = {field.name for field in msgspec.structs.fields(SHAPES[each.type])}
        assert set(each.data) == named, each.type
    assert {each.data["uid"] for each in found} == {left.uid}
    assert [found[n].data["status"] for n in (0, 3, 8)] == ["pending", "handled", "pending"]
    said = repr(found)
    for personal in ("张三", "13800138000", "咨询一下", "回电话", "问题", BY):
        assert personal not in said

    await remove.remove(org.id, [uid], by=BY)
    gone = await feed()
    assert [(each.type, each.data) for each in gone] == [
        ("message.deleted", {"uid": left.uid, "erased": True})
    ]
    rows = await FeedEvent.select(FeedEvent.data).where(FeedEvent.type != "message.deleted")
    assert {row["data"] for row in rows} == {"{}"}


async def test_what_is_set_aside_as_it_comes_is_spam_and_a_repeat_says_of_what(
    org: Organization, answers: Answers, begun: uuid.UUID, leave: Leave, feed: Feed
) -> None:
    first = await leave("the same")
    await leave("the same", phone="13900000000")
    await messages.leave(org, answers, Visit(ip="192.0.2.1"), submission_id="x", spam="links")
    found = await feed()
    assert types(found) == ["message.created", "message.created", "message.spam"]
    assert found[1].data["repeat_of"] == first.uid
    msgspec.convert(found[2].data, SHAPES["message.spam"])
    aside = [found[2].data[name] for name in ("status", "previous_status", "reason", "by")]
    assert aside == ["spam", None, "links", "visitor"]


async def test_no_contact_is_told_in_a_category(
    org: Organization, begun: uuid.UUID, leave: Leave, feed: Feed
) -> None:
    await leave("hello", category="call 13800138000")
    await leave("hello again", category="产品咨询")
    assert [each.data["category"] for each in await feed()] == ["call 138****8000", "产品咨询"]


async def test_anonymised_is_deleted_for_others(
    org: Organization, begun: uuid.UUID, leave: Leave, feed: Feed
) -> None:
    left = await leave()
    await change.handle(org.id, left.uid, outcome="phone", by=BY)
    await feed()
    await remove.anonymise(org.id, [uuid.UUID(left.uid)], by=BY)
    assert [(each.type, each.data["erased"]) for each in await feed()] == [
        ("message.deleted", True)
    ]


async def test_nothing_is_written_where_nobody_reads(org: Organization, leave: Leave) -> None:
    left = await leave()
    await change.handle(org.id, left.uid, outcome="phone", by=BY)
    await remarks.append(org.id, left.uid, "more")
    assert await FeedEvent.count() == 0
    await begin(org.id)
    await leave()
    assert await FeedEvent.count() == 1
