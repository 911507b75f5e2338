"""Who looks at a message right now."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from app import messages
from app.errors import NotFound
from app.messages import lookers
from app.people import agents
from app.tables import Agent, Looker, Organization
from tests.app.messages.conftest import Leave


@pytest.fixture
async def li(org: Organization) -> Agent:
    return await agents.create(org.id, email="li@shop.example", password="correct horse 9")


async def earlier(seconds: int) -> None:
    """All signs were given so long ago."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)
    await Looker.update({Looker.seen_at: at}).where(Looker.id.is_not_null())


async def seen_at() -> list[dt.datetime]:
    return [each["seen_at"] for each in await Looker.select(Looker.seen_at)]


async def test_others_are_seen_for_a_while_after_their_last_sign(
    org: Organization, owner: Agent, li: Agent, leave: Leave
) -> None:
    one, two = await leave("一"), await leave("二")
    await asyncio.gather(*(lookers.look(org.id, one.uid, li.id) for _ in range(3)))
    assert await lookers.others(org.id, one.uid, owner.id) == [str(li.id)]
    assert await lookers.others(org.id, one.uid, li.id) == []
    assert await lookers.others(org.id, two.uid, owner.id) == []

    await earlier(46)
    assert await lookers.others(org.id, one.uid, owner.id) == []
    assert await lookers.others(org.id, one.uid, owner.id, within=lookers.KEPT) == [str(li.id)]
    await lookers.look(org.id, one.uid, li.id)
    assert await lookers.others(org.id, one.uid, owner.id) == [str(li.id)]
    await earlier(61)
    await lookers.look(org.id, two.uid, owner.id)
    assert await Looker.count() == 1


async def test_a_sign_that_comes_soon_after_another_writes_nothing(
    org: Organization, li: Agent, leave: Leave
) -> None:
    left = await leave("一")
    await lookers.look(org.id, left.uid, li.id)
    await earlier(14)
    before = await seen_at()
    await lookers.look(org.id, left.uid, li.id)
    assert await seen_at() == before
    await earlier(16)
    before = await seen_at()
    await lookers.look(org.id, left.uid, li.id)
    assert await seen_at() > before


async def test_pages_are_rung_once_when_somebody_comes_to_others(
    org: Organization, owner: Agent, li: Agent, leave: Leave
) -> None:
    left = await leave("一")

    async def number() -> int:
        return (await messages.one(org.id, left.uid)).changed

    first = await number()
    await lookers.look(org.id, left.uid, li.id)
    assert await number() == first
    await lookers.look(org.id, left.uid, owner.id)
    second = await number()
    assert second > first
    await earlier(20)
    await lookers.look(org.id, left.uid, owner.id)
    assert await number() == second


async def test_a_message_of_others_does_not_exist(
    org: Organization, other_org: Organization, owner: Agent, li: Agent, leave: Leave
) -> None:
    left = await leave("一")
    with pytest.raises(NotFound):
        await lookers.look(other_org.id, left.uid, li.id)
    await lookers.look(org.id, left.uid, li.id)
    assert await lookers.others(other_org.id, left.uid, owner.id) == []
