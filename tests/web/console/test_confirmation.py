"""The channel that confirms to visitors is chosen beside the limits."""

from __future__ import annotations

import httpx
import pytest

from app import channel_settings
from app.people import organizations
from app.tables import Organization

RAW = {
    "type": "email",
    "name": "Post",
    "smtp_config": {"host": "127.0.0.1", "port": 2525, "tls_mode": "none"},
    "to": ["team@shop.example"],
    "from": "desk@shop.example",
}
PAGE = "/settings/channels"


@pytest.fixture
async def uid(org: Organization) -> str:
    return await channel_settings.add(org.id, RAW, by="tests")


async def test_without_an_email_channel_there_is_nothing_to_choose(
    client: httpx.AsyncClient,
) -> None:
    assert "confirm_channel" not in (await client.get(PAGE)).text


async def test_a_channel_is_chosen_and_left_again(
    client: httpx.AsyncClient, org: Organization, uid: str
) -> None:
    answer = await client.post(f"{PAGE}/confirmation", data={"confirm_channel": uid})
    assert answer.headers["location"] == f"{PAGE}?done=confirmation"
    assert str((await organizations.by_id(org.id)).confirm_channel) == uid
    assert f'value="{uid}" selected' in (await client.get(PAGE)).text
    assert (await client.post(f"{PAGE}/confirmation", data={})).status_code == 422
    assert str((await organizations.by_id(org.id)).confirm_channel) == uid
    await client.post(f"{PAGE}/confirmation", data={"confirm_channel": ""})
    assert (await organizations.by_id(org.id)).confirm_channel is None


async def test_what_is_no_email_channel_is_refused(client: httpx.AsyncClient, uid: str) -> None:
    answer = await client.post(f"{PAGE}/confirmation", data={"confirm_channel": "nonsense"})
    assert answer.status_code == 422
