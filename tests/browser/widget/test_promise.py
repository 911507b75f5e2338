"""The receipt in the panel on a Friday evening: by when somebody answers, in office hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser.clock import Clocked
from tests.browser.product import Product, organization
from tests.browser.shop import Shop
from tests.browser.visitor import fill, send
from tests.browser.widget.conftest import Visit

OFFICE = "Asia/Shanghai"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
FRIDAY = dt.datetime(2027, 2, 5, 18, 5, tzinfo=ZoneInfo(OFFICE))
"""The office has closed five minutes ago."""
SUNDAY = "2027-02-07"
HOURS = "/settings/hours"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
async def product(clocked: Clocked) -> AsyncIterator[Product]:
    await clocked.set(FRIDAY)
    async with organization(clocked, now=FRIDAY) as made:
        week = {f"{day}_0_{end}": at for day in WEEKDAYS for end, at in DAY.items()}
        made.post(f"{HOURS}/week", timezone=OFFICE, rule="hours", **week)
        made.post("/settings/targets", minutes="4", unit="h", visitors="time")
        yield made


DAY = {"start": "09:00", "end": "18:00"}


def work_on_sunday(shop: Shop) -> None:
    """调休."""
    day = {"day": SUNDAY, "kind": "makeup", "name": "调休", "hours": "09:00-18:00"}
    shop.post(f"{HOURS}/day", **day)


CASES = [
    # zone of the visitor, is the Sunday worked, what he reads
    (OFFICE, False, "周一 13:00"),
    (OFFICE, True, "周日 13:00"),
    ("America/New_York", False, "周一 00:00"),
    ("America/New_York", True, "周日 00:00"),
    ("Asia/Kathmandu", True, "周日 10:45"),
]


@pytest.mark.parametrize(("zone", "worked", "said"), CASES)
async def test_who_writes_on_friday_evening_is_promised_the_next_office_day(
    visit: Visit, shop: Shop, zone: str, worked: bool, said: str
) -> None:
    if worked:
        work_on_sunday(shop)
    guest = await visit(shop.page(), timezone_id=zone)
    form = await guest.open()
    await fill(form)
    await send(form)
    sentence = f"我们会在 {said} 前通过 138****8000 回复您。"
    await expect(form.get_by_text(sentence)).to_be_visible()
    await form.click("a[href*='/m/']")
    await expect(form.get_by_text(f"我们会在 {said} 前回复您。")).to_be_visible()


async def test_without_a_script_it_is_told_on_the_office_s_clock(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.form, timezone_id="America/New_York", java_script_enabled=False)
    await fill(guest.page)
    await send(guest.page)
    sentence = "我们会在 周一 13:00（北京时间） 前通过 138****8000 回复您。"
    await expect(guest.page.get_by_text(sentence)).to_be_visible()


async def test_the_number_is_shown_copied_and_told_to_the_page(visit: Visit, shop: Shop) -> None:
    guest = await visit(shop.page(), permissions=CLIPBOARD)
    form = await guest.open()
    await fill(form)
    await send(form)
    told = await guest.waits_for("submitted")
    reference = await form.inner_text("output")
    assert told == {"reference": reference}
    assert [row["reference"] for row in shop.messages()] == [reference]
    assert await form.evaluate("document.activeElement.tagName") == "H1"

    await form.get_by_role("button", name="复制").click()
    await expect(form.locator("[data-copy]")).to_have_text("已复制")
    await guest.page.click("h1")
    assert await guest.page.evaluate("navigator.clipboard.readText()") == reference
    assert "13800138000" not in await form.content()
