"""Without JavaScript the link on the page is the whole widget: to the form, through faults, to a
receipt that can be reloaded."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.shop import Shop
from tests.browser.visitor import TEXT, send
from tests.browser.widget.conftest import Visit

LANGUAGES = {
    "zh-CN": ("错误：", "留言已收到", "售后服务"),
    "en-US": ("Error: ", "We have your message", "After-sales"),
}


async def sent_as(page: Page) -> int | None:
    """What the server answers to the form."""
    async with page.expect_response(lambda answer: answer.request.method == "POST") as found:
        await send(page)
    await page.wait_for_load_state()
    return (await found.value).status


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_a_message_is_left_without_any_script(visit: Visit, shop: Shop, locale: str) -> None:
    fault, received, category = LANGUAGES[locale]
    link = f'<a id="mine" href="{shop.form}" data-lm-open>给客服留言</a>'
    guest = await visit(shop.page(body=link), java_script_enabled=False, locale=locale)
    page = guest.page
    await page.click("#mine")
    await page.wait_for_selector("textarea[name=content]")
    assert page.url == shop.form

    await page.fill("input[name=name]", "张三")
    await page.select_option("select[name=category]", label=category)
    assert await sent_as(page) == 422
    assert (await page.title()).startswith(fault)
    assert await page.locator(".summary a").count() == 2
    assert await page.input_value("input[name=name]") == "张三"
    assert await page.input_value("select[name=category]") == "售后服务"
    assert shop.messages() == []

    await page.fill("textarea[name=content]", TEXT)
    await page.fill("input[name=phone]", "13800138000")
    assert await sent_as(page) == 303
    assert re.search(rf"{shop.product.form}/r/LM-[0-9A-Z]{{6}}", page.url)
    assert received in await page.inner_text("h1")
    receipt = page.url
    await page.reload()
    assert page.url == receipt
    assert received in await page.inner_text("h1")
    (message,) = shop.messages()
    assert (message["message"]["content"], message["visitor"]["name"]) == (TEXT, "张三")
    assert message["page_url"].startswith(shop.site.url)
    assert message["repeats"] == 1


async def test_each_line_of_the_summary_leads_to_its_field(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.form, java_script_enabled=False)
    await sent_as(guest.page)
    for field in ("content", "phone"):
        await guest.page.click(f".summary a[href='#{field}']")
        await expect(guest.page.locator(f"#{field}:target")).to_have_count(1)
