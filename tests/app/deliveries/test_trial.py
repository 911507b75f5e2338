"""Test sends: whatever happens is an answer."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest

from app import (
    channel_settings,
    database,
    deliveries,
    outside,
)
from app.channel_settings.read import row
from app.channels import kinds
from app.channels.custom import Custom
from app.channels.sender import Acceptance, Sender
from app.deliveries.trial import Place
from app.errors import SendError, TooMany
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import HOOK, all_plans, rows, went
from tests.fakes.vendors import FakeVendors

pytestmark = pytest.mark.usefixtures("configure")


class Broken(Custom, tag="broken"):
    """A sender with a mistake of ours in it."""

    async def send(self, parcel: Any, egress: Any) -> Any:
        raise KeyError("canary")


class Endless(Custom, tag="endless"):
    deadline: ClassVar[float] = -1.9

    async def send(self, parcel: Any, egress: Any) -> Any:
        await asyncio.sleep(60)


class Refusing(Custom, tag="refusing"):
    async def send(self, parcel: Any, egress: Any) -> Any:
        raise SendError("gone", "410", "no such hook", hint="Look at {x}", facts={"x": "y"})


class Looking(Custom, tag="looking"):
    """Sees what the next plan would see while it sends."""

    async def send(self, parcel: Any, egress: Any) -> Any:
        (row,) = await database.rows(dict, "SELECT * FROM attempt")
        left = row["blocks_until"] - await database.now()
        assert (str(row["id"]), row["finished_at"], row["outcome"]) == (parcel.id, None, "")
        assert 70 < left.total_seconds() < 80
        return Acceptance()


async def press(sender: Sender) -> Any:
    return await deliveries.send_test(sender, outside.egress(), locale="en", timezone="UTC")


async def test_a_refusal_is_told_as_it_is() -> None:
    tested = await press(Refusing(webhook_url=HOOK + "a"))
    assert (tested.ok, tested.code, tested.message) == (False, "410", "no such hook")
    assert (tested.hint, tested.facts) == ("Look at {x}", {"x": "y"})
    assert (tested.uid, tested.type, tested.name) == (None, "custom", "")


async def test_a_send_that_does_not_end_is_ended() -> None:
    tested = await press(Endless(webhook_url=HOOK + "a"))
    assert (tested.ok, tested.code) == (False, "timeout")


async def test_a_mistake_of_ours_is_an_answer_without_its_words() -> None:
    tested = await press(Broken(webhook_url=HOOK + "a"))
    assert (tested.ok, tested.code, tested.message) == (False, "internal", "KeyError")


async def test_a_receiver_that_is_not_there_is_told_with_a_hint() -> None:
    sender = kinds.parse({"type": "custom", "webhook_url": HOOK + "a"})
    tested = await press(sender)
    assert not tested.ok
    assert tested.hint
    assert tested.http_status is None


async def test_its_place_is_taken_before_it_is_sent(org: Organization, add: Add) -> None:
    uid = await add("custom", HOOK + "a")
    channel = await row(org.id, uid)
    place = Place(organization=org.id, bucket=channel.bucket, channel=channel)
    sender = Looking(webhook_url=HOOK + "a")
    tested = await deliveries.send_test(
        sender, outside.egress(), locale="en", timezone="UTC", place=place
    )
    assert (tested.ok, tested.message) == (True, "ok")
    assert await rows("attempt", "outcome") == [("ok",)]


async def test_what_never_left_the_house_gives_its_place_back(org: Organization, add: Add) -> None:
    uid = await add("custom", HOOK + "a")
    await channel_settings.test(org.id, outside.egress(), uid=uid)
    ((until, finished),) = await rows("attempt", "blocks_until", "finished_at")
    assert until == finished


async def test_tests_and_notices_together_never_go_over_the_platforms_own_limit(
    org: Organization, add: Add, leave: Leave, fakes: FakeVendors
) -> None:
    url = fakes.add_bot("wecom", "k")
    uid = await add("wecom", url, rate_limit_per_minute=0)
    for _ in range(18):
        await leave()
    planned = await all_plans(org)
    assert len(planned) == 18
    await went(planned)
    for _ in range(2):
        await channel_settings.test(org.id, outside.egress(), uid=uid)
    with pytest.raises(TooMany) as caught:
        await channel_settings.test(org.id, outside.egress(), uid=uid)
    assert 50 <= caught.value.after <= 60
    assert len(fakes.calls("wecom", "k")) == 2
