"""What the widget costs a host page, on the wire and in time: before any click, to a usable form.
Beside it the published figures of Live Helper Chat before a click.

python -m bench.widget
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from bench.submissions import verdict
from tests.browser.product import organization
from tests.browser.shop import Shop, Site
from tests.processes import serve
from web.visitor.script import scripts

# One process for page and frame, so that one session sees the bytes of both.
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-site-isolation-trials"),
    "--disable-features=IsolateOrigins,site-per-process",
]
THEIRS = "Live Helper Chat (published): 19 to 20 requests, 277 to 313 kB before a click"
RUNS = 5
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "locale": "zh-CN"}
SCRIPT_BYTES = 5_000
BEFORE_REQUESTS, BEFORE_BYTES = 2, 6_000
OPEN_REQUESTS, OPEN_BYTES = 5, 24_000
AGAIN_BYTES = 2_000


@dataclass
class Line:
    """A connection and a processor. Rates are in kilobits a second."""

    name: str
    goal: float
    rate: int = 0
    latency: int = 0
    slowdown: int = 1


LINES = (
    Line("unthrottled", 0.8),
    Line("1.6 Mbps, 150 ms, CPU x4", 1.5, 1600, 150, 4),
    Line("400 kbps, 400 ms, CPU x6", 2.5, 400, 400, 6),
)


@dataclass
class Wire:
    """What came from the product, as the network counts it: headers and packed bodies."""

    product: str
    names: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, float] = field(default_factory=dict)

    def watch(self, session: CDPSession) -> None:
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"]["url"].startswith(self.product):
            self.names[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.names:
            self.bytes[event["requestId"]] = event["encodedDataLength"]

    def take(self) -> tuple[int, float]:
        """Requests and bytes since the last time."""
        found = len(self.bytes), sum(self.bytes.values())
        self.bytes.clear()
        self.names.clear()
        return found


async def main() -> None:
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is needed"
    site = Site()
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data").start()
        try:
            await process.ready()
            async with organization(process) as product, async_playwright() as playwright:
                shop = Shop(product, site)
                browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
                await weigh(browser, shop)
                for line in LINES:
                    await clock(browser, shop, line)
                await browser.close()
        finally:
            process.stop()
            site.close()
    print(
        "Times are from the click to a text field that takes letters, median of"
        f" {RUNS} runs with an empty cache, product and browser on the same machine. Bound by the"
        " frame: a new document, its style and htmx, which is most of its bytes."
    )


async def weigh(browser: Browser, shop: Shop) -> None:
    packed = len(scripts()["v1"].packed)
    print(f"{THEIRS}")
    print(f"v1.js packed                 {packed:6} B   {goal(packed, SCRIPT_BYTES)}")
    page, session = await visitor(browser)
    wire = Wire(shop.url)
    wire.watch(session)
    await page.add_init_script(SHIFTS)
    await page.goto(shop.page())
    await page.locator("leave-message button.l").wait_for()
    await page.wait_for_load_state("networkidle")
    count, size = wire.take()
    print(
        f"before a click               {size:6.0f} B in {count} requests"
        f"   {goal(count, BEFORE_REQUESTS)}, {goal(size, BEFORE_BYTES)};"
        f" {277_000 / size:.0f} times less than the smaller of theirs"
    )
    shift, tasks = await page.evaluate("[window.shift, window.tasks]")
    print(f"before a click               layout shift {shift}, long tasks {tasks}")
    await usable(page)
    await page.wait_for_load_state("networkidle")
    count, size = wire.take()
    print(
        f"to a form, after the click   {size:6.0f} B in {count} requests"
        f"   {goal(count, OPEN_REQUESTS)}, {goal(size, OPEN_BYTES)}"
    )
    await page.keyboard.press("Escape")
    await page.locator("leave-message .p").wait_for(state="hidden")
    await usable(page)
    count, size = wire.take()
    print(f"opened again                 {size:6.0f} B   {goal(size, AGAIN_BYTES)}")
    await page.goto(shop.page())
    await usable(page)
    await page.wait_for_load_state("networkidle")
    count, size = wire.take()
    print(f"on the next page, with form  {size:6.0f} B, the rest is in the cache")
    await page.context.close()


SHIFTS = """window.shift = 0; window.tasks = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries())
  if (!entry.hadRecentInput) window.shift += entry.value })
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver((list) => { window.tasks += list.getEntries().length })
  .observe({type: 'longtask', buffered: true});"""


async def clock(browser: Browser, shop: Shop, line: Line) -> None:
    times = [await once(browser, shop, line) for _ in range(RUNS)]
    median = statistics.median(times)
    print(
        f"click to form, {line.name:25} median {median:.2f} s, worst {max(times):.2f} s"
        f"   {goal(median, line.goal)}"
    )


async def once(browser: Browser, shop: Shop, line: Line) -> float:
    page, session = await visitor(browser)
    await throttle(session, line)
    await page.goto(shop.page())
    await page.locator("leave-message button.l").wait_for()
    took = await usable(page)
    await page.context.close()
    return took


async def usable(page: Page) -> float:
    """Seconds until the field of the form takes what is typed."""
    began = time.perf_counter()
    await page.locator("leave-message button.l").click()
    await page.wait_for_selector("leave-message iframe:visible")
    frame = next(frame for frame in page.frames if "embed=1" in frame.url)
    await frame.wait_for_function("document.activeElement.name === 'content'")
    return time.perf_counter() - began


async def visitor(browser: Browser) -> tuple[Page, CDPSession]:
    context = await browser.new_context(**PHONE)
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    return page, session


async def throttle(session: CDPSession, line: Line) -> None:
    rate = line.rate * 1000 / 8 if line.rate else -1
    await session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": line.latency,
            "downloadThroughput": rate,
            "uploadThroughput": rate,
        },
    )
    await session.send("Emulation.setCPUThrottlingRate", {"rate": line.slowdown})


def goal(value: float, limit: float) -> str:
    return f"(goal {limit:g}: {verdict(value, limit, more=False)})"


if __name__ == "__main__":
    asyncio.run(main())
