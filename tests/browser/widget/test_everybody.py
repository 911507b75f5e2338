"""Everybody can use them: the settings, the demo page, the panel on a host page and its errors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.browser.shop import Shop
from tests.browser.visitor import flaws
from tests.browser.widget.conftest import Visit

WIDGET = "leave-message"
LOOKS = [
    {"viewport": {"width": 320, "height": 700}, "locale": "en-US", "color_scheme": "dark"},
    {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", "color_scheme": "light"},
]


async def violations(document: Any, part: str = "html") -> list[str]:
    return await flaws(document, part, iframes=False, rules={})


@pytest.mark.parametrize("look", LOOKS, ids=["narrow-en-dark", "wide-zh-light"])
async def test_the_settings_and_the_demo_page(open_page: Open, shop: Shop, look: Any) -> None:
    page = await open_page("/settings/widget", signed_in=True, bypass_csp=True, **look)
    for address in (page.url, f"{shop.url}/demo/{shop.slug}"):
        await page.goto(address)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert await violations(page) == [], address


@pytest.mark.parametrize("look", LOOKS, ids=["narrow-en-dark", "wide-zh-light"])
async def test_the_panel_its_card_and_an_error_in_it(visit: Visit, shop: Shop, look: Any) -> None:
    guest = await visit(shop.page(), bypass_csp=True, expect=["404"], **look)
    form = await guest.open()
    assert await violations(guest.page, WIDGET) == []
    await form.evaluate(
        f"() => {{ location.href = '/w/{shop.slug}/x/y?embed=1&o={shop.site.url}' }}"
    )
    await form.wait_for_selector(".done")
    assert await form.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await violations(form) == []


async def test_the_card_that_stands_in_for_the_form(visit: Visit, shop: Shop) -> None:
    shop.settings(embedding="listed", hosts="https://www.shop.example", phone="400-800-1234")
    guest = await visit(shop.page(), bypass_csp=True)
    await guest.launcher.click()
    await guest.page.get_by_role("alert").wait_for()

    assert await violations(guest.page, WIDGET) == []
