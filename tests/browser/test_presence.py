"""Presence as an agent and an admin see it, and what pages of other sites are told meanwhile."""

from __future__ import annotations

import httpx
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.processes import TLS

HOURS = "/settings/hours"
REFRESHED = 15_000
"""How often that page looks again, in milliseconds."""


async def public_state(product: Product) -> str:
    async with httpx.AsyncClient(base_url=product.url, verify=TLS) as client:
        found = (await client.get(f"{product.form}/presence")).json()
    return str(found["state"])


async def test_an_agent_goes_online_and_every_page_and_the_admin_see_it(
    open_page: Open, product: Product
) -> None:
    admin = await open_page(HOURS, signed_in=True, clock=True)
    line = admin.locator("#now")
    await expect(line).to_contain_text("没有客服在线")

    agent = await open_page("/inbox", signed_in=True)
    await agent.click("#own-switch button")
    await expect(agent.locator("#own-switch")).to_contain_text("在线")
    assert await public_state(product) == "online"
    await admin.clock.run_for(REFRESHED)
    await expect(line).to_contain_text("后台在线")


async def test_the_heart_beats_only_while_the_page_is_in_front(open_page: Open) -> None:
    page = await open_page("/inbox", signed_in=True)
    async with page.expect_response("**/presence/switch"):
        await page.click("#own-switch button")
    async with page.expect_response("**/presence/beat") as beat:
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert (await beat.value).status == 204


async def test_hours_are_set_without_any_script(open_page: Open, product: Product) -> None:
    page = await open_page(HOURS, signed_in=True, java_script_enabled=False)
    await page.fill("#mon_0_start", "00:00")
    await page.fill("#mon_0_end", "00:00")
    await page.click("text=复制到周一至周五")
    for day in ("sat", "sun"):
        await page.fill(f"#{day}_0_start", "00:00")
        await page.fill(f"#{day}_0_end", "00:00")
    await page.select_option("#rule", "hours")
    await page.click("#week .primary")

    await expect(page.locator("#now")).to_contain_text("营业中，不会休息")
    assert await public_state(product) == "online"


async def test_chinas_holidays_are_imported_without_any_script(open_page: Open) -> None:
    page = await open_page(HOURS, signed_in=True, java_script_enabled=False)
    await page.fill("#mon_0_start", "09:00")
    await page.fill("#mon_0_end", "18:00")
    await page.click("#week .primary")
    await page.click("text=导入中国法定节假日")
    await expect(page.locator("body")).to_contain_text("请核对，现在还没有导入")
    await expect(page.locator("#wanted")).to_be_in_viewport()
    await page.click("text=导入这些日期")

    await expect(page.locator(".unusual")).to_contain_text("元旦")
