"""The shop whose events somebody reads."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

import pytest

from app.feed import read
from app.feed.begin import begin
from app.feed.event import Event
from app.tables import Organization
from tests.app.deliveries.conftest import add, courier, fakes, leave

__all__ = ["add", "courier", "fakes", "leave"]

Feed = Callable[[], Awaitable[list[Event]]]


@pytest.fixture
def feed(org: Organization) -> Feed:
    """What is new since it was asked last."""
    last: list[str] = []

    async def do() -> list[Event]:
        after = read.after(last[-1]) if last else None
        page = await read.page(org.id, after=after, limit=200)
        last.append(page.cursor)
        return page.items

    return do


@pytest.fixture
async def begun(org: Organization) -> uuid.UUID:
    await begin(org.id)
    return org.id
