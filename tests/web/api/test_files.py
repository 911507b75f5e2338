"""Visitors' files for programs."""

from __future__ import annotations

import uuid

import httpx

from app.files import keep
from app.files.join import join
from app.tables import Organization, VisitorFile
from tests.app.files.pictures import picture
from tests.app.files.test_keep import TERMS, came
from tests.app.messages.conftest import Leave, leave

__all__ = ["leave"]

BASE = "/api/v1/leavemsg"


async def test_they_are_listed_and_fetched_of_their_message_only(
    api: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    one, other = [str((await leave(text)).uid) for text in ("one", "other")]
    taken = await keep.keep(org.id, TERMS, [came("图 1.jpg", picture())], ip="")
    await join(org.id, {uuid.UUID(one): [taken.kept[0].upload]}, org.created_at)
    [item] = (await api.get(f"{BASE}/messages/{one}/files")).json()["items"]
    assert (item["name"], item["media_type"], item["state"]) == ("图 1.jpg", "image/jpeg", "kept")
    answer = await api.get(f"{BASE}/messages/{one}/files/{item['uid']}")
    assert answer.content.startswith(b"\xff\xd8")
    assert len(answer.content) == item["size"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await api.get(f"{BASE}/messages/{other}/files")).json() == {
        "items": [],
        "next_cursor": None,
    }
    wrong = await api.get(f"{BASE}/messages/{other}/files/{item['uid']}")
    assert wrong.status_code == 404
    await VisitorFile.update({VisitorFile.state: "waiting"}, force=True)
    unseen = await api.get(f"{BASE}/messages/{one}/files/{item['uid']}")
    assert (unseen.status_code, unseen.json()["code"]) == (409, "file_unscanned")
