"""The test button."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app import database, notifications, outside
from app.errors import Invalid, NotFound, TooMany
from app.tables import Organization
from tests.fakes.vendors import FakeVendors


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


async def add(org: Organization, kind: str, url: str, **more: Any) -> str:
    entry = {"type": kind, "webhook_url": url, **more}
    return await notifications.add(org.id, entry, by="tests")


async def press(org: Organization, **options: Any) -> list[notifications.Tested]:
    return await notifications.test(org.id, outside.egress(), **options)


async def health(org: Organization, uid: str) -> dict[str, Any]:
    found: dict[str, Any] = (await notifications.channel(org.id, uid))["health"]
    return found


async def test_a_channel_that_works_says_so(org: Organization, fakes: FakeVendors) -> None:
    uid = await add(org, "wecom", fakes.add_bot("wecom", "k"), name="群")
    (tested,) = await press(org, uid=uid)
    assert (tested.uid, tested.type, tested.name, tested.ok) == (uid, "wecom", "群", True)
    assert (tested.code, tested.http_status) == ("0", 200)
    assert (await health(org, uid))["state"] == "ok"
    assert (await health(org, uid))["tested_at"] is not None


async def test_two_hundred_with_an_error_code_is_no_success(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "wecom", fakes.url + "/cgi-bin/webhook/send?key=unknown")
    (tested,) = await press(org, uid=uid)
    assert (tested.ok, tested.code, tested.http_status) == (False, "93000", 200)
    assert tested.hint


async def test_a_receiver_that_is_not_there_is_an_answer_too(org: Organization) -> None:
    uid = await add(org, "custom", "http://127.0.0.1:9/hook")
    (tested,) = await press(org, uid=uid)
    assert not tested.ok
    assert tested.code
    assert tested.http_status is None


async def test_the_words_say_that_it_is_a_test(org: Organization, fakes: FakeVendors) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm"))
    await press(org, uid=uid)
    (call,) = fakes.calls("hook", "crm")
    assert "测试" in call.raw.decode()


async def test_with_nothing_named_every_enabled_channel_is_tried(
    org: Organization, fakes: FakeVendors
) -> None:
    good = await add(org, "custom", fakes.add_hook("good"))
    bad = await add(org, "custom", fakes.add_hook("bad", answers=[500]))
    await add(org, "custom", fakes.add_hook("off"), enabled=False)
    tested = await press(org)
    assert [(each.uid, each.ok) for each in tested] == [(good, True), (bad, False)]
    assert fakes.calls("hook", "off") == []


async def test_a_channel_that_is_switched_off_can_be_tried_by_name(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "custom", fakes.add_hook("off"), enabled=False)
    (tested,) = await press(org, uid=uid)
    assert tested.ok


async def test_what_is_not_saved_yet_can_be_tried_and_is_not_saved(
    org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "custom", "webhook_url": fakes.add_hook("new")}
    (tested,) = await press(org, raw=raw)
    assert (tested.ok, tested.uid) == (True, None)
    assert (await notifications.read(org.id))["notifications"] == []
    assert await database.fetch("SELECT id FROM attempt") == []


async def test_what_is_on_screen_is_tried_with_the_stored_secret(
    org: Organization, fakes: FakeVendors
) -> None:
    url = fakes.add_bot("dingtalk", "t", secret="SECabc")
    uid = await add(org, "dingtalk", url, secret="SECabc")
    shown = await notifications.channel(org.id, uid)
    (tested,) = await press(org, uid=uid, raw={**shown, "name": "renamed"})
    assert (tested.ok, tested.code) == (True, "0")
    assert (await notifications.channel(org.id, uid))["name"] == ""


async def test_wrong_values_are_named_and_nothing_is_sent(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm"))
    wrong: list[Any] = [{"method": "GET"}, {"type": "smoke"}, [], "x"]
    for raw in wrong:
        with pytest.raises(Invalid):
            await press(org, uid=uid, raw=raw)
    assert fakes.calls() == []


async def test_five_tries_a_minute_and_channel(org: Organization, fakes: FakeVendors) -> None:
    first, second = [await add(org, "custom", fakes.add_hook(name)) for name in ("a", "b")]
    for _ in range(5):
        await press(org, uid=first)
    with pytest.raises(TooMany):
        await press(org, uid=first)
    await press(org, uid=second)
    assert len(fakes.calls("hook", "a")) == 5


async def test_what_is_not_saved_has_its_own_five(org: Organization, fakes: FakeVendors) -> None:
    raw = {"type": "custom", "webhook_url": fakes.add_hook("new")}
    for n in range(5):
        await press(org, raw={**raw, "name": str(n)})
    with pytest.raises(TooMany):
        await press(org, raw=raw)


async def test_a_test_takes_a_place_of_the_minute_and_is_never_retried(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm", answers=[503]))
    await press(org, uid=uid)
    (attempt,) = await database.fetch("SELECT * FROM attempt")
    assert attempt["dispatch"] is None
    assert attempt["blocks_until"] > attempt["finished_at"]
    assert await database.fetch("SELECT id FROM dispatch") == []
    assert (await health(org, uid))["state"] == "untested"


async def test_a_test_that_passes_closes_the_breaker(org: Organization, fakes: FakeVendors) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm"))
    now = await database.now()
    await database.fetch("UPDATE channel SET failures = 5, stopped_at = {}", now)
    assert (await health(org, uid))["state"] == "failing"
    await press(org, uid=uid)
    assert (await health(org, uid))["state"] == "ok"


async def test_another_secret_key_is_named_and_crashes_nothing(
    org: Organization, fakes: FakeVendors, configure: Callable[..., Any]
) -> None:
    url = fakes.add_hook("crm")
    uid = await add(org, "custom", url)
    configure(LEAVEMSG_SECRET_KEY="another-" + "x" * 32)
    for options in ({"uid": uid}, {}):
        (tested,) = await press(org, **options)
        assert (tested.ok, tested.code, tested.uid) == (False, "secret_unreadable", uid)
    (tested,) = await press(org, uid=uid, raw={"webhook_url": url})
    assert tested.ok


async def test_only_ones_own_channels_can_be_tried(
    org: Organization, other_org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm"))
    assert await press(other_org) == []
    for wrong in (uid, "x", ""):
        with pytest.raises(NotFound):
            await press(other_org, uid=wrong)
    assert fakes.calls() == []
