"""The overview's numbers for programs."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from app import messages
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from web.http.operation import PREFIX

STATS = f"{PREFIX}/stats"


@pytest.fixture
async def left(org: Organization, visit: Visit) -> list[str]:
    found = []
    for number in range(3):
        given = Answers(content=f"question {number}", phone="13800138000", category="售后")
        left = await messages.leave(org, given, visit, submission_id=str(uuid.uuid4()))
        found.append(left.uid)
    await messages.handle(org.id, found[0], outcome="phone", by="李雷")
    return found


async def asked(web: Any, token: str, **query: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    answer: httpx.Response = await web(headers=headers).get(STATS, params=query)
    return answer


async def test_the_numbers_of_the_page(web: Any, token: str, left: list[str]) -> None:
    found = (await asked(web, token, range="today")).json()
    assert (found["new_today"], found["waiting"], found["overdue"]) == (3, 2, 0)
    assert (found["now"]["new"], found["now"]["handled"]) == (3, 1)
    assert found["now"]["first_handled"] == {
        "messages": 1,
        "median_minutes": 0,
        "p90_minutes": 0,
    }
    assert found["before"]["first_handled"]["median_minutes"] is None
    assert found["now"]["promise_kept"] == {"count": 0, "of": 0}
    nothing = {"count": 0, "of": 0}
    assert found["categories"] == [
        {
            "name": "售后",
            "new": 3,
            "handled": 1,
            "target_minutes": None,
            "in_time": nothing,
            "solved": nothing,
        }
    ]
    assert found["people"] == [{"name": "李雷", "handled": 1, "solved": nothing}]
    assert sum(found["hours"].values()) == 3
    assert [age["waiting"] for age in found["ages"]] == [2, 0, 0, 0, 0]
    assert len(found["days"]) == 14
    assert set(found["form"]) == {"shown", "opened", "begun", "sent", "refused"}


async def test_days_of_ones_own(web: Any, token: str, left: list[str]) -> None:
    found = (await asked(web, token, since="2026-01-01", until="2026-01-31")).json()
    assert (found["now"]["first_day"], found["now"]["last_day"]) == ("2026-01-01", "2026-01-31")
    assert found["before"]["first_day"] == "2025-12-01"
    assert (found["now"]["new"], found["waiting"]) == (0, 2)


async def test_what_makes_no_sense_is_named(web: Any, token: str) -> None:
    for query in ({"range": "8"}, {"since": "soon"}, {"until": "x"}, {"days": "3"}):
        answer = await asked(web, token, **query)
        assert answer.status_code == 422
        assert next(iter(query)) in answer.text


async def test_another_organization_has_its_own(
    web: Any, other_token: str, left: list[str]
) -> None:
    found = (await asked(web, other_token)).json()
    assert (found["new_today"], found["waiting"], found["categories"]) == (0, 0, [])
