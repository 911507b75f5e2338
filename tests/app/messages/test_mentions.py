"""Notes that mention colleagues: who is told, until when, and who never."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from app import messages
from app.messages import Wanted, acts, events, mentions, remarks
from app.messages.filter import Filter
from app.people import agents
from app.reading.mentions import Called
from app.tables import Agent, Mention, Organization
from tests.app.messages.conftest import Leave


@pytest.fixture
async def li(org: Organization) -> Agent:
    return await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", name="小李"
    )


async def note(org: Organization, uid: str, text: str, *, visible: bool = False) -> None:
    await remarks.add(org.id, uid, text, visible=visible, by="Boss")


async def found(org: Organization, agent: Agent) -> list[str]:
    page = await messages.inbox(org.id, Wanted(mentions=agent.id))
    return [each.uid for each in page.items]


async def count(org: Organization, agent: Agent) -> int:
    return (await messages.counts(org.id, me=agent.id)).mentioned


async def test_they_are_told_until_they_look_and_again_by_the_next_note(
    org: Organization, li: Agent, owner: Agent, leave: Leave
) -> None:
    one, two = await leave("一"), await leave("二")
    await note(org, one.uid, "请@小李 看一下")
    await note(org, one.uid, "@小李 快")
    assert await Mention.count() == 2
    await messages.handle(org.id, two.uid, outcome="phone", note="@小李 已回", by="Boss")
    assert await mentions.unseen(org.id, li.id) == [two.uid, one.uid]
    assert await count(org, li) == 2
    assert await count(org, owner) == 0
    (first, *_) = await events.of(org.id, uuid.UUID(one.uid))
    assert first.now["mentions"] == [str(li.id)]

    await mentions.seen(org.id, one.uid, owner.id)
    await mentions.seen(org.id, one.uid, li.id)
    assert await count(org, li) == 1
    assert set(await found(org, li)) == {one.uid, two.uid}
    await note(org, one.uid, "@小李 再看看")
    assert await mentions.unseen(org.id, li.id) == [one.uid, two.uid]
    assert await count(org, li) == 2
    await mentions.seen(org.id, one.uid, li.id)
    assert await Mention.count() == 2, "of those that were seen, the last stays"


async def test_what_the_visitor_sees_and_those_who_are_gone_mention_nobody(
    org: Organization, other_org: Organization, li: Agent, leave: Leave
) -> None:
    left = await leave("一")
    await note(org, left.uid, "@小李 会联系您", visible=True)
    await note(org, left.uid, "mail li@shop.example")
    await agents.create(
        other_org.id, email="x@other.example", password="correct horse 9", name="外人"
    )
    await note(org, left.uid, "@外人 看")
    gone = {Agent.disabled_at: dt.datetime.now(dt.UTC)}
    await Agent.update(gone).where(Agent.id == li.id)
    await note(org, left.uid, "@小李 看")
    assert await Mention.count() == 0


async def test_a_program_is_never_mentioned(org: Organization, li: Agent, leave: Leave) -> None:
    left = await leave("一")
    await note(org, left.uid, "@小李")
    chosen = Filter(status="mentioned")
    assert await messages.count(org.id, chosen.wanted(org.timezone, li.id)) == 1
    assert await messages.count(org.id, chosen.wanted(org.timezone, None)) == 0


async def test_taking_back_mentions_nobody_anew(org: Organization, li: Agent, leave: Leave) -> None:
    left = await leave("一")
    done = await messages.handle(org.id, left.uid, outcome="phone", note="@小李", by="Boss")
    back = await messages.undo(org.id, uuid.UUID(done.act), by="Boss")
    await mentions.seen(org.id, left.uid, li.id)
    await messages.undo(org.id, uuid.UUID(back.act), by="Boss")
    assert await count(org, li) == 0


async def test_what_is_taken_back_mentions_only_those_who_have_seen_it(
    org: Organization, li: Agent, owner: Agent, leave: Leave
) -> None:
    one, two = await leave("一"), await leave("二")
    await note(org, two.uid, "@小李")
    ids = [uuid.UUID(one.uid), uuid.UUID(two.uid)]
    act = acts.handled("phone", f"@小李 @{owner.name or owner.email}", by="Boss")
    done = await messages.to_many(org.id, ids, act, by="Boss")
    await mentions.seen(org.id, one.uid, owner.id)
    await note(org, two.uid, "@小李 再看看")
    await messages.undo(org.id, uuid.UUID(done.act), by="Boss")
    assert await found(org, li) == [two.uid]
    assert await found(org, owner) == [one.uid]


async def test_an_undo_takes_back_its_own_mention_and_leaves_the_one_before(
    org: Organization, li: Agent, leave: Leave
) -> None:
    one, two = await leave("一"), await leave("二")
    await note(org, one.uid, "@小李 看一下")
    await note(org, two.uid, "@小李 看一下")
    await mentions.seen(org.id, two.uid, li.id)
    ids = [uuid.UUID(one.uid), uuid.UUID(two.uid)]
    act = acts.handled("phone", "@小李 已回", by="Boss")
    done = await messages.to_many(org.id, ids, act, by="Boss")
    assert await count(org, li) == 2
    await messages.undo(org.id, uuid.UUID(done.act), by="Boss")
    assert await mentions.unseen(org.id, li.id) == [one.uid]
    assert await found(org, li) == [two.uid, one.uid]


async def test_who_works_here_is_read_once_for_a_note_of_many(
    org: Organization, li: Agent, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, asked = mentions.people, []

    async def heard(organization: uuid.UUID) -> list[Called]:
        asked.append(organization)
        return await people(organization)

    monkeypatch.setattr(mentions, "people", heard)
    ids = [uuid.UUID((await leave(text)).uid) for text in ("一", "二", "三")]
    await messages.to_many(org.id, ids, acts.handled("phone", "@小李", by="Boss"), by="Boss")
    assert asked == [org.id]
    assert await count(org, li) == 3


async def test_what_is_set_aside_counts_for_nobody_and_nothing_for_a_viewer(
    org: Organization, li: Agent, leave: Leave
) -> None:
    one, two, three = await leave("一"), await leave("二"), await leave("三")
    for left in (one, two, three):
        await note(org, left.uid, "@小李")
    await messages.spam(org.id, one.uid, by="Boss")
    await messages.to_one(org.id, two.uid, acts.trashed(), by="Boss")
    assert await mentions.unseen(org.id, li.id) == [three.uid]
    assert (await count(org, li), await found(org, li)) == (1, [three.uid])
    await Agent.update({Agent.role: "viewer"}).where(Agent.id == li.id)
    assert (await count(org, li), await mentions.unseen(org.id, li.id)) == (0, [])


async def test_of_another_organization_nothing_is_seen_or_marked(
    org: Organization, other_org: Organization, li: Agent, leave: Leave
) -> None:
    left = await leave("一")
    await note(org, left.uid, "@小李")
    await mentions.seen(other_org.id, left.uid, li.id)
    assert await mentions.unseen(other_org.id, li.id) == []
    assert await mentions.unseen(org.id, li.id) == [left.uid]
