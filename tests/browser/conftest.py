"""A real browser before the real product: Debian's Chromium and `leavemsg serve`, both started
once; fake receivers and an organization for each test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    async_playwright,
    expect,
)

from tests.browser.product import Product, organization
from tests.browser.watch import FAULTY, PATIENCE, REPORTS, Watch
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, serve

WHOLE = shutil.which("chromium")
SHELL = shutil.which("chromium-headless-shell")
"""The same engine without what surrounds a page: it takes half of the processor's time."""
NO_CHROMIUM = (
    "what a browser shows, for there is no Chromium. Somebody who may install packages gets it by: "
    "apt install chromium chromium-headless-shell fonts-noto-cjk (make test does so as root)"
)
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
APART = "--site-per-process"
"""Frames of other sites live in processes of their own, as on a desktop. In the shell they share
the page's, as on most phones: that takes an eighth less of the processor's time."""
PHONE_SIZE = {"width": 390, "height": 780}

Open = Callable[..., Coroutine[Any, Any, Page]]


@pytest.fixture(scope="session")
def chromium() -> str:
    found = SHELL or WHOLE
    if found is None:
        pytest.skip(NO_CHROMIUM)
    return found


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    # A machine that does other things meanwhile is slow, not wrong.
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as running:
        yield running


@pytest.fixture(scope="session")
async def shell(chromium: str, playwright: Playwright) -> AsyncIterator[Browser]:
    running = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield running
    await running.close()


@pytest.fixture(scope="session")
async def whole(playwright: Playwright) -> AsyncIterator[Browser]:
    if WHOLE is None:
        pytest.skip(NO_CHROMIUM)
    running = await playwright.chromium.launch(executable_path=WHOLE, args=[*ARGUMENTS, APART])
    yield running
    await running.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest, chromium: str) -> Browser:
    """A test marked `whole_browser` is about tabs and the browser's own pages."""
    marked = request.node.get_closest_marker("whole_browser")
    found: Browser = request.getfixturevalue("whole" if marked else "shell")
    return found


@pytest.fixture(scope="session")
async def process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """One server for everybody. A module whose tests need other settings starts its own."""
    running = serve(tmp_path_factory.mktemp("product") / "data").start()
    yield await running.ready()
    running.stop()


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture
async def product(process: Process, fakes: FakeVendors) -> AsyncIterator[Product]:
    """An organization with one WeCom channel that leads to the fake."""
    async with organization(process) as made:
        made.notify_wecom(fakes)
        yield made


@pytest.fixture
async def open_page(browser: Browser, product: Product) -> AsyncIterator[Open]:
    """open_page(path, **context): a page of a fresh visitor, or of the owner who has signed in; its
    `clock` may be the test's. The test fails on anything that a page complains about, but for what
    it `expects`, and on any request to elsewhere."""
    watch = Watch(product.url)
    contexts: list[BrowserContext] = []

    async def do(
        path: str,
        *,
        expects: str = FAULTY,
        signed_in: bool = False,
        clock: bool = False,
        **options: Any,
    ) -> Page:
        context = await browser.new_context(
            base_url=product.url, **{"locale": "zh-CN", "viewport": PHONE_SIZE, **options}
        )
        contexts.append(context)
        watch.over(context, expects)
        await context.add_init_script(REPORTS)
        if signed_in:
            await context.add_cookies([product.cookie])
        page = await context.new_page()
        if clock:
            await page.clock.install()
        await page.goto(product.path(path))
        return page

    yield do
    for context in contexts:
        await context.close()
    assert watch.complaints == []
