"""Form and office hours of the first brand."""

from __future__ import annotations

import httpx

BASE = "/api/v1/leavemsg"


async def test_form_and_hours_are_read_and_replaced(api: httpx.AsyncClient) -> None:
    before = (await api.get(f"{BASE}/form")).json()
    field = {"key": "company", "kind": "text", "label": {"zh-CN": "公司"}}
    changed = {**before, "fields": [*before["fields"], field]}
    form = await api.put(f"{BASE}/form", json=changed)
    assert form.status_code == 200, form.text
    assert form.json()["fields"][-1] == field
    assert (await api.get(f"{BASE}/form")).json() == form.json()

    hours = {"timezone": "Asia/Tokyo", "weekly": {"mon": [["09:00", "18:00"]]}}
    put = await api.put(f"{BASE}/hours", json=hours)
    assert put.json()["timezone"] == "Asia/Tokyo"
    assert put.json()["weekly"]["mon"] == [["09:00", "18:00"]]
    assert (await api.get(f"{BASE}/hours")).json() == put.json()
    for place, body, pointer in (
        ("hours", {"timezon": "x"}, "/timezon"),
        ("hours", {"timezone": "Mars"}, "/timezone"),
        ("form", {"fields": [{"key": "a", "kind": "nothing"}]}, "/fields/0/kind"),
    ):
        bad = await api.put(f"{BASE}/{place}", json=body)
        assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, pointer), bad.text
