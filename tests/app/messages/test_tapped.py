"""What the links of a notice do, and for whom they do nothing."""

from __future__ import annotations

import uuid

import pytest

from app import channel_settings, messages
from app.channel_settings import taps
from app.errors import Conflict, Invalid, NotFound
from app.messages import events, tapped
from app.messages.tapped import Tapper
from app.signed import tap
from app.tables import Agent, Organization
from tests.app.messages.conftest import Leave

HOOK = {"type": "custom", "webhook_url": "https://93.184.216.34/x", "name": "a"}


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
    with pytest.raises(Conflict):
        await tapped.act(await tapped.open_link(code), Tapper("x", owner.id))
    with pytest.raises(Invalid) as error:
        await tapped.act(link, Tapper("Nobody"))
    assert error.value.problems[0].code == "unknown_agent"


async def test_handling_spam_and_replying_are_in_the_story_under_the_name(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    code, channel, uid = await sent(org, leave, "reply")
    await tapped.act(await tapped.open_link(code), Tapper("小李"), text="马上联系您")
    handle = tap.code("handle", uuid.UUID(channel), uuid.UUID(uid), 1)
    await tapped.act(await tapped.open_link(handle), Tapper("小李"), outcome="phone")
    row = await messages.one(org.id, uid)
    assert (row.status, row.outcome, row.handled_by) == ("handled", "phone", "小李")
    assert {each.actor for each in await events.of(org.id, uid)} >= {"小李"}
    with pytest.raises(Invalid):
        await tapped.act(await tapped.open_link(handle), Tapper("小李"), outcome="unheard-of")


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
