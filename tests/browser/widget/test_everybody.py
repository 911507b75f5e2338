"""Everybody can use them: the settings, the demo page, the panel on a host page and its errors."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.shop import Shop
from tests.browser.visitor import AXE
from tests.browser.widget.conftest import Visit

WIDGET = "leave-message"
LOOKS = [
    {"viewport": {"width": 320, "height": 700}, "locale": "en-US", "color_scheme": "dark"},
    {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", "color_scheme": "light"},
]


async def violations(document: Any, part: str = "html") -> list[str]:
    await document.evaluate(AXE)
    found = await document.evaluate("(part) => axe.run(part, {iframes: false})", part)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]


@pytest.mark.parametrize("look", LOOKS, ids=["narrow-en-dark", "wide-zh-light"])
async def test_the_settings_and_the_demo_page(browser: Browser, shop: Shop, look: Any) -> None:
    context = await browser.new_context(base_url=shop.url, bypass_csp=True, **look)
    await context.add_cookies([shop.product.cookie])
    page = await context.new_page()
    for address in ("/settings/widget", f"/demo/{shop.slug}"):
        await page.goto(address)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert await violations(page) == [], address
    await context.close()


@pytest.mark.parametrize("look", LOOKS, ids=["narrow-en-dark", "wide-zh-light"])
async def test_the_panel_its_card_and_an_error_in_it(visit: Visit, shop: Shop, look: Any) -> None:
    guest = await visit(shop.page(), bypass_csp=True, expect=["404"], **look)
    form = await guest.open()
    assert await violations(guest.page, WIDGET) == []
    lost = f"{shop.product.form}/x/y?embed=1&o={shop.site.url}"
    await form.evaluate("(lost) => { location.href = lost }", lost)
    await form.wait_for_selector(".done")
    assert await form.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await violations(form) == []


async def test_the_card_that_stands_in_for_the_form(visit: Visit, shop: Shop) -> None:
    shop.settings(embedding="listed", hosts="https://www.shop.example", phone="400-800-1234")
    guest = await visit(shop.page(), bypass_csp=True)
    await guest.launcher.click()
    await guest.page.get_by_role("alert").wait_for()

    assert await violations(guest.page, WIDGET) == []
