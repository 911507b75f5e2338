"""Links that were sent can be made void, through one channel and no other."""

from __future__ import annotations

import pytest

from app import channel_settings
from app.channel_settings import taps
from app.errors import NotFound
from app.tables import Audit, Channel, Organization

HOOK = {"type": "custom", "webhook_url": "https://93.184.216.34/x"}


async def test_only_the_links_of_one_channel_are_withdrawn(
    org: Organization, other_org: Organization
) -> None:
    one = await channel_settings.add(org.id, {**HOOK, "name": "a"}, by="tests")
    await channel_settings.add(org.id, {**HOOK, "name": "b"}, by="tests")
    await taps.withdraw(org.id, one, by="tests")
    found = await Channel.select(Channel.name, Channel.tap_series).order_by(Channel.name)
    assert [(each["name"], each["tap_series"]) for each in found] == [("a", 2), ("b", 1)]
    done = await Audit.select(Audit.action).order_by(Audit.id, ascending=False).limit(1)
    assert done == [{"action": "channel.links_withdrawn"}]
    with pytest.raises(NotFound):
        await taps.withdraw(other_org.id, one, by="tests")
