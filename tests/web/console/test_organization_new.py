"""Another organization, made in the console."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.people import memberships, organization_change, sessions
from app.tables import Agent, Organization, Session

NEW = "/organizations/new"
FORM = {"name": "新店", "slug": "new-shop"}


@pytest.fixture
def allowed(configure: Callable[..., Any]) -> None:
    configure(LEAVEMSG_ORGANIZATIONS="owners")


async def test_where_it_is_not_allowed_there_is_no_such_page(client: httpx.AsyncClient) -> None:
    assert (await client.get(NEW)).status_code == 404
    assert (await client.post(NEW, data=FORM)).status_code == 404
    assert NEW not in (await client.get("/organizations")).text
    assert await Organization.count() == 1


@pytest.mark.usefixtures("allowed")
async def test_a_new_one_is_open_at_its_first_steps(
    client: httpx.AsyncClient, owner: Agent
) -> None:
    assert f'href="{NEW}"' in (await client.get("/organizations")).text
    assert (await client.get(NEW)).status_code == 200
    made = await client.post(NEW, data=FORM)
    assert (made.status_code, made.headers["location"]) == (303, "/start")
    signed = await sessions.find(client.cookies["sid"])
    assert signed
    assert (signed.org.slug, signed.agent.role) == ("new-shop", "owner")
    assert signed.account.id == owner.account
    assert (await client.get("/start")).status_code == 200
    assert (await client.get("/w/new-shop")).status_code == 200


@pytest.mark.usefixtures("allowed")
async def test_a_taken_address_is_said_and_nothing_is_made(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    refused = await client.post(NEW, data={**FORM, "slug": "other"})
    assert refused.status_code == 422
    assert "新店" in refused.text
    assert await Organization.count() == 2


@pytest.mark.usefixtures("allowed")
async def test_one_makes_only_so_many(
    client: httpx.AsyncClient, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organization_change, "OWNED_MAX", 1)
    assert (await client.post(NEW, data=FORM)).status_code == 422
    assert len(await memberships.of(owner.account)) == 1


@pytest.mark.usefixtures("allowed")
async def test_a_sign_in_by_a_provider_makes_none(client: httpx.AsyncClient) -> None:
    await Session.update({Session.provider: uuid.uuid4()}, force=True)
    assert (await client.post(NEW, data=FORM)).status_code == 404
