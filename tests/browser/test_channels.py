"""Channels in a real browser: another platform's address, a refused test, the order."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.fakes.vendors import FakeVendors

NEW = "/settings/channels/new?kind=dingtalk"


async def test_another_platforms_address_changes_the_form_and_a_test_says_what_to_do(
    open_page: Open, product: Product, fakes: FakeVendors
) -> None:
    page = await open_page(NEW, signed_in=True, expects=r"\b422\b")
    await page.fill("#webhook_url", fakes.address("wecom", "nobody"))
    await page.click("#channel .primary")
    await page.click("#summary button")
    await expect(page.locator("h1")).to_contain_text("企业微信")
    await page.click("#channel button:has-text('发送测试')")
    await expect(page.locator("#result")).to_contain_text("93000")
    await expect(page.locator("#result")).to_contain_text("机器人地址不正确")
    await page.fill("#name", "售后群")
    await page.click("#channel .primary")
    await expect(page.locator("h1")).to_contain_text("售后群")

    await page.click("main .crumbs a")
    lines = page.locator("ol.channels > li")
    await expect(lines).to_have_count(2)
    await lines.nth(1).locator(".step").first.focus()
    await page.keyboard.press("Enter")
    await expect(lines.nth(0)).to_contain_text("售后群")
    await expect(lines.nth(0).locator(".step:enabled")).to_be_focused()
