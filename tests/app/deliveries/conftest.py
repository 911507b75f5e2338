"""A shop with fake vendors around it, and a courier that carries to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import msgspec
import pytest

from app import channel_settings, messages, outside
from app.deliveries import Courier
from app.fields.check import Answers
from app.messages import Left, Visit
from app.tables import Organization
from tests.fakes.vendors import FakeVendors

Leave = Callable[..., Coroutine[Any, Any, Left]]
Add = Callable[..., Coroutine[Any, Any, str]]


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture
async def courier(db: str) -> AsyncIterator[Courier]:
    made = Courier(outside.egress())
    yield made
    await made.stop(5)


@pytest.fixture
def leave(org: Organization, answers: Answers) -> Leave:
    """leave("text", phone="…"): one message, another submission each time."""
    count = 0

    async def do(content: str = "", **changes: str) -> Left:
        nonlocal count
        count += 1
        text = content or f"question number {count}"
        given = msgspec.structs.replace(answers, content=text, **changes)
        return await messages.leave(
            org, given, Visit(ip="192.168.1.100"), submission_id=f"s{count}"
        )

    return do


@pytest.fixture
def add(org: Organization) -> Add:
    """add("custom", url, …): one enabled channel."""

    async def do(kind: str, url: str, **more: Any) -> str:
        return await channel_settings.add(
            org.id, {"type": kind, "webhook_url": url, **more}, by="tests"
        )

    return do


async def settled(courier: Courier, org: Organization) -> None:
    """Everything that may go now has gone and is recorded."""
    await courier.drain(org.id)
    while courier._sending:
        await asyncio.gather(*courier._sending)
