"""1,000 visitors who write while the product is away for ten minutes, and do nothing but leave
their tab open. Who arrives, how often, and what is left on the host site.

python -m bench.outage [factor]

Time runs `factor` times as fast (10): ten minutes are one. TABS of them are real tabs of a real
browser on pages of another site, with the whole script and a clock that runs as fast; the others
are HTTP clients that wait as long as web/scripts/visitor/schedule.js says, run in that browser, and
go by the same statuses as failures.js. The outage is kill -9 and a closed port. Because all come
back ten times as fast, the rush afterwards is ten times as hard as it would be.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Frame, Page, async_playwright
from playwright.async_api import TimeoutError as NotInTime

from app import database
from bench.submissions import verdict
from tests.browser.product import Product, database_of, organization
from tests.browser.shop import Shop, Site
from tests.processes import Process, serve

VISITORS, TABS = 1_000, 12
OUTAGE_SECONDS = 600.0
FACTOR = 10.0
BEFORE_SECONDS = 20.0
"""So long before the outage the first send: what is under way then may be stored unanswered."""
PATIENCE_SECONDS = 180.0
STEP_SECONDS = 0.5
GOAL = 0.99
AT_ONCE = 100
TOKEN = re.compile(r'name="token" value="([^"]+)"')
SCHEDULE = Path(__file__).parent.parent / "web" / "scripts" / "visitor" / "schedule.js"
LATER = {404, 408, 425, 429}
"""With 5xx, what failures.js sends again by itself."""
STORED = """async () => ({ local: localStorage.length, session: sessionStorage.length,
cookies: document.cookie.length, databases: (await indexedDB.databases()).length })"""
SETTINGS = {"LEAVEMSG_TRUSTED_PROXIES": "127.0.0.1/32", "LEAVEMSG_SUBMIT_FORM_PER_MINUTE": "0"}


class Waits:
    """The product's own schedule, asked in a browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.drawn: dict[int, list[float]] = {}

    async def seconds(self, tries: int, least: float) -> float:
        if least:
            found: float = await self.page.evaluate(
                "([tries, least]) => wait(tries, Math.random(), least)", [tries, 1000 * least]
            )
            return found / 1000
        if not self.drawn.get(tries):
            self.drawn[tries] = await self.page.evaluate(
                "(tries) => Array.from({length: 500}, () => wait(tries, Math.random()))", tries
            )
        return self.drawn[tries].pop() / 1000


class Clients:
    """Visitors by HTTP alone. Times are the visitors', the clock's divided by `factor`."""

    def __init__(self, product: Product, waits: Waits, factor: float) -> None:
        self.product, self.waits, self.factor = product, waits, factor
        self.thanked: dict[str, float] = {}
        self.tries: list[int] = []
        self.given_up: Counter[int] = Counter()
        self.gate = asyncio.Semaphore(AT_ONCE)

    async def open(self, client: httpx.AsyncClient, number: int) -> str:
        """The token of the form."""
        async with self.gate:
            page = await client.get(self.product.form, headers=address(number))
        [token] = TOKEN.findall(page.text)
        return str(token)

    async def visit(
        self, client: httpx.AsyncClient, number: int, token: str, sends_at: float
    ) -> None:
        text, headers = f"client {number}", address(number)
        said = {"token": token, "content": text, "phone": "13800138000"}
        await asyncio.sleep(max(0.0, sends_at - time.monotonic()))
        tries = 0
        while True:
            status, least = await self._send(client, said, headers)
            if status in {200, 303}:
                self.thanked[text] = time.monotonic()
                self.tries.append(tries)
                return
            if status and status < 500 and status not in LATER:
                self.given_up[status] += 1
                return
            wait = await self.waits.seconds(tries, least)
            tries += 1
            await asyncio.sleep(wait / self.factor)

    async def _send(
        self, client: httpx.AsyncClient, said: dict[str, str], headers: dict[str, str]
    ) -> tuple[int, float]:
        """The status, 0 for none, and the seconds that the server asked for."""
        try:
            answer = await client.post(self.product.form, data=said, headers=headers)
        except httpx.HTTPError:
            return 0, 0.0
        return answer.status_code, float(answer.headers.get("Retry-After", 0))


def address(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"100.64.{number // 250}.{number % 250 + 1}"}


class Tab:
    """A page of another site with the widget, in a browser profile of its own."""

    def __init__(self, number: int, context: BrowserContext, page: Page, form: Frame) -> None:
        self.number, self.context, self.page, self.form = number, context, page, form
        self.text = f"tab {number}"
        self.is_sent = False

    async def send(self) -> None:
        await self.form.click("button[type=submit]")
        self.is_sent = True

    async def is_thanked(self) -> bool:
        return self.is_sent and await self.form.locator("[data-sent]").count() > 0


