"""Channels by name."""

from __future__ import annotations

from app import channel_settings
from app.deliveries.named import channels
from app.tables import Organization
from tests.app.deliveries.conftest import Add


async def test_removed_ones_come_last(org: Organization, add: Add) -> None:
    first = await add("custom", "http://127.0.0.1:9/a", name="a")
    await add("custom", "http://127.0.0.1:9/b", name="b")
    await channel_settings.archive(org.id, first, by="tests")
    found = [(each.name, each.removed) for each in await channels(org.id)]
    assert found == [("b", False), ("a", True)]
