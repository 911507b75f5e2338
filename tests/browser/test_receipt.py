"""The receipt in a real browser: by when somebody answers, on the visitor's clock, and a number to
take along."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from app import hours
from app.hours import Schedule
from app.promise import HOURS_MAX
from tests.browser.conftest import Open
from tests.browser.product import FORM, Product
from tests.browser.visitor import RECEIPT, fill, send, sent
from web import moments

OFFICE = "Asia/Shanghai"
DAY = ("09:00", "18:00")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOURS = "/settings/hours"


def made_up_sunday() -> dt.date:
    """The first that has not begun anywhere."""
    tomorrow = dt.datetime.now(ZoneInfo(OFFICE)).date() + dt.timedelta(days=2)
    return tomorrow + dt.timedelta(days=6 - tomorrow.weekday())


def schedule(*made_up: dt.date) -> Schedule:
    return Schedule(OFFICE, dict.fromkeys(WORKDAYS, (DAY,)), {}, dict.fromkeys(made_up, (DAY,)))


def hours_until(sunday: dt.date) -> int:
    """So many office hours from now are over within the first one of that Sunday."""
    now = dt.datetime.now(dt.UTC)
    for number in range(1, HOURS_MAX):
        at = hours.add_open_time(schedule(sunday), now, number)
        if at and at.astimezone(ZoneInfo(OFFICE)).date() == sunday:
            return number
    raise AssertionError("no such number")


async def promise(open_page: Open, sunday: dt.date, reply_hours: int) -> None:
    """Office hours, a Sunday that is worked (调休) and a promise, as an admin sets them."""
    page = await open_page("/login", java_script_enabled=False, signed_in=True)
    await page.goto(HOURS)
    await page.select_option("#timezone", OFFICE)
    await page.fill("#mon_0_start", DAY[0])
    await page.fill("#mon_0_end", DAY[1])
    await page.click("text=复制到周一至周五")
    await page.click("#week .primary")
    await page.fill("#day", sunday.isoformat())
    await page.select_option("#kind", "makeup")
    await page.fill("#hours", "-".join(DAY))
    await page.click("form[action$='/day'] button")
    await page.fill("#reply_hours", str(reply_hours))
    await page.click("form[action$='/promise'] button")
    await expect(page.get_by_text("承诺回复时间已保存")).to_be_visible()


def written(product: Product) -> dt.datetime:
    return dt.datetime.fromisoformat(product.messages()[0]["created_at"])


def promised(sunday: dt.date, product: Product, reply_hours: int, zone: str) -> str:
    at = hours.add_open_time(schedule(sunday), written(product), reply_hours)
    assert at is not None
    return f"我们会在 {moments.coming('zh-CN', zone, at, dt.datetime.now(dt.UTC))} 前"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", OFFICE])
async def test_the_promise_counts_a_made_up_sunday_and_is_told_on_the_visitor_s_clock(
    open_page: Open, product: Product, zone: str
) -> None:
    sunday = made_up_sunday()
    number = hours_until(sunday)
    await promise(open_page, sunday, number)
    page = await open_page(FORM, timezone_id=zone)
    await sent(page)
    said = promised(sunday, product, number, zone)
    await expect(page.get_by_role("main")).to_contain_text(said)
    # Without that Sunday it would be another day.
    usual = hours.add_open_time(schedule(), written(product), number)
    assert usual is not None
    assert moments.coming("zh-CN", zone, usual, dt.datetime.now(dt.UTC)) not in said

    await page.click("a[href*='/m/']")
    await expect(page.get_by_role("main")).to_contain_text(said)


async def test_without_a_script_it_is_told_on_the_office_s_clock(
    open_page: Open, product: Product
) -> None:
    sunday = made_up_sunday()
    number = hours_until(sunday)
    await promise(open_page, sunday, number)
    page = await open_page(FORM, timezone_id="America/New_York", java_script_enabled=False)
    await fill(page)
    await send(page)
    await page.wait_for_selector(RECEIPT)
    said = promised(sunday, product, number, OFFICE)
    await expect(page.get_by_role("main")).to_contain_text(said)


async def test_one_click_copies_the_number(open_page: Open) -> None:
    page = await open_page(FORM, permissions=["clipboard-read", "clipboard-write"])
    reference = await sent(page)
    await copy(page).click()
    await expect(copy(page)).to_have_text("已复制")
    assert await page.evaluate("navigator.clipboard.readText()") == reference


async def test_without_a_clipboard_nothing_offers_to_copy(open_page: Open) -> None:
    page = await open_page(FORM, java_script_enabled=False)
    await sent(page)
    await expect(page.locator("output")).to_be_visible()
    await expect(copy(page)).to_be_hidden()


def copy(page: Page) -> Locator:
    return page.locator("[data-copy]")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
async def test_every_page_of_the_visitor_can_change_its_language(
    open_page: Open, javascript: bool
) -> None:
    page = await open_page(f"{FORM}?tz=Asia/Kathmandu", java_script_enabled=javascript)
    await fill(page)
    await send(page)
    await expect(page.locator("h1")).to_have_text("留言已收到")
    await page.click("text=English")
    await expect(page.locator("h1")).to_have_text("We have your message")
    await page.click("text=See how far it is")
    await page.click("text=中文")
    await expect(page.get_by_role("heading", name="您的留言 LM-")).to_be_visible()
    assert "tz=Asia" in page.url


async def test_what_was_begun_as_an_addition_outlives_a_change_of_language(
    open_page: Open,
) -> None:
    page = await open_page(FORM)
    await fill(page)
    await send(page)
    await page.click("text=查看处理进度")
    await page.fill("#text", "还有一件事")
    await page.click("text=English")
    await expect(page.locator("#text")).to_have_value("还有一件事")
    await page.click("button:has-text('Add')")
    await expect(page.get_by_text("Added to your message.")).to_be_visible()
    await page.reload()
    await expect(page.locator("#text")).to_have_value("")
