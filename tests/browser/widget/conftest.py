"""The widget in a real browser, on a page of another site."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Frame, Locator, Page

from tests.browser.clock import Clocked
from tests.browser.clock import clocked as start_clocked
from tests.browser.product import Product
from tests.browser.shop import Shop, Site
from tests.browser.watch import FAULTY, REPORTS, Watch

DESKTOP = {"width": 1200, "height": 800}

Visit = Callable[..., Coroutine[Any, Any, "Guest"]]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
async def clocked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clocked]:
    """Another server, whose clock tests set."""
    running = start_clocked(tmp_path_factory.mktemp("clocked") / "data")
    running.start()
    await running.ready()
    yield running
    running.stop()


@pytest.fixture
def shop(product: Product, site: Site) -> Shop:
    return Shop(product, site)


class Guest:
    """A visitor of the shop with everything that his browser noted."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.requests: list[str] = []
        self.messages: list[ConsoleMessage] = []
        self.errors: list[str] = []
        context.on("console", lambda said: self.messages.append(said))
        context.on("weberror", lambda said: self.errors.append(said.error.message))
        context.on("request", lambda request: self.requests.append(request.url))

    @property
    def launcher(self) -> Locator:
        return self.page.locator("leave-message button.l")

    @property
    def panel(self) -> Locator:
        return self.page.locator("leave-message .p")

    async def open(self) -> Frame:
        """The form, ready to be typed in."""
        await self.launcher.click()
        return await self.usable()

    async def usable(self) -> Frame:
        found = await self.page.wait_for_selector("leave-message iframe:visible")
        assert found
        form = await found.content_frame()
        assert form
        await form.wait_for_selector("textarea[name=content]:visible")
        return form

    async def call(self, *command: Any) -> None:
        await self.page.evaluate("(command) => window.LeaveMessage.apply(null, command)", command)

    async def told(self) -> list[list[Any]]:
        """The events that reached the page, as [name, detail]."""
        found: list[list[Any]] = await self.page.evaluate("window.told || []")
        return found

    async def waits_for(self, event: str) -> Any:
        await self.page.wait_for_function(
            "(event) => (window.told || []).some((each) => each[0] === event)", arg=event
        )
        return next(detail for name, detail in await self.told() if name == event)

    async def focused(self) -> str:
        """What has the focus on the host page, seen through the shadow root."""
        found: str = await self.page.evaluate(
            """() => { let e = document.activeElement;
            while (e && e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement;
            return e ? (e.className || e.id || e.tagName) : ''; }"""
        )
        return found


LISTENING = """window.told = [];
for (const name of ['boot', 'ready', 'open', 'close', 'submitted', 'error', 'online'])
  document.addEventListener('leavemessage:' + name, (e) => window.told.push([name, e.detail]));"""


@pytest.fixture
async def visit(browser: Browser, shop: Shop) -> AsyncIterator[Visit]:
    """visit(url, expect=[…], **context): fails at the end on anything that was complained about,
    unless a part of it is expected, and on a request to a third site but to `also`."""
    outer = shop.site.url.replace("localhost", "127.0.0.1")
    watch = Watch(shop.url, shop.site.url, outer)
    contexts: list[BrowserContext] = []

    async def do(
        url: str,
        *,
        expect: list[str] | None = None,
        also: str = "",
        init: str = "",
        clock: bool = False,
        **options: Any,
    ) -> Guest:
        context = await browser.new_context(**{"locale": "zh-CN", "viewport": DESKTOP, **options})
        await context.add_init_script(REPORTS)
        await context.add_init_script(f"if (window === top) {{ {LISTENING} {init} }}")
        contexts.append(context)
        watch.own += (also,) if also else ()
        watch.over(context, "|".join([FAULTY, *map(re.escape, expect or [])]))
        guest = Guest(context, await context.new_page())
        if clock:
            await guest.page.clock.install()
        await guest.page.goto(url)
        return guest

    yield do
    for context in contexts:
        await context.close()
    assert watch.complaints == []
