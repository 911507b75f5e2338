"""Whether a person saw a test arrive."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app import channel_settings, outside
from app.channel_settings import arrival
from app.channel_settings.read import row
from app.errors import NotFound
from app.people import audit
from app.signed import arrival as links
from app.tables import Organization
from tests.fakes.vendors import FakeVendors

LINK = re.compile(r"/arrived/([\w-]+)\?k=([\w.-]+)")


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture
async def uid(org: Organization, fakes: FakeVendors) -> str:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k"), "name": "群"}
    return await channel_settings.add(org.id, raw, by="tests")


async def press(org: Organization, **options: Any) -> channel_settings.Tested:
    (tested,) = await channel_settings.test(org.id, outside.egress(), **options)
    return tested


async def health(org: Organization, uid: str) -> dict[str, Any]:
    found: dict[str, Any] = (await channel_settings.channel(org.id, uid))["health"]
    return found


def link_in(fakes: FakeVendors) -> tuple[str, str]:
    """Uid and key of the last message that a platform got."""
    found = LINK.search(fakes.calls()[-1].raw.decode())
    assert found
    return found[1], found[2]


async def test_what_a_platform_accepted_is_not_yet_received(org: Organization, uid: str) -> None:
    assert (await press(org, uid=uid)).asks
    assert (await health(org, uid))["received_at"] is None


async def test_who_saw_it_is_kept_with_when(org: Organization, uid: str) -> None:
    await channel_settings.arrived(org.id, uid, seen=True, by="a@shop.example")

    found = await health(org, uid)
    assert found["received_by"] == "a@shop.example"
    assert found["received_at"] is not None
    assert (await audit.of(org.id, uid))[-1].action == "channel.arrived"


async def test_who_does_not_see_it_takes_that_back(org: Organization, uid: str) -> None:
    await channel_settings.arrived(org.id, uid, seen=True, by="a@shop.example")
    await channel_settings.arrived(org.id, uid, seen=False, by="b@shop.example")

    found = await health(org, uid)
    assert (found["received_at"], found["received_by"]) == (None, "")


async def test_what_arrived_at_another_address_says_nothing_of_the_new_one(
    org: Organization, uid: str, fakes: FakeVendors
) -> None:
    await channel_settings.arrived(org.id, uid, seen=True, by="a@shop.example")
    await channel_settings.change(org.id, uid, {"name": "another name"}, by="tests")
    assert (await health(org, uid))["received_at"] is not None

    moved = {"webhook_url": fakes.add_bot("wecom", "elsewhere")}
    await channel_settings.change(org.id, uid, moved, by="tests")

    assert (await health(org, uid))["received_at"] is None


async def test_nobody_says_so_of_another_organizations_channel(
    other_org: Organization, uid: str
) -> None:
    with pytest.raises(NotFound):
        await channel_settings.arrived(other_org.id, uid, seen=True, by="x@other.example")


async def test_the_test_itself_has_a_link_that_says_so(
    org: Organization, uid: str, fakes: FakeVendors
) -> None:
    await press(org, uid=uid)

    channel = await arrival.of_link(*link_in(fakes))

    assert str(channel.id) == uid


async def test_a_link_of_an_earlier_address_is_over(
    org: Organization, uid: str, fakes: FakeVendors
) -> None:
    await press(org, uid=uid)
    link = link_in(fakes)
    moved = {"webhook_url": fakes.add_bot("wecom", "elsewhere")}
    await channel_settings.change(org.id, uid, moved, by="tests")

    with pytest.raises(NotFound):
        await arrival.of_link(*link)


async def test_a_link_of_a_removed_channel_is_over(
    org: Organization, uid: str, fakes: FakeVendors
) -> None:
    await press(org, uid=uid)
    await channel_settings.archive(org.id, uid, by="tests")

    with pytest.raises(NotFound):
        await arrival.of_link(*link_in(fakes))


@pytest.mark.parametrize("key", ["", "x", "1.x", "99999999999.x", "9" * 400, "é.ü"])
async def test_a_guessed_key_opens_nothing(org: Organization, uid: str, key: str) -> None:
    with pytest.raises(NotFound):
        await arrival.of_link(uid, key)


async def test_a_link_is_good_for_a_week(org: Organization, uid: str) -> None:
    channel = await row(org.id, uid)
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=8)
    old = links.key(uid, channel.target, now=long_ago)

    with pytest.raises(NotFound):
        await arrival.of_link(uid, old)


async def test_values_that_are_not_saved_have_no_link_and_nobody_is_asked(
    org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "new")}

    assert not (await press(org, raw=raw)).asks
    assert "/arrived/" not in fakes.calls()[-1].raw.decode()
