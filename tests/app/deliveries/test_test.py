"""Test sends: whatever happens is an answer."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest

from app import channels, deliveries, outside
from app.channels import AnySender
from app.channels.custom import Custom
from app.errors import SendError
from tests.app.deliveries.planning import HOOK

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


async def press(sender: AnySender) -> Any:
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
    sender = channels.parse({"type": "custom", "webhook_url": HOOK + "a"})
    tested = await press(sender)
    assert not tested.ok
    assert tested.hint
    assert tested.http_status is None