async def tab(browser: Browser, shop: Shop, number: int) -> Tab:
    context = await browser.new_context(
        locale="zh-CN", extra_http_headers=address(VISITORS + number)
    )
    await context.clock.install()
    page = await context.new_page()
    await page.goto(shop.page())
    await page.clock.run_for(2000)
    await page.locator("leave-message button.l").click()
    await page.wait_for_selector("leave-message iframe:visible")
    form = next(frame for frame in page.frames if "embed=1" in frame.url)
    found = Tab(number, context, page, form)
    await form.fill("textarea[name=content]", found.text)
    await form.fill("input[name=phone]", "13800138000")
    return found


async def main(factor: float) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "Debian's chromium is needed"
    site = Site()
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data", **SETTINGS).start()
        try:
            await process.ready()
            async with organization(process) as product, async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                await run(process, product, Shop(product, site), browser, factor)
                await browser.close()
        finally:
            process.stop()
            site.close()


async def run(
    process: Process, product: Product, shop: Shop, browser: Browser, factor: float
) -> None:
    page = await browser.new_page()
    source = SCHEDULE.read_text("utf-8").replace("export ", "")
    await page.evaluate(f"() => {{ {source}; window.wait = wait; }}")
    clients = Clients(product, Waits(page), factor)
    tabs = [await tab(browser, shop, number) for number in range(TABS)]
    limits = httpx.Limits(max_connections=AT_ONCE)
    dice = random.Random(7)
    async with httpx.AsyncClient(base_url=product.url, timeout=30, limits=limits) as client:
        numbers = range(VISITORS - TABS)
        tokens = await asyncio.gather(*(clients.open(client, number) for number in numbers))
        begin = time.monotonic() + 1
        down, lasts = begin + BEFORE_SECONDS / factor, OUTAGE_SECONDS / factor
        visits = [
            asyncio.create_task(
                clients.visit(client, number, tokens[number], begin + dice.random() * lasts)
            )
            for number in numbers
        ]
        await asyncio.sleep(max(0.0, down - time.monotonic()))
        process.kill()
        print(f"away for {OUTAGE_SECONDS:.0f} s, {factor:g} times as fast", flush=True)
        ticking = asyncio.create_task(tick(tabs, factor))
        for each in tabs:
            await each.send()
        await asyncio.sleep(max(0.0, down + lasts - time.monotonic()))
        process.start()
        await process.ready()
        up = time.monotonic()
        await asyncio.wait(visits, timeout=PATIENCE_SECONDS)
        for each in tabs:
            with contextlib.suppress(NotInTime):
                await each.form.wait_for_selector("[data-sent]", timeout=1000 * PATIENCE_SECONDS)
        ticking.cancel()
    for visitor in visits:
        visitor.cancel()
    for outcome in await asyncio.gather(*visits, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
    await told(process, clients, tabs, factor, up)


async def tick(tabs: list[Tab], factor: float) -> None:
    """The tabs' clocks run as fast as the world's."""
    before = time.monotonic()
    while True:
        await asyncio.sleep(STEP_SECONDS)
        now = time.monotonic()
        passed = int(1000 * (now - before) * factor)
        before = now
        for each in tabs:
            await each.context.clock.run_for(passed)


async def told(
    process: Process, clients: Clients, tabs: list[Tab], factor: float, up: float
) -> None:
    async with database_of(process):
        rows = await database.rows(dict, "SELECT content, status FROM message")
    stored = Counter(str(row["content"]) for row in rows)
    expected = {f"client {n}" for n in range(VISITORS - TABS)} | {each.text for each in tabs}
    once = sum(stored[text] == 1 for text in expected)
    twice = sum(stored[text] > 1 for text in expected)
    share = once / len(expected)
    print(f"arrived exactly once      {100 * share:6.2f} % of {len(expected)}   {goal(share)}")
    print(f"arrived twice             {twice}   lost {len(expected) - once - twice}")
    thanked = sum([await each.is_thanked() for each in tabs])
    arrived = sum(stored[each.text] == 1 for each in tabs)
    print(f"of {len(tabs)} real tabs          {arrived} arrived once, {thanked} show the receipt")
    late = sorted((at - up) * factor for at in clients.thanked.values() if at > up)
    if late:
        print(
            f"after it was back         p50 {late[len(late) // 2]:.0f} s,"
            f" last {late[-1]:.0f} s of the visitors' time"
        )
    print(f"tries                     at most {max(clients.tries, default=0)}")
    aside = Counter(str(row["status"]) for row in rows)
    print(f"as                        {dict(aside)}; given up {dict(clients.given_up)}")
    print(f"stored on the host site   {await left(tabs)}")


async def left(tabs: list[Tab]) -> dict[str, Any]:
    """What all tabs together keep under the origin of the host page."""
    found: Counter[str] = Counter()
    for each in tabs:
        found.update(await each.page.evaluate(STORED))
    return dict(found)


def goal(share: float) -> str:
    return f"(goal {100 * GOAL:.0f} %: {verdict(share, GOAL)})"


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else FACTOR))
