"""Several organizations of one account: the switcher, and a page left open from another."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.browser.widget.conftest import DESKTOP

PHONE = {"width": 390, "height": 844}
NOTE = "已回电，周三再打"
OTHER = "老王茶叶（北京朝阳门旗舰店）"


async def switch(page: Page, to: str) -> None:
    await page.click(".account > summary")
    await page.locator(".orgs").get_by_role("button", name=to).click()
    await page.wait_for_load_state()


async def test_a_note_of_one_waits_until_its_organization_is_open_again(
    open_page: Open, product: Product
) -> None:
    await product.another(OTHER)
    uid = product.leave("我想咨询一下产品价格")
    page = await open_page(f"/inbox/{uid}", signed_in=True, expects=r"\b409\b", viewport=DESKTOP)
    await page.click("text=内部备注")
    await page.fill("#note", NOTE)
    tab = await page.context.new_page()
    await tab.goto(f"{product.url}/inbox")
    await switch(tab, OTHER)
    await expect(tab.locator(".brand")).to_have_text(OTHER)

    await page.click("button[value=phone]")
    notice = page.locator(".toast", has_text="您填写的内容还在")
    await expect(notice).to_have_count(1)
    assert product.contents() == [("我想咨询一下产品价格", "pending")]
    async with page.context.expect_page() as opened:
        await notice.get_by_role("button", name="切换到").click()
    await (await opened.value).wait_for_load_state()
    await page.click("button[value=phone]")
    await expect(page.locator(".was .quote")).to_have_text(NOTE)
    assert product.contents() == [("我想咨询一下产品价格", "handled")]


async def test_on_a_phone_the_menu_at_the_foot_switches(open_page: Open, product: Product) -> None:
    await product.another(OTHER)
    page = await open_page("/settings/channels", signed_in=True, viewport=PHONE)
    await switch(page, OTHER)
    await expect(page).to_have_url(f"{product.url}/inbox")
    await page.click(".account > summary")
    await expect(page.locator(".orgs .here")).to_have_text(OTHER)
    box = await page.locator(".account > .drop").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
