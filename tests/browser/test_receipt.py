"""The number on the receipt, to take along."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.product import FORM
from tests.browser.visitor import fill, send, sent


async def test_one_click_copies_the_number(open_page: Open) -> None:
    page = await open_page(FORM, permissions=["clipboard-read", "clipboard-write"])
    reference = await sent(page)
    await copy(page).click()
    await expect(copy(page)).to_have_text("已复制")
    assert await page.evaluate("navigator.clipboard.readText()") == reference


async def test_without_a_clipboard_nothing_offers_to_copy(open_page: Open) -> None:
    page = await open_page(FORM, java_script_enabled=False)
    await sent(page)
    await expect(page.locator("output")).to_be_visible()
    await expect(copy(page)).to_be_hidden()


def copy(page: Page) -> Locator:
    return page.locator("[data-copy]")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_every_page_of_the_visitor_can_change_its_language(
    open_page: Open, javascript: bool
) -> None:
    page = await open_page(f"{FORM}?tz=Asia/Kathmandu", java_script_enabled=javascript)
    await fill(page)
    await send(page)
    await expect(page.locator("h1")).to_have_text("留言已收到")
    await page.click("text=English")
    await expect(page.locator("h1")).to_have_text("We have your message")
    await page.click("text=See how far it is")
    await page.click("text=中文")
    await expect(page.get_by_role("heading", name="您的留言 LM-")).to_be_visible()
    assert "tz=Asia" in page.url


async def test_what_was_begun_as_an_addition_outlives_a_change_of_language(
    open_page: Open,
) -> None:
    page = await open_page(FORM)
    await fill(page)
    await send(page)
    await page.click("text=查看处理进度")
    await page.fill("#text", "还有一件事")
    # Until the script is there nothing can keep it.
    await page.wait_for_load_state()
    await page.click("text=English")
    await expect(page.locator("#text")).to_have_value("还有一件事")
    await page.click("button:has-text('Add')")
    await expect(page.get_by_text("Added to your message.")).to_be_visible()
    await page.reload()
    await expect(page.locator("#text")).to_have_value("")
