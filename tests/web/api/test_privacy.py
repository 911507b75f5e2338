"""Erasing by programs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import httpx

from app.people import tokens
from app.tables import Message, Organization
from tests.app.deliveries.conftest import Leave, leave

__all__ = ["leave"]

BASE = "/api/v1/leavemsg"


async def test_a_message_is_erased_once(api: httpx.AsyncClient, leave: Leave) -> None:
    left = await leave()
    where = f"{BASE}/messages/{left.uid}"

    assert (await api.delete(where)).status_code == 200
    assert (await api.delete(where)).status_code == 404
    assert (await api.get(where)).status_code == 404


async def test_a_person_is_counted_and_then_erased(api: httpx.AsyncClient, leave: Leave) -> None:
    await leave(phone="13912345678", email="")
    await leave(phone="13700000001", email="")
    asked = {"contact": "139-1234-5678", "dry_run": True}

    counted = (await api.post(f"{BASE}/persons/erase", json=asked)).json()
    assert counted == {"messages": 1, "mails": 0, "blocked": 0, "act": ""}
    assert await Message.count() == 2
    await api.post(f"{BASE}/persons/erase", json={"contact": "13912345678"})
    assert await Message.count() == 1


async def test_retention_is_replaced_whole(api: httpx.AsyncClient) -> None:
    await api.put(f"{BASE}/retention", json={"spam": 30, "trash": 7})
    await api.put(f"{BASE}/retention", json={"handled": 365, "how": "anonymise"})

    found = (await api.get(f"{BASE}/retention")).json()
    assert found == {
        **dict.fromkeys(("pending", "spam", "trash")),
        "handled": 365,
        "categories": [],
        "how": "anonymise",
        "addresses": "full",
        "addresses_days": None,
        "by_visitors": "erase",
    }
    wrong = await api.put(f"{BASE}/retention", json={"spam": "soon"})
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/spam"]


async def test_writing_alone_erases_nothing(
    visitor: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave()
    bearer = await tokens.create(org.id, "writer", ["messages:write", "config:write"])
    headers = {"Authorization": f"Bearer {bearer}"}

    answer = await visitor.delete(f"{BASE}/messages/{left.uid}", headers=headers)
    assert answer.status_code == 403
    assert await Message.count() == 1


async def test_all_of_a_person_is_had_as_a_file_by_who_may_see_contacts(
    api: httpx.AsyncClient, web: Callable[..., httpx.AsyncClient], org: Organization
) -> None:
    body = {"visitor": {"phone": "13800138000"}, "message": {"content": "我的数据"}}
    await api.post(f"{BASE}/messages", json=body)
    asked = {"contact": "138 0013 8000"}
    taken = await api.post(f"{BASE}/persons/export", json=asked)
    assert taken.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        said = archive.read("messages.jsonl").decode()
    assert "13800138000" in said
    assert "我的数据" in said
    for scope in ("messages:read", "messages:contacts"):
        token = await tokens.create(org.id, "narrow", [scope])
        theirs = web(headers={"Authorization": f"Bearer {token}"})
        refused = await theirs.post(f"{BASE}/persons/export", json=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    unclear = await api.post(f"{BASE}/persons/export", json={"contact": ", ,"})
    assert unclear.status_code == 422
