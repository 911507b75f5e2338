"""A team's work for programs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import httpx
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Left, Visit
from app.people import agents
from app.tables import Agent, Organization

BASE = "/api/v1/leavemsg"


@pytest.fixture
async def left(org: Organization, answers: Answers, visit: Visit) -> Left:
    return await messages.leave(org, answers, visit, submission_id="one")


@pytest.fixture
async def colleague(org: Organization) -> Agent:
    return await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", role="agent", name="小李"
    )


async def test_a_message_is_given_marked_and_snoozed_in_one_request(
    api: httpx.AsyncClient, left: Left, colleague: Agent
) -> None:
    (listed,) = (await api.get(f"{BASE}/agents")).json()["items"]
    assert (listed["name"], listed["works"]) == ("小李", True)
    next_week = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)
    body = {
        "assignee": listed["uid"],
        "priority": "high",
        "category": "售后",
        "tags": ["VIP", " VIP "],
        "snoozed_until": f"{next_week}T09:00:00+08:00",
    }
    answer = await api.patch(f"{BASE}/messages/{left.uid}", json=body)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["assignee"], found["priority"], found["tags"]) == (
        *(listed["uid"], "high"),
        ["VIP"],
    )
    assert (found["message"]["category"], found["snoozed_until"]) == (
        "售后",
        f"{next_week}T01:00:00Z",
    )
    for query in ("assignee=" + listed["uid"], "tag=VIP", "priority=high", "snoozed=true"):
        (item,) = (await api.get(f"{BASE}/query/org?{query}")).json()["items"]
        assert item["uid"] == left.uid
    for query in ("assignee=nobody", "snoozed=false", "overdue=true", "notice=failed", "site=x"):
        assert (await api.get(f"{BASE}/query/org?{query}")).json()["items"] == []

    told = (await api.get(f"{BASE}/messages/{left.uid}/events")).json()["items"]
    assert [each["action"] for each in told] == [
        *("assigned", "prioritized", "categorized", "tagged", "snoozed")
    ]
    assert told[1]["was"] == {"priority": "normal"}

    none = {"assignee": "nobody", "snoozed_until": "", "tags": []}
    found = (await api.patch(f"{BASE}/messages/{left.uid}", json=none)).json()
    assert (found["assignee"], found["snoozed_until"], found["tags"]) == (None, None, [])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"assignee": str(uuid.uuid4())}, "/assignee"),
        ({"assignee": "x"}, "/assignee"),
        ({"priority": "urgent"}, "/priority"),
        ({"category": "长" * 65}, "/category"),
        ({"tags": [" "]}, "/tag"),
        ({"tags": "VIP"}, "/tags"),
        ({"snoozed_until": "tomorrow"}, "/snoozed_until"),
        ({"snoozed_until": "2020-01-01T00:00:00Z"}, "/snoozed_until"),
        ({"mood": "good"}, "/mood"),
    ],
)
async def test_a_bad_change_changes_nothing(
    api: httpx.AsyncClient, org: Organization, left: Left, body: dict[str, Any], pointer: str
) -> None:
    before = await messages.one(org.id, left.uid)
    answer = await api.patch(f"{BASE}/messages/{left.uid}", json={"priority": "low", **body})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert await messages.one(org.id, left.uid) == before


async def test_what_somebody_else_changed_is_not_overwritten(
    api: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    seen = (await api.get(f"{BASE}/messages/{left.uid}")).json()["changed"]
    await messages.spam(org.id, left.uid, by="小李")
    answer = await api.patch(f"{BASE}/messages/{left.uid}", json={"priority": "high", "seen": seen})
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")
    assert "小李" in answer.json()["detail"]


async def test_the_trash_and_back(api: httpx.AsyncClient, left: Left) -> None:
    assert (await api.post(f"{BASE}/messages/{left.uid}/trash")).json()["status"] == "trash"
    assert (await api.get(f"{BASE}/query/org")).json()["items"] == []
    assert len((await api.get(f"{BASE}/query/org?status=trash")).json()["items"]) == 1
    assert (await api.post(f"{BASE}/messages/{left.uid}/trash")).status_code == 409
    assert (await api.post(f"{BASE}/messages/{left.uid}/restore")).json()["status"] == "pending"


async def test_messages_of_another_organization_are_not_there(
    api: httpx.AsyncClient, other_org: Organization, answers: Answers, visit: Visit
) -> None:
    theirs = await messages.leave(other_org, answers, visit, submission_id="x")
    for method, path in (
        ("PATCH", ""),
        *(("POST", "/trash"), ("POST", "/restore"), ("GET", "/events")),
    ):
        answer = await api.request(method, f"{BASE}/messages/{theirs.uid}{path}", json={})
        assert answer.status_code == 404
