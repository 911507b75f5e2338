"""The page of rules in a real browser: tried before it is saved, and dragged into order."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.visitor import flaws


async def test_rules_are_tried_saved_and_dragged(open_page: Open) -> None:
    page = await open_page("/settings/rules/new", signed_in=True)
    await page.fill("#name", "退款")
    await page.fill("#words", "退款")
    await page.fill("#tags", "退款")
    await page.click("button[formaction$='last=100']")
    await expect(page.locator("#tried")).to_contain_text("条符合")
    assert await flaws(page) == []
    await page.click("button.primary")
    await expect(page.locator(".form-lines")).to_contain_text("关键词：退款")

    await page.goto(page.url.split("?")[0] + "/new")
    await page.fill("#name", "招聘")
    await page.select_option("#told", "nobody")
    await page.click("button.primary")
    lines = page.locator(".form-lines > li")
    await expect(lines).to_have_count(2)
    assert await flaws(page) == []
    # The script moves the line at once: what counts is that the server has been told.
    async with page.expect_response("**/settings/rules/order"):
        await lines.nth(1).drag_to(lines.nth(0), target_position={"x": 5, "y": 2})
    await expect(lines.nth(0)).to_contain_text("招聘")
    await page.reload()
    await expect(lines.nth(0)).to_contain_text("招聘")
