"""ETags, and changes of what was not changed since."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from app.people import tokens
from app.tables import Organization
from tests.web.http.test_operation import BASE, ask
from web.api.unchanged import is_same, places, tag_of


async def test_a_change_of_what_has_changed_since_is_refused(api: httpx.AsyncClient) -> None:
    address = f"{BASE}/retention"
    tag = (await api.get(address)).headers["etag"]
    first = await api.put(address, json={"spam": 30}, headers={"If-Match": tag})
    second = await api.put(address, json={"spam": 10}, headers={"If-Match": tag})
    weak = await api.put(address, json={"spam": 10}, headers={"If-Match": f'W/{tag}, "x"'})

    assert (first.status_code, second.status_code, weak.status_code) == (200, 412, 412)
    assert second.json()["code"] == "stale"
    assert (await api.get(address)).json()["spam"] == 30
    now = {"If-Match": second.headers["etag"]}
    assert (await api.put(address, json={"spam": 10}, headers=now)).status_code == 200
    anything = {"If-Match": "*"}
    assert (await api.put(address, json={"spam": 11}, headers=anything)).status_code == 200


async def test_an_act_on_a_thing_knows_its_etag(api: httpx.AsyncClient) -> None:
    uid = (await ask(api, "POST", f"{BASE}/messages", "")).json()["uid"]
    address = f"{BASE}/messages/{uid}"
    old = {"If-Match": (await api.get(address)).headers["etag"]}
    assert (await api.patch(address, json={"priority": "high"}, headers=old)).status_code == 200
    assert (await api.post(f"{address}/handle", json={}, headers=old)).status_code == 412
    assert (await api.delete(address, headers=old)).status_code == 412
    new = {"If-Match": (await api.get(address)).headers["etag"], "Idempotency-Key": "x"}
    done = await api.post(f"{address}/handle", json={}, headers=new)
    again = await api.post(f"{address}/handle", json={}, headers=new)
    assert (done.status_code, again.status_code) == (200, 200)
    nowhere = await api.delete(f"{address[:-4]}0000", headers=old)
    assert nowhere.status_code == 404


async def test_of_many_who_change_the_same_at_once_one_wins(api: httpx.AsyncClient) -> None:
    address = f"{BASE}/retention"
    old = {"If-Match": (await api.get(address)).headers["etag"]}
    tries = [api.put(address, json={"spam": 20 + n}, headers=old) for n in range(5)]
    found = sorted(each.status_code for each in await asyncio.gather(*tries))
    assert found[0] == 200
    assert set(found[1:]) <= {409, 412}


async def test_of_different_acts_on_one_thing_at_once_one_wins(api: httpx.AsyncClient) -> None:
    uid = (await ask(api, "POST", f"{BASE}/messages", "")).json()["uid"]
    address = f"{BASE}/messages/{uid}"
    old = {"If-Match": (await api.get(address)).headers["etag"]}
    tries = [
        api.post(f"{address}/handle", json={}, headers=old),
        api.post(f"{address}/spam", headers=old),
        api.patch(address, json={"priority": "high"}, headers=old),
        api.patch(f"{BASE}/messages/{uid.upper()}", json={"priority": "low"}, headers=old),
    ]
    found = sorted(each.status_code for each in await asyncio.gather(*tries))
    assert found[0] == 200
    assert set(found[1:]) <= {409, 412}


def test_what_an_act_is_about_stands_before_its_words() -> None:
    for path, template, found in (
        ("/retention", "/retention", ["/retention", ""]),
        ("/a/1", "/a/{uid:str}", ["/a/1"]),
        ("/a/1/b/", "/a/{uid:str}/b", ["/a/1/b", "/a/1"]),
        ("/a/1/b/c", "/a/{uid:str}/b/c", ["/a/1/b/c", "/a/1"]),
    ):
        assert places(path, template) == found


async def test_to_change_under_a_condition_one_must_be_able_to_read(
    web: Any, org: Organization
) -> None:
    token = await tokens.create(org.id, "blind", ["config:write"])
    headers = {"Authorization": f"Bearer {token}", "If-Match": '"x"'}
    answer = await web(headers=headers).put(f"{BASE}/retention", json={"spam": 30})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_what_changes_by_itself_is_no_part_of_what_if_match_compares() -> None:
    one, other = b'{"a":[{"b":1,"health":2}]}', b'{"a":[{"b":1,"health":3}]}'
    first, second = tag_of(one, ("health",)), tag_of(other, ("health",))

    assert first != second
    assert is_same(first, second)
    assert not is_same(tag_of(b'{"a":[]}', ("health",)), second)
    assert tag_of(one, ()) != tag_of(other, ())
    for wanted in ("*", f'"x", {first}', f"{second},W/{first}"):
        assert is_same(wanted, second)
    for wanted in ("", '""', f"W/{first}", first.strip('"'), ","):
        assert not is_same(wanted, second)
