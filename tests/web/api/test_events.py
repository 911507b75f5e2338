"""Events by polling."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from app.people import tokens
from app.tables import Organization
from tests.app.deliveries.conftest import Leave, leave

__all__ = ["leave"]

EVENTS = "/api/v1/leavemsg/events"


async def test_a_program_follows_the_link(
    org: Organization, web: Callable[..., httpx.AsyncClient], leave: Leave, other_token: str
) -> None:
    token = await tokens.create(org.id, "crm", ["events:read"])
    crm = web(headers={"Authorization": f"Bearer {token}"})
    for _ in range(3):
        await leave()
    first = await crm.get(EVENTS, params={"limit": 2, "types": "message.created,channel.broken"})
    assert first.status_code == 200
    assert len(first.json()["items"]) == 2
    assert first.json()["has_more"] is True
    second = await crm.get(first.links["next"]["url"])
    assert len(second.json()["items"]) == 1
    assert second.json()["has_more"] is False
    assert (await crm.get(second.links["next"]["url"])).json()["items"] == []

    others = web(headers={"Authorization": f"Bearer {other_token}"})
    assert (await others.get(EVENTS)).json()["items"] == []


async def test_what_cannot_be_asked_is_said(api: httpx.AsyncClient) -> None:
    for query, status, code in (
        ({"types": "message.create"}, 422, "not_a_choice"),
        ({"after": "1"}, 422, "bad_cursor"),
        ({"limit": "0"}, 422, "out_of_range"),
        ({"afer": "1"}, 422, "unknown_key"),
        ({"after": "0-" + "0" * 32}, 410, "cursor_too_old"),
    ):
        answer = await api.get(EVENTS, params=query)
        assert answer.status_code == status, query
        assert code in answer.text
