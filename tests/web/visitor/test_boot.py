"""boot.json: the one document that a host page asks for before anybody clicks."""

from __future__ import annotations

import datetime as dt
import gzip

import httpx

from app import presence, widget
from app.tables import Organization
from app.widget.seen import written

BOOT = "/w/default/boot.json"
SHOP = {"Origin": "https://www.shop.example"}


async def restricted(org: Organization) -> None:
    await widget.restrict(org.id, ["https://www.shop.example"], by="x")


async def test_it_is_small_and_kept_for_half_a_minute(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await restricted(org)
    answer = await visitor.get(BOOT, headers=SHOP)
    await written()

    assert answer.json() == {"state": "offline"}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "Origin" in answer.headers["vary"]
    assert "set-cookie" not in answer.headers
    assert len(gzip.compress(answer.content, 9)) <= 400


async def test_a_site_that_is_not_allowed_learns_only_that(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await restricted(org)
    answer = await visitor.get(BOOT, headers={"Origin": "https://evil.example"})
    await written()

    assert answer.json() == {"allowed": False}
    assert answer.headers["cache-control"] == "no-cache"
    assert (await visitor.get(BOOT, headers=SHOP)).json() == {"state": "offline"}
    await written()


async def test_nothing_new_is_304(visitor: httpx.AsyncClient, org: Organization) -> None:
    etag = (await visitor.get(BOOT)).headers["etag"]
    answer = await visitor.get(BOOT, headers={"if-none-match": etag})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["access-control-allow-origin"] == "*"

    await widget.save(org.id, {"side": "left"}, by="x")
    assert (await visitor.get(BOOT, headers={"if-none-match": etag})).status_code == 200


async def test_it_is_not_kept_past_a_planned_change(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=10)
    await presence.override(org.id, state="online", until=until, by="x")
    answer = await visitor.get(BOOT)

    assert answer.json()["state"] == "online"
    age = int(answer.headers["cache-control"].removeprefix("public, max-age="))
    assert 1 <= age <= 10


async def test_an_unknown_site_is_404_that_a_page_may_read(visitor: httpx.AsyncClient) -> None:
    for slug in ("nowhere", "UPPER", "a" * 65):
        answer = await visitor.get(f"/w/{slug}/boot.json", headers=SHOP)

        assert answer.status_code == 404
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_the_site_is_noted_and_nothing_else(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    for origin in ("https://www.shop.example", "null", "https://evil.example/x", "chrome-ext://x"):
        await visitor.get(BOOT, headers={"Origin": origin, "Referer": f"{origin}/secret?token=1"})
    await written()

    assert [each.origin for each in await widget.seen(org.id)] == ["https://www.shop.example"]


async def test_who_may_not_is_noted_too(visitor: httpx.AsyncClient, org: Organization) -> None:
    await restricted(org)
    await visitor.get(BOOT, headers={"Origin": "https://new.example"})
    await written()

    assert [each.origin for each in await widget.seen(org.id)] == ["https://new.example"]
