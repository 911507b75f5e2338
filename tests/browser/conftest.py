"""A real browser before the real product: Debian's Chromium, one `leavemsg serve`, fake
receivers."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.fakes.vendors import FakeVendors
from tests.processes import Process, command, serve

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
EMAIL, PASSWORD = "owner@shop.example", "correct horse 9"
PHONE_SIZE = {"width": 390, "height": 780}
# A form with faults is a 422, which Chromium notes as a failed resource.
FAULTY = r"^Failed to load resource: .*\b422\b"
# A policy that was broken is never quiet, wherever it happens.
REPORTS = """addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));"""

Open = Callable[..., Coroutine[Any, Any, Page]]


@pytest.fixture(scope="session")
def chromium() -> str:
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed and could not be (make test tries as root)")
    return CHROMIUM


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture
async def product(tmp_path: Path, fakes: FakeVendors) -> AsyncIterator[Process]:
    async with furnished(tmp_path / "data", fakes) as running:
        yield running


@asynccontextmanager
async def furnished(data_dir: Path, fakes: FakeVendors, **changes: Any) -> AsyncIterator[Process]:
    """With an owner and one WeCom channel that leads to the fake."""
    running = serve(data_dir, **changes)
    command(
        "admin", "create", "--email", EMAIL, "--password-stdin", env=running.env, input=PASSWORD
    )
    made = command("token", "create", "--name", "t", "--scopes", "all", env=running.env)
    running.start()
    await running.ready()
    async with httpx.AsyncClient(base_url=running.url) as client:
        answer = await client.post(
            "/api/v1/leavemsg/config",
            headers={"Authorization": f"Bearer {made.stdout.strip()}"},
            json={"notifications": [{"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k")}]},
        )
        assert answer.status_code == 200, answer.text
    yield running
    running.stop()


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
async def open_page(browser: Browser, product: Process) -> AsyncIterator[Open]:
    """open_page(path, **context): a page of a fresh visitor. The test fails on anything that a page
    complains about, but for what it `expects`, and on any request to elsewhere."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    async def do(path: str, *, expects: str = FAULTY, **options: Any) -> Page:
        context = await browser.new_context(
            base_url=product.url, **{"locale": "zh-CN", "viewport": PHONE_SIZE, **options}
        )
        contexts.append(context)
        await context.add_init_script(REPORTS)
        page = await context.new_page()
        page.on("console", lambda message: complaints.extend(_complaint(message, expects)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_elsewhere(request.url, product.url)))
        await page.goto(path)
        return page

    yield do
    for context in contexts:
        await context.close()
    assert complaints == []


def _complaint(message: ConsoleMessage, expects: str) -> list[str]:
    if message.type != "error" or re.search(expects, message.text):
        return []
    return [message.text]


def _elsewhere(url: str, own: str) -> list[str]:
    return [] if url.startswith((own, "data:", "about:")) else [f"request to {url}"]


async def sign_in(page: Page) -> None:
    await page.fill("input[type=email]", EMAIL)
    await page.fill("input[type=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/inbox*")
