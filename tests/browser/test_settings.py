"""The settings in a real browser: tests that platforms refuse, a channel that dies and is mended,
and what was just saved, taken back."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.fakes.vendors import FakeVendors

CHANNELS = "/settings/channels"
WIDE = {"width": 1280, "height": 900}
REFUSALS = (
    ("wecom", "code:93000", "机器人地址不正确"),
    ("dingtalk", "code:310000", "关键词"),
    ("feishu", "code:19021", "19021"),
    ("wecom", "http:502:html", "HTTP 502"),
    ("dingtalk", "truncated_json", "不像来自平台本身"),
)


async def test_a_refused_test_is_never_green_and_a_mended_channel_is_told_what_it_missed(
    open_page: Open, product: Product, fakes: FakeVendors
) -> None:
    kinds = ("wecom", "dingtalk", "feishu")
    product.notify(
        *({"type": each, "name": each, "webhook_url": fakes.add_bot(each, "k")} for each in kinds)
    )
    found = product.api("GET", "/config").json()["notifications"]
    uids = {each["type"]: each["uid"] for each in found}
    page = await open_page(CHANNELS, signed_in=True, viewport=WIDE, clock=True)
    for kind, fault, said in REFUSALS:
        fakes.fault(kind, "k", fault)
        await page.click(f"[action$='{uids[kind]}/test'] button")
        refused = page.locator(f"#result-{uids[kind]} .tested.err")
        await expect(refused).to_contain_text(said)
        await expect(page.locator(f"#state-{uids[kind]}.ok")).to_have_count(0)

    # It dies: every page says so, and the others are told.
    line = page.locator("ol.channels > li", has=page.locator(f"#state-{uids['wecom']}"))
    await expect(line.locator(".strip")).to_have_count(0)
    fakes.add_bot("wecom", "k", state="removed")
    product.leave("在吗")
    await fakes.arrived(1, "feishu", "k")
    async with asyncio.timeout(30):
        while "wecom" not in await _banner(page):
            await asyncio.sleep(0.2)
    await page.goto(CHANNELS)
    await expect(line.locator(".strip .err")).to_have_count(1)
    await expect(line).to_contain_text("1 条没送到")
    await expect(line.get_by_role("button", name="补发")).to_have_count(0)

    fakes.add_bot("wecom", "k")
    await line.get_by_role("link", name="修复").click()
    await page.click("#channel button:has-text('发送测试')")
    await expect(page.locator("#result .tested:not(.err)")).to_be_visible()
    await page.goto(CHANNELS)
    await line.get_by_role("button", name="补发").click()
    await fakes.arrived(5, "wecom", "k")
    async with asyncio.timeout(30):
        sent = f"/deliveries?state=sent&channel={uids['wecom']}"
        while not product.api("GET", sent).json()["items"]:
            await asyncio.sleep(0.2)
    # The page asks by itself, once its script is there.
    await page.wait_for_load_state()
    await page.clock.run_for(31_000)
    await expect(line.locator(".lately")).to_contain_text("送达 1")
    await expect(line.locator(".strip .err")).to_have_count(0)
    assert "wecom" not in await _banner(page)


async def _banner(page: Page) -> str:
    await page.goto("/inbox")
    return " ".join(await page.locator(".band").all_inner_texts())


async def test_what_was_just_saved_is_taken_back_beside_the_sentence(
    open_page: Open, product: Product
) -> None:
    page = await open_page(CHANNELS, signed_in=True, viewport=WIDE)
    await page.evaluate(
        "document.querySelectorAll('details').forEach((each) => (each.open = true))"
    )
    await page.fill("[name=rate_limit_per_minute]", "7")
    await page.press("[name=rate_limit_per_minute]", "Enter")
    await page.get_by_role("button", name="撤销").click()
    await expect(page.locator(".toast")).to_contain_text("已撤销")
    await expect(page.locator("[name=rate_limit_per_minute]")).to_have_value("10")
    await expect(page.get_by_role("button", name="撤销")).to_have_count(0)
