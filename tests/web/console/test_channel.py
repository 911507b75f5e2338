"""The form of one channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app import channel_settings
from app.tables import Organization
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

PAGE = "/settings/channels"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
KEY = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
SECRET = "SEC" + "0a" * 32


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


async def blank(client: httpx.AsyncClient, kind: str) -> dict[str, str]:
    return Page(await client.get(f"{PAGE}/new?kind={kind}")).values


async def stored(org: Organization) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await channel_settings.read(org.id))["notifications"]
    return found


async def test_it_works(client: httpx.AsyncClient, org: Organization) -> None:
    values = {**await blank(client, "wecom"), "name": "销售群", "webhook_url": KEY}
    answer = await client.post(f"{PAGE}/new", data=values)

    [entry] = await stored(org)
    assert answer.headers["location"] == f"{PAGE}/{entry['uid']}?done=added"
    assert (entry["type"], entry["name"], entry["enabled"]) == ("wecom", "销售群", True)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu", "email", "custom"])
async def test_every_kind_has_a_form_that_names_what_is_missing(
    client: httpx.AsyncClient, kind: str
) -> None:
    values = await blank(client, kind)
    answer = await client.post(f"{PAGE}/new", data=values)

    assert answer.status_code == 422
    assert "此项必填" in answer.text or "至少需要" in answer.text


async def test_an_unknown_kind_has_none(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{PAGE}/new?kind=pigeon")).status_code == 404
    assert (await client.post(f"{PAGE}/new", data={"kind": "pigeon"})).status_code == 404


async def test_a_secret_never_comes_back(client: httpx.AsyncClient, org: Organization) -> None:
    url = "https://oapi.dingtalk.com/robot/send?access_token=" + "5e" * 32
    values = {**await blank(client, "dingtalk"), "webhook_url": url, "secret": SECRET}
    await client.post(f"{PAGE}/new", data=values)
    [entry] = await stored(org)
    uid = entry["uid"]
    refused = {**values, "rate_limit_per_minute": "x"}

    pages = [
        await client.get(f"{PAGE}/{uid}"),
        await client.get(PAGE),
        await client.post(f"{PAGE}/{uid}", data=refused),
        await client.post(f"{PAGE}/{uid}", data=refused, headers=HTMX),
        await client.post(f"{PAGE}/{uid}/test-typed", data=values, headers=HTMX),
    ]
    for page in pages:
        assert "5e" * 32 not in page.text
        assert SECRET not in page.text
        assert SECRET[3:] not in page.text


async def test_untouched_keeps_typed_replaces_ticked_removes(
    client: httpx.AsyncClient, org: Organization
) -> None:
    url = "https://oapi.dingtalk.com/robot/send?access_token=" + "5e" * 32
    values = {**await blank(client, "dingtalk"), "webhook_url": url, "secret": SECRET}
    await client.post(f"{PAGE}/new", data=values)
    uid = (await stored(org))[0]["uid"]
    page = Page(await client.get(f"{PAGE}/{uid}")).values
    assert (page["webhook_url"], page["secret"]) == ("", "")

    await client.post(f"{PAGE}/{uid}", data={**page, "name": "新名"})
    [kept] = await stored(org)
    assert (kept["name"], kept["secret"]) == ("新名", "••••0a0a")

    await client.post(f"{PAGE}/{uid}", data={**page, "secret": SECRET[:-4] + "ffff"})
    assert (await stored(org))[0]["secret"] == "••••ffff"

    await client.post(f"{PAGE}/{uid}", data={**page, "clear:secret": "on"})
    assert (await stored(org))[0]["secret"] == ""


async def test_with_htmx_a_refusal_fills_in_the_faults_alone(client: httpx.AsyncClient) -> None:
    values = {**await blank(client, "wecom"), "webhook_url": "http://x", "template": "{{ x }}"}
    answer = await client.post(f"{PAGE}/new", data=values, headers=HTMX)
    page = Page(answer)

    assert answer.status_code == 422
    assert "<form" not in answer.text
    targets = {found["hx-target"] for found in page.attributes("hx-partial")}
    assert {"#webhook_url-fault", "#template-fault", "#name-fault"} <= targets
    assert "没有变量 x" in page.words
    assert {"#webhook_url", "#template"} <= set(page.links())


async def test_another_platform_s_address_is_recognised(client: httpx.AsyncClient) -> None:
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + KEY
    values = {**await blank(client, "dingtalk"), "webhook_url": url}
    page = Page(await client.post(f"{PAGE}/new", data=values))

    assert page.words.count("请改用企业微信") == 2  # In the summary, and once at the field.
    assert "改为企业微信" in page.words


async def test_without_a_mail_server_the_account_says_which(
    client: httpx.AsyncClient, org: Organization
) -> None:
    typed = {
        **await blank(client, "email"),
        "to": "boss@qq.com",
        "smtp_config/auth/user": "shop@163.com",
        "smtp_config/auth/pass": "code",
    }
    await client.post(f"{PAGE}/new", data=typed)

    [entry] = await stored(org)
    assert (entry["smtp_config"]["host"], entry["smtp_config"]["port"]) == ("smtp.163.com", 465)


async def test_what_is_typed_is_tested_before_it_is_saved(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    values = {**await blank(client, "wecom"), "webhook_url": fakes.add_bot("wecom", "k1")}
    answer = await client.post(f"{PAGE}/new/test", data=values, headers=HTMX)

    assert "平台已接收" in answer.text
    assert len(fakes.calls("wecom", "k1")) == 1
    assert await stored(org) == []


async def test_a_saved_secret_stands_in_for_an_untouched_one(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    bot = fakes.add_bot("dingtalk", "t1", secret=SECRET)
    values = {**await blank(client, "dingtalk"), "webhook_url": bot, "secret": SECRET}
    await client.post(f"{PAGE}/new", data=values)
    uid = (await stored(org))[0]["uid"]
    page = Page(await client.get(f"{PAGE}/{uid}"))
    answer = await client.post(f"{PAGE}/{uid}/test-typed", data=page.values)

    assert "平台已接收" in answer.text
    assert fakes.calls("dingtalk", "t1")[-1].ok


async def test_the_field_that_a_refusal_is_about_is_named_to_the_page(
    client: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    bot = fakes.add_bot("dingtalk", "t1", secret=SECRET)
    values = {**await blank(client, "dingtalk"), "webhook_url": bot}
    answer = await client.post(f"{PAGE}/new/test", data=values, headers=HTMX)

    assert "这个机器人开了加签" in answer.text
    assert 'data-mend="secret"' in answer.text
    assert 'id="secret"' in (await client.get(f"{PAGE}/new?kind=dingtalk")).text


async def test_a_yes_in_doubt_is_no_green_one(
    client: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    url = fakes.add_hook("h", [{"status": 200, "body": {"success": False}}])
    values = {**await blank(client, "custom"), "webhook_url": url}
    answer = await client.post(f"{PAGE}/new/test", data=values, headers=HTMX)

    assert 'class="tested warn"' in answer.text
    assert "内容像是拒绝" in answer.text


async def test_a_value_that_is_none_is_a_fault_of_its_field(client: httpx.AsyncClient) -> None:
    hook = {**await blank(client, "custom"), "webhook_url": "https://receiver.example/h"}
    for text in ("1e999", "NaN", "[" * 20_000):
        values = {**hook, "success/pointer": "/code", "success/equals": text}
        answer = await client.post(f"{PAGE}/new", data=values)

        assert answer.status_code == 422
        assert "回复里不可能出现" in answer.text


async def test_a_test_of_what_cannot_be_names_the_faults(client: httpx.AsyncClient) -> None:
    values = await blank(client, "feishu")
    answer = await client.post(f"{PAGE}/new/test", data=values, headers=HTMX)

    assert answer.status_code == 422
    assert "此项必填" in answer.text


async def test_one_channel_can_stand_in_for_another(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await client.post(f"{PAGE}/new", data={**await blank(client, "wecom"), "webhook_url": KEY})
    first = (await stored(org))[0]["uid"]
    values = {
        **await blank(client, "feishu"),
        "webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/" + KEY,
        "fallback_for": first,
        "fallback_after_seconds": "5",
    }
    await client.post(f"{PAGE}/new", data=values)

    second = (await stored(org))[1]
    assert (second["fallback_for"], second["fallback_after_seconds"]) == (first, 300)
    assert "仅当「企业微信群机器人 …a1aa」不通时" in (await client.get(PAGE)).text


async def test_after_saving_htmx_leaves_the_page(client: httpx.AsyncClient) -> None:
    values = {**await blank(client, "wecom"), "webhook_url": KEY}
    answer = await client.post(f"{PAGE}/new", data=values, headers=HTMX)

    assert answer.headers["hx-redirect"].startswith(f"{PAGE}/")


async def test_the_address_for_allow_lists_is_told_or_said_to_be_unknown(
    client: httpx.AsyncClient, configure: Callable[..., object]
) -> None:
    assert "LEAVEMSG_EGRESS_ADDRESS" in Page(await client.get(f"{PAGE}/new?kind=dingtalk")).words
    configure(LEAVEMSG_EGRESS_ADDRESS="203.0.113.7")
    page = Page(await client.get(f"{PAGE}/new?kind=dingtalk")).words
    assert "203.0.113.7" in page
    assert "LEAVEMSG_EGRESS_ADDRESS" not in page


async def test_the_request_is_shown_as_a_command(client: httpx.AsyncClient) -> None:
    typed = {
        **await blank(client, "custom"),
        "kind": "custom",
        "webhook_url": "https://hook.example/in?key=5ec2e7",
        "method": "GET",
    }
    answer = await client.post(f"{PAGE}/new/preview", data=typed, headers=HTMX)

    shown = answer.text.partition("curl -G")[2]
    assert "https://hook.example/in" in shown
    assert "5ec2e7" not in answer.text
    assert "visitor[name]=张三" in shown


async def test_a_preset_whose_platform_has_the_text_asks_for_no_template(
    client: httpx.AsyncClient,
) -> None:
    for kind, asks in (("aliyun_sms", False), ("twilio", True)):
        answer = await client.get(f"{PAGE}/new?kind={kind}")
        assert ("template" in Page(answer).values) is asks
        assert 'name="only_high" value="on" checked' in answer.text
    assert (
        'name="only_high" value="on" checked'
        not in (await client.get(f"{PAGE}/new?kind=wecom")).text
    )


async def test_the_preview_follows_every_choice_of_the_form(client: httpx.AsyncClient) -> None:
    """The method and the encoding of a request change it as much as its words do."""
    page = (await client.get(f"{PAGE}/new?kind=custom")).text

    assert 'from:#body_template, change from:#channel"' in page
    assert '<form class="panel" id="channel"' in page
