"""The widget in a real browser, on a page of another site."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Frame, Locator, Page

from tests.browser.conftest import FAULTY, REPORTS
from tests.browser.shop import Shop
from tests.servers import aside

DESKTOP = {"width": 1200, "height": 800}

Visit = Callable[..., Coroutine[Any, Any, "Guest"]]


@pytest.fixture(scope="module")
def module_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    aside(shop.open())
    yield shop
    shop.close()


@pytest.fixture
def shop(module_shop: Shop) -> Iterator[Shop]:
    """One product for all tests of a module, as usual again after each."""
    yield module_shop
    if module_shop.product.alive():
        module_shop.reset()


class Guest:
    """A visitor of the shop with everything that his browser noted."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.requests: list[str] = []
        self.messages: list[ConsoleMessage] = []
        self.errors: list[str] = []

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
    unless a part of it is expected, and on a request to a third site."""
    guests: list[tuple[Guest, list[str]]] = []

    async def do(
        url: str,
        *,
        expect: list[str] | None = None,
        init: str = "",
        clock: bool = False,
        **options: Any,
    ) -> Guest:
        context = await browser.new_context(**{"locale": "zh-CN", "viewport": DESKTOP, **options})
        await context.add_init_script(REPORTS)
        await context.add_init_script(f"if (window === top) {{ {LISTENING} {init} }}")
        guest = Guest(context, await context.new_page())
        guests.append((guest, expect or []))
        guest.page.on("console", lambda message: guest.messages.append(message))
        guest.page.on("pageerror", lambda error: guest.errors.append(str(error)))
        context.on("request", lambda request: guest.requests.append(request.url))
        if clock:
            await guest.page.clock.install()
        await guest.page.goto(url)
        return guest

    yield do
    complaints = [each for guest, expect in guests for each in _complaints(guest, expect, shop)]
    for guest, _ in guests:
        await guest.context.close()
    assert complaints == []


def _complaints(guest: Guest, expect: list[str], shop: Shop) -> list[str]:
    outer = shop.site.url.replace("localhost", "127.0.0.1")
    ours = (shop.url, shop.site.url, outer, "data:", "about:")
    said = [message.text for message in guest.messages if message.type == "error"]
    said += guest.errors
    return [
        *(text for text in said if not _expected(text, expect)),
        *(f"request to {url}" for url in guest.requests if not url.startswith(ours)),
    ]


def _expected(text: str, parts: list[str]) -> bool:
    return any(part in text for part in parts) or bool(re.search(FAULTY, text))
