"""Programs manage tokens, and never gain by it."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from app.people import tokens
from app.tables import Agent, KeptAnswer, Organization

BASE = "/api/v1/leavemsg/tokens"
Web = Callable[..., httpx.AsyncClient]


def bearer(web: Web, token: str) -> httpx.AsyncClient:
    return web(headers={"Authorization": f"Bearer {token}"})


async def test_a_token_from_its_beginning_to_its_end(api: httpx.AsyncClient, web: Web) -> None:
    body = {"name": "crm", "scopes": ["config:read"], "days": 30}
    made = await api.post(BASE, json=body)
    entry = made.json()
    secret = entry.pop("token")
    here = f"{BASE}/{entry['uid']}"
    assert (made.status_code, made.headers["location"]) == (201, f"{here}")
    assert (entry["scopes"], entry["state"], entry["created_by"]) == (
        ["config:read"],
        "living",
        "tests",
    )
    theirs = bearer(web, secret)
    assert (await theirs.get(here)).json()["uid"] == entry["uid"]
    listed = (await api.get(BASE)).json()["items"]
    assert [each["name"] for each in listed] == ["crm", "tests"]
    assert secret not in str(listed)
    assert secret.rpartition("_")[2] not in str(listed)
    new = (await api.post(f"{here}/rotate", json={"until": "2020-01-01T00:00:00Z"})).json()
    assert (await theirs.get(here)).status_code == 401
    assert (await bearer(web, new["token"]).get(here)).status_code == 200
    assert (await api.delete(here)).json()["state"] == "revoked"
    assert (await api.delete(here)).json()["state"] == "revoked"
    assert (await bearer(web, new["token"]).get(here)).status_code == 401


async def test_no_secret_is_kept_for_a_second_answer(api: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "one"}
    body = {"name": "crm", "scopes": ["submit"]}
    first = (await api.post(BASE, json=body, headers=key)).json()
    second = await api.post(BASE, json=body, headers=key)
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == {**first, "token": None}
    (row,) = await KeptAnswer.select()
    assert first["token"] not in str(row)
    assert len((await api.get(BASE)).json()["items"]) == 2


async def test_nobody_gains_by_it(web: Web, api: httpx.AsyncClient, org: Organization) -> None:
    narrow = bearer(web, await tokens.create(org.id, "narrow", ["tokens:write", "submit"]))
    wide = (await api.get(BASE)).json()["items"][-1]["uid"]
    for answer in (
        await narrow.post(BASE, json={"name": "x", "scopes": ["config:read", "submit"]}),
        await narrow.post(BASE, json={"name": "x", "scopes": ["all"]}),
        await narrow.post(BASE, json={"name": "x", "scopes": ["all", "all"]}),
        await narrow.post(f"{BASE}/{wide}/rotate"),
        await narrow.delete(f"{BASE}/{wide}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert (await narrow.post(BASE, json={"name": "x", "scopes": ["submit"]})).is_success
    unknown = await narrow.post(BASE, json={"name": "x", "scopes": ["all", "nothing"]})
    assert unknown.json()["errors"][0]["code"] == "unknown_scope"

    scopes = ["tokens:write"]
    inside = bearer(web, await tokens.create(org.id, "i", scopes, networks="127.0.0.0/24"))
    body = {"name": "x", "scopes": scopes}
    assert (await inside.post(BASE, json=body)).json()["networks"] == ["127.0.0.0/24"]
    near = await inside.post(BASE, json={**body, "networks": ["127.0.0.7"]})
    far = await inside.post(BASE, json={**body, "networks": ["10.0.0.0/8"]})
    both = await inside.post(BASE, json={**body, "networks": ["127.0.0.7 10.0.0.0/8"]})
    none = await inside.post(BASE, json={**body, "networks": [","]})
    wrong = await inside.post(BASE, json={**body, "networks": ["shop"]})
    assert (near.json()["networks"], far.status_code) == (["127.0.0.7"], 403)
    assert (both.status_code, none.json()["networks"]) == (403, ["127.0.0.0/24"])
    assert wrong.json()["errors"][0]["pointer"] == "/networks"
    anywhere = (await narrow.get(BASE)).json()["items"][-1]["uid"]
    assert (await inside.post(f"{BASE}/{anywhere}/rotate")).status_code == 403
    assert (await inside.delete(f"{BASE}/{anywhere}")).status_code == 403


async def test_what_a_token_made_goes_with_the_member_who_knows_it(
    web: Web, org: Organization, owner: Agent
) -> None:
    known = await tokens.create(org.id, "theirs", ["tokens:write", "submit"], maker=owner.id)
    made = await bearer(web, known).post(BASE, json={"name": "second", "scopes": ["submit"]})
    assert {each.name for each in await tokens.known_to(org.id, owner.id)} == {"theirs", "second"}
    await tokens.withdraw_from(org.id, owner.id, by="tests")
    assert await tokens.recognised(made.json()["token"]) is not None
    assert (await tokens.one(org.id, made.json()["uid"])).revoked_at is not None
