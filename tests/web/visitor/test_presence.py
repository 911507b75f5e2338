"""Are you there? Asked by pages of any site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import httpx
import pytest

from app import database, presence, widget
from app.tables import Organization, new_id

WHERE = "/w/default/presence"


async def test_it_says_the_state_and_nothing_about_anybody(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await presence.report(org.id, new_id(), "客服系统", agent="李雷", state="online")
    answer = await visitor.get(WHERE)

    assert answer.json() == {"state": "online", "reason": "agents_online", "next_change_at": None}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert answer.headers["vary"] == "Origin"
    assert "set-cookie" not in answer.headers


async def test_who_knows_it_already_gets_no_body(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    tag = (await visitor.get(WHERE)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await visitor.get(WHERE, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"].startswith("public, max-age=2")

    await presence.report(org.id, new_id(), "客服系统", agents_online=1)
    changed = await visitor.get(WHERE, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["state"]) == (200, "online")


async def test_an_answer_is_not_kept_longer_than_it_is_true(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    until = await database.now() + dt.timedelta(seconds=10)
    await presence.override(org.id, state="online", until=until, by="李雷")
    answer = await visitor.get(WHERE)

    assert answer.json()["next_change_at"] == until.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert answer.headers["cache-control"] in {f"public, max-age={n}" for n in (7, 8, 9)}


async def test_head_and_options_say_what_they_should(visitor: httpx.AsyncClient) -> None:
    head = await visitor.head(WHERE)
    asked = await visitor.options(WHERE, headers={"Origin": "https://shop.example"})

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"]
    assert asked.status_code == 204
    assert asked.headers["allow"] == "GET, HEAD, OPTIONS"
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_pages_of_listed_sites_may_read_it(
    visitor: httpx.AsyncClient, org: Organization, method: str
) -> None:
    async def ask(origin: str) -> httpx.Headers:
        answer = await visitor.request(method, WHERE, headers={"Origin": origin} if origin else {})
        assert answer.is_success
        # Nobody keeps the answer to OPTIONS.
        assert method == "OPTIONS" or answer.headers["vary"] == "Origin"
        return answer.headers

    await widget.restrict(org.id, ["https://shop.example"], by="tests")

    allowed = "access-control-allow-origin"
    assert (await ask("https://shop.example"))[allowed] == "https://shop.example"
    assert allowed not in await ask("https://shop.example.evil.example")
    assert allowed not in await ask("")


async def test_an_organization_that_is_not_there_is_a_readable_404(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.get("/w/nobody/presence")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_can_be_posted_to_it(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post(WHERE, json={"agents_online": 1})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
async def test_what_nobody_can_know_is_offline(db: str, visitor: httpx.AsyncClient) -> None:
    await visitor.get(WHERE, headers={"Origin": "https://www.shop.example"})
    await database.engine().close()

    answer = await visitor.get(WHERE)

    assert (answer.status_code, answer.json()["state"]) == (503, "offline")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"] == "5"


async def test_each_organization_has_its_own_state(
    web: Callable[..., httpx.AsyncClient], org: Organization, other_org: Organization
) -> None:
    await presence.report(other_org.id, new_id(), "x", agents_online=1)

    assert (await web().get("/w/default/presence")).json()["state"] == "offline"
    assert (await web().get("/w/other/presence")).json()["state"] == "online"
