"""Who belongs to the organization, for programs."""

from __future__ import annotations

import httpx

from app.tables import Agent

BASE = "/api/v1/leavemsg/members"


async def test_members_are_listed_and_shown_to_their_own_organization(
    api: httpx.AsyncClient, owner: Agent, there: Agent
) -> None:
    listed = (await api.get(BASE)).json()
    assert [(each["email"], each["role"]) for each in listed["items"]] == [
        ("owner@shop.example", "owner")
    ]
    shown = await api.get(f"{BASE}/{owner.id}")
    assert shown.json() == listed["items"][0]
    assert (await api.get(f"{BASE}/{there.id}")).status_code == 404
