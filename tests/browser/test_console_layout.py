"""How the console uses the room that a screen has, and what it keeps of one's own choice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.product import Product

LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 568}, "has_touch": True}
LONG = "我想咨询一下产品价格，最好今天就能回复。" * 60
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
WHOLE_ROWS = """() => [...document.querySelectorAll('[data-row]')].filter((row) =>
  row.getBoundingClientRect().bottom <= innerHeight).length"""


def leave(product: Product, content: str = "价格怎么算？", **visitor: str) -> str:
    named = {"name": "张三", "phone": "13800138000", **visitor}
    body = {"org": product.slug, "visitor": named, "message": {"content": content}}
    answer = httpx.post(f"{product.url}/api/v1/leavemsg/messages", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uid"])


def leave_many(product: Product, number: int) -> list[str]:
    """The newest first, as the inbox has them."""
    phones = [f"1380013{each:04}" for each in range(number)]
    return [leave(product, f"第 {phone} 个问题", phone=phone) for phone in phones][::-1]


async def in_sight(page: Page, part: Locator) -> bool:
    """The whole of it, without scrolling."""
    box = await part.bounding_box()
    size = page.viewport_size
    if box is None or size is None:
        return False
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


async def test_a_laptop_shows_eleven_messages_or_fifteen_close_together(
    open_page: Open, product: Product
) -> None:
    leave_many(product, 20)
    page = await open_page("/inbox", signed_in=True, **LAPTOP)
    assert 11 <= await page.evaluate(WHOLE_ROWS) < 15

    await page.click(".account > summary")
    await page.click("text=我的账号")
    await page.click("text=紧凑行距")
    await page.go_back()
    assert await page.evaluate(WHOLE_ROWS) >= 15
    await page.reload()
    assert await page.evaluate(WHOLE_ROWS) >= 15


@pytest.mark.parametrize("screen", [PHONE, SMALL], ids=["390", "320"])
async def test_a_phone_begins_with_the_messages(
    open_page: Open, product: Product, screen: dict[str, Any]
) -> None:
    leave_many(product, 20)
    page = await open_page("/inbox", signed_in=True, **screen)
    first = await page.locator("[data-row]").first.bounding_box()

    assert first
    assert first["y"] <= 120
    assert not await page.evaluate(SCROLLS)


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_the_way_to_other_pages_is_whole_on_the_smallest_phone(
    open_page: Open, locale: str
) -> None:
    page = await open_page("/inbox", signed_in=True, locale=locale, **SMALL)
    ways = page.locator(".rail").locator(":is(.places a, summary, button):visible")

    assert await ways.count() == 6
    for way in await ways.all():
        box = await way.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert min(box["width"], box["height"]) >= 44
        assert await way.evaluate("(way) => way.scrollWidth <= way.clientWidth")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("screen", [LAPTOP, PHONE, SMALL], ids=["laptop", "390", "320"])
async def test_however_long_a_message_is_it_can_be_handled_at_once(
    open_page: Open, product: Product, screen: dict[str, Any], locale: str
) -> None:
    uid = leave(product, LONG)
    page = await open_page(f"/inbox/{uid}", signed_in=True, locale=locale, **screen)
    button = page.locator("button[value=phone]")

    assert await in_sight(page, button)
    await button.click()
    await expect(page.locator(".toast form button")).to_be_visible()


async def test_many_tags_and_a_long_tag_push_no_row_beyond_a_phone(
    open_page: Open, product: Product
) -> None:
    uid = leave(product)
    tags = [*(f"标签{n}" for n in range(8)), "W" * 32]
    changed = product.api("PATCH", f"/messages/{uid}", json={"tags": tags})
    assert changed.status_code == 200, changed.text
    product.post(f"/inbox/{uid}/handle", outcome="phone", note="")

    page = await open_page("/inbox?status=all", signed_in=True, **SMALL)

    assert not await page.evaluate(SCROLLS)
    await expect(page.locator(".row .became")).to_be_in_viewport(ratio=1)


async def test_on_a_phone_the_other_outcomes_are_two_taps_away(
    open_page: Open, product: Product
) -> None:
    uid = leave(product, LONG)
    page = await open_page(f"/inbox/{uid}", signed_in=True, **SMALL)
    await page.click(".further-actions > summary")
    choice = page.locator("button[value=none]:visible")

    assert await in_sight(page, choice)
    await choice.click()
    await expect(page.locator(".was h3")).to_have_text("无需处理")


async def test_on_a_phone_a_note_is_one_tap_away_and_goes_along(
    open_page: Open, product: Product
) -> None:
    uid = leave(product, LONG)
    page = await open_page(f"/inbox/{uid}", signed_in=True, **PHONE)
    await page.click(".actions >> text=备注")
    await expect(page.locator("#note")).to_be_focused()
    await page.keyboard.type("周三再打")
    await page.click("button[value=phone]")

    await expect(page.locator(".was .quote")).to_have_text("周三再打")


async def test_what_is_known_of_a_visit_stands_beside_the_message_where_there_is_room(
    open_page: Open, product: Product
) -> None:
    uid = leave(product)
    for screen, beside in ((WIDE, True), (LAPTOP, False)):
        page = await open_page(f"/inbox/{uid}", signed_in=True, **screen)
        message = await page.locator(".message-main").bounding_box()
        facts = await page.locator(".message-facts").bounding_box()

        assert message
        assert facts
        assert (facts["x"] >= message["x"] + message["width"]) == beside
        assert (facts["y"] >= message["y"] + message["height"]) != beside


async def test_the_list_is_as_wide_as_one_draws_it(open_page: Open, product: Product) -> None:
    leave(product)
    page = await open_page("/inbox", signed_in=True, **LAPTOP)
    pane, divider = page.locator(".list-pane"), page.get_by_role("separator")
    widths = [await pane.evaluate("(pane) => pane.offsetWidth")]
    for key in ("ArrowRight", "End", "Home"):
        await divider.press(key)
        widths.append(await pane.evaluate("(pane) => pane.offsetWidth"))
    assert widths == [400, 420, 520, 340]

    box = await divider.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 4, 400)
    await page.mouse.down()
    await page.mouse.move(200 + 480, 400)
    await page.mouse.up()
    await page.reload()
    assert await pane.evaluate("(pane) => pane.offsetWidth") == 480
    assert await divider.get_attribute("aria-valuenow") == "480"


async def test_the_rail_makes_room_and_stays_so(open_page: Open) -> None:
    page = await open_page("/deliveries", signed_in=True, **LAPTOP)
    rail = page.locator(".rail")
    await page.click("text=收起")
    await page.goto("/settings/channels")

    assert await rail.evaluate("(rail) => rail.offsetWidth") == 56
    await page.get_by_role("link", name="留言管理").click()
    await page.wait_for_url("**/inbox")
    await page.get_by_role("button", name="收起", pressed=True).click()
    assert await rail.evaluate("(rail) => rail.offsetWidth") == 200


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_one_goes_on_to_the_next_message_and_back(
    open_page: Open, product: Product, screen: dict[str, Any], *, javascript: bool
) -> None:
    first, second, third = leave_many(product, 3)
    page = await open_page(
        f"/inbox/{first}", signed_in=True, java_script_enabled=javascript, **screen
    )
    for uid in (second, third):
        await page.locator("[data-step=after]:visible").click()
        await page.wait_for_url(f"**/inbox/{uid}")
        await page.wait_for_selector(f"[data-open='{uid}']")

    assert await page.locator("[data-step=after]:visible").count() == 0
    if screen is LAPTOP:
        await page.locator("[data-step=before]:visible").click()
        await page.wait_for_url(f"**/inbox/{second}")


async def test_reading_needs_no_button_where_a_script_does_it(
    open_page: Open, product: Product
) -> None:
    uid = leave(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, **LAPTOP)
    await expect(page.locator(".seen")).not_to_be_visible()
    await expect(page.locator("[data-unread='0']")).to_be_attached()

    again = leave(product, "再问一次", phone="13900139000")
    plain = await open_page(f"/inbox/{again}", signed_in=True, java_script_enabled=False, **LAPTOP)
    await plain.click("text=标为已读")
    await expect(plain.locator("[data-unread='0']")).to_have_count(1)


async def test_the_number_of_a_message_is_copied_by_a_click(
    open_page: Open, product: Product
) -> None:
    uid = leave(product)
    page = await open_page(f"/inbox/{uid}", signed_in=True, **LAPTOP)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    number = page.locator(".number")
    reference = await number.inner_text()
    await number.click()
    await expect(number).to_have_text("已复制")

    assert await page.evaluate("navigator.clipboard.readText()") == reference


async def test_a_phone_searches_from_an_icon(open_page: Open, product: Product) -> None:
    leave(product, "龙井多少钱")
    other = leave(product, "退货", phone="13900139000")
    page = await open_page("/inbox", signed_in=True, **PHONE)
    await page.click("label[for=q]")
    await page.keyboard.type("退货")

    await expect(page.locator("[data-row]")).to_have_count(1)
    await expect(page.locator(f"#m-{other}")).to_be_visible()
    assert await in_sight(page, page.locator("#q"))
