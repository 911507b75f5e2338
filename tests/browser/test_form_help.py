"""What helps who fills the form in: it counts, remembers, and names other ways when it fails."""

from __future__ import annotations

import asyncio

from playwright.async_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.visitor import RECEIPT, fill, flaws, send


async def test_a_second_message_of_the_tab_knows_how_its_writer_is_reached(open_page: Open) -> None:
    page = await open_page(FORM)
    await fill(page)
    await page.fill("input[name=name]", "张三")
    await send(page)
    await page.click("text=再写一条")
    await page.wait_for_selector("form")
    await expect(page.locator("input[name=name]")).to_have_value("张三")
    assert await page.input_value("input[name=phone]") == "+86 138-0013-8000"
    assert await page.input_value("textarea[name=content]") == ""
    assert await flaws(page) == []

    await page.click("text=清除")
    assert await page.input_value("input[name=phone]") == ""
    await expect(page.locator("[data-known]")).to_be_hidden()
    await page.reload()
    assert await page.input_value("input[name=phone]") == ""
    # Of the number, not of the organization's name.
    assert "0013" not in await page.evaluate("JSON.stringify(sessionStorage)")


async def test_what_is_written_before_the_script_is_there_joins_the_draft(open_page: Open) -> None:
    page = await open_page(FORM)
    written = page.locator("textarea[name=content]")
    await written.fill("还有货吗")
    here = asyncio.Event()

    async def late(route: Route) -> None:
        await here.wait()
        await route.continue_()

    await page.route("**/js/visitor.js*", late)
    await page.reload(wait_until="commit")
    await written.fill("要两盒")
    here.set()
    await expect(written).to_have_value("还有货吗\n要两盒")
    await page.reload()
    await expect(written).to_have_value("还有货吗\n要两盒")


async def test_the_characters_left_are_shown_all_the_time_and_spoken_twice(open_page: Open) -> None:
    page = await open_page(FORM)
    line, spoken = page.locator("#content-count"), page.locator("#m > [aria-live]")
    most = int(await page.get_attribute("textarea[name=content]", "data-max") or "")
    for length, seen, said in (
        (most - 201, "", ""),
        (most - 150, "150", ""),
        (most - 100, "100", "100"),
        (most - 40, "40", "100"),
        (most, "0", "0"),
        (most + 7, "7", "7"),
        (most - 150, "150", ""),
    ):
        await page.fill("textarea[name=content]", "字" * length)
        await expect(line).to_be_visible(visible=bool(seen))
        assert not seen or seen in await line.inner_text()
        assert "".join(filter(str.isdigit, await spoken.inner_text())) == said


def name_other_ways(product: Product) -> None:
    product.post(
        "/settings/widget", phone="400 820 8820", email="help@shop.example", wechat="shop_01"
    )


async def test_after_a_failure_other_ways_are_shown(open_page: Open, product: Product) -> None:
    name_other_ways(product)
    expected = r"ERR_INTERNET_DISCONNECTED|Failed to fetch"
    page = await open_page(FORM, expects=expected, permissions=["clipboard-write"])
    await fill(page)
    otherwise = page.locator("#otherwise")
    await page.context.set_offline(True)
    for _ in range(2):
        await page.evaluate("document.getElementById('notices').replaceChildren()")
        await send(page)
        await expect(page.locator("#notices")).to_contain_text("没有提交成功")
        await expect(otherwise).to_be_visible()
    assert await otherwise.locator("a").evaluate_all("(all) => all.map((a) => a.href)") == [
        "tel:4008208820",
        "mailto:help@shop.example",
    ]
    assert await flaws(page) == []
    await page.context.set_offline(False)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    await expect(otherwise).to_contain_text("急事请联系： 400 820 8820 help@shop.example")
    await expect(otherwise).to_contain_text("微信号 shop_01")
    await otherwise.get_by_role("button").click()
    await expect(otherwise.get_by_role("button")).to_have_text("已复制")
