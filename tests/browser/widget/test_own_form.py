"""A form of the shop's own page, on another site than ours, with a real browser's headers."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.shop import Shop
from tests.browser.visitor import RECEIPT
from tests.browser.widget.conftest import Visit

FORM = """<form id="own" action="{url}/f/{slug}" method="post" enctype="{encoding}">
<input name="姓名"><input name="Tel"><textarea name="message"></textarea><input name="预算">
<input type="file" name="photo"><input type="hidden" name="_next" value="/{slug}/thanks">
<button>Send</button></form>"""


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
async def test_it_arrives_and_leads_back_and_faults_keep_the_text(
    visit: Visit, shop: Shop, encoding: str
) -> None:
    body = FORM.format(url=shop.url, slug=shop.slug, encoding=encoding)
    own = shop.page(body=body, tag="")
    guest = await visit(own, expect=["status of 422"], java_script_enabled=False)
    page = guest.page
    shop.site.pages[f"/{shop.slug}/thanks"] = ("<h1>谢谢光临</h1>", {})
    await _fill(page, "问我太太")
    await page.wait_for_selector(".summary a")
    assert page.url.startswith(f"{shop.url}/f/")
    assert await page.input_value("[name=message]") == "第一行\n第二行"

    await page.fill("[name=Tel]", "13800138000")
    await page.click("button[type=submit]")
    await page.wait_for_selector(RECEIPT)
    [message] = shop.messages()
    assert message["message"]["content"] == "第一行\n第二行"
    assert message["visitor"]["phone"] == "13800138000"
    assert message["fields"] == {"预算": "5 万"}

    await page.goto(own)
    await _fill(page, "13900139000")
    await page.wait_for_selector("text=谢谢光临")
    assert page.url == f"{shop.site.url}/{shop.slug}/thanks"
    assert len(shop.messages()) == 2


async def _fill(page: Page, phone: str) -> None:
    await page.fill("[name='姓名']", "张三")
    await page.fill("[name=Tel]", phone)
    await page.fill("[name=message]", "第一行\n第二行")
    await page.fill("[name='预算']", "5 万")
    await page.click("#own button")
