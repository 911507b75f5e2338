"""The console without scripts: every link leads somewhere, and every button that is seen is a real
one, sends its form, and is answered by a whole page."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

import pytest
from playwright.async_api import Error, Page, Response

from tests.browser.conftest import Open
from tests.browser.product import Product
from tests.browser.tour import Desk
from tests.fakes.vendors import FakeVendors

LOW = {"width": 1280, "height": 200}
"""As wide as a desktop; what is below need not be painted."""
# What opens by itself without scripts is opened, so that what is inside counts as seen.
CONTROLS = """() => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const seen = [...document.querySelectorAll("a[href], button:enabled, input[type=submit]")]
    .filter((each) => each.checkVisibility());
  return seen.map((each, number) => {
    each.dataset.control = number;
    const sends = each.type === "submit" && each.form;
    const words = each.innerText.trim() || each.ariaLabel || "";
    return { number, words, link: each.tagName === "A",
      to: each.href || (sends && (each.getAttribute("formaction") || each.form.action)) || "",
      value: `${each.name ?? ""}=${each.value ?? ""}` };
  }); }"""
# What the browser itself would ask for is left out: the server must say so too.
PRESS = """(button) => { document.documentElement.dataset.left = "yes";
  button.form.noValidate = true; button.click(); }"""
ONE_OF_MANY = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|LM-\w+|(?<=/fields/)[^/]+|(?<=/templates/)[^/]+|(?<=“).*(?=”)"
)
"""What differs from one message, field or kind to the next."""
AWAY = "/account/identities/"
"""These links lead to a provider's own page."""
LAST = {"/logout"}
"""Whoever has left sees nothing more."""


class Crawl:
    """`faults` are pages and what is wrong with them. `fresh` is the path that was just opened,
    until something is pressed."""

    def __init__(self, page: Page, product: Product) -> None:
        self.page, self.product = page, product
        self.fresh = ""
        self.pages: deque[str] = deque()
        self.known: set[Any] = set()
        self.pressed: list[str] = []
        self.faults: list[str] = []

    def kind(self, address: str) -> str:
        path = address.removeprefix(self.product.url).split("#")[0]
        return ONE_OF_MANY.sub("…", path.split("?")[0])

    def wait_for(self, path: str) -> None:
        if path.startswith(AWAY):
            return
        if path.startswith("/") and self.kind(path) not in self.known:
            self.known.add(self.kind(path))
            self.pages.append(path)

    async def run(self) -> None:
        """First every page is opened, then every button pressed: that may remove some of them."""
        seen = []
        while self.pages:
            seen.append(self.pages.popleft())
            await self._visit(seen[-1])
        for path in seen:
            answer = await self._open(path)
            self.fresh = path
            if answer and answer.ok:
                for control in await self.page.evaluate(CONTROLS):
                    if self._is_to_press(control):
                        await self._press(path, self._same(control))

    async def _open(self, path: str) -> Response | None:
        """None for a file that is saved."""
        try:
            return await self.page.goto(path)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return None

    async def _visit(self, path: str) -> None:
        answer = await self._open(path)
        if answer is None:
            saved = await self.page.request.get(path)
            if not saved.ok:
                self.faults.append(f"{path}: {saved.status}")
            return
        self._check(path, answer)
        for control in await self.page.evaluate(CONTROLS):
            if control["link"]:
                self.wait_for(control["to"].removeprefix(self.product.url))
            elif not control["to"]:
                self.faults.append(f"{path}: “{control['words']}” does nothing")

    def _is_to_press(self, control: dict[str, Any]) -> bool:
        to = "" if control["link"] else control["to"]
        return to != "" and self.kind(to) not in LAST and self._same(control) not in self.known

    def _same(self, control: dict[str, Any]) -> tuple[str, str, str]:
        words = ONE_OF_MANY.sub("…", control["words"])
        return self.kind(control["to"]), words, control["value"]

    async def _press(self, path: str, what: tuple[str, str, str]) -> None:
        """If it still stands there: what was pressed before may have changed the page."""
        if self.fresh != path:
            await self.page.goto(path)
        self.fresh = path
        for control in await self.page.evaluate(CONTROLS):
            if self._is_to_press(control) and self._same(control) == what:
                self.known.add(what)
                await self._send(path, control)
                return

    async def _send(self, path: str, control: dict[str, Any]) -> None:
        button = self.page.locator(f"[data-control='{control['number']}']")
        said = f"{path}: “{control['words']}”"
        async with self.page.expect_response(_is_whole) as answer:
            await button.evaluate(PRESS)
        self.pressed.append(said)
        found = await answer.value
        self._check(said, found)
        back = found.request.method == "GET" and found.url == self.product.url + path
        self.fresh = path if back else ""
        if "attachment" not in found.headers.get("content-disposition", ""):
            await self.page.wait_for_selector("html:not([data-left]) h1", state="attached")
            await self.page.wait_for_load_state()

    def _check(self, where: str, answer: Response | None) -> None:
        if answer is None or answer.status not in {200, 303, 409, 422}:
            self.faults.append(f"{where}: {answer and answer.status}")


def _is_whole(answer: Response) -> bool:
    return answer.request.is_navigation_request() and answer.status != 303


@pytest.mark.timeout(1200)
async def test_every_link_leads_somewhere_and_every_button_is_answered(
    open_page: Open, product: Product, fakes: FakeVendors
) -> None:
    desk = Desk(product, fakes)
    await desk.furnish()
    page = await open_page(
        "/inbox", signed_in=True, java_script_enabled=False, viewport=LOW, expects=r"\b4\d\d\b"
    )
    crawl = Crawl(page, product)
    for name, path in desk.pages().items():
        if name not in {"nowhere", "no-message"}:
            crawl.wait_for(path)
    await crawl.run()

    assert crawl.faults == []
    assert len(crawl.pressed) >= 60
