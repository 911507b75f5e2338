"""What the console says that visitors see is what they see, whatever the clock says."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from app.hours import WEEKDAYS
from tests.browser.conftest import sign_in
from tests.browser.shop import Shop
from tests.browser.widget.conftest import Visit
from web import moments

HOURS = "/settings/hours"
ONLINE, OFFLINE = "在线", "离线"
NIGHT = ("22:00", "06:00")
WHOLE_DAY = ("00:00", "00:00")
ONE_DAY = dt.timedelta(days=1)
SHORT_SECONDS = 12
"""Long enough to look at three places."""


def zone_at_night() -> str:
    """Where it is between two and three at night. A test may take its time there: neither the day
    nor the shift ends meanwhile."""
    hour = dt.datetime.now(dt.UTC).hour
    ahead = 2 - hour if hour <= 14 else 26 - hour
    # These names count towards the west.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A product of its own: every test sets other hours."""
    opened = Shop(tmp_path)
    await opened.open()
    yield opened
    opened.close()


class Desk:
    """The admin's page, and what is set there."""

    def __init__(self, shop: Shop, page: Page, visit: Visit) -> None:
        self.shop, self.page, self.visit = shop, page, visit
        self.zone = zone_at_night()
        self.today = self.now().date()

    def now(self) -> dt.datetime:
        return dt.datetime.now(ZoneInfo(self.zone))

    def week(self, **days: tuple[str, str]) -> None:
        form = {"timezone": self.zone, "rule": "hours"}
        for day, (start, end) in days.items():
            form |= {f"{day}_0_start": start, f"{day}_0_end": end}
        self.shop.post(f"{HOURS}/week", **form)

    def day(self, kind: str, hours: str = "") -> None:
        """Today is another day than usual."""
        form = {"day": self.today.isoformat(), "kind": kind, "name": "店庆", "hours": hours}
        self.shop.post(f"{HOURS}/day", **form)

    def by_hand(self, state: str, seconds: int) -> None:
        until = self.now() + dt.timedelta(seconds=seconds)
        text = f"{until:%Y-%m-%dT%H:%M:%S}"
        self.shop.post(f"{HOURS}/override", state=state, until=text)

    async def shows(self, state: str) -> None:
        """Here, in the document that host pages ask for, and on a host page."""
        await self.page.goto(HOURS)
        await expect(self.page.locator("#now")).to_contain_text("现在访客看到")
        await expect(self.page.locator("#now strong")).to_have_text(state)
        await answered(self.shop, "online" if state == ONLINE else "offline")
        guest = await self.visit(self.shop.page())
        await guest.waits_for("boot")
        if state == ONLINE:
            await expect(guest.launcher).to_be_hidden()
        else:
            await expect(guest.launcher).to_be_visible()


async def answered(shop: Shop, state: str, *, seconds: int = 5) -> None:
    """Waits until boot.json says so; what it says may be two seconds old."""
    found = ""
    async with httpx.AsyncClient(base_url=shop.url) as client:
        for _ in range(seconds * 5):
            found = (await client.get("/w/default/boot.json")).json()["state"]
            if found == state:
                return
            await asyncio.sleep(0.2)
    assert found == state


@pytest.fixture
async def desk(browser: Browser, shop: Shop, visit: Visit) -> AsyncIterator[Desk]:
    context = await browser.new_context(base_url=shop.url, locale="zh-CN")
    page = await context.new_page()
    await page.goto("/login")
    await sign_in(page)
    yield Desk(shop, page, visit)
    await context.close()


def weekday(day: dt.date) -> str:
    return WEEKDAYS[day.weekday()]


async def test_a_night_shift_of_yesterday_lasts_into_today(desk: Desk) -> None:
    desk.week(**{weekday(desk.today - ONE_DAY): NIGHT})
    await desk.shows(ONLINE)


async def test_a_night_shift_of_today_has_not_begun(desk: Desk) -> None:
    desk.week(**{weekday(desk.today): NIGHT})
    await desk.shows(OFFLINE)


