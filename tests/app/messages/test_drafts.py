"""Replies that programs propose."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from app import database, messages
from app.contacts import sight
from app.contacts.sight import Sight
from app.deliveries.owe import lock
from app.erasure.remove import blank_part, remove
from app.errors import Conflict, Invalid, NotFound
from app.messages import drafts, events, remarks
from app.people import organizations
from app.tables import Agent, Audit, Organization, Remark, ReplyDraft
from tests.app.deliveries.conftest import Leave, add, courier, fakes, leave

__all__ = ["add", "courier", "fakes", "leave"]


async def acts(org: Organization) -> list[str]:
    rows = await Audit.select(Audit.action).where(Audit.organization == org.id).order_by(Audit.at)
    return [row["action"].removeprefix("message.") for row in rows if "message" in row["action"]]


async def test_a_draft_reaches_the_visitor_only_when_somebody_sends_it(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    left = await leave()
    first = await drafts.add(org.id, left.uid, "您好，可以开发票。", by="助手")
    assert await drafts.add(org.id, left.uid, "您好，可以开发票。 ", by="助手") == first
    other = await drafts.add(org.id, left.uid, "不对的回复", by="助手")
    assert await remarks.of(org.id, left.uid) == []

    await drafts.discard(org.id, left.uid, other.uid, by="li")
    both = await asyncio.gather(
        *(
            drafts.release(org.id, left.uid, first.uid, "您好，可以开。", by=by, agent=owner.id)
            for by in ("li", "wang")
        ),
        return_exceptions=True,
    )
    assert sorted(isinstance(each, Conflict) for each in both) == [False, True], both
    (said,) = await remarks.of(org.id, left.uid)
    assert (said.text, said.visible) == ("您好，可以开。", True)
    assert await drafts.of(org.id, left.uid) == []
    with pytest.raises(Conflict):
        await drafts.discard(org.id, left.uid, first.uid, by="li")

    story = await events.of(org.id, uuid.UUID(left.uid))
    told = ["drafted", "drafted", "discarded", "replied"]
    assert [each.action for each in story] == told
    assert story[-1].now["drafter"] == "助手"
    assert await acts(org) == ["drafted", "drafted", "discarded", "released", "replied"]


async def test_of_two_drafts_with_the_same_words_none_stays_when_both_are_sent(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    left = await leave()
    words = "您好，可以开发票。"
    made = [await drafts.add(org.id, left.uid, words, by=by) for by in ("助手", "另一个助手")]
    for each in made:
        await drafts.release(org.id, left.uid, each.uid, words, by="li", agent=owner.id)
    assert len(await remarks.of(org.id, left.uid)) == 1
    assert await drafts.of(org.id, left.uid) == []


async def test_a_draft_is_bounded_and_belongs_to_its_organization(
    org: Organization, leave: Leave
) -> None:
    left = await leave()
    outsider_org = await organizations.create("other", "Other")
    for bad in ("", "长" * 5001, "a\x00b"):
        with pytest.raises(Invalid):
            await drafts.add(org.id, left.uid, bad, by="助手")
    for number in range(drafts.DRAFTS_MAX):
        await drafts.add(org.id, left.uid, f"第 {number} 次", by="助手")
    with pytest.raises(Invalid):
        await drafts.add(org.id, left.uid, "再来一条", by="助手")
    with pytest.raises(NotFound):
        await drafts.add(outsider_org.id, left.uid, "您好", by="助手")
    assert await drafts.of(outsider_org.id, left.uid) == []
    (one, *_) = await drafts.of(org.id, left.uid)
    with pytest.raises(Conflict):
        await drafts.discard(outsider_org.id, left.uid, one.uid, by="x")


async def test_who_sees_no_contacts_sends_what_stands_there(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    left = await leave()
    made = await drafts.add(org.id, left.uid, "我们打 13800138000 联系您", by="助手")
    with sight.through(Sight(masks=True, who="x")):
        (seen,) = await drafts.of(org.id, left.uid)
        assert "13800138000" not in seen.text
        await drafts.release(org.id, left.uid, made.uid, seen.text, by="li", agent=owner.id)
    (said,) = await remarks.of(org.id, left.uid)
    assert said.text == "我们打 13800138000 联系您"
    with sight.through(Sight(masks=True, who="x")):
        assert await remarks.take_back(org.id, left.uid, said.uid, by="li") == seen.text
        own = await remarks.add(org.id, left.uid, "请打 13900139000", visible=True, by="li")
        back = await remarks.take_back(org.id, left.uid, own.remark, by="li")
    assert back == "请打 13900139000"


async def test_who_sees_no_contacts_changes_the_words_around_one(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    left = await leave()
    made = await drafts.add(org.id, left.uid, "我们打 13800138000 联系您", by="助手")
    typed = "您好，我们明天打 138****8000 联系您"
    with sight.through(Sight(masks=True, who="x")):
        await drafts.release(org.id, left.uid, made.uid, typed, by="li", agent=owner.id)
    (said,) = await remarks.of(org.id, left.uid)
    assert said.text == "您好，我们明天打 13800138000 联系您"
    alike = await drafts.add(org.id, left.uid, "13800138000 或 13866668000", by="助手")
    with sight.through(Sight(masks=True, who="x")):
        assert await remarks.take_back(org.id, left.uid, said.uid, by="li") == typed
        short = "只打 138****8000"
        with pytest.raises(Invalid):
            await drafts.release(org.id, left.uid, alike.uid, short, by="li", agent=owner.id)
    assert len(await drafts.of(org.id, left.uid)) == 1


async def test_drafts_go_with_their_message(org: Organization, leave: Leave) -> None:
    gone, kept = await leave(), await leave()
    for left in (gone, kept):
        await drafts.add(org.id, left.uid, "张三您好", by="助手")
    await remove(org.id, [uuid.UUID(gone.uid)], by="li")
    await messages.handle(org.id, kept.uid, outcome="phone", by="li")
    async with database.transaction():
        await blank_part(org.id, await lock(org.id), [uuid.UUID(kept.uid)], "li")
    assert await ReplyDraft.count() == await Remark.count() == 0
    with pytest.raises(NotFound):
        await drafts.add(org.id, kept.uid, "您好", by="助手")
