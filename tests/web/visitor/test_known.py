"""What very many pages ask is answered from memory, and is what it would be without."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from app import database, presence, widget
from app.overview import funnel
from app.tables import Organization, PresenceRule, Widget
from app.widget import told
from app.widget.seen import written

BOOT, PRESENCE = "/w/default/boot.json", "/w/default/presence"
CLOCKS = {"monotonic": time.monotonic, "time": time.time}
SHOP = {"Origin": "https://www.shop.example"}


async def behind_our_back() -> None:
    """As another process does it."""
    await Widget.update({Widget.side: "left"}, force=True)
    await PresenceRule.update({PresenceRule.rule: "agents"}, force=True)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """By each clock."""
    for name, real in CLOCKS.items():
        monkeypatch.setattr(time, name, lambda real=real: real() + seconds)


async def begun(org: Organization) -> None:
    await widget.restrict(org.id, [SHOP["Origin"]], by="x")
    await widget.save(org.id, {"side": "right"}, by="x")
    await presence.set_rule(org.id, "hours", by="x")


@pytest.mark.parametrize("path", [BOOT, PRESENCE])
async def test_it_is_told_again_with_what_is_left_of_its_time(
    visitor: httpx.AsyncClient, org: Organization, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(org)
    first = await visitor.get(path, headers=SHOP)
    await behind_our_back()
    later(monkeypatch, 7)
    again = await visitor.get(path, headers=SHOP)
    tag = {"If-None-Match": f'"x", W/{first.headers["etag"]}'}
    same = await visitor.get(path, headers=SHOP | tag)
    await written()

    assert again.content == first.content
    own = {"cache-control", "x-request-id", "date"}
    assert {k: v for k, v in again.headers.items() if k not in own} == {
        k: v for k, v in first.headers.items() if k not in own
    }
    assert first.headers["cache-control"] == "public, max-age=30"
    assert again.headers["cache-control"] in {"public, max-age=22", "public, max-age=23"}
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == first.headers["etag"]
    assert "content-type" not in same.headers


@pytest.mark.parametrize("path", [BOOT, PRESENCE])
async def test_another_process_is_heard_after_ten_seconds_and_we_are_at_once(
    visitor: httpx.AsyncClient, org: Organization, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(org)
    before = (await visitor.get(path)).content
    await behind_our_back()
    assert (await visitor.get(path)).content == before
    later(monkeypatch, told.SECONDS)
    assert (await visitor.get(path)).content != before
    await begun(org)
    assert (await visitor.get(path)).content == before


@pytest.mark.parametrize("path", [BOOT, PRESENCE])
async def test_it_is_remembered_also_when_the_first_who_asks_has_it(
    visitor: httpx.AsyncClient, org: Organization, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(org)
    first = await visitor.get(path, headers=SHOP)
    later(monkeypatch, told.SECONDS)
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await visitor.get(path, headers=SHOP | tag)).status_code == 304
    await behind_our_back()
    later(monkeypatch, told.SECONDS + 5)
    again = await visitor.get(path, headers=SHOP | {"X-Request-ID": "abcd-1234"})
    await written()

    assert again.content == first.content
    own = {"cache-control", "x-request-id", "date"}
    assert {k: v for k, v in again.headers.items() if k not in own} == {
        k: v for k, v in first.headers.items() if k not in own
    }
    assert again.headers["x-request-id"] == "abcd-1234"


async def test_who_names_two_sites_decides_nothing_for_either(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await widget.restrict(org.id, [SHOP["Origin"]], by="x")
    two = [("Origin", "https://evil.example"), *SHOP.items()]
    await visitor.get(PRESENCE, headers=two)
    allowed = "access-control-allow-origin"
    assert (await visitor.get(PRESENCE, headers=SHOP)).headers[allowed] == SHOP["Origin"]
    await written()


async def test_each_site_has_its_own_answer(visitor: httpx.AsyncClient, org: Organization) -> None:
    await widget.restrict(org.id, [SHOP["Origin"]], by="x")
    evil = {"Origin": "https://evil.example"}
    for _ in range(2):
        assert (await visitor.get(BOOT, headers=SHOP)).json() == {"state": "offline"}
        assert (await visitor.get(BOOT, headers=evil)).json() == {"allowed": False}
        allowed = "access-control-allow-origin"
        assert (await visitor.get(PRESENCE, headers=SHOP)).headers[allowed] == SHOP["Origin"]
        assert allowed not in (await visitor.get(PRESENCE, headers=evil)).headers
    await written()


async def test_who_was_shown_the_button_is_counted_from_memory_too(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    await begun(org)
    for headers in (SHOP, SHOP, {}):
        await visitor.get(BOOT, headers=headers)
    await funnel.write()
    assert await database.value(int, "SELECT shown FROM form_day") == 2
    await written()


async def test_what_nobody_may_keep_is_not_kept(
    visitor: httpx.AsyncClient, org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(told, "keep", lambda *given: kept.append(given))
    await widget.restrict(org.id, [SHOP["Origin"]], by="x")
    await visitor.get("/w/nowhere/boot.json")
    await visitor.get(BOOT, headers={"Origin": "https://evil.example"})
    await visitor.get(PRESENCE, headers={"Origin": f"https://{'x' * 400}.example"})
    await visitor.head(BOOT)
    await visitor.options(PRESENCE)
    assert kept == []
    await written()


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_set_makes_what_is_known_void(
    visitor: httpx.AsyncClient,
    org: Organization,
    hours: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Office hours are told by it."""
    await begun(org)
    before = (await visitor.get(PRESENCE)).content
    await behind_our_back()
    monkeypatch.setattr(time, "time", lambda: CLOCKS["time"]() + hours * 3600)
    assert (await visitor.get(PRESENCE)).content != before
