"""Events by polling."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from app.feed.catalogue import NAMES
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


async def test_an_endpoint_is_made_signed_and_removed_by_the_api(api: httpx.AsyncClient) -> None:
    channels = "/api/v1/leavemsg/channels"
    raw = {"type": "events", "webhook_url": "http://127.0.0.1:9/crm", "types": ["message.spam"]}
    made = (await api.post(channels, json=raw)).json()
    here = f"{channels}/{made['uid']}"
    assert made["types"] == ["message.spam"]
    first = (await api.post(f"{here}/signing/renew")).json()
    assert first["secret"].startswith("whsec_")
    key = {"Idempotency-Key": "k1"}
    pair = (await api.post(f"{here}/signing/renew", json={"pair": True}, headers=key)).json()
    assert pair["public"].startswith("whpk_")
    assert (pair["secret"], pair["both"]) == (None, True)
    ended = (await api.post(f"{here}/signing/end")).json()
    assert (ended["public"], ended["both"]) == (pair["public"], False)
    assert first["secret"] not in (await api.get(here)).text


async def test_the_document_describes_every_event(api: httpx.AsyncClient) -> None:
    document = (await api.get("/api/openapi.json")).json()
    assert tuple(document["webhooks"]) == NAMES
    schemas = document["components"]["schemas"]
    for described in document["webhooks"].values():
        body = described["post"]["requestBody"]["content"]["application/json"]
        data = schemas[body["schema"]["properties"]["data"]["$ref"].rpartition("/")[2]]
        assert set(data["required"]) == set(body["example"]["data"])
