"""From the notice in a group to a handled message: two taps on a phone that is not signed in, and
nothing by a browser that opens the links and presses nothing."""

from __future__ import annotations

import re

from tests.browser.conftest import PHONE_SIZE, Open
from tests.browser.product import EMAIL, FORM, Product
from tests.browser.visitor import RECEIPT, fill, send
from tests.fakes.vendors import FakeVendors

LINK = re.compile(r"/t/[\w-]+")


async def test_two_taps_handle_it_and_previews_change_nothing(
    open_page: Open, product: Product, fakes: FakeVendors
) -> None:
    visitor = await open_page(FORM)
    await fill(visitor)
    await send(visitor)
    await visitor.wait_for_selector(RECEIPT)
    (call,) = await fakes.arrived(1, "wecom", "k")
    claim, handle, *others = LINK.findall(call.parsed["markdown"]["content"])

    phone = await open_page("/livez", viewport=PHONE_SIZE)
    for link in (claim, handle, *others):
        await phone.goto(product.url + link)
        await phone.wait_for_load_state("networkidle")
        assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    [waiting] = product.messages()
    assert (waiting["status"], waiting["assignee"]) == ("pending", None)

    await phone.goto(product.url + claim)
    await phone.fill("#name", EMAIL)
    await phone.click("button")
    await phone.wait_for_selector("[role=status]")
    await phone.goto(product.url + handle)
    await phone.click("button:has-text('已电话回复')")
    await phone.wait_for_selector("[role=status]")
    [done] = product.messages()
    assert (done["status"], done["handled_by"]) == ("handled", EMAIL)
