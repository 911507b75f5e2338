"""The panel is as high as its form, as far as the window lets it."""

from __future__ import annotations

import pytest
from playwright.async_api import Frame

from tests.browser.shop import Shop
from tests.browser.test_narrow import SCROLLS
from tests.browser.widget.conftest import Guest, Visit

LEAST, MOST = 200, 900
EDGES, LAUNCHER = 40, 68
"""What the edges of the window keep for themselves, and, where there is room for it, the button."""
ROOM = 940


def around(window: int) -> int:
    return EDGES if window <= ROOM else EDGES + LAUNCHER


async def height(guest: Guest, form: Frame, window: int) -> float:
    """Of the panel, once it has followed the form."""
    content = await form.evaluate("document.getElementById('m').offsetHeight")
    wanted = min(max(LEAST, min(MOST, content)), window - around(window))
    await guest.page.wait_for_function(
        "(wanted) => Math.abs(document.querySelector('leave-message').shadowRoot"
        ".querySelector('.p').getBoundingClientRect().height - wanted) < 1",
        arg=wanted,
    )
    box = await guest.panel.bounding_box()
    assert box is not None
    assert box["height"] <= window - around(window)
    return box["height"]


@pytest.mark.parametrize("window", [420, 500, 900, 1400])
async def test_it_follows_faults_and_the_receipt_and_never_leaves_the_window(
    visit: Visit, shop: Shop, window: int
) -> None:
    guest = await visit(shop.page(), viewport={"width": 1200, "height": window})
    form = await guest.open()
    empty = await height(guest, form, window)
    await form.click("button[type=submit]")
    await form.wait_for_selector("text=有 2 处需要修改")
    faulty = await height(guest, form, window)
    await form.fill("textarea[name=content]", "高度")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")
    await form.wait_for_selector("text=留言已收到")
    receipt = await height(guest, form, window)

    assert receipt <= empty <= faulty
    if window == 1400:
        assert LEAST <= receipt < empty < faulty < MOST, "nothing has to be scrolled to"


async def test_on_a_small_laptop_the_button_is_in_sight_at_once(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), viewport={"width": 1366, "height": 650})
    form = await guest.open()
    await height(guest, form, 650)
    box, panel = (
        await form.locator("button[type=submit]").bounding_box(),
        await guest.panel.bounding_box(),
    )
    assert box is not None
    assert panel is not None
    assert box["y"] + box["height"] <= panel["y"] + panel["height"]


@pytest.mark.parametrize("width", [320, 360, 390, 400])
async def test_a_number_and_a_wechat_id_share_a_line_where_both_have_room(
    visit: Visit, shop: Shop, width: int
) -> None:
    guest = await visit(shop.page(), viewport={"width": width, "height": 700})
    form = await guest.open()
    tops = await form.evaluate(
        "['category', 'name', 'phone', 'wechat', 'email'].map("
        "(id) => Math.round(document.getElementById(id).getBoundingClientRect().top))"
    )
    category, name, phone, wechat, email = tops
    assert (category == name, phone == wechat) == (width > 320, width > 320)
    assert category <= name < phone <= wechat < email
    assert not await form.evaluate(SCROLLS)


async def test_in_a_low_window_everything_can_be_scrolled_to(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), viewport={"width": 1200, "height": 420})
    form = await guest.open()
    await form.click("button[type=submit]")
    await form.wait_for_selector(".summary:focus")
    for target in ("h1", "textarea[name=content]", "button[type=submit]", "footer"):
        await form.locator(target).scroll_into_view_if_needed()
        seen = await form.locator(target).bounding_box()
        panel = await guest.panel.bounding_box()
        assert seen is not None
        assert panel is not None
        assert panel["y"] - 1 <= seen["y"]
        assert seen["y"] + seen["height"] <= panel["y"] + panel["height"] + 1


async def test_a_window_that_shrinks_takes_the_panel_along(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), viewport={"width": 1200, "height": 900})
    form = await guest.open()
    before = await height(guest, form, 900)
    await guest.page.set_viewport_size({"width": 1200, "height": 420})
    assert await height(guest, form, 420) < before
