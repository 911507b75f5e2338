"""Reports for programs."""

from __future__ import annotations

from typing import Any

import pytest

from app import channel_settings
from app.tables import Organization
from web.http.operation import PREFIX

HERE = f"{PREFIX}/reports"
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h"}


@pytest.fixture
async def channel(org: Organization) -> str:
    return await channel_settings.add(org.id, HOOK, by="tests")


async def test_they_are_added_replaced_and_removed(web: Any, token: str, channel: str) -> None:
    api = web(headers={"Authorization": f"Bearer {token}"})
    answer = await api.post(HERE, json={"channel": channel, "every": "week", "weekday": 4})
    assert answer.status_code == 201
    made = answer.json()
    assert made == {
        "channel": channel,
        "every": "week",
        "weekday": 4,
        "at": "09:00",
        "skip_empty": False,
        "skip_closed": False,
        "uid": made["uid"],
    }
    assert (await api.get(HERE)).json() == {"items": [made], "next_cursor": None}
    changed = await api.put(f"{HERE}/{made['uid']}", json={"channel": channel, "at": "18:30"})
    assert (changed.json()["at"], changed.json()["every"]) == ("18:30", "day")
    assert (await api.delete(f"{HERE}/{made['uid']}")).json() == {"items": [], "next_cursor": None}


async def test_others_are_not_there(web: Any, token: str, other_token: str, channel: str) -> None:
    api = web(headers={"Authorization": f"Bearer {token}"})
    made = (await api.post(HERE, json={"channel": channel})).json()
    theirs = web(headers={"Authorization": f"Bearer {other_token}"})
    assert (await theirs.get(HERE)).json() == {"items": [], "next_cursor": None}
    assert (await theirs.delete(f"{HERE}/{made['uid']}")).status_code == 404
    assert (await theirs.post(HERE, json={"channel": channel})).status_code == 422


async def test_every_fault_is_named(web: Any, token: str) -> None:
    api = web(headers={"Authorization": f"Bearer {token}"})
    answer = await api.post(HERE, json={"channel": "x", "at": "9", "weekday": 7})
    assert answer.status_code == 422
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/at", "/weekday"}
