"""The log of deliveries, and sending once more, by program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import channel_settings, outside
from app.deliveries import Courier
from app.people import tokens
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, add, courier, fakes, leave, settled
from tests.fakes.vendors import FakeVendors
from web.api.delivery_shapes import DeliveryDetail

__all__ = ["add", "courier", "fakes", "leave"]

DELIVERIES = "/api/v1/leavemsg/deliveries"
REFUSED = [{"status": 400}, {"status": 200}]


@pytest.fixture
async def failed(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> str:
    """The channel of one failed delivery."""
    uid = await add("custom", fakes.add_hook("crm", answers=REFUSED), name="CRM")
    await leave("hello")
    await settled(courier, org)
    return uid


async def only(api: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    (item,) = (await api.get(DELIVERIES, params=query)).json()["items"]
    found: dict[str, Any] = item
    return found


async def test_a_delivery_is_listed_with_what_came_back(
    api: httpx.AsyncClient, failed: str
) -> None:
    item = await only(api, state="failed", channel=failed, since="2020-01-01")

    assert item["channel"] == {"uid": failed, "type": "custom", "name": "CRM"}
    assert item["message"]["reference"].startswith("LM-")
    assert (item["state"], item["reason"], item["purpose"], item["test"]) == (
        *("failed", "permanent_content", "new", False),
    )
    assert (item["last"]["code"], item["last"]["http_status"]) == ("http_400", 400)
    assert item["created_at"].endswith("Z")


async def test_one_is_shown_with_its_tries_and_its_text(
    api: httpx.AsyncClient, failed: str
) -> None:
    uid = (await only(api))["uid"]
    answer = await api.get(f"{DELIVERIES}/{uid}", headers={"Accept-Language": "zh-CN"})
    shown = msgspec.json.decode(answer.content, type=DeliveryDetail)
    (tried,) = shown.attempts
    assert tried.outcome == "permanent_content"
    assert "对方不接受这种请求（400）" in (tried.hint or "")
    assert "hello" in shown.text
    assert shown.was_sent


async def test_one_is_sent_once_more_even_when_it_was_sent(
    org: Organization, api: httpx.AsyncClient, failed: str, courier: Courier, fakes: FakeVendors
) -> None:
    uid = (await only(api))["uid"]
    for _ in range(2):
        answer = await api.post(f"{DELIVERIES}/{uid}/replay", json={"as_sent": True})
        assert (answer.status_code, answer.json()) == (200, {"replayed": 1})
        await settled(courier, org)
    assert len(fakes.calls("hook", "crm")) == 3
    assert (await only(api))["state"] == "sent"


async def test_what_waits_already_is_a_conflict(api: httpx.AsyncClient, failed: str) -> None:
    uid = (await only(api))["uid"]
    assert (await api.post(f"{DELIVERIES}/{uid}/replay")).status_code == 200
    answer = await api.post(f"{DELIVERIES}/{uid}/replay")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_waiting")


async def test_all_failed_ones_go_again_and_are_stopped(
    api: httpx.AsyncClient, failed: str
) -> None:
    answer = await api.post(f"{DELIVERIES}/replay", json={"channel": failed, "since": "2020-01-01"})
    assert answer.json() == {"replayed": 1}
    assert (await only(api))["waits_for"] == "place"
    answer = await api.post(f"{DELIVERIES}/replay/stop", json={"channel": failed})
    assert answer.json() == {"stopped": 1}
    assert (await only(api))["reason"] == "replay_stopped"


async def test_a_test_is_listed_as_a_test(
    org: Organization, api: httpx.AsyncClient, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("custom", fakes.add_hook("crm"))
    await channel_settings.test(org.id, outside.egress(), uid=uid)
    item = await only(api, state="test")
    assert (item["test"], item["message"], item["state"]) == (True, None, "sent")
    assert (await api.get(f"{DELIVERIES}/{item['uid']}")).json()["attempts"][0]["outcome"] == "ok"
    assert (await api.post(f"{DELIVERIES}/{item['uid']}/replay")).status_code == 404


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"state": "lost"}, "/state"),
        ({"channel": "x"}, "/channel"),
        ({"since": "soon"}, "/since"),
        ({"limit": "0"}, "/limit"),
        ({"cursor": "x"}, "/cursor"),
        ({"states": "failed"}, "/states"),
    ],
)
async def test_a_bad_parameter_is_named(
    api: httpx.AsyncClient, query: dict[str, str], place: str
) -> None:
    answer = await api.get(DELIVERIES, params=query)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [place]


async def test_a_wish_for_an_unknown_channel_is_not_one_for_all(
    api: httpx.AsyncClient, failed: str
) -> None:
    for path in ("replay", "replay/stop"):
        for unknown in ("x", "", " "):
            answer = await api.post(f"{DELIVERIES}/{path}", json={"channel": unknown})
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["pointer"] == "/channel"
    answer = await api.post(f"{DELIVERIES}/replay", json={"since": ""})
    assert answer.json()["errors"][0]["pointer"] == "/since"
    answer = await api.post(f"{DELIVERIES}/replay", json={"since": "soon", "as_sent": "yes"})
    assert answer.json()["errors"][0]["pointer"] == "/as_sent"
    assert (await only(api))["state"] == "failed"


async def test_reading_is_not_replaying(
    web: Callable[..., httpx.AsyncClient], org: Organization, failed: str
) -> None:
    reader = await tokens.create(org.id, "reader", ["messages:read", "messages:write"])
    client = web(headers={"Authorization": f"Bearer {reader}"})
    uid = (await only(client))["uid"]
    for path in (f"{uid}/replay", "replay", "replay/stop"):
        answer = await client.post(f"{DELIVERIES}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_others_see_and_move_nothing(
    web: Callable[..., httpx.AsyncClient], api: httpx.AsyncClient, other_token: str, failed: str
) -> None:
    uid = (await only(api))["uid"]
    others = web(headers={"Authorization": f"Bearer {other_token}"})
    assert (await others.get(DELIVERIES)).json()["items"] == []
    assert (await others.get(f"{DELIVERIES}/{uid}")).status_code == 404
    assert (await others.post(f"{DELIVERIES}/{uid}/replay")).status_code == 404
    assert (await others.post(f"{DELIVERIES}/replay")).json() == {"replayed": 0}
