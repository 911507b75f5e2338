"""A team's inbox, by mouse, by keyboard and on a phone."""

from __future__ import annotations

import httpx
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.browser.visitor import flaws
from tests.browser.widget.conftest import DESKTOP
from tests.processes import TLS

NAMES = ("张三", "李四", "王五")


def leave_three(product: Product) -> list[str]:
    """Their ids, in the order of the list."""
    found = []
    for name in NAMES:
        body = {
            "org": product.slug,
            "visitor": {"name": name, "phone": "13800138000"},
            "message": {"content": f"{name} 想咨询价格"},
        }
        answer = httpx.post(f"{product.url}/api/v1/leavemsg/messages", json=body, verify=TLS)
        assert answer.status_code == 201, answer.text
        found.insert(0, str(answer.json()["uid"]))
    return found


async def line_in_focus(page: Page) -> str | None:
    held: str | None = await page.evaluate(
        "document.activeElement.closest('[data-row]')?.dataset.row ?? null"
    )
    return held


async def test_the_keys_press_what_stands_on_the_page(open_page: Open, product: Product) -> None:
    uids = leave_three(product)
    page = await open_page("/inbox", signed_in=True, viewport=DESKTOP)
    keys = page.keyboard

    await keys.press("j")
    assert await line_in_focus(page) == uids[0]
    await keys.press("j")
    await keys.press("x")
    await expect(page.locator("[data-ticked]")).to_have_text("已选 1 条")
    assert await flaws(page) == []
    await keys.press("x")
    await keys.press("o")
    await expect(page.locator(".message h2")).to_have_text("李四")

    state = page.locator(".message-title .chip").first
    await keys.press("e")
    await expect(state).to_have_text("已处理")
    await keys.press("z")
    await expect(state).to_have_text("待处理")

    await expect(page.locator(".message h2")).to_be_focused()
    await keys.press("n")
    await expect(page.locator("#note")).to_be_focused()
    await page.keyboard.type("je s?")
    await expect(page.locator("#note")).to_have_value("je s?")
    await expect(state).to_have_text("待处理")
    await page.locator("#note").fill("")
    await page.evaluate("document.activeElement.blur()")

    await keys.press("?")
    dialog = page.locator("dialog#keys")
    await expect(dialog).to_be_visible()
    assert await flaws(page) == []
    await dialog.get_by_role("link").click()
    await page.click("[data-choices=keys] [data-choice=off]")
    await page.go_back()
    await expect(state).to_have_text("待处理")
    await keys.press("e")
    await keys.press("g")
    await keys.press("d")
    await expect(state).to_have_text("待处理")
    assert "/inbox" in page.url


async def test_the_command_bar_finds_a_visitor_by_pinyin_and_a_page(
    open_page: Open, product: Product
) -> None:
    uids = leave_three(product)
    page = await open_page("/inbox", signed_in=True, viewport=DESKTOP)

    await page.keyboard.press("Control+k")
    await page.keyboard.type("ww")
    first = page.locator("#commands [role=option]:visible").first
    await expect(first).to_contain_text("王五")
    assert await flaws(page) == []
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/inbox/{uids[0]}")

    await page.keyboard.press("Control+k")
    await page.keyboard.type("tdjl")
    await expect(first).to_contain_text("投递记录")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/deliveries")


async def test_many_are_snoozed_with_a_range_and_taken_back(
    open_page: Open, product: Product
) -> None:
    leave_three(product)
    page = await open_page("/inbox", signed_in=True, viewport=DESKTOP)
    ticks, rows = page.locator(".tick input"), page.locator("[data-row]")

    await ticks.nth(0).click(force=True)
    await ticks.nth(2).click(force=True, modifiers=["Shift"])
    await expect(page.locator("[data-ticked]")).to_have_text("已选 3 条")
    await page.locator(".bulk-acts summary", has_text="更多").click()
    await page.locator(".bulk button[value=snooze]").click()
    await expect(page.locator(".toast")).to_contain_text("已更新 3 条留言")
    await expect(rows).to_have_count(0)
    assert await flaws(page) == []
    await page.get_by_role("button", name="撤销").click()
    await expect(rows).to_have_count(3)
    await expect(page.locator(".tick input:checked")).to_have_count(0)


async def test_on_a_phone_a_message_is_taken_and_narrowed_to(
    open_page: Open, product: Product
) -> None:
    uids = leave_three(product)
    phone = {"width": 390, "height": 844}
    page = await open_page(f"/inbox/{uids[1]}", signed_in=True, viewport=phone, has_touch=True)

    await page.locator(".further-actions summary").click()
    await page.get_by_role("button", name="我来处理").click()
    await expect(page.locator(".toast")).to_contain_text("已由您负责")
    await page.goto(product.path("/inbox?status=mine"))
    await expect(page.locator("[data-row]")).to_have_count(1)
    await page.locator(".filters summary").click()
    await page.select_option("#by-priority", "high")
    await expect(page.locator(".empty h2")).to_have_text("没有符合条件的留言")
    assert "priority=high" in page.url
    assert await flaws(page) == []
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
