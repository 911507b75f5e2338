"""What the console says that visitors see is what they see, whatever the clock says."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from app.hours import WEEKDAYS
from tests.browser.clock import Clocked
from tests.browser.product import Product, organization
from tests.browser.shop import Shop
from tests.browser.watch import REPORTS, Watch
from tests.browser.widget.conftest import Visit

HOURS = "/settings/hours"
ONLINE, OFFLINE = "在线", "离线"
OFFICE = "Asia/Shanghai"
NIGHT = ("22:00", "06:00")
WHOLE_DAY = ("00:00", "00:00")


def at(day: int, time: str) -> dt.datetime:
    """In the week of Monday the first of February."""
    return dt.datetime.fromisoformat(f"2027-02-{day:02}T{time}").replace(tzinfo=ZoneInfo(OFFICE))


EVENING = at(1, "18:00")


@pytest.fixture
async def product(clocked: Clocked) -> AsyncIterator[Product]:
    """On a Monday evening."""
    await clocked.set(EVENING)
    async with organization(clocked, now=EVENING) as made:
        yield made


class Desk:
    """The admin's page, and what is set there."""

    def __init__(self, shop: Shop, page: Page, visit: Visit, clock: Clocked) -> None:
        self.shop, self.page, self.visit, self.clock = shop, page, visit, clock

    def week(self, **days: tuple[str, str]) -> None:
        form = {"timezone": OFFICE, "rule": "hours"}
        for day, (start, end) in days.items():
            form |= {f"{day}_0_start": start, f"{day}_0_end": end}
        self.shop.post(f"{HOURS}/week", **form)

    def day(self, kind: str, hours: str = "") -> None:
        """The Monday is another day than usual."""
        form = {"day": EVENING.date().isoformat(), "kind": kind, "name": "店庆", "hours": hours}
        self.shop.post(f"{HOURS}/day", **form)

    async def shows(self, state: str, when: dt.datetime | None = None) -> None:
        """Here, in the document that host pages ask for, and on a host page."""
        if when:
            await self.clock.set(when)
        await self.page.goto(HOURS)
        await expect(self.page.locator("#now")).to_contain_text("现在访客看到")
        await expect(self.page.locator("#now strong")).to_have_text(state)
        await self.shop.says("online" if state == ONLINE else "offline")
        guest = await self.visit(self.shop.page())
        await guest.waits_for("boot")
        if state == ONLINE:
            await expect(guest.launcher).to_be_hidden()
        else:
            await expect(guest.launcher).to_be_visible()


@pytest.fixture
async def desk(browser: Browser, shop: Shop, visit: Visit, clocked: Clocked) -> AsyncIterator[Desk]:
    watch = Watch(shop.url)
    context = await browser.new_context(base_url=shop.url, locale="zh-CN")
    watch.over(context)
    await context.add_init_script(REPORTS)
    await context.add_cookies([shop.product.cookie])
    yield Desk(shop, await context.new_page(), visit, clocked)
    await context.close()
    assert watch.complaints == []


async def test_a_night_shift_lasts_into_the_next_day(desk: Desk) -> None:
    desk.week(mon=NIGHT)
    await desk.shows(OFFLINE)
    await desk.shows(OFFLINE, at(1, "21:59:50"))
    await desk.shows(ONLINE, at(1, "22:00:01"))
    await desk.shows(ONLINE, at(2, "05:59:30"))
    await desk.shows(OFFLINE, at(2, "06:00:01"))


async def test_a_holiday_closes_a_day_that_is_open_otherwise(desk: Desk) -> None:
    desk.week(**dict.fromkeys(WEEKDAYS, WHOLE_DAY))
    await desk.shows(ONLINE)
    desk.day("holiday")
    await desk.shows(OFFLINE)
    await desk.shows(ONLINE, at(2, "00:00:01"))


async def test_a_make_up_day_opens_a_day_that_is_closed_otherwise(desk: Desk) -> None:
    desk.week(thu=WHOLE_DAY)
    await desk.shows(OFFLINE)
    desk.day("makeup", "00:00-24:00")
    await desk.shows(ONLINE)
    await desk.shows(OFFLINE, at(2, "00:00:01"))


async def test_a_make_up_day_takes_the_place_of_a_holiday(desk: Desk) -> None:
    desk.week(**dict.fromkeys(WEEKDAYS, WHOLE_DAY))
    desk.day("holiday")
    await desk.shows(OFFLINE)
    desk.day("makeup")
    await desk.shows(ONLINE)


@pytest.mark.parametrize(("by_hand", "usual"), [("online", OFFLINE), ("offline", ONLINE)])
async def test_what_is_set_by_hand_ends_by_itself(desk: Desk, by_hand: str, usual: str) -> None:
    desk.week(**dict.fromkeys(WEEKDAYS, WHOLE_DAY) if usual == ONLINE else {})
    await desk.shows(usual)
    desk.shop.post(f"{HOURS}/override", state=by_hand, until="2027-02-01T18:30")
    forced = ONLINE if by_hand == "online" else OFFLINE
    await desk.shows(forced)
    await desk.shows(forced, at(1, "18:29:30"))
    await desk.shows(usual, at(1, "18:30:01"))


async def test_who_is_not_heard_of_any_more_does_not_count(desk: Desk) -> None:
    await desk.shows(OFFLINE)
    said = desk.shop.api("PUT", "/presence", json={"agents_online": 1, "ttl": 90})
    assert said.status_code == 200, said.text
    await desk.shows(ONLINE)
    await desk.shows(ONLINE, at(1, "18:01:10"))
    await desk.shows(OFFLINE, at(1, "18:02:00"))


NEW_YORK = "America/New_York"


@pytest.mark.parametrize("zone", [OFFICE, NEW_YORK])
async def test_the_browser_tells_the_opening_in_the_visitors_zone(
    desk: Desk, visit: Visit, zone: str
) -> None:
    """On the page of a plain link, and in the panel."""
    desk.week(wed=WHOLE_DAY)
    said = f"{at(3, '00:00').astimezone(ZoneInfo(zone)):%H:%M}"
    await desk.shop.says("offline")
    guest = await visit(desk.shop.form, timezone_id=zone)
    line = guest.page.locator("header .muted")
    await expect(line).to_contain_text(said)
    await expect(line).not_to_contain_text("北京时间")

    form = await (await visit(desk.shop.page(), timezone_id=zone)).open()
    await expect(form.locator("header .muted")).to_contain_text(f"{said} 恢复服务")


async def test_without_a_script_the_time_of_the_shop_names_its_zone(
    desk: Desk, visit: Visit
) -> None:
    desk.week(wed=WHOLE_DAY)
    await desk.shop.says("offline")
    guest = await visit(desk.shop.form, java_script_enabled=False, timezone_id=NEW_YORK)
    await expect(guest.page.locator("header .muted")).to_contain_text("00:00（北京时间）")
