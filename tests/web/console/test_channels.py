"""The list of channels: how they fare, what is switched, tested, removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app import channel_settings, database, messages
from app.channels.kinds import notified
from app.fields.check import Answers
from app.messages import Visit
from app.people import sessions
from app.settings import Settings
from app.tables import Agent, Channel, Organization
from tests.application import application
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

PAGE = "/settings/channels"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


@pytest.fixture
async def uid(org: Organization, fakes: FakeVendors) -> str:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k1"), "name": "销售群"}
    return await channel_settings.add(org.id, raw, by="test")


async def entries(org: Organization) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await channel_settings.read(org.id))["notifications"]
    return found


async def test_without_a_channel_everybody_is_warned(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(PAGE))

    assert "没有启用的渠道，新留言不会通知任何人" in page.words
    kinds = [link for link in page.links() if "kind=" in link]
    assert [kind.split("=")[1] for kind in kinds] == list(notified())
    assert "没有启用的渠道" in (await client.get("/inbox")).text


async def test_channels_are_listed_with_their_health(client: httpx.AsyncClient, uid: str) -> None:
    page = Page(await client.get(PAGE))

    assert "销售群" in page.words
    assert "未测试" in page.words
    assert "没有启用的渠道" not in page.words


async def test_a_failing_channel_says_why_and_for_how_long(
    client: httpx.AsyncClient, uid: str
) -> None:
    hint = "DingTalk does not know this access_token. Copy the robot's address again."
    values: dict[Any, Any] = {
        Channel.failures: 5,
        Channel.failing_since: dt.datetime.now(dt.UTC),
        Channel.error_code: "300001",
        Channel.hint: hint,
    }
    await Channel.update(values, force=True)
    page = Page(await client.get(PAGE))

    assert "异常" in page.words
    assert "连续 5 次" in page.words
    assert "access_token 不正确" in page.words
    assert "「销售群」" in (await client.get("/inbox")).text


async def test_a_test_is_green_only_when_the_platform_said_so(
    client: httpx.AsyncClient, fakes: FakeVendors, uid: str
) -> None:
    answer = await client.post(f"{PAGE}/{uid}/test", headers=HTMX)

    assert "平台已接收" in answer.text
    link = f"/deliveries?state=test&channel={uid}"
    assert link in Page(answer).links()
    assert "销售群" in Page(await client.get(link)).words
    assert fakes.calls("wecom", "k1")[0].ok
    assert "<html" not in answer.text


async def test_a_refusal_is_told_with_code_hint_and_answer(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.address("wecom", "nobody")}
    uid = await channel_settings.add(org.id, raw, by="test")
    page = Page(await client.post(f"{PAGE}/{uid}/test"))

    assert "测试没有成功" in page.words
    assert "93000" in page.words
    assert "机器人地址不正确，或机器人已被移出群" in page.words
    assert "errcode" in page.words
    assert "平台已接收" not in page.words


async def test_an_app_that_is_not_let_in_names_the_address_to_add(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom_app", "corpid": "ww01", "agentid": 1000002, "secret": "app-s3cret"}
    server = fakes.add_bot("wecom_app", "ww01", secret="app-s3cret", ip_allow=["203.0.113.9"])
    told = {"server": server, "to_users": ["li", "zhao"]}
    uid = await channel_settings.add(org.id, {**raw, **told}, by="test")
    page = Page(await client.post(f"{PAGE}/{uid}/test"))

    assert "测试没有成功" in page.words
    assert "把 127.0.0.1 加到「企业可信IP」" in page.words
    assert "app-s3cret" not in page.html

    fakes.add_bot("wecom_app", "ww01", secret="app-s3cret", users=["li"])
    page = Page(await client.post(f"{PAGE}/{uid}/test"))
    assert "企业微信没有发给 zhao" in page.words
    assert "您在应用的会话里看到了吗" in page.words


async def test_too_many_tests_must_wait(client: httpx.AsyncClient, uid: str) -> None:
    for _ in range(5):
        await client.post(f"{PAGE}/{uid}/test", headers=HTMX)
    answer = await client.post(f"{PAGE}/{uid}/test", headers=HTMX)

    assert answer.status_code == 429
    assert "秒后可再试" in answer.text


async def test_while_the_platform_wants_quiet_a_test_says_for_how_long(
    client: httpx.AsyncClient, fakes: FakeVendors, uid: str
) -> None:
    until = await database.now() + dt.timedelta(minutes=10)
    await database.execute("UPDATE channel SET blocked_until = ?", until)
    page = Page(await client.post(f"{PAGE}/{uid}/test"))

    assert "平台要求暂停发送" in page.words
    assert fakes.calls() == []


async def test_off_and_on_again(client: httpx.AsyncClient, org: Organization, uid: str) -> None:
    for unsaid in ({}, {"to": ""}, {"to": "yes"}):
        assert (await client.post(f"{PAGE}/{uid}/switch", data=unsaid)).status_code == 422
    assert (await entries(org))[0]["enabled"] is True
    await client.post(f"{PAGE}/{uid}/switch", data={"to": "off"})
    assert (await entries(org))[0]["enabled"] is False
    assert "没有启用的渠道" in (await client.get(PAGE)).text

    answer = await client.post(f"{PAGE}/{uid}/switch", data={"to": "on"})
    assert answer.headers["location"] == f"{PAGE}?done=on"
    assert (await entries(org))[0]["enabled"] is True


async def test_removing_asks_first(client: httpx.AsyncClient, org: Organization, uid: str) -> None:
    page = Page(await client.get(f"{PAGE}/{uid}/remove"))
    assert "移除「销售群」？" in page.words
    assert "近 30 天没有通知经过它" in page.words
    assert len(await entries(org)) == 1

    await client.post(f"{PAGE}/{uid}/remove")
    assert await entries(org) == []
    assert (await client.get(f"{PAGE}/{uid}")).status_code == 404


async def test_limits_are_kept(client: httpx.AsyncClient, org: Organization) -> None:
    values = {
        "rate_limit_per_minute": "5",
        "rate_limit_total_per_minute": "",
        "dedup_minutes": "1.5",
    }
    answer = await client.post(f"{PAGE}/limits", data=values)

    assert answer.headers["location"] == f"{PAGE}?done=limits"
    config = await channel_settings.read(org.id)
    assert config["rate_limit_per_minute"] == 5
    assert config["rate_limit_total_per_minute"] is None
    assert config["dedup_window_seconds"] == 90
    assert Page(await client.get(PAGE)).values["dedup_minutes"] == "1.5"


@pytest.mark.parametrize("number", ["", "-1", "ten", "1e9", "99999", "١"])
async def test_a_limit_that_is_none_is_refused_and_kept_on_screen(
    client: httpx.AsyncClient, number: str
) -> None:
    values = {"rate_limit_per_minute": number, "dedup_minutes": "inf"}
    answer = await client.post(f"{PAGE}/limits", data=values)
    page = Page(answer)

    assert answer.status_code == 422
    assert {"#rate_limit_per_minute", "#dedup_minutes"} <= set(page.links())
    assert page.values["rate_limit_per_minute"] == number


async def test_who_is_on_and_untested_silences_nothing(
    client: httpx.AsyncClient, org: Organization, uid: str
) -> None:
    assert "还没有渠道测试成功" in (await client.get("/inbox")).text
    await client.post(f"{PAGE}/{uid}/test")
    assert "还没有渠道测试成功" not in (await client.get("/inbox")).text


async def test_two_that_lead_to_the_same_place_name_each_other(
    client: httpx.AsyncClient, org: Organization
) -> None:
    key = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    raw = {"type": "wecom", "webhook_url": key}
    first = await channel_settings.add(org.id, {**raw, "name": "甲群"}, by="test")
    second = await channel_settings.add(org.id, {**raw, "name": "乙群"}, by="test")

    assert "和“甲群”是同一个地方" in Page(await client.get(PAGE)).words
    page = Page(await client.get(f"{PAGE}/{second}"))
    assert "和“甲群”是同一个地方" in page.words
    assert f"{PAGE}/{first}" in page.links()


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://localhost:8080", "只有这台电脑能打开"),
        ("https://192.168.1.5", "只有内网能打开"),
        ("https://desk.shop.example", ""),
    ],
)
async def test_where_links_lead_nowhere_is_said(
    org: Organization, owner: Agent, configure: Callable[..., Settings], base: str, words: str
) -> None:
    settings = configure(LEAVEMSG_BASE_URL=base)
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    transport = httpx.ASGITransport(app=application(settings))  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url=base, cookies={"__Host-sid": raw, "sid": raw}
    ) as browser:
        for path in (PAGE, "/settings/widget"):
            text = (await browser.get(path)).text
            assert ("LEAVEMSG_BASE_URL 设为" in text) == bool(words)
            assert words in text


async def test_mail_that_cannot_be_read_with_this_key_is_listed_all_the_same(
    client: httpx.AsyncClient, org: Organization, configure: Callable[..., Settings]
) -> None:
    raw = {"type": "email", "smtp_config": {"host": "mail.shop.example"}, "to": ["a@shop.example"]}
    uid = await channel_settings.add(org.id, {**raw, "from": "desk@shop.example"}, by="test")
    configure(LEAVEMSG_SECRET_KEY="o" * 40)

    assert "邮件" in Page(await client.get(PAGE)).words
    assert (await client.get(f"{PAGE}/{uid}")).status_code == 200


async def test_another_organization_s_channel_is_not_there(
    client: httpx.AsyncClient, other_org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k9")}
    theirs = await channel_settings.add(other_org.id, raw, by="them")

    for method, path in (("GET", ""), ("POST", "/test"), ("POST", "/switch"), ("POST", "/remove")):
        answer = await client.request(
            method, f"{PAGE}/{theirs}{path}", data={"x": "y"} if method == "POST" else None
        )
        assert answer.status_code == 404
    assert fakes.calls("wecom", "k9") == []


async def test_what_worked_once_and_was_not_used_for_a_week_asks_for_a_test(
    client: httpx.AsyncClient, uid: str
) -> None:
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=8)
    await Channel.update({Channel.ok_at: long_ago}).where(Channel.id == uid)
    assert "一周没用过，请测试" in Page(await client.get(PAGE)).words

    await client.post(f"{PAGE}/{uid}/test")

    assert "一周没用过" not in Page(await client.get(PAGE)).words


async def test_a_test_that_switches_a_channel_on_changes_what_stands_around_it(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k1")}
    uid = await channel_settings.add(org.id, raw, by="test", until_tested=True)

    answer = await client.post(f"{PAGE}/{uid}/test", headers=HTMX)

    targets = [each["hx-target"] for each in Page(answer).attributes("hx-partial")]
    assert {f"#state-{uid}", "#none-on", f"#switch-{uid}"} <= set(targets)
    assert "停用" in Page(answer).words
    listed = await client.get(PAGE)
    assert f'id="switch-{uid}"' in listed.text


@pytest.mark.parametrize(
    ("vendor", "fault", "shown"),
    [
        ("wecom", "code:93000", "93000"),
        ("dingtalk", "code:310000", "310000"),
        ("feishu", "code:19021", "19021"),
        ("wecom", "http:429:html", "429"),
        ("dingtalk", "http:302:empty", ""),
        ("feishu", "reset_before", ""),
    ],
)
async def test_what_is_no_yes_is_never_green_is_tried_once_and_logged_as_a_test(
    client: httpx.AsyncClient,
    org: Organization,
    fakes: FakeVendors,
    vendor: str,
    fault: str,
    shown: str,
) -> None:
    raw = {"type": vendor, "webhook_url": fakes.add_bot(vendor, "k39"), "name": "群"}
    uid = await channel_settings.add(org.id, raw, by="test")
    fakes.fault(vendor, "k39", fault)
    page = Page(await client.post(f"{PAGE}/{uid}/test", params={"lang": "zh-CN"}))

    assert "平台已接收" not in page.words
    assert "测试没有成功" in page.words
    assert "解决办法：" in page.words
    assert shown in page.words
    assert len(fakes.calls(vendor, "k39")) == 1
    (entry,) = await entries(org)
    assert entry["health"]["last_ok_at"] is None  # type: ignore[index]
    log = Page(await client.get("/deliveries?state=test", params={"lang": "zh-CN"}))
    assert "测试" in log.words
    assert shown in log.words


async def test_the_list_is_put_in_order(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors, uid: str
) -> None:
    assert f'id="up-{uid}"' not in (await client.get(PAGE)).text, "there is nothing to order"
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k2"), "name": "售后群"}
    await channel_settings.add(org.id, raw, by="test")

    answer = await client.post(f"{PAGE}/{uid}/down", headers=HTMX)
    assert "<html" not in answer.text
    assert answer.text.index("售后群") < answer.text.index("销售群")
    answer = await client.post(f"{PAGE}/{uid}/up")
    assert answer.headers["location"] == f"{PAGE}#line-{uid}"
    assert [each["name"] for each in await entries(org)] == ["销售群", "售后群"]


async def test_the_list_says_how_the_last_24_hours_went(
    client: httpx.AsyncClient, org: Organization, visit: Visit, uid: str
) -> None:
    assert "24 小时内没有要发送的内容" in (await client.get(PAGE)).text
    await messages.leave(
        org, Answers(content="在吗", phone="13800138000"), visit, submission_id="1"
    )
    await database.execute("UPDATE delivery SET state = 'failed'")
    page = Page(await client.get(PAGE))

    assert "24 小时送达 0 1 条失败" in page.words
    assert f"/deliveries?channel={uid}&state=failed" in page.links()


async def test_an_open_list_is_renewed_line_by_line(client: httpx.AsyncClient, uid: str) -> None:
    page = await client.get(PAGE)
    assert 'hx-get="/settings/channels/states"' in page.text
    answer = await client.get(f"{PAGE}/states", headers=HTMX)
    assert f'hx-target="#channel-{uid}"' in answer.text
    assert "<html" not in answer.text
    known = {**HTMX, "HX-PTag": answer.headers["HX-PTag"]}
    assert (await client.get(f"{PAGE}/states", headers=known)).status_code == 304
    await client.post(f"{PAGE}/{uid}/switch", data={"to": "off"})
    assert "已停用" in (await client.get(f"{PAGE}/states", headers=known)).text
    assert (await client.get(f"{PAGE}/states")).headers["location"] == PAGE