async def test_a_holiday_closes_a_day_that_is_open_otherwise(desk: Desk) -> None:
    desk.week(**dict.fromkeys(WEEKDAYS, WHOLE_DAY))
    await desk.shows(ONLINE)
    desk.day("holiday")
    await desk.shows(OFFLINE)


async def test_a_make_up_day_opens_a_day_that_is_closed_otherwise(desk: Desk) -> None:
    desk.week(**{weekday(desk.today + 3 * ONE_DAY): WHOLE_DAY})
    await desk.shows(OFFLINE)
    desk.day("makeup", "00:00-24:00")
    await desk.shows(ONLINE)


async def test_a_make_up_day_takes_the_place_of_a_holiday(desk: Desk) -> None:
    desk.week(**dict.fromkeys(WEEKDAYS, WHOLE_DAY))
    desk.day("holiday")
    await desk.shows(OFFLINE)
    desk.day("makeup")
    await desk.shows(ONLINE)


@pytest.mark.parametrize(("by_hand", "after"), [("online", OFFLINE), ("offline", ONLINE)])
async def test_what_is_set_by_hand_ends_by_itself(desk: Desk, by_hand: str, after: str) -> None:
    desk.week(**dict.fromkeys(WEEKDAYS, WHOLE_DAY) if after == ONLINE else {})
    await desk.shows(after)
    desk.by_hand(by_hand, SHORT_SECONDS)
    await desk.shows(ONLINE if by_hand == "online" else OFFLINE)
    await answered(desk.shop, "online" if after == ONLINE else "offline", seconds=SHORT_SECONDS + 5)
    await desk.shows(after)


async def test_who_is_not_heard_of_any_more_does_not_count(desk: Desk) -> None:
    await desk.shows(OFFLINE)
    said = desk.shop.api("PUT", "/presence", json={"agents_online": 1, "ttl": SHORT_SECONDS})
    assert said.status_code == 200, said.text
    await desk.shows(ONLINE)
    await answered(desk.shop, "offline", seconds=SHORT_SECONDS + 5)
    await desk.shows(OFFLINE)


NEW_YORK = "America/New_York"


async def opening(desk: Desk) -> dt.datetime:
    """In three days at midnight, where the shop is."""
    day = desk.today + 3 * ONE_DAY
    desk.week(**{weekday(day): WHOLE_DAY})
    await answered(desk.shop, "offline")
    return dt.datetime.combine(day, dt.time(), ZoneInfo(desk.zone))


async def test_without_a_script_the_time_of_the_shop_names_its_zone(
    desk: Desk, visit: Visit
) -> None:
    opens = await opening(desk)
    guest = await visit(desk.shop.form, java_script_enabled=False)
    line = guest.page.locator("[data-moment]")

    # The organization's, whatever zone its office hours are written in.
    said = moments.coming_there("zh-CN", "Asia/Shanghai", opens, desk.now())
    assert "（北京时间）" in said
    await expect(line).to_contain_text(said)


async def test_the_browser_tells_it_in_the_visitors_zone_without_a_name(
    desk: Desk, visit: Visit
) -> None:
    opens = await opening(desk)
    guest = await visit(desk.shop.form, timezone_id=NEW_YORK)
    line = guest.page.locator("[data-moment]")

    await expect(line).to_contain_text(f"{opens.astimezone(ZoneInfo(NEW_YORK)):%H:%M}")
    await expect(line).not_to_contain_text("GMT")


async def test_in_the_panel_the_server_tells_it_in_the_visitors_zone(
    desk: Desk, visit: Visit
) -> None:
    opens = await opening(desk)
    guest = await visit(desk.shop.page(), timezone_id=NEW_YORK)
    form = await guest.open()

    said = moments.coming("zh-CN", NEW_YORK, opens, desk.now())
    await expect(form.locator("[data-moment]")).to_contain_text(f"{said} 恢复服务")
