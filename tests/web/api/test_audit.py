"""The audit for programs."""

from __future__ import annotations

import json

import httpx

BASE = "/api/v1/leavemsg"


async def test_it_is_read_page_by_page_filtered_and_as_a_file(api: httpx.AsyncClient) -> None:
    for title in ("a", "b", "c"):
        await api.post(f"{BASE}/phrases", json={"title": title, "text": "x"})
    found, address = [], f"{BASE}/audit?limit=2"
    while address:
        page = await api.get(address)
        found += page.json()["items"]
        address = page.links.get("next", {}).get("url", "")
    acts = [each["act"] for each in found]
    assert acts[:3] == ["phrase.added"] * 3
    assert len({each["uid"] for each in found}) == len(found)
    assert found[0]["actor"]["kind"] == "token"
    assert found[0]["actor"]["name"] == "tests"
    narrow = {
        "area": found[0]["area"],
        "target": found[0]["target"],
        "who": found[0]["actor"]["uid"],
    }
    (one,) = (await api.get(f"{BASE}/audit", params=narrow)).json()["items"]
    assert one["uid"] == found[0]["uid"]
    assert (await api.get(f"{BASE}/audit?to=2020-01-01")).json()["items"] == []
    for bad in ("area=nothing", "cursor=x", "from=x", "are=x", "limit=0"):
        assert (await api.get(f"{BASE}/audit?{bad}")).status_code == 422, bad

    lines = (await api.get(f"{BASE}/audit/export")).text.splitlines()
    assert [json.loads(each)["act"] for each in lines][1:] == acts
    assert (await api.get(f"{BASE}/audit/export?format=csv")).text.count("\n") == len(acts) + 3
    assert (await api.get(f"{BASE}/audit/export?format=xlsx")).status_code == 422
