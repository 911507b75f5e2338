"""/metrics: for the operator's token alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.metrics import counted

TOKEN = "metrics-token-of-tests"
BODY = {"visitor": {"phone": "13800138000"}, "message": {"content": "hi"}}
MESSAGES = "/api/v1/leavemsg/messages"


def bearer(token: str) -> dict[str, bytes]:
    return {"Authorization": f"Bearer {token}".encode()}


async def test_without_a_token_set_there_is_nothing(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    for client in (visitor, api):
        for headers in ({}, bearer("")):
            assert (await client.get("/metrics", headers=headers)).status_code == 404


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_only_the_token_opens_it(
    visitor: httpx.AsyncClient, token: str, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_METRICS_TOKEN=TOKEN)
    wrong = ("", TOKEN[:-1], f"{TOKEN}x", token, "é")
    for headers in (
        {},
        *(bearer(each) for each in wrong),
        {"Authorization": f"Basic {TOKEN}".encode()},
    ):
        answer = await visitor.get("/metrics", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
        assert "Bearer" in answer.headers["www-authenticate"]
        assert "leavemsg_" not in answer.text
    answer = await visitor.get("/metrics", headers=bearer(TOKEN))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "\nleavemsg_ready 1.0\n" in answer.text


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_what_became_of_submissions_is_counted_by_where_they_came_from(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    def count(source: str, outcome: str) -> float:
        return counted.SUBMISSIONS.values[source, outcome]

    asked = [("api", "accepted"), ("api", "invalid"), ("form", "invalid"), ("page", "accepted")]
    before = [count(*each) for each in asked]
    await api.post(MESSAGES, json=BODY)
    await api.post(MESSAGES, json={})
    await visitor.post("/w/default", data={"content": "hi"})
    await visitor.post("/f/default", data={"content": "hi", "phone": "13800138000"})
    assert [count(*each) for each in asked] == [each + 1 for each in before]
    areas = {area for area, _ in counted.REQUESTS.counts}
    assert {"api", "visitor"} <= areas <= {"api", "visitor", "console", "static"}
