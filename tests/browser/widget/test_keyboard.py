"""From the launcher to the receipt and back, without a mouse, on enlarged and coloured screens."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.shop import Shop
from tests.browser.test_narrow import EDGELESS, MOVING, SCROLLS
from tests.browser.visitor import TEXT
from tests.browser.widget.conftest import Guest, Visit

SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {},
    "320": {"viewport": {"width": 320, "height": 640}},
    "400%": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
    "forced": {"forced_colors": "active"},
    "still": {"reduced_motion": "reduce"},
}


async def press(guest: Guest, *keys: str) -> None:
    for key in keys:
        await guest.page.keyboard.press(key)


@pytest.mark.parametrize("screen", SCREENS)
async def test_it_is_enough_from_the_launcher_to_the_receipt(
    visit: Visit, shop: Shop, screen: str
) -> None:
    guest = await visit(shop.page(), **SCREENS[screen])
    await guest.launcher.wait_for()
    await press(guest, "Tab")
    assert await guest.focused() == "l"
    await press(guest, "Enter")
    form = await guest.usable()
    await form.wait_for_function("document.activeElement.name === 'content'")
    assert not await form.evaluate(SCROLLS)
    assert not await guest.page.evaluate(SCROLLS)

    await guest.page.keyboard.type(TEXT)
    await press(guest, "Tab", "Tab", "Tab")
    await guest.page.keyboard.type("13800138000")
    await press(guest, "Tab", "Tab", "Tab")
    assert await form.evaluate("document.activeElement.type") == "submit"
    await press(guest, "Space")
    await guest.waits_for("submitted")
    await form.wait_for_function("document.activeElement.tagName === 'H1'")
    assert not await form.evaluate(SCROLLS)

    await press(guest, "Escape")
    await guest.panel.wait_for(state="hidden")
    assert await guest.focused() == "l"
    assert shop.product.contents() == [(TEXT, "pending")]


EDGES = """(e) => { const style = getComputedStyle(e);
return [style.borderTopWidth, style.borderTopStyle, style.borderTopColor] }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_forced_colours_leave_an_edge(visit: Visit, shop: Shop, scheme: Any) -> None:
    guest = await visit(shop.page(), forced_colors="active", color_scheme=scheme)
    form = await guest.open()
    behind = await guest.page.evaluate("getComputedStyle(document.body).backgroundColor")
    for part in (guest.launcher, guest.panel):
        width, style, colour = await part.evaluate(EDGES)
        assert (width, style) == ("2px", "solid")
        assert colour not in {behind, "rgba(0, 0, 0, 0)"}
    assert await form.evaluate(EDGELESS) == []


async def test_without_motion_nothing_moves(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), reduced_motion="reduce")
    form = await guest.open()
    parts = guest.page.locator("leave-message *")
    await expect(parts.first).to_be_attached()
    moving = await parts.evaluate_all(
        """(all) => all.map((e) => getComputedStyle(e)).filter((style) =>
        style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0).length"""
    )
    assert moving == 0
    assert await form.evaluate(MOVING) == []
    assert await guest.page.evaluate("document.getAnimations({subtree: true}).length") == 0


async def test_with_motion_the_panel_does_move(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), reduced_motion="no-preference")
    await guest.open()
    assert await guest.panel.evaluate("(e) => getComputedStyle(e).animationName") == "i"
