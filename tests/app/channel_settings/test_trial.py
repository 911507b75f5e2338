"""The test button."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app import channel_settings, database, outside
from app.errors import Invalid, NotFound, TooMany
from app.tables import Organization
from tests.fakes.vendors import FakeVendors


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


async def add(org: Organization, kind: str, url: str, **more: Any) -> str:
    entry = {"type": kind, "webhook_url": url, **more}
    return await channel_settings.add(org.id, entry, by="tests")


async def press(org: Organization, **options: Any) -> list[channel_settings.Tested]:
    return await channel_settings.test(org.id, outside.egress(), **options)


async def health(org: Organization, uid: str) -> dict[str, Any]:
    found: dict[str, Any] = (await channel_settings.channel(org.id, uid))["health"]
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
    assert (await channel_settings.read(org.id))["notifications"] == []
    assert await database.rows(dict, "SELECT id FROM attempt") == []


async def test_what_is_on_screen_is_tried_with_the_stored_secret(
    org: Organization, fakes: FakeVendors
) -> None:
    url = fakes.add_bot("dingtalk", "t", secret="SECabc")
    uid = await add(org, "dingtalk", url, secret="SECabc")
    shown = await channel_settings.channel(org.id, uid)
    (tested,) = await press(org, uid=uid, raw={**shown, "name": "renamed"})
    assert (tested.ok, tested.code) == (True, "0")
    assert (await channel_settings.channel(org.id, uid))["name"] == ""


async def test_what_is_on_screen_is_in_the_channels_log_and_says_nothing_of_its_health(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm"))
    await press(org, uid=uid, raw={"webhook_url": fakes.add_hook("typed")})
    (attempt,) = await database.rows(dict, "SELECT * FROM attempt")
    assert (str(attempt["channel"]), attempt["dispatch"], attempt["outcome"]) == (uid, None, "ok")
    found = await health(org, uid)
    assert (found["state"], found["tested_at"]) == ("untested", None)


async def test_what_is_not_saved_takes_a_place_of_the_robot_that_it_shares(
    org: Organization, fakes: FakeVendors
) -> None:
    url = fakes.add_bot("wecom", "k")
    uid = await add(org, "wecom", url)
    (tested,) = await press(org, raw={"type": "wecom", "webhook_url": url})
    (attempt,) = await database.rows(dict, "SELECT * FROM attempt")
    assert (tested.uid, str(attempt["channel"])) == (None, uid)


async def test_too_fast_keeps_the_robot_quiet_and_the_next_test_says_for_how_long(
    org: Organization, fakes: FakeVendors
) -> None:
    url = fakes.add_bot("dingtalk", "t", secret="SECabc")
    first, second = [await add(org, "dingtalk", url, secret="SECabc", name=n) for n in ("a", "b")]
    fakes.fault("dingtalk", "t", "rate_limit")
    (tested,) = await press(org, uid=first)
    assert not tested.ok
    for uid in (first, second):
        assert (await health(org, uid))["state"] == "paused"
    before = len(fakes.calls())
    fresh = {"type": "dingtalk", "webhook_url": url, "secret": "SECabc"}
    for options in ({"uid": second}, {"uid": first, "raw": {"name": "c"}}, {"raw": fresh}):
        (refused,) = await press(org, **options)
        assert (refused.ok, refused.code) == (False, "paused")
        assert 590 <= int(refused.facts["n"]) <= 600
        assert refused.hint
    assert len(fakes.calls()) == before
    assert len(await database.rows(dict, "SELECT id FROM attempt")) == 1


async def test_a_receiver_of_ones_own_may_be_tried_while_it_wants_quiet_and_a_success_ends_that(
    org: Organization, fakes: FakeVendors
) -> None:
    busy = {"status": 503, "headers": {"Retry-After": "3600"}}
    uid = await add(org, "custom", fakes.add_hook("crm", answers=[busy, {"status": 200}]))
    (tested,) = await press(org, uid=uid)
    assert (tested.code, (await health(org, uid))["state"]) == ("http_503", "paused")
    (tested,) = await press(org, uid=uid)
    assert (tested.ok, (await health(org, uid))["state"]) == (True, "ok")


async def test_wrong_values_are_named_and_nothing_is_sent(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm"))
    wrong: list[Any] = [{"method": "HEAD"}, {"type": "smoke"}, [], "x"]
    for raw in wrong:
        with pytest.raises(Invalid):
            await press(org, uid=uid, raw=raw)
    assert fakes.calls() == []


async def test_five_tries_a_minute_and_robot(org: Organization, fakes: FakeVendors) -> None:
    first, second = [await add(org, "custom", fakes.add_hook(name)) for name in ("a", "b")]
    for _ in range(5):
        await press(org, uid=first)
    with pytest.raises(TooMany):
        await press(org, uid=first)
    await press(org, uid=second)
    assert len(fakes.calls("hook", "a")) == 5


async def test_channels_of_one_robot_share_the_five(org: Organization, fakes: FakeVendors) -> None:
    url = fakes.add_bot("wecom", "k")
    first, second = [await add(org, "wecom", url, name=name) for name in ("a", "b")]
    for uid in (first, second, first, second, first):
        await press(org, uid=uid)
    with pytest.raises(TooMany):
        await press(org, uid=second)
    with pytest.raises(TooMany):
        await press(org, raw={"type": "wecom", "webhook_url": url})


async def test_of_many_one_whose_time_has_not_come_is_a_result_like_others(
    org: Organization, fakes: FakeVendors
) -> None:
    url = fakes.add_bot("wecom", "k")
    for name in "abcdef":
        await add(org, "wecom", url, name=name)
    good = await add(org, "custom", fakes.add_hook("good"))
    tested = await press(org)
    assert sorted(each.code for each in tested if each.type == "wecom") == ["0"] * 5 + ["too_many"]
    assert [each.ok for each in tested if each.uid == good] == [True]
    assert all(int(each.facts["n"]) > 0 for each in tested if each.code == "too_many")


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
    (attempt,) = await database.rows(dict, "SELECT * FROM attempt")
    assert attempt["dispatch"] is None
    assert attempt["blocks_until"] > attempt["finished_at"]
    assert await database.rows(dict, "SELECT id FROM dispatch") == []
    assert (await health(org, uid))["state"] == "untested"


async def test_a_test_that_passes_closes_the_breaker(org: Organization, fakes: FakeVendors) -> None:
    uid = await add(org, "custom", fakes.add_hook("crm"))
    now = await database.now()
    await database.execute("UPDATE channel SET failures = 5, stopped_at = ?", now)
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


async def test_a_channel_that_waits_for_its_test_is_on_when_one_is_accepted(
    org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k")}
    uid = await channel_settings.add(org.id, raw, by="tests", until_tested=True)
    assert (await health(org, uid))["state"] == "off"
    (tested,) = await press(org, uid=uid, raw={"name": ""})
    assert (tested.ok, tested.switched_on) == (True, True)
    found = await channel_settings.channel(org.id, uid)
    assert (found["enabled"], found["on_when_tested"]) == (True, False)


async def test_one_that_was_switched_off_stays_off(org: Organization, fakes: FakeVendors) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k")}
    uid = await channel_settings.add(org.id, raw, by="tests", until_tested=True)
    await channel_settings.switch(org.id, uid, False, by="tests")
    (tested,) = await press(org, uid=uid)
    assert (tested.ok, tested.switched_on) == (True, False)
    assert not (await channel_settings.channel(org.id, uid))["enabled"]


async def test_another_robot_is_untested_whatever_the_one_before_took(
    org: Organization, fakes: FakeVendors
) -> None:
    uid = await add(org, "wecom", fakes.add_bot("wecom", "k"))
    await press(org, uid=uid)
    await channel_settings.change(
        org.id, uid, {"webhook_url": fakes.add_bot("wecom", "n")}, by="tests"
    )
    found = await health(org, uid)
    assert (found["state"], found["tested_at"]) == ("untested", None)


async def test_the_same_robot_twice_is_told_however_it_is_spelled(org: Organization) -> None:
    key = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key.upper()}"
    spelled = (key, f"「{address}」", "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1ab")
    first, second, other = [await add(org, "wecom", each) for each in spelled]
    hooks = ("https://Crm.example:443/in?a=1", "https://crm.example/in?a=1")
    third, fourth = [await add(org, "custom", each) for each in hooks]
    listed = (await channel_settings.read(org.id))["notifications"]
    assert {each["uid"]: each["same_as"] for each in listed} == {
        first: second,
        second: first,
        other: None,
        third: fourth,
        fourth: third,
    }
