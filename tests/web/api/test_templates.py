"""Templates by program: read, saved, tried, and what they were before."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app.channels.kinds import notified
from app.people import tokens
from app.tables import Organization
from tests.app.deliveries.conftest import Leave, leave

__all__ = ["leave"]

TEMPLATES = "/api/v1/leavemsg/templates"


async def test_every_kind_is_listed_with_its_built_in_text(api: httpx.AsyncClient) -> None:
    answer = (await api.get(TEMPLATES)).json()
    assert [each["kind"] for each in answer["items"]] == [*notified()]
    assert all(each["text"] == "" and each["built_in"] for each in answer["items"])
    assert "visitor.name" in [each["name"] for each in answer["variables"]]


async def test_a_template_is_saved_and_taken_back(api: httpx.AsyncClient) -> None:
    saved = (await api.put(f"{TEMPLATES}/wecom", json={"text": "{{ visitor.name }}"})).json()
    assert (saved["text"], saved["saved_by"]) == ("{{ visitor.name }}", "tests")
    assert saved["saved_at"].endswith("Z")
    await api.put(f"{TEMPLATES}/wecom", json={"text": ""})
    versions = (await api.get(f"{TEMPLATES}/wecom/versions")).json()["items"]
    assert [each["text"] for each in versions] == ["", "{{ visitor.name }}"]


async def test_nothing_is_taken_back_by_a_body_without_text(api: httpx.AsyncClient) -> None:
    await api.put(f"{TEMPLATES}/wecom", json={"text": "{{ visitor.name }}"})
    for body, code in (({}, "missing"), ({"text": None}, "wrong_type")):
        answer = await api.put(f"{TEMPLATES}/wecom", json=body)
        assert answer.status_code == 422
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/text", code)]
    versions = (await api.get(f"{TEMPLATES}/wecom/versions")).json()["items"]
    assert [each["text"] for each in versions] == ["{{ visitor.name }}"]


async def test_a_fault_is_named_with_its_place_and_a_suggestion(api: httpx.AsyncClient) -> None:
    body = {"text": "a\n {{ visitor.nmae }}"}
    for method, path in (("PUT", "wecom"), ("POST", "wecom/preview")):
        answer = await api.request(
            method, f"{TEMPLATES}/{path}", json=body, headers={"Accept-Language": "zh-CN"}
        )
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/text", "template_unknown_variable")
        for part in ("2", "visitor.nmae", "visitor.name"):
            assert part in fault["detail"]


async def test_a_real_message_is_previewed(api: httpx.AsyncClient, leave: Leave) -> None:
    left = await leave("hello <@all>")
    body = {"text": "{{ visitor.name }}: {{ message.content }}", "message": left.uid}
    shown = (await api.post(f"{TEMPLATES}/wecom/preview", json=body)).json()
    assert shown == {
        "text": "张三: hello ＜@all＞",
        "size": len("张三: hello ＜@all＞".encode()),
        "limit": 4096,
        "cut": False,
        "used": True,
    }


async def test_a_message_is_not_read_without_leave_to_read_messages(
    web: Callable[..., httpx.AsyncClient], org: Organization, leave: Leave
) -> None:
    token = await tokens.create(org.id, "config", ["config:read"])
    client = web(headers={"Authorization": f"Bearer {token}"})
    left = await leave("secret")
    answer = await client.post(f"{TEMPLATES}/wecom/preview", json={"message": left.uid})
    assert (answer.status_code, "secret" in answer.text) == (403, False)
    assert (await client.post(f"{TEMPLATES}/wecom/preview", json={})).status_code == 200
    assert (await client.put(f"{TEMPLATES}/wecom", json={"text": "x"})).status_code == 403


@pytest.mark.parametrize("path", ["pigeon", "pigeon/preview", "pigeon/versions"])
async def test_an_unknown_kind_is_not_there(api: httpx.AsyncClient, path: str) -> None:
    method = {"pigeon": "PUT", "pigeon/versions": "GET"}.get(path, "POST")
    body = None if method == "GET" else {"text": "x"}
    assert (await api.request(method, f"{TEMPLATES}/{path}", json=body)).status_code == 404


async def test_an_unknown_message_and_unknown_keys_are_named(api: httpx.AsyncClient) -> None:
    for body, place in (({"message": "x"}, "/message"), ({"txt": "x"}, "/txt")):
        answer = await api.post(f"{TEMPLATES}/wecom/preview", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == place


async def test_others_have_their_own(
    web: Callable[..., httpx.AsyncClient], api: httpx.AsyncClient, other_token: str
) -> None:
    await api.put(f"{TEMPLATES}/wecom", json={"text": "ours"})
    others = web(headers={"Authorization": f"Bearer {other_token}"})
    assert "ours" not in (await others.get(TEMPLATES)).text
    assert (await others.get(f"{TEMPLATES}/wecom/versions")).json()["items"] == []
