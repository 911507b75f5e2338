"""From the notice in a group to a claimed message on an emulated phone, and how soon the claim ends
the reminders that would follow.

python -m bench.taps
"""

from __future__ import annotations

import asyncio
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from app import database
from bench.submissions import verdict
from bench.widget import LINES, PHONE, throttle
from tests.browser.product import EMAIL, Product, database_of, organization
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, serve

RUNS = 7
TAP_GOAL, STOP_GOAL = 5.0, 2.0
"""Seconds, and two taps: on the link in the group, and on the button of its page."""
PHONE_LINE = LINES[1]
LINK = re.compile(r"/t/[\w-]+")
STATE = "SELECT state FROM delivery WHERE message = ? AND purpose = 'remind1'"


async def main() -> None:
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is needed"
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data").start()
        try:
            await process.ready()
            async with (
                FakeVendors() as fakes,
                organization(process) as product,
                async_playwright() as playwright,
            ):
                await asyncio.to_thread(furnish, product, fakes)
                browser = await playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                await run(process, product, fakes, browser)
                await browser.close()
        finally:
            process.stop()


def furnish(product: Product, fakes: FakeVendors) -> None:
    product.notify_wecom(fakes)
    channel = product.api("GET", "/config").json()["notifications"][0]["uid"]
    steps = [{"after_minutes": 1, "channel": channel}]
    answer = product.api("PUT", "/reminders", json={"chains": [{"steps": steps}]})
    assert answer.status_code == 200, answer.text


async def run(process: Process, product: Product, fakes: FakeVendors, browser: Browser) -> None:
    taps, stops = [], []
    for number in range(RUNS):
        uid = await asyncio.to_thread(product.leave, f"question {number}")
        calls = await fakes.arrived(number + 1, "wecom", "k")
        claim = LINK.findall(calls[-1].parsed["markdown"]["content"])[0]
        taps.append(await tapped(browser, product.url + claim))
        stops.append(await stopped(process, uid))
    for what, found, goal in (
        (f"tap to claimed, {PHONE_LINE.name}", taps, TAP_GOAL),
        ("claim to the end of its reminders", stops, STOP_GOAL),
    ):
        worst = max(found)
        print(
            f"{what:42} median {statistics.median(found):.2f} s, worst {worst:.2f} s"
            f"   (goal {goal:g} s: {verdict(worst, goal, more=False)})"
        )
    print(
        f"Of {RUNS} runs, each by a phone that was never there before, with two taps. The time is"
        " from the tap on the link, with an empty cache, to the page that says it is claimed; the"
        " name is typed in no time."
    )


async def tapped(browser: Browser, url: str) -> float:
    context = await browser.new_context(**PHONE)
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await throttle(session, PHONE_LINE)
    began = time.perf_counter()
    await page.goto(url)
    await page.fill("#name", EMAIL)
    await page.click("button")
    await page.wait_for_selector("[role=status]")
    took = time.perf_counter() - began
    await context.close()
    return took


async def stopped(process: Process, uid: str) -> float:
    """Seconds until the next step is known not to come."""
    began = time.perf_counter()
    async with database_of(process):
        while True:
            state = await database.value(str, STATE, uid)
            if state != "pending":
                break
            await asyncio.sleep(0.01)
    assert state == "cancelled", state
    return time.perf_counter() - began


if __name__ == "__main__":
    asyncio.run(main())
