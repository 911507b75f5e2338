"""What the links of a notice do, and for whom they do nothing."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from app import channel_settings, messages
from app.channel_settings import taps
from app.errors import Conflict, Invalid, NotFound
from app.messages import acts, events, tapped
from app.messages.tapped import Tapper
from app.people import agents, audit
from app.signed import tap
from app.tables import Agent, Organization
from tests.app.messages.conftest import Leave

HOOK = {"type": "custom", "webhook_url": "https://93.184.216.34/x", "name": "a"}


async def colleague(org: Organization, email: str, name: str) -> Agent:
    await agents.create(org.id, email=email, password="correct horse 9", role="agent", name=name)
    (found,) = await Agent.objects().where(Agent.email == email)
    return found


async def sent(org: Organization, leave: Leave, act: str) -> tuple[str, str, str]:
    """A link, its channel and its message."""
    channel = await channel_settings.add(org.id, HOOK, by="tests")
    left = await leave("多少钱？")
    return tap.code(act, uuid.UUID(channel), uuid.UUID(left.uid), 1), channel, left.uid


async def test_claiming_gives_it_to_who_is_called_so(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    code, _, uid = await sent(org, leave, "claim")
    link = await tapped.open_link(code)
    await tapped.act(link, Tapper("OWNER@shop.example"))
    row = await messages.one(org.id, uid)
    assert row.assignee == str(owner.id)
    with pytest.raises(Invalid) as error:
        await tapped.act(link, Tapper("Nobody"))
    assert error.value.problems[0].code == "unknown_agent"


async def test_of_two_who_claim_one_gets_it_and_a_second_press_is_no_fault(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    wang = await colleague(org, "wang@shop.example", "王芳")
    code, _, uid = await sent(org, leave, "claim")
    links = [await tapped.open_link(code) for _ in range(2)]
    who = [Tapper("王芳", wang.id), Tapper("x", owner.id)]
    pairs = zip(links, who, strict=True)
    done = await asyncio.gather(*(tapped.act(*each) for each in pairs), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Conflict", "str"]
    winner, loser = (who[0], who[1]) if isinstance(done[0], str) else (who[1], who[0])
    again = await tapped.open_link(code)
    await tapped.act(again, winner)
    with pytest.raises(Conflict):
        await tapped.act(again, loser)
    assert (await messages.one(org.id, uid)).assignee == str(winner.agent)
    story = [each for each in await events.of(org.id, uuid.UUID(uid)) if each.action == "claimed"]
    assert len(story) == 1


async def test_who_only_types_a_name_is_told_apart_from_the_member(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    wang = await colleague(org, "wang@shop.example", "王芳")
    code, channel, uid = await sent(org, leave, "claim")
    # Whoever else is signed in there is not recorded as the one who does it.
    with audit.acting("visitor", "192.0.2.0/24"):
        audit.known("agent", owner.id)
        await tapped.act(await tapped.open_link(code), Tapper("WANG@shop.example"))
    with audit.acting("visitor"):
        audit.known("agent", wang.id)
        spam = tap.code("spam", uuid.UUID(channel), uuid.UUID(uid), 1)
        await tapped.act(await tapped.open_link(spam), Tapper("王芳", wang.id))
    story = await events.of(org.id, uuid.UUID(uid))
    done = [(each.action, each.actor, each.via) for each in story]
    assert done == [("claimed", "王芳", "link"), ("spam", "王芳", "")]
    entries = [each for each in await audit.of(org.id, uid) if each.action.startswith("message.")]
    assert [(each.kind, each.who) for each in entries] == [
        ("link", "link"),
        ("agent", str(wang.id)),
    ]
    assert entries[0].address == "192.0.2.0/24"
    seen = await events.since(org.id, uuid.UUID(uid), 0, but="王芳")
    assert [each.via for each in seen] == ["link"]


async def test_several_of_one_name_are_asked_for_their_address(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    for email in ("a@shop.example", "b@shop.example"):
        await colleague(org, email, "王芳")
    code, _, _ = await sent(org, leave, "claim")
    with pytest.raises(Invalid) as error:
        await tapped.act(await tapped.open_link(code), Tapper("王芳"))
    assert "email" in error.value.problems[0].detail
    assert await tapped.act(await tapped.open_link(code), Tapper("b@shop.example")) == "王芳"


async def test_nothing_is_done_with_what_is_in_the_trash_or_done_with(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    code, channel, uid = await sent(org, leave, "claim")
    of = {each: tap.code(each, uuid.UUID(channel), uuid.UUID(uid), 1) for each in tap.NAMES}
    await messages.handle(org.id, uid, outcome="phone", by="x")
    with pytest.raises(Conflict):
        await tapped.act(await tapped.open_link(code), Tapper("x", owner.id))
    await messages.to_one(org.id, uid, acts.trashed(), by="x")
    before = await events.of(org.id, uuid.UUID(uid))
    for each in tap.NAMES:
        link = await tapped.open_link(of[each])
        with pytest.raises(Conflict):
            await tapped.act(link, Tapper("x", owner.id), outcome="phone", text="hi")
    assert await events.of(org.id, uuid.UUID(uid)) == before


async def test_handling_spam_and_replying_are_in_the_story_under_the_name(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    code, channel, uid = await sent(org, leave, "reply")
    await tapped.act(await tapped.open_link(code), Tapper("小李"), text="马上联系您")
    handle = tap.code("handle", uuid.UUID(channel), uuid.UUID(uid), 1)
    link = await tapped.open_link(handle)
    with pytest.raises(Invalid):
        await tapped.act(link, Tapper("小李"), outcome="unheard-of")
    await tapped.act(link, Tapper("小李"), outcome="phone")
    row = await messages.one(org.id, uid)
    assert (row.status, row.outcome, row.handled_by) == ("handled", "phone", "小李")
    assert {each.actor for each in await events.of(org.id, uid)} >= {"小李"}


async def test_a_link_that_was_withdrawn_switched_off_or_lost_its_message_opens_nothing(
    org: Organization, leave: Leave
) -> None:
    code, channel, uid = await sent(org, leave, "spam")
    await tapped.open_link(code)
    await taps.withdraw(org.id, channel, by="tests")
    with pytest.raises(NotFound):
        await tapped.open_link(code)
    newer = tap.code("spam", uuid.UUID(channel), uuid.UUID(uid), 2)
    await tapped.open_link(newer)
    await channel_settings.change(org.id, channel, {**HOOK, "one_tap": False}, by="tests")
    with pytest.raises(NotFound):
        await tapped.open_link(newer)
    await channel_settings.change(org.id, channel, {**HOOK, "one_tap": True}, by="tests")
    await channel_settings.archive(org.id, channel, by="tests")
    with pytest.raises(NotFound):
        await tapped.open_link(newer)
    gone = tap.code("spam", uuid.UUID(channel), uuid.uuid4(), 2)
    for each in (gone, "", "x", "é" * 90):
        with pytest.raises(NotFound):
            await tapped.open_link(each)


async def test_a_message_of_another_organization_is_no_message(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    _, _, uid = await sent(org, leave, "claim")
    theirs = await channel_settings.add(other_org.id, HOOK, by="tests")
    with pytest.raises(NotFound):
        await tapped.open_link(tap.code("claim", uuid.UUID(theirs), uuid.UUID(uid), 1))


@pytest.mark.parametrize(("text", "code"), [("  ", "required"), ("x" * 65, "too_long")])
def test_who_acts_has_a_name(text: str, code: str) -> None:
    with pytest.raises(Invalid) as error:
        tapped.name_of(text)
    assert error.value.problems[0].code == code
