"""The panel opens and nothing jumps; it uses the room that there is, to the last line of the
form."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Frame

from bench.widget import SHIFTS
from tests.browser.shop import Shop
from tests.browser.widget.conftest import DESKTOP, Guest, Visit
from tests.browser.widget.test_checks import PHONE

TALL = {"width": 1200, "height": 1400}
MARGIN, LAUNCHER = 40, 108
LONGEST = 900


async def open_by_call(guest: Guest) -> Frame:
    """Without a click: what moves within half a second of one is not counted."""
    await guest.waits_for("boot")
    await guest.page.evaluate("LeaveMessage.open()")
    form = await guest.usable()
    await fits(guest, form)
    return form


async def fits(guest: Guest, form: Frame) -> None:
    """The panel is as high as the form, or as the window lets it be."""
    height = await form.evaluate("document.getElementById('m').offsetHeight")
    await guest.page.wait_for_function(
        """(height) => { const panel = document.querySelector('leave-message').shadowRoot
        .querySelector('.p'), style = getComputedStyle(panel);
        const most = parseFloat(style.maxHeight) || innerHeight;
        return panel.offsetHeight === Math.min(height, most, 900) || most === innerHeight }""",
        arg=height,
    )
    await drawn(form)
    await drawn(guest.page)


async def drawn(document: Any) -> None:
    await document.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
        " setTimeout(done))))"
    )


@pytest.mark.parametrize(
    "device", [{"viewport": DESKTOP}, {"viewport": TALL}, PHONE], ids=["desktop", "tall", "phone"]
)
async def test_nothing_moves_while_it_opens_and_while_the_form_changes(
    visit: Visit, shop: Shop, device: Any
) -> None:
    guest = await visit(shop.page(), init=SHIFTS, **device)
    form = await open_by_call(guest)
    await form.evaluate("document.querySelector('form').requestSubmit()")
    await form.wait_for_selector("text=有 2 处需要修改")
    await fits(guest, form)

    assert await guest.page.evaluate("window.shift") == 0


@pytest.mark.parametrize("height", [600, 700, 900, 1200])
async def test_it_uses_the_room_and_the_last_line_can_be_read(
    visit: Visit, shop: Shop, height: int
) -> None:
    guest = await visit(shop.page(), viewport={"width": 1200, "height": height})
    form = await open_by_call(guest)
    wanted = await form.evaluate("document.getElementById('m').offsetHeight")
    box = await guest.panel.bounding_box()
    assert box is not None

    room = height - (LAUNCHER if height > 940 else MARGIN)
    assert box["height"] == min(wanted, room, LONGEST)
    assert box["y"] >= 20
    last = form.locator("footer a").last
    await last.scroll_into_view_if_needed()
    seen = await last.bounding_box()
    assert seen is not None
    assert box["y"] <= seen["y"]
    assert seen["y"] + seen["height"] <= box["y"] + box["height"]


async def test_where_there_is_little_room_the_launcher_makes_way(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), viewport={"width": 1200, "height": 700})
    form = await guest.open()
    assert await guest.launcher.is_hidden()

    await form.get_by_role("button", name="关闭").click()
    await guest.panel.wait_for(state="hidden")
    assert await guest.focused() == "l"


async def test_where_there_is_room_the_launcher_closes_it(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), viewport=TALL)
    await guest.open()
    await guest.launcher.click()

    await guest.panel.wait_for(state="hidden")
    assert await guest.focused() == "l"
