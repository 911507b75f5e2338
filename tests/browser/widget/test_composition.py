"""Keys that belong to an input method: whoever writes pinyin ends a word with Escape or Enter, and
that is nothing else. One test for each script that listens to keys."""

from __future__ import annotations

import re

from playwright.async_api import Frame, Page, expect

from tests.browser.conftest import Open
from tests.browser.product import FORM, FORM_BUILDER, Product
from tests.browser.shop import Shop
from tests.browser.widget.conftest import DESKTOP, Visit
from tools import faces

# What Chromium says while a word is written, and what Safari says right after.
SIGNS = ({"isComposing": True, "keyCode": 229}, {"isComposing": False, "keyCode": 229})


async def compose(page: Page, text: str = "nihao") -> None:
    """As an input method does it: the letters are not yet a word."""
    session = await page.context.new_cdp_session(page)
    await session.send(
        "Input.imeSetComposition",
        {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
    )


async def commit(page: Page) -> None:
    """The word is chosen."""
    session = await page.context.new_cdp_session(page)
    await session.send("Input.insertText", {"text": "你好"})


async def press(page: Page | Frame, key: str, **more: bool) -> None:
    """The key as both browsers report it in the middle of a word."""
    for sign in SIGNS:
        await page.evaluate(
            "(init) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
            "{ bubbles: true, composed: true, cancelable: true, ...init }))",
            {"key": key, **sign, **more},
        )


async def test_in_the_panel_the_word_ends_and_the_panel_stays(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    form = await guest.open()
    await form.focus("textarea[name=content]")
    await compose(guest.page)
    await guest.page.keyboard.press("Escape")
    await compose(guest.page)
    await press(form, "Escape")
    await press(form, "Enter", ctrlKey=True)

    await expect(guest.panel).to_be_visible()
    assert await form.input_value("textarea[name=content]") == "nihao"
    await form.focus("input[name=name]")
    await guest.page.keyboard.press("Escape")
    await expect(guest.panel).to_be_hidden()


async def test_on_the_page_around_it_too(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page())
    await guest.open()
    await guest.page.evaluate("document.body.appendChild(document.createElement('input')).focus()")
    await compose(guest.page)
    await press(guest.page, "Escape")
    await expect(guest.panel).to_be_visible()

    await commit(guest.page)
    await guest.page.keyboard.press("Escape")
    await expect(guest.panel).to_be_hidden()


async def test_the_form_is_not_sent_in_the_middle_of_a_word(
    open_page: Open, product: Product
) -> None:
    page = await open_page(FORM)
    await page.focus("textarea[name=content]")
    await compose(page)
    await press(page, "Enter", ctrlKey=True)
    await press(page, "Enter", metaKey=True)

    await expect(page.locator(".summary")).to_have_count(0)
    assert product.messages() == []


async def test_a_menu_of_the_console_stays_open(open_page: Open) -> None:
    page = await open_page("/inbox", signed_in=True, viewport=DESKTOP)
    menu = page.locator("details.account")
    await menu.locator("summary").click()
    await press(page, "Escape")
    await expect(menu).to_have_attribute("open", "")

    await page.keyboard.press("Escape")
    await expect(menu).not_to_have_attribute("open", "")


async def test_a_sample_is_tried_when_its_word_is_written(
    open_page: Open, product: Product
) -> None:
    key = product.add_field("text")
    page = await open_page(f"{FORM_BUILDER}/fields/{key}", signed_in=True, viewport=DESKTOP)
    tries: list[str] = []
    page.on("request", lambda sent: tries.append(sent.url) if sent.url.endswith("/try") else None)
    await page.focus("#sample")
    await compose(page)
    await press(page, "Enter")
    assert tries == []

    await commit(page)
    async with page.expect_request("**/try"):
        await page.keyboard.press("Enter")


def test_every_listener_of_keys_asks_first() -> None:
    for path in faces.SOURCES.rglob("*.js"):
        source = path.read_text(encoding="utf-8")
        for found in re.finditer(r'"key(?:down|up|press)"', source):
            opening = source[found.end() : found.end() + 260]
            asks = "isComposing(event)" in opening
            assert asks or ("isComposing" in opening and "229" in opening), path.name
