"""Programs manage tokens, and never gain by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx

from app.people import tokens
from app.tables import Agent, KeptAnswer, Organization, Token

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


async def moved(token: str, days: int) -> None:
    """Its end is in so many days."""
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    await Token.update({Token.expires_at: end}).where(Token.public_id == token.split("_")[1])


def days_left(entry: dict[str, Any]) -> int:
    end = dt.datetime.fromisoformat(entry["expires_at"])
    return round((end - dt.datetime.now(dt.UTC)) / dt.timedelta(days=1))


async def test_no_token_lengthens_its_own_life_nor_outlives_itself_in_others(
    web: Web, org: Organization
) -> None:
    first = await tokens.create(org.id, "first", ["tokens:write"], days=10)
    body = {"name": "second", "scopes": ["tokens:write"], "days": 365}
    second = (await bearer(web, first).post(BASE, json=body)).json()
    third = (await bearer(web, second["token"]).post(BASE, json={**body, "name": "third"})).json()
    assert [days_left(each) for each in (second, third)] == [10, 10]
    asked = {"days": 365, "until": "2020-01-01T00:00:00Z"}
    renewed = await bearer(web, first).post(f"{BASE}/{first.split('_')[1]}/rotate", json=asked)
    assert days_left(renewed.json()) == 10
    await moved(second["token"], 300)
    other = await bearer(web, third["token"]).post(f"{BASE}/{second['uid']}/rotate", json=asked)
    assert days_left(other.json()) == 10
    short = await bearer(web, third["token"]).post(BASE, json={**body, "days": 3})
    assert days_left(short.json()) == 3
    # People do.
    assert await tokens.rotate(org.id, third["uid"], days=300)
    assert days_left((await bearer(web, other.json()["token"]).get(BASE)).json()["items"][1]) == 300


async def test_what_a_token_made_or_renewed_is_revoked_with_it(web: Web, org: Organization) -> None:
    every = ["tokens:write", "submit"]
    taken = await tokens.create(org.id, "taken", every)
    by_hand = await tokens.create(org.id, "by hand", ["submit"])
    renewed = await tokens.create(org.id, "renewed", ["submit"])
    back = await tokens.create(org.id, "back", ["submit"])
    thief = bearer(web, taken)
    child = (await thief.post(BASE, json={"name": "child", "scopes": every})).json()
    made = bearer(web, child["token"])
    grandchild = (await made.post(BASE, json={"name": "x", "scopes": ["submit"]})).json()["token"]
    now = {"until": "2020-01-01T00:00:00Z"}
    stolen = [
        (await thief.post(f"{BASE}/{each.split('_')[1]}/rotate", json=now)).json()["token"]
        for each in (renewed, back)
    ]
    kept = (await thief.post(BASE, json={"name": "kept", "scopes": every})).json()
    late = {"name": "late", "scopes": ["submit"]}
    early = (await bearer(web, kept["token"]).post(BASE, json=late)).json()["token"]
    theirs = await tokens.rotate(org.id, kept["uid"])
    since = (await bearer(web, theirs).post(BASE, json=late)).json()["token"]
    # Its own renewal is no way out, and what a person has renewed since is theirs again.
    own = (await made.post(f"{BASE}/{child['uid']}/rotate")).json()["token"]
    mine = await tokens.rotate(org.id, back.split("_")[1])
    assert await tokens.revoke(org.id, taken.split("_")[1])

    async def works(token: str) -> bool:
        found = await tokens.recognised(token)
        return found is not None and not found.ended

    lost = [taken, child["token"], own, grandchild, *stolen, kept["token"], early]
    assert [each for each in lost if await works(each)] == []
    assert [await works(each) for each in (by_hand, mine, theirs, since)] == [True] * 4
