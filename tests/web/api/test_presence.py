"""Presence for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import presence
from app.people import tokens
from app.tables import Organization

WHERE = "/api/v1/leavemsg/presence"
Web = Callable[..., httpx.AsyncClient]


async def test_a_chat_system_says_how_many_are_online(api: httpx.AsyncClient) -> None:
    answer = await api.put(WHERE, json={"agents_online": 2, "ttl": 90})

    assert answer.status_code == 200
    found = answer.json()
    assert (found["state"], found["reason"], found["agents_online"]) == (
        "online",
        "agents_online",
        2,
    )
    assert (await api.get(WHERE)).json()["state"] == "online"
    assert (await api.put(WHERE, json={"agents_online": 0})).json()["state"] == "offline"


async def test_agents_and_overload_can_be_told_as_well(api: httpx.AsyncClient) -> None:
    one = await api.put(WHERE, json={"agent": "a1", "state": "online"})
    assert one.json()["agents_online"] == 1

    busy = (await api.put(WHERE, json={"overloaded": True, "ttl": 300})).json()
    assert (busy["state"], busy["reason"], busy["agents_online"]) == ("offline", "overloaded", 1)
    assert busy["until"] == busy["next_change_at"]
    assert (await api.put(WHERE, json={"overloaded": False})).json()["state"] == "online"


async def test_why_is_told_in_the_callers_language(api: httpx.AsyncClient) -> None:
    await api.put(WHERE, json={"agents_online": 2})
    english = (await api.get(WHERE, headers={"Accept-Language": "en"})).json()["why"]
    chinese = (await api.get(WHERE, headers={"Accept-Language": "zh"})).json()["why"]

    assert [why["rule"] for why in english if why["decides"]] == ["reports"]
    assert english[3]["detail"].startswith("tests reports 2 online, good until ")
    assert "2 人在线" in chinese[3]["detail"]


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({}, "", "required"),
        ({"agents_online": "2"}, "/agents_online", "wrong_type"),
        ({"agents_online": None}, "", "required"),
        ({"agents_online": True}, "/agents_online", "wrong_type"),
        ({"agents_online": 2.5}, "/agents_online", "wrong_type"),
        ({"agents_online": -1}, "/agents_online", "out_of_range"),
        ({"agents_online": 1, "ttl": 10**30}, "/ttl", "out_of_range"),
        ({"agent_online": 1}, "/agent_online", "unknown_key"),
        ({"agent": "a1", "state": "away"}, "/state", "not_a_choice"),
        ({"agent": "\u200b", "state": "online"}, "/agent", "out_of_range"),
    ],
)
async def test_what_is_unclear_is_refused_with_its_place(
    api: httpx.AsyncClient, body: dict[str, Any], place: str, code: str
) -> None:
    answer = await api.put(WHERE, json=body)

    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(place, code)]


async def test_reading_needs_one_of_two_scopes_and_saying_its_own(
    web: Web, org: Organization
) -> None:
    statuses = []
    for scope in ("messages:read", "presence:write", "config:read"):
        token = await tokens.create(org.id, scope, [scope])
        client = web(headers={"Authorization": f"Bearer {token}"})
        said = await client.put(WHERE, json={"agents_online": 1})
        statuses.append(((await client.get(WHERE)).status_code, said.status_code))

    assert statuses == [(200, 403), (200, 200), (403, 403)]


async def test_one_token_does_not_undo_what_another_said(web: Web, org: Organization) -> None:
    made = [await tokens.create(org.id, "chat", ["presence:write"]) for _ in range(2)]
    one, other = (web(headers={"Authorization": f"Bearer {token}"}) for token in made)
    await one.put(WHERE, json={"agents_online": 2})
    await other.put(WHERE, json={"agents_online": 0})

    assert (await presence.state(org)).agents_online == 2
