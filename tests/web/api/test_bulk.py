"""One act on many messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Visit, long_acts
from app.people import tokens
from app.tables import Agent, Message, Organization

BASE = "/api/v1/leavemsg"
BULK = f"{BASE}/messages/bulk"


@pytest.fixture
async def uids(org: Organization, answers: Answers, visit: Visit) -> list[str]:
    found = []
    for n in range(3):
        said = msgspec.structs.replace(answers, content=f"价格 {n}")
        found.append((await messages.leave(org, said, visit, submission_id=str(n))).uid)
    return found


async def test_it_is_done_behind_the_answer_and_taken_back(
    api: httpx.AsyncClient, uids: list[str]
) -> None:
    body = {"uids": uids, "act": "handle", "outcome": "phone", "note": "打过电话"}
    begun = (await api.post(BULK, json=body, headers={"Idempotency-Key": "1"})).json()
    again = (await api.post(BULK, json=body, headers={"Idempotency-Key": "1"})).json()
    assert (again, begun["matching"], begun["act"]["state"]) == (begun, 3, "running")
    while await long_acts.step():
        pass
    act = f"{BASE}/acts/{begun['act']['uid']}"
    assert (await api.get(act)).json()["changed"] == 3
    assert await Message.count().where(Message.status == "handled", Message.note == "打过电话") == 3
    await api.post(f"{act}/undo")
    while await long_acts.step():
        pass
    assert await Message.count().where(Message.status == "pending") == 3


async def test_every_act_is_one_of_the_consoles(
    api: httpx.AsyncClient, uids: list[str], owner: Agent
) -> None:
    here = f"{BASE}/messages/{uids[0]}"
    done: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"act": "assign", "assignee": str(owner.id)}, {"assignee": str(owner.id)}),
        ({"act": "assign", "assignee": "nobody"}, {"assignee": None}),
        ({"act": "priority", "priority": "high"}, {"priority": "high"}),
        (
            {"act": "category", "category": "售后"},
            {"message": {"content": "价格 0", "category": "售后"}},
        ),
        ({"act": "tag", "add_tags": ["VIP"]}, {"tags": ["VIP"]}),
        ({"act": "spam"}, {"status": "spam"}),
        ({"act": "reopen"}, {"status": "pending"}),
        ({"act": "trash"}, {"status": "trash"}),
        ({"act": "restore"}, {"status": "pending"}),
    ]
    for act, becomes in done:
        await _acted(api, uids[0], act)
        shown = (await api.get(here)).json()
        assert shown == {**shown, **becomes}
    # What nobody has handled is erased, and of what was handled only that it was is left.
    await _acted(api, uids[0], {"act": "anonymise"})
    assert (await api.get(here)).status_code == 404
    await _acted(api, uids[1], {"act": "handle", "outcome": "phone"})
    await _acted(api, uids[1], {"act": "anonymise"})
    shown = (await api.get(f"{BASE}/messages/{uids[1]}")).json()
    assert (shown["status"], shown["message"]["content"]) == ("handled", "")
    assert shown["visitor"]["phone"] == ""
    assert (await api.get(f"{BASE}/messages/{uids[2]}")).json()["message"]["content"] == "价格 2"


async def _acted(api: httpx.AsyncClient, uid: str, act: dict[str, Any]) -> None:
    answer = await api.post(BULK, json={"uids": [uid], **act})
    assert answer.status_code == 200, answer.text
    while await long_acts.step():
        pass
    state = (await api.get(f"{BASE}/acts/{answer.json()['act']['uid']}")).json()["state"]
    assert state == "done", act


async def test_what_is_not_understood_changes_nothing(
    api: httpx.AsyncClient,
    web: Callable[..., httpx.AsyncClient],
    org: Organization,
    uids: list[str],
) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"act": "frobnicate"}, "/act"),
        ({"act": "assign"}, "/assignee"),
        ({"act": "priority"}, "/priority"),
        ({"act": "tag"}, "/add_tags"),
        ({"act": "handle", "outcome": "x"}, "/outcome"),
        ({"act": "spam", "uids": []}, "/uids"),
        ({"act": "spam", "uids": ["x"]}, "/uids"),
    ]
    for body, pointer in wrong:
        answer = await api.post(BULK, json={"uids": uids, **body})
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer
    counted = {"filter": {"q": "价格"}, "matching": 2, "act": "spam"}
    assert (await api.post(BULK, json=counted)).json()["code"] == "count_changed"
    dry = {**counted, "matching": 3, "dry_run": True}
    assert (await api.post(BULK, json=dry)).json() == {"matching": 3, "act": None}
    narrow = await tokens.create(org.id, "narrow", ["messages:write"])
    theirs = web(headers={"Authorization": f"Bearer {narrow}"})
    refused = await theirs.post(BULK, json={"uids": uids, "act": "erase"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert await Message.count().where(Message.status == "pending") == 3
