"""Rules by program: read, replaced and tried."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from app.people import tokens
from app.tables import Organization

RULES = "/api/v1/leavemsg/rules"


async def test_they_are_replaced_read_and_sent_back_as_they_are(api: httpx.AsyncClient) -> None:
    assert (await api.get(RULES)).json() == {"mode": "all", "rules": []}
    body = {
        "mode": "first",
        "rules": [{"name": "r", "when": {"words": ["退款"]}, "then": {"priority": "high"}}],
    }
    saved = (await api.put(RULES, json=body)).json()
    assert saved["rules"][0]["when"]["words"] == ["退款"]
    assert (await api.get(RULES)).json() == saved
    assert (await api.put(RULES, json=saved)).json() == saved


async def test_a_fault_is_told_in_the_callers_language(api: httpx.AsyncClient) -> None:
    answer = await api.put(
        RULES, json={"rules": [{"name": "r", "then": {}}]}, headers={"Accept-Language": "zh-CN"}
    )
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/rules/0/then", "required")
    assert fault["detail"] == "请至少选择一项规则要做的事"


async def test_conditions_are_tried_on_messages_of_before(
    org: Organization, api: httpx.AsyncClient, web: Callable[..., httpx.AsyncClient]
) -> None:
    message = {"message": {"content": "refund please"}, "visitor": {"phone": "13800138000"}}
    left = (await api.post("/api/v1/leavemsg/messages", json=message)).json()
    tried = {"when": {"words": ["refund"]}, "last": 1000}
    found = (await api.post(f"{RULES}/try", json=tried)).json()
    assert found == {
        "looked_at": 1,
        "matched": 1,
        "messages": [{"uid": left["uid"], "reference": left["reference"]}],
    }
    for body, pointer in (
        ({"when": {}, "last": 5}, "/last"),
        ({"when": {"sites": ["no site"]}}, "/when/sites/0"),
    ):
        answer = await api.post(f"{RULES}/try", json=body)
        assert answer.json()["errors"][0]["pointer"] == pointer

    reader = await tokens.create(org.id, "reader", ["config:read"])
    answer = await web().post(
        f"{RULES}/try", json=tried, headers={"Authorization": f"Bearer {reader}"}
    )
    assert answer.status_code == 403
