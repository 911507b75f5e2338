"""The order of the channels."""

from __future__ import annotations

import pytest

from app import channel_settings
from app.configuration import channels as configuration
from app.errors import NotFound
from app.tables import Audit, Organization
from tests.app.channel_settings.conftest import BY, hook


async def names(org: Organization) -> list[str]:
    return [each["name"] for each in (await channel_settings.read(org.id))["notifications"]]


async def test_channels_are_put_in_order_and_keep_it(org: Organization) -> None:
    uids = [
        await channel_settings.add(org.id, {**hook(name), "name": name}, by=BY) for name in "abc"
    ]
    await channel_settings.move(org.id, uids[2], -1, by=BY)
    assert await names(org) == ["a", "c", "b"]
    assert [each["name"] for each in await configuration.read(org)] == ["a", "c", "b"]
    await channel_settings.archive(org.id, uids[0], by=BY)
    await channel_settings.restore(org.id, uids[0], by=BY)
    assert await names(org) == ["c", "b", "a"], "what comes back is the last one"
    await channel_settings.change(org.id, uids[1], {"name": "B"}, by=BY)
    assert await names(org) == ["c", "B", "a"]
    found = (await channel_settings.read(org.id))["notifications"]
    await channel_settings.replace(org.id, {"notifications": found[::-1]}, by=BY)
    assert await names(org) == ["a", "B", "c"], "a program sends the list in its order"


async def test_no_move_is_not_on_record(org: Organization) -> None:
    uid = await channel_settings.add(org.id, hook("a"), by=BY)
    await channel_settings.move(org.id, uid, -1, by=BY)
    assert not await Audit.exists().where(Audit.action == "channel.moved")
    with pytest.raises(NotFound):
        await channel_settings.move(org.id, str(org.id), 1, by=BY)
