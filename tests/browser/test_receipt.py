"""The number on the receipt, to take along."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.product import FORM
from tests.browser.visitor import sent


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
