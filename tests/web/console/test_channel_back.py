"""Removed channels that come back, and notices that were missed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app import channel_settings, database, messages
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

PAGE = "/settings/channels"


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


@pytest.fixture
async def uid(org: Organization, fakes: FakeVendors) -> str:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k1"), "name": "销售群"}
    return await channel_settings.add(org.id, raw, by="test")


async def entries(org: Organization) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await channel_settings.read(org.id))["notifications"]
    return found


async def test_what_was_removed_is_listed_and_comes_back(
    client: httpx.AsyncClient, org: Organization, uid: str
) -> None:
    await client.post(f"{PAGE}/{uid}/remove")
    assert "已移除" in Page(await client.get(PAGE)).words

    answer = await client.post(f"{PAGE}/{uid}/bring-back")
    assert answer.headers["location"] == f"{PAGE}?done=back"
    assert [each["uid"] for each in await entries(org)] == [uid]
    assert (await client.post(f"{PAGE}/{uid}/bring-back")).status_code == 404


async def test_what_it_missed_is_offered_and_sent_once(
    client: httpx.AsyncClient, org: Organization, uid: str
) -> None:
    answers = Answers(content="hello", phone="13800138000")
    await messages.leave(org, answers, Visit(), submission_id="one")
    await database.execute("UPDATE delivery SET state = 'failed', reason = 'gone'")
    assert "1 条没送到" in Page(await client.get(PAGE)).words

    for done in ("resent", "nothing"):
        answer = await client.post(f"{PAGE}/{uid}/resend")
        assert answer.headers["location"] == f"{PAGE}?done={done}"
    rows = await database.rows(dict, "SELECT state FROM delivery")
    assert [row["state"] for row in rows] == ["pending"]
