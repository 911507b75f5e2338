"""What the visitor sees in the panel when something goes wrong there, and how he goes on."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Frame, Route

from tests.browser.shop import Shop
from tests.browser.widget.conftest import Guest, Visit

CARD = "留言窗口打不开"
OF_A_PROXY = "<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"
REFUSED = ["ERR_CONNECTION_REFUSED", "Failed to fetch"]


async def proxy_fails(route: Route) -> None:
    await route.fulfill(status=502, content_type="text/html", body=OF_A_PROXY)


async def opened(guest: Guest) -> Frame:
    found = await guest.page.wait_for_selector("leave-message iframe:visible")
    assert found
    form = await found.content_frame()
    assert form
    return form


@pytest.mark.parametrize(
    ("language", "close", "way"),
    [("zh-CN", "关闭", "去填写留言"), ("en", "Close", "To the form")],
)
async def test_an_error_of_ours_can_be_closed_and_leads_back_to_the_form(
    visit: Visit, shop: Shop, language: str, close: str, way: str
) -> None:
    guest = await visit(shop.page(html=f'lang="{language}"'), expect=["404"])
    form = await guest.open()
    lost = f"{shop.product.form}/nothing/here?embed=1&lang={language}&o={shop.site.url}"
    await form.evaluate("(address) => { location.href = address }", lost)
    form = await opened(guest)
    await form.wait_for_selector(f"text={way}")

    await form.get_by_role("button", name=close).click()
    await guest.panel.wait_for(state="hidden")
    await guest.launcher.click()
    await form.get_by_role("link", name=way).click()
    await guest.usable()


async def test_a_page_that_is_not_ours_becomes_a_link_and_the_next_try_works(
    visit: Visit, shop: Shop
) -> None:
    guest = await visit(shop.page(), expect=["502"])
    await guest.context.route(f"**{shop.product.form}?**", proxy_fails)
    await guest.launcher.click()
    await guest.page.get_by_text(CARD).wait_for(timeout=9000)
    assert await guest.page.get_by_role("link", name="在新窗口中打开").is_visible()

    await guest.context.unroute(f"**{shop.product.form}?**")
    await guest.page.get_by_role("button", name="关闭").click()
    await guest.open()


async def test_it_may_also_come_after_the_form(visit: Visit, shop: Shop) -> None:
    """The form was there, a link in it led to something else."""
    guest = await visit(shop.page(), expect=["502"])
    form = await guest.open()
    await guest.context.route(f"**{shop.product.form}?**", proxy_fails)
    await form.get_by_role("link", name="English").click()
    await guest.page.get_by_text(CARD).wait_for(timeout=9000)
    assert await guest.panel.locator("iframe").is_hidden()

    await guest.context.unroute(f"**{shop.product.form}?**")
    await guest.page.get_by_role("button", name="关闭").click()
    await guest.open()
    assert [detail["code"] for name, detail in await guest.told() if name == "error"] == [
        "frame_refused"
    ]


async def test_another_page_of_ours_in_it_is_no_fault(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), clock=True)
    await guest.page.clock.run_for(1000)
    form = await guest.open()
    for language in ("English", "简体中文", "English"):
        await form.get_by_role("link", name=language).click()
        await form.wait_for_selector(f"[aria-current]:has-text('{language}')")
        await form.wait_for_load_state("load")
        await guest.page.clock.run_for(7000)

    assert await form.locator("textarea").is_visible()
    assert "error" not in [name for name, _ in await guest.told()]


async def test_the_product_goes_away_between_opening_and_sending(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), expect=REFUSED)
    form = await guest.open()
    await form.fill("textarea[name=content]", "产品重启时写的")
    await form.fill("input[name=phone]", "13800138000")
    shop.product.process.stop()
    await form.click("button[type=submit]")
    await form.wait_for_selector("text=没有提交成功")
    assert (await guest.waits_for("error"))["code"] == "network"
    assert await form.input_value("textarea[name=content]") == "产品重启时写的"

    shop.product.process.start()
    await shop.product.process.ready()
    # Unless the form is sending it again by itself at this moment.
    await form.evaluate("document.querySelector('button[type=submit]:enabled')?.click()")
    await form.wait_for_selector("text=留言已收到")
    assert shop.messages()[0]["message"]["content"] == "产品重启时写的"


async def test_a_refused_sending_leaves_the_form_as_it_was(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), expect=["413"])

    async def too_large(route: Route) -> None:
        sent: Any = route.request.post_data or ""
        await route.continue_(post_data=sent + "&more=" + "x" * 70_000)

    form = await guest.open()
    await form.fill("textarea[name=content]", "太长的留言")
    await form.fill("input[name=phone]", "13800138000")
    await guest.context.route(f"**{shop.product.form}?**", too_large)
    await form.click("button[type=submit]")
    await form.wait_for_selector("#notices .note, #notices .toast")

    assert await form.input_value("textarea[name=content]") == "太长的留言"
    assert (await guest.waits_for("error"))["code"] == "http_413"


async def test_the_card_is_no_higher_than_it_needs_to_be(visit: Visit, shop: Shop) -> None:
    shop.settings(embedding="listed", hosts="https://www.shop.example", phone="400-800-1234")
    guest = await visit(shop.page())
    await guest.launcher.click()
    await guest.page.get_by_text(CARD).wait_for()
    box = await guest.panel.bounding_box()
    assert box is not None
    assert box["height"] == 280
    last = await guest.page.get_by_role("link", name="在新窗口中打开").bounding_box()
    assert last is not None
    assert last["y"] + last["height"] < box["y"] + box["height"]


async def test_where_the_first_address_is_away_the_second_has_the_form(
    visit: Visit, shop: Shop
) -> None:
    """It is away from the beginning, then only when the form is opened."""
    first = shop.url.replace("127.0.0.1", "first.localhost")
    tag = shop.tag(f'data-lm-backup="{shop.url}"').replace(f'src="{shop.url}', f'src="{first}')
    guest = await visit("about:blank", also=first, expect=["ERR_FAILED", "502"], clock=True)
    await guest.context.route(f"{first}/w/**", lambda route: route.abort())
    await guest.page.goto(shop.page(tag=tag))
    await guest.page.clock.run_for(1000)
    form = await guest.open()
    assert form.url.startswith(shop.url)
    await form.fill("textarea[name=content]", "第一个地址打不开")
    await form.fill("input[name=phone]", "13800138000")
    await form.click("button[type=submit]")
    await form.wait_for_selector("text=留言已收到")
    assert (await guest.waits_for("submitted"))["reference"]

    await guest.context.unroute_all()
    await guest.context.route(f"{first}{shop.product.form}?**", proxy_fails)
    await guest.page.goto(shop.page(tag=tag))
    await guest.page.clock.run_for(1000)
    await guest.launcher.click()
    await guest.page.locator("leave-message iframe").wait_for(state="attached")
    await guest.page.clock.run_for(7000)
    assert (await guest.usable()).url.startswith(shop.url)
