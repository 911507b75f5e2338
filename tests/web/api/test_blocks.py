"""The block list by program."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from app.people import tokens
from app.tables import Organization

BLOCKS = "/api/v1/leavemsg/blocks"
NEW = {"kind": "phone", "text": "139 0013 9000", "reason": "广告"}


async def test_an_entry_is_added_changed_and_taken_off(api: httpx.AsyncClient) -> None:
    answer = await api.post(BLOCKS, json={**NEW, "expires_at": "2099-01-01T08:00:00+08:00"})
    assert answer.status_code == 201
    entry = answer.json()
    assert entry["expires_at"] == "2099-01-01T00:00:00Z"
    assert (await api.get(BLOCKS)).json() == {"blocks": [entry], "next_cursor": None}
    changed = (await api.put(f"{BLOCKS}/{entry['uid']}", json={**NEW, "expires_at": ""})).json()
    assert changed == {**entry, "expires_at": None}
    assert (await api.delete(f"{BLOCKS}/{entry['uid']}")).json() == {
        "blocks": [],
        "next_cursor": None,
    }
    assert (await api.delete(f"{BLOCKS}/{entry['uid']}")).status_code == 404


async def test_faults_have_their_place(api: httpx.AsyncClient) -> None:
    for change, place in (
        ({"text": "nobody"}, "/text"),
        ({"kind": "words", "text": "发票\n 的 "}, "/text"),
        ({"kind": "name"}, "/kind"),
        ({"expires_at": "tomorrow"}, "/expires_at"),
        ({"expires_at": "2099-01-01T08:00:00"}, "/expires_at"),
        ({"expires_at": "2020-01-01T08:00:00Z"}, "/expires_at"),
    ):
        answer = await api.post(BLOCKS, json={**NEW, **change})
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [place]


async def test_a_programs_messages_are_caught_but_not_by_its_address(
    org: Organization, api: httpx.AsyncClient, web: Callable[..., httpx.AsyncClient]
) -> None:
    await api.post(BLOCKS, json=NEW)
    await api.post(BLOCKS, json={"kind": "ip", "text": "127.0.0.1"})
    message = {"message": {"content": "hi"}, "visitor": {"phone": "13900139000"}}
    first = (await api.post("/api/v1/leavemsg/messages", json=message)).json()
    other = {"message": {"content": "hello"}, "visitor": {"phone": "13800138000"}}
    await api.post("/api/v1/leavemsg/messages", json=other)
    assert first["status"] == "pending"
    spam = (await api.get("/api/v1/leavemsg/query/org?status=spam")).json()["items"]
    assert [each["uid"] for each in spam] == [first["uid"]]

    tried = (await api.post(f"{BLOCKS}/try", json={"kind": "phone", "text": "13900139000"})).json()
    assert tried == {
        "looked_at": 2,
        "matched": 1,
        "handled": 0,
        "messages": [{"uid": first["uid"], "reference": first["reference"], "status": "spam"}],
    }
    reader = await tokens.create(org.id, "reader", ["config:read"])
    answer = await web().post(
        f"{BLOCKS}/try", json=NEW, headers={"Authorization": f"Bearer {reader}"}
    )
    assert answer.status_code == 403
