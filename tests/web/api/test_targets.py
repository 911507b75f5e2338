"""Response targets for programs."""

from __future__ import annotations

from typing import Any

from web.http.operation import PREFIX

HERE = f"{PREFIX}/targets"


async def test_they_are_replaced_and_read(web: Any, token: str, other_token: str) -> None:
    api = web(headers={"Authorization": f"Bearer {token}"})
    body = {"minutes": 120, "categories": [{"category": "售后", "minutes": 30}]}
    answer = await api.put(HERE, json=body)
    assert answer.json() == {**body, "visitors": "time", "warn": None}
    assert (await api.get(HERE)).json() == answer.json()
    theirs = await web(headers={"Authorization": f"Bearer {other_token}"}).get(HERE)
    assert theirs.json()["minutes"] is None


async def test_every_fault_is_named(web: Any, token: str) -> None:
    api = web(headers={"Authorization": f"Bearer {token}"})
    answer = await api.put(HERE, json={"minutes": 0, "visitors": "x"})
    assert answer.status_code == 422
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/minutes", "/visitors"}
